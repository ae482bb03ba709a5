//! Constants that examples suggest.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tdf_domain::Value;

/// Constants that every task has, as in CrossBeam.
const ALWAYS: [&str; 6] = ["1", "0", "2", "3", "99", "\"\""];

/// The most constants in quotes that the examples suggest.
const MOST: usize = 16;
/// The most of them that come from outputs.
const MOST_OF_OUTPUTS: usize = 8;
/// The most of them that separate words.
const MOST_SEPARATORS: usize = 6;

/// Characters between the quotes of the longest constant that the grammar has.
const LONGEST: usize = 14;

/// The constants of a task, the best first: what outputs share, what separates words of the inputs, numbers, what inputs share.
pub fn suggested(inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> Vec<String> {
    let inputs: Vec<Vec<&str>> = inputs.iter().map(|row| row.iter().filter_map(text).collect()).collect();
    let outputs: Vec<(usize, &str)> = outputs
        .iter()
        .enumerate()
        .filter_map(|(row, output)| Some((row, text(output.as_ref()?)?)))
        .collect();
    let mut found = Found::default();
    for shared in of_outputs(&inputs, &outputs) {
        found.add(&shared, MOST_OF_OUTPUTS);
    }
    let limit = found.count + MOST_SEPARATORS;
    for separator in separators(&inputs) {
        found.add(separator.encode_utf8(&mut [0; 4]), limit);
    }
    found.all.extend(ALWAYS.map(str::to_owned));
    for shared in of_inputs(&inputs) {
        found.add(&shared, MOST);
    }
    found.all
}

/// Constants, in the order in which they were found.
#[derive(Default)]
struct Found {
    all: Vec<String>,
    known: BTreeSet<String>,
    count: usize,
}

impl Found {
    /// Adds `text` in quotes, if a program can have it and there are fewer than `limit`.
    fn add(&mut self, text: &str, limit: usize) {
        let inside = text.replace('"', "\"\"");
        let is_printable = inside.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        // The grammar has this text as the format of numbers.
        let is_format = inside == "#0";
        if self.count < limit
            && !inside.is_empty()
            && inside.len() <= LONGEST
            && is_printable
            && !is_format
            && self.known.insert(inside.clone())
        {
            self.all.push(format!("\"{inside}\""));
            self.count += 1;
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Texts that most outputs share: those of more outputs first, then those that inputs do not have, then the longest.
fn of_outputs(inputs: &[Vec<&str>], outputs: &[(usize, &str)]) -> Vec<String> {
    if outputs.len() < 2 {
        return Vec::new();
    }
    let texts: Vec<&str> = outputs.iter().map(|&(_, text)| text).collect();
    let least = (texts.len() / 2 + 1).max(2);
    let is_given = |part: &str| {
        let mut rows = outputs.iter().filter(|(_, text)| text.contains(part));
        rows.all(|(row, _)| {
            inputs
                .get(*row)
                .is_some_and(|cells| cells.iter().any(|cell| cell.contains(part)))
        })
    };
    let mut shared: Vec<(usize, bool, String)> = shared(&texts, least)
        .into_iter()
        .map(|(part, count)| (count, is_given(part), part.to_owned()))
        // A letter that inputs have as well is there by chance.
        .filter(|(_, given, part)| !(*given && part.len() == 1 && part.as_bytes()[0].is_ascii_alphanumeric()))
        .collect();
    shared.sort_by(|(a, a_given, a_part), (b, b_given, b_part)| {
        let order = b.cmp(a).then(a_given.cmp(b_given));
        order.then(b_part.len().cmp(&a_part.len())).then(a_part.cmp(b_part))
    });
    shared.into_iter().map(|(_, _, part)| part).collect()
}

/// Texts of at least two characters that all cells of a column share, the longest first.
fn of_inputs(inputs: &[Vec<&str>]) -> Vec<String> {
    if inputs.len() < 2 {
        return Vec::new();
    }
    let columns = inputs.iter().map(Vec::len).min().unwrap_or_default();
    let mut all: Vec<String> = Vec::new();
    for column in 0..columns {
        let cells: Vec<&str> = inputs.iter().map(|row| row[column]).collect();
        let found = shared(&cells, cells.len());
        all.extend(found.into_keys().filter(|part| part.len() > 1).map(str::to_owned));
    }
    all.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    all
}

/// Blanks and punctuation marks that every row has, the most frequent first.
fn separators(inputs: &[Vec<&str>]) -> Vec<char> {
    let mut counts: BTreeMap<char, (usize, usize)> = BTreeMap::new();
    for row in inputs {
        let mut seen = BTreeSet::new();
        for character in row.iter().flat_map(|cell| cell.chars()) {
            if character == ' ' || character.is_ascii_punctuation() {
                let (rows, total) = counts.entry(character).or_default();
                *rows += usize::from(seen.insert(character));
                *total += 1;
            }
        }
    }
    let mut all: Vec<(usize, char)> = counts
        .into_iter()
        .filter(|(_, (rows, _))| *rows == inputs.len())
        .map(|(character, (_, total))| (total, character))
        .collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    all.into_iter().map(|(_, character)| character).collect()
}

/// Parts that at least `least` of `texts` have, with the number of texts. A part is left out if a longer one is in as many.
fn shared<'a>(texts: &[&'a str], least: usize) -> HashMap<&'a str, usize> {
    // The number of texts that have the part, and the last one.
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for (number, text) in texts.iter().enumerate() {
        for (start, _) in text.char_indices() {
            let rest = &text[start..];
            let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8());
            for end in ends.take(LONGEST) {
                let (count, last) = counts.entry(&rest[..end]).or_insert((0, usize::MAX));
                if *last != number {
                    (*count, *last) = (*count + 1, number);
                }
            }
        }
    }
    let frequent: HashMap<&str, usize> = counts
        .into_iter()
        .filter(|(_, (count, _))| *count >= least)
        .map(|(part, (count, _))| (part, count))
        .collect();
    let mut covered: Vec<&str> = Vec::new();
    for (part, count) in &frequent {
        let mut characters = part.char_indices();
        let second = characters.nth(1).map_or(part.len(), |(at, _)| at);
        let last = part.char_indices().next_back().map_or(0, |(at, _)| at);
        let shorter = [&part[second..], &part[..last]];
        covered.extend(
            shorter
                .into_iter()
                .filter(|shorter| frequent.get(shorter) == Some(count)),
        );
    }
    let mut longest = frequent;
    for part in covered {
        longest.remove(part);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[(&[&str], &str)]) -> Vec<String> {
        let inputs: Vec<Vec<Value>> = rows
            .iter()
            .map(|(row, _)| row.iter().map(|&c| c.into()).collect())
            .collect();
        let outputs: Vec<Option<Value>> = rows.iter().map(|&(_, output)| Some(output.into())).collect();
        suggested(&inputs, &outputs)
    }

    #[test]
    fn shared_texts_and_separators_are_suggested() {
        let found = of(&[
            (&["bela-kor", "x"], "Sir bela: 7"),
            (&["tumi-san", "y"], "Sir tumi: 9"),
            (&["ogir-wel", "z"], "Sir ogir: 3"),
        ]);
        assert_eq!(found[..3], ["\"Sir \"", "\": \"", "\"-\""]);
        assert!(ALWAYS.iter().all(|always| found.iter().any(|text| text == always)));
    }

    #[test]
    fn texts_of_most_outputs_follow_those_of_all() {
        let found = of(&[(&["a"], "a kg!"), (&["b"], "b kg!"), (&["c"], "c!")]);
        assert_eq!(found[..2], ["\"!\"", "\" kg!\""]);
    }

    #[test]
    fn columns_share_texts() {
        let found = of(&[(&["item 12 of set"], "12"), (&["item 7 of set"], "7")]);
        assert!(found.contains(&"\"item \"".to_owned()), "{found:?}");
        assert!(found.contains(&"\" of set\"".to_owned()), "{found:?}");
    }

    #[test]
    fn quotes_are_doubled_and_long_texts_are_left_out() {
        let long = "abcdefghijklmnopq";
        let found = of(&[(&["1"], &format!("\"{long}1")), (&["2"], &format!("\"2{long}"))]);
        assert_eq!(found.len(), ALWAYS.len() + 5, "{found:?}");
        assert!(found.contains(&"\"\"\"\"".to_owned()), "{found:?}");
    }

    #[test]
    fn nothing_is_needed() {
        assert_eq!(suggested(&[], &[]), ALWAYS);
        let one = of(&[(&["a b"], "b")]);
        assert_eq!(one[0], "\" \"");
        assert_eq!(one[1..], ALWAYS);
    }
}

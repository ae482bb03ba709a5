//! Constants that examples suggest.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use tdf_domain::Value;

/// Constants that every task has, as in CrossBeam, and a blank.
const ALWAYS: [&str; 7] = ["1", "0", "2", "3", "99", "\"\"", "\" \""];

/// The most constants in quotes that the examples suggest.
const MOST: usize = 16;
/// The most of them that come from outputs.
const MOST_OF_OUTPUTS: usize = 7;
/// The most of them that separate words.
const MOST_SEPARATORS: usize = 5;

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
        found.add(shared, MOST_OF_OUTPUTS);
    }
    let limit = found.count + MOST_SEPARATORS;
    for separator in separators(&inputs) {
        found.add(separator.encode_utf8(&mut [0; 4]), limit);
    }
    for always in ALWAYS {
        found.push(always.to_owned());
    }
    for shared in of_inputs(&inputs) {
        found.add(shared, MOST);
    }
    found.all
}

/// Constants, in the order in which they were found.
#[derive(Default)]
struct Found {
    all: Vec<String>,
    known: BTreeSet<String>,
    /// The number of those that examples suggest.
    count: usize,
}

impl Found {
    /// Adds `text` in quotes, if a program can have it and there are fewer than `limit`.
    fn add(&mut self, text: &str, limit: usize) {
        // A quote is a constant alone, doubled.
        let inside = if text == "\"" { "\"\"" } else { text };
        let is_printable = text == "\"" || text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'"');
        // The grammar has this text as the format of numbers.
        let is_format = inside == "#0";
        if self.count < limit && (1..=LONGEST).contains(&inside.len()) && is_printable && !is_format {
            self.count += usize::from(self.push(format!("\"{inside}\"")));
        }
    }

    /// Whether the constant is new.
    fn push(&mut self, constant: String) -> bool {
        let is_new = self.known.insert(constant.clone());
        if is_new {
            self.all.push(constant);
        }
        is_new
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Texts that at least half of the outputs share: those of more outputs first, then those that inputs do not have, then the longest.
fn of_outputs<'a>(inputs: &[Vec<&str>], outputs: &[(usize, &'a str)]) -> Vec<&'a str> {
    let texts: Vec<&str> = outputs.iter().map(|&(_, text)| text).collect();
    let is_given = |part: &str| {
        let mut rows = outputs.iter().filter(|(_, text)| text.contains(part));
        rows.all(|(row, _)| {
            inputs
                .get(*row)
                .is_some_and(|cells| cells.iter().any(|cell| cell.contains(part)))
        })
    };
    let mut shared: Vec<(usize, bool, &str)> = shared(&texts)
        .into_iter()
        .map(|(part, count)| (count, is_given(part), part))
        // A letter that inputs have as well is there by chance.
        .filter(|(_, given, part)| !given || !is_letter(part))
        .collect();
    shared.sort_by_key(|&(count, given, part)| (usize::MAX - count, given, usize::MAX - part.len(), part));
    shared.into_iter().map(|(_, _, part)| part).collect()
}

/// Texts that at least half of the cells of a column share: those of more cells first, then the longest.
fn of_inputs<'a>(inputs: &[Vec<&'a str>]) -> Vec<&'a str> {
    let columns = inputs.iter().map(Vec::len).min().unwrap_or_default();
    let mut all: Vec<(usize, &str)> = Vec::new();
    for column in 0..columns {
        let cells: Vec<&str> = inputs.iter().map(|row| row[column]).collect();
        let found = shared(&cells).into_iter().filter(|(part, _)| !is_letter(part));
        all.extend(found.map(|(part, count)| (count, part)));
    }
    all.sort_by_key(|&(count, part)| (usize::MAX - count, usize::MAX - part.len(), part));
    all.into_iter().map(|(_, part)| part).collect()
}

/// Blanks and punctuation marks that at least half of the rows have: those of more rows first, then the most frequent.
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
    let mut all: Vec<(usize, usize, char)> = counts
        .into_iter()
        .filter(|(_, (rows, _))| 2 * *rows >= inputs.len())
        .map(|(character, (rows, total))| (rows, total, character))
        .collect();
    all.sort_by_key(|&(rows, total, character)| (usize::MAX - rows, usize::MAX - total, character));
    all.into_iter().map(|(_, _, character)| character).collect()
}

/// One letter or digit.
fn is_letter(part: &str) -> bool {
    part.len() == 1 && part.as_bytes()[0].is_ascii_alphanumeric()
}

fn is_word(part: &str) -> bool {
    part.chars().all(char::is_alphanumeric)
}

/// How often a part occurs.
#[derive(Clone, Copy)]
struct Counts {
    /// The number of texts that have it.
    texts: usize,
    /// Its occurrences in all of them.
    total: usize,
    /// The last text that has it.
    last: usize,
}

/// Parts that at least half of `texts` have, and two of them, with the number of texts. Parts within a longer one that occurs as often
/// are left out, except for whole words and what separates them.
fn shared<'a>(texts: &[&'a str]) -> FxHashMap<&'a str, usize> {
    let mut counts: FxHashMap<&str, Counts> = FxHashMap::default();
    let mut words: BTreeSet<&str> = BTreeSet::new();
    for (number, text) in texts.iter().enumerate() {
        words.extend(text.split(|c: char| !c.is_alphanumeric()));
        words.extend(text.split(char::is_alphanumeric));
        for (start, _) in text.char_indices() {
            let rest = &text[start..];
            let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8());
            for end in ends.take(LONGEST) {
                let counts = counts.entry(&rest[..end]).or_insert(Counts {
                    texts: 0,
                    total: 0,
                    last: usize::MAX,
                });
                counts.texts += usize::from(counts.last != number);
                counts.total += 1;
                counts.last = number;
            }
        }
    }
    let least = texts.len().div_ceil(2).max(2);
    counts.retain(|_, counts| counts.texts >= least);
    let mut covered: Vec<&str> = Vec::new();
    for (part, count) in &counts {
        let second = part.char_indices().nth(1).map_or(part.len(), |(at, _)| at);
        let last = part.char_indices().next_back().map_or(0, |(at, _)| at);
        for shorter in [&part[second..], &part[..last]] {
            let is_covered = counts.get(shorter).is_some_and(|other| {
                // Letters that occur elsewhere too are there by chance, marks are not.
                other.texts == count.texts && (other.total == count.total || is_word(shorter))
            });
            if is_covered && !words.contains(shorter) {
                covered.push(shorter);
            }
        }
    }
    for part in covered {
        counts.remove(part);
    }
    counts.into_iter().map(|(part, counts)| (part, counts.texts)).collect()
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
        assert_eq!(found[..4], ["\"Sir \"", "\"Sir\"", "\": \"", "\" \""]);
        assert!(found.contains(&"\"-\"".to_owned()), "{found:?}");
        assert!(ALWAYS.iter().all(|always| found.iter().any(|text| text == always)));
    }

    #[test]
    fn texts_of_most_outputs_follow_those_of_all() {
        let found = of(&[(&["a"], "a kg!"), (&["b"], "b kg!"), (&["c"], "c!")]);
        assert_eq!(found[..2], ["\"!\"", "\" kg!\""]);
        // A word that half of the cells have, and a mark that occurs more often than what it is part of.
        let found = of(&[
            (&["<b>0.1<b> new"], "1"),
            (&["<b>0.2<b>"], "2"),
            (&["<b>0.5<b> new"], "5"),
        ]);
        assert!(
            ["\"<b>\"", "\"new\"", "\".\""]
                .iter()
                .all(|text| found.iter().any(|f| f == text)),
            "{found:?}"
        );
    }

    #[test]
    fn columns_share_texts() {
        let found = of(&[(&["item 12 of set"], "12"), (&["item 7 of set"], "7")]);
        assert!(found.contains(&"\"item \"".to_owned()), "{found:?}");
        assert!(found.contains(&"\" of set\"".to_owned()), "{found:?}");
    }

    #[test]
    fn quotes_stand_alone_and_long_texts_are_left_out() {
        let long = "abcdefghijklmnopq";
        let found = of(&[(&["1"], &format!("\"{long}1")), (&["2"], &format!("\"2{long}"))]);
        assert!(found.iter().all(|text| text.len() <= LONGEST + 2), "{found:?}");
        assert!(found.contains(&"\"\"\"\"".to_owned()), "{found:?}");
    }

    #[test]
    fn nothing_is_needed() {
        assert_eq!(suggested(&[], &[]), ALWAYS);
        let one = of(&[(&["a b"], "b")]);
        assert_eq!(one[0], "\" \"");
        assert_eq!(one[1..], ALWAYS[..6]);
    }
}

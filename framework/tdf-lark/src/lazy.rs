//! Repetitions that stop at the first end: `"/*" /(.|\n)*?/ "*/"`.
//!
//! Python's matcher stops at the first `*/`. A lexer of longest matches would stop at the last one. So such a repetition
//! becomes an expression of the texts in which the end occurs once, at the end.

use crate::regex::{Look, Regex, class_char};

/// Characters of an end for which an expression is made.
const MAX_END: usize = 4;

/// What [`shortest`] could not keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// `(?=..)` and its relatives.
    pub look_around: bool,
    /// A lazy repetition that became a greedy one.
    pub lazy: bool,
}

/// `regex` without lazy repetitions and without looks at the text around.
pub fn shortest(regex: Regex, lost: &mut Lost) -> Regex {
    match regex {
        Regex::Sequence(parts) => sequence(parts, lost),
        Regex::Choice(parts) => Regex::choice(parts.into_iter().map(|part| shortest(part, lost)).collect()),
        Regex::Repeat { .. } | Regex::Look(_) => sequence(vec![regex], lost),
        Regex::Flags(flags, inside) => Regex::Flags(flags, Box::new(shortest(*inside, lost))),
        other => other,
    }
}

fn sequence(parts: Vec<Regex>, lost: &mut Lost) -> Regex {
    let mut done = Vec::with_capacity(parts.len());
    let mut rest = &parts[..];
    while let [first, after @ ..] = rest {
        if let Some((regex, left)) = escaped(first, after).or_else(|| up_to(first, after)) {
            done.push(regex);
            rest = left;
            continue;
        }
        rest = after;
        match first.clone() {
            Regex::Look(Look::NotBehind(_) | Look::Other) => lost.look_around = true,
            Regex::Repeat {
                inside,
                least,
                most,
                lazy,
            } => {
                // At the end a lazy repetition takes as little as it may.
                let most = if lazy && after.is_empty() { Some(least) } else { most };
                lost.lazy |= lazy && !after.is_empty() && most != Some(least);
                if most != Some(0) {
                    done.push(shortest(*inside, lost).repeat(least, most, false));
                }
            }
            Regex::Look(position) => done.push(Regex::Look(position)),
            other => done.push(shortest(other, lost)),
        }
    }
    Regex::sequence(done)
}

/// `.*?(?<!\\)(\\\\)*?"`: text with escapes, up to a quote that none escapes.
fn escaped<'r>(first: &Regex, after: &'r [Regex]) -> Option<(Regex, &'r [Regex])> {
    let class = lazy_class(first)?;
    let [Regex::Look(Look::NotBehind(behind)), pairs, rest @ ..] = after else {
        return None;
    };
    let backslash = Regex::Char('\\');
    let Regex::Repeat {
        inside,
        least: 0,
        most: None,
        ..
    } = pairs
    else {
        return None;
    };
    if **behind != backslash || **inside != Regex::text("\\\\") {
        return None;
    }
    let length = rest.iter().take_while(|part| matches!(part, Regex::Char(_))).count();
    let (end, left) = rest.split_at(length.min(MAX_END));
    let [Regex::Char(quote), ..] = end else { return None };
    let any = Regex::Class(class.clone());
    let pair = Regex::sequence(vec![backslash, any]);
    let plain = |without: &str| Regex::Class(format!("[{class}--[{without}\\\\]]"));
    let quoted = class_char(*quote);
    // Quotes that fewer than those of the end follow belong to the text.
    let mut inside = vec![plain(&quoted), pair.clone()];
    for count in 1..end.len() {
        let mut few = vec![Regex::Char(*quote); count];
        few.push(Regex::choice(vec![plain(&quoted), pair.clone()]));
        inside.push(Regex::sequence(few));
    }
    let mut parts = vec![Regex::choice(inside).repeat(0, None, false)];
    parts.extend(end.iter().cloned());
    Some((Regex::sequence(parts), left))
}

/// `.*?` before characters: everything up to their first occurrence.
fn up_to<'r>(first: &Regex, after: &'r [Regex]) -> Option<(Regex, &'r [Regex])> {
    let class = lazy_class(first)?;
    let characters = after.iter().map_while(|part| match part {
        Regex::Char(c) => Some(*c),
        _ => None,
    });
    let end: Vec<char> = characters.take(MAX_END).collect();
    (!end.is_empty()).then(|| (first_occurrence(&class, &end), &after[end.len()..]))
}

/// The class of a lazy repetition of single characters.
fn lazy_class(regex: &Regex) -> Option<String> {
    match regex {
        Regex::Repeat {
            inside,
            least: 0,
            most: None,
            lazy: true,
        } => inside.class(),
        _ => None,
    }
}

/// The texts of characters of `class` in which `end` occurs once, at the end.
///
/// State `i` of the automaton of Knuth, Morris and Pratt has read the first `i` characters of `end`. States are eliminated
/// from the last to the first.
fn first_occurrence(class: &str, end: &[char]) -> Regex {
    let count = end.len();
    let mut edges: Vec<Vec<Option<Regex>>> = vec![vec![None; count + 1]; count];
    let mut letters = end.to_vec();
    letters.sort_unstable();
    letters.dedup();
    let others: String = letters.iter().map(|c| class_char(*c)).collect();
    let mut add = |from: usize, to: usize, regex: Regex| {
        let edge = &mut edges[from][to];
        *edge = Some(match edge.take() {
            Some(before) => Regex::choice(vec![before, regex]),
            None => regex,
        });
    };
    for state in 0..count {
        add(state, 0, Regex::Class(format!("[{class}--[{others}]]")));
        for letter in &letters {
            let mut read = end[..state].to_vec();
            read.push(*letter);
            let longest = (0..=read.len()).rev().find(|n| read.ends_with(&end[..*n]));
            add(state, longest.unwrap_or(0), Regex::Char(*letter));
        }
    }
    for state in (1..count).rev() {
        let to_itself = edges[state][state].take().map(|regex| regex.repeat(0, None, false));
        let ways: Vec<(usize, Regex)> = (0..=count)
            .filter_map(|to| edges[state][to].take().map(|regex| (to, regex)))
            .collect();
        for row in edges.iter_mut().take(state) {
            let Some(before) = row[state].take() else { continue };
            for (to, regex) in &ways {
                let mut parts = vec![before.clone()];
                parts.extend(to_itself.clone());
                parts.push(regex.clone());
                let way = Regex::sequence(parts);
                row[*to] = Some(match row[*to].take() {
                    Some(other) => Regex::choice(vec![other, way]),
                    None => way,
                });
            }
        }
    }
    let again = edges[0][0].take().map(|regex| regex.repeat(0, None, false));
    let last = edges[0][count].take();
    Regex::sequence(again.into_iter().chain(last).collect())
}

//! Words that are read in any case: `r"(?i)select"`. Each is one token, and not one for each of its 2^n forms.

use regex_syntax::ast::{Ast, Flag, FlagsItemKind, GroupKind, parse::ParserBuilder};

use crate::limits::{MAX_MEMBER_LENGTH, MAX_MEMBERS, MAX_REGEX_NESTING};

/// More forms of a word than this are not tried: other terminals win the first ones rarely.
const MAX_FORMS: usize = 256;

/// The words of `regex` as they are written, if it is made of words alone and ignores the case of all their letters.
pub(crate) fn any_case_words(regex: &str) -> Option<Vec<String>> {
    if !regex.contains("(?") {
        return None;
    }
    let parser = ParserBuilder::new().nest_limit(MAX_REGEX_NESTING).build().parse(regex);
    let mut walk = Walk {
        ignores_case: false,
        has_letters: false,
    };
    let mut words = walk.words(&parser.ok()?)?;
    // Another form of the same word is the same token.
    let mut known = std::collections::BTreeSet::new();
    words.retain(|word| known.insert(word.to_ascii_lowercase()));
    (walk.has_letters && words.iter().all(|word| !word.is_empty())).then_some(words)
}

struct Walk {
    /// Whether `(?i)` holds.
    ignores_case: bool,
    has_letters: bool,
}

impl Walk {
    /// The texts of `ast`; `None` if it has anything but words. Its depth is bounded by the parser's nest limit.
    fn words(&mut self, ast: &Ast) -> Option<Vec<String>> {
        match ast {
            Ast::Empty(_) => Some(vec![String::new()]),
            Ast::Literal(literal) => {
                let has_case = literal.c.is_alphabetic();
                self.has_letters |= has_case;
                // Other forms of letters beyond ASCII may have other lengths: their terminals are listed form by form.
                let known = !has_case || self.ignores_case && literal.c.is_ascii();
                known.then(|| vec![literal.c.to_string()])
            }
            Ast::Flags(set) => {
                self.set(&set.flags.items)?;
                Some(vec![String::new()])
            }
            Ast::Group(group) => {
                // Flags hold to the end of what they stand in.
                let outside = self.ignores_case;
                if let GroupKind::NonCapturing(flags) = &group.kind {
                    self.set(&flags.items)?;
                }
                let words = self.words(&group.ast);
                self.ignores_case = outside;
                words
            }
            Ast::Alternation(alternation) => {
                let mut words = Vec::new();
                for part in &alternation.asts {
                    words.extend(self.words(part)?);
                }
                (words.len() <= MAX_MEMBERS).then_some(words)
            }
            Ast::Concat(concat) => {
                let mut words = vec![String::new()];
                for part in &concat.asts {
                    let next = self.words(part)?;
                    if words.len() * next.len() > MAX_MEMBERS {
                        return None;
                    }
                    let joined = words
                        .iter()
                        .flat_map(|word| next.iter().map(move |n| format!("{word}{n}")));
                    words = joined.collect();
                    if words.iter().any(|word| word.len() > MAX_MEMBER_LENGTH) {
                        return None;
                    }
                }
                Some(words)
            }
            _ => None,
        }
    }

    fn set(&mut self, items: &[regex_syntax::ast::FlagsItem]) -> Option<()> {
        let mut on = true;
        for item in items {
            match item.kind {
                FlagsItemKind::Negation => on = false,
                FlagsItemKind::Flag(Flag::CaseInsensitive) => self.ignores_case = on,
                FlagsItemKind::Flag(Flag::Unicode) => {}
                FlagsItemKind::Flag(_) => return None,
            }
        }
        Some(())
    }
}

/// The forms of a word: as it is written, in small letters, in capitals, then all others as far as there are not too many.
pub(crate) fn forms(word: &str) -> impl Iterator<Item = String> + '_ {
    let letters: Vec<usize> = word
        .bytes()
        .enumerate()
        .filter(|(_, b)| b.is_ascii_alphabetic())
        .map(|(i, _)| i)
        .collect();
    let count = 1usize
        .checked_shl(letters.len() as u32)
        .unwrap_or(usize::MAX)
        .min(MAX_FORMS);
    let form = move |number: usize| {
        let mut form = word.to_ascii_lowercase();
        for (bit, letter) in letters.iter().enumerate().take_while(|(bit, _)| number >> bit > 0) {
            if number >> bit & 1 == 1 {
                let capital = form[*letter..=*letter].to_ascii_uppercase();
                form.replace_range(*letter..=*letter, &capital);
            }
        }
        form
    };
    let usual = [word.to_owned(), word.to_ascii_lowercase(), word.to_ascii_uppercase()];
    usual.into_iter().chain((0..count).map(form))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::members::members;

    /// The regular expressions in which every member is a form of a word, and their words.
    #[test]
    fn words_and_their_forms_are_the_members() {
        for (regex, expected) in [
            ("(?i)go", Some(vec!["go"])),
            ("(?i-u)Go", Some(vec!["Go"])),
            ("(?i:go)", Some(vec!["go"])),
            ("(?i)end-if", Some(vec!["end-if"])),
            ("(?i)(go|stop)", Some(vec!["go", "stop"])),
            ("(?i)go|stop|GO", Some(vec!["go", "stop"])),
            ("(?i)g(?:o|et)", Some(vec!["go", "get"])),
            (r"(?i)a\.b", Some(vec!["a.b"])),
            ("(?i)g(?-i)o", None),
            ("g(?i:o)", None),
            ("(?i:g)o", None),
            ("(?i)[gh]o", None),
            ("(?i)go?", None),
            ("(?i)gr\u{fc}n", None),
            ("(?i)12", None),
            ("(?x)(?i)g o", None),
            ("go", None),
            ("(?i)a|", None),
        ] {
            let words = any_case_words(regex);
            assert_eq!(
                words.as_deref(),
                expected
                    .map(|w| w.into_iter().map(str::to_owned).collect::<Vec<_>>())
                    .as_deref(),
                "{regex}"
            );
            let Some(words) = words else { continue };
            let all: BTreeSet<String> = words.iter().flat_map(|word| forms(word)).collect();
            let listed: BTreeSet<String> = members(regex).unwrap().into_iter().collect();
            assert_eq!(all, listed, "{regex}");
        }
        let first: Vec<String> = forms("Go").take(3).collect();
        assert_eq!(first, ["Go", "go", "GO"]);
        assert!(forms(&"a".repeat(200)).count() <= MAX_FORMS + 3);
    }
}

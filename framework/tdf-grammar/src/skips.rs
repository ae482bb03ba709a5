//! What stands between tokens and is no part of a program: comments.

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};

use crate::Dfa;
use crate::dfa::TooLarge;
use crate::limits::{MAX_REGEX_NESTING, MAX_SKIP_TABLE};

/// Automata over bytes, one for each regular expression of [`Grammar::skips`](crate::Grammar::skips).
#[derive(Clone, Debug, Default)]
pub struct Skips(Vec<Skip>);

#[derive(Clone, Debug)]
struct Skip {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
}

impl Skips {
    /// Automata of `regexes`, without those that are none or too large: the reader reports them.
    pub fn new(regexes: &[String]) -> Self {
        Self(regexes.iter().filter_map(|r| Skip::new(r)).collect())
    }

    /// Whether `regex` can be used.
    pub fn takes(regex: &str) -> bool {
        Skip::new(regex).is_some()
    }

    /// Length in bytes of the longest skip that `bytes` begin with; 0 if there is none.
    pub fn longest(&self, bytes: &[u8]) -> usize {
        self.0.iter().map(|skip| skip.longest(bytes)).max().unwrap_or(0)
    }

    /// Whether a skip begins with `left` and ends inside `right` or behind it, so that the longest match would not cut
    /// behind `left`.
    pub fn go_on(&self, left: &str, right: &str) -> bool {
        self.0
            .iter()
            .any(|skip| skip.goes_on(left.as_bytes(), right.as_bytes()))
    }

    /// For each skip, the words over `characters` that begin one even with a blank behind them.
    pub fn beginnings(&self, characters: &[char]) -> Result<Vec<Dfa>, TooLarge> {
        self.0.iter().map(|skip| skip.beginnings(characters)).collect()
    }
}

impl Skip {
    fn new(regex: &str) -> Option<Self> {
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .match_kind(regex_automata::MatchKind::All)
            .dfa_size_limit(Some(MAX_SKIP_TABLE))
            .determinize_size_limit(Some(MAX_SKIP_TABLE));
        let dfa = dense::Builder::new()
            .configure(config)
            .syntax(syntax::Config::new().nest_limit(MAX_REGEX_NESTING))
            .build(regex)
            .ok()?;
        let start = dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
        Some(Self { dfa, start })
    }

    /// An automaton knows of a match one byte later.
    fn longest(&self, bytes: &[u8]) -> usize {
        let mut state = self.start;
        let mut longest = 0;
        for (length, byte) in bytes.iter().enumerate() {
            state = self.dfa.next_state(state, *byte);
            if self.dfa.is_match_state(state) {
                longest = length;
            }
            if self.dfa.is_dead_state(state) {
                return longest;
            }
        }
        if self.ends(state) { bytes.len() } else { longest }
    }

    fn goes_on(&self, left: &[u8], right: &[u8]) -> bool {
        self.goes_on_from(self.run(self.start, left), right)
    }

    fn run(&self, state: StateID, bytes: &[u8]) -> StateID {
        bytes
            .iter()
            .fold(state, |state, byte| self.dfa.next_state(state, *byte))
    }

    fn goes_on_from(&self, mut state: StateID, right: &[u8]) -> bool {
        for (length, byte) in right.iter().enumerate() {
            state = self.dfa.next_state(state, *byte);
            if length > 0 && self.dfa.is_match_state(state) {
                return true;
            }
        }
        let lives = |byte| !self.dfa.is_dead_state(self.dfa.next_state(state, byte));
        self.ends(state) || (0..=u8::MAX).any(lives)
    }

    fn beginnings(&self, characters: &[char]) -> Result<Dfa, TooLarge> {
        Dfa::explore(
            characters.len(),
            self.start,
            |state| self.goes_on_from(*state, b" "),
            |state, letter| {
                let mut buffer = [0; 4];
                let next = self.run(*state, characters[letter].encode_utf8(&mut buffer).as_bytes());
                (!self.dfa.is_dead_state(next)).then_some(next)
            },
        )
    }

    /// Whether a match ends behind what led to `state`.
    fn ends(&self, state: StateID) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let skips = Skips::new(&["//[^\n]*".to_owned(), "#".to_owned(), "(%%)*".to_owned()]);
        for (text, length) in [
            ("", 0),
            ("a", 0),
            ("/", 0),
            ("//", 2),
            ("//ü x\n//", 6),
            ("##", 1),
            ("%%%%%", 4),
            ("%", 0),
        ] {
            assert_eq!(skips.longest(text.as_bytes()), length, "{text:?}");
        }
    }

    #[test]
    fn what_begins_a_skip() {
        let skips = Skips::new(&["//[^\n]*".to_owned(), "#".to_owned(), "<<>".to_owned()]);
        for (left, right, expected) in [
            ("/", "/", true),
            ("/", "x", false),
            ("/", " ", false),
            ("//", " ", true),
            ("#", " ", false),
            ("#", "#", false),
            ("<", "<", true),
            ("<", "<=", false),
            ("<<", ">=", true),
            ("<<", "", true),
            ("x", "", false),
        ] {
            assert_eq!(skips.go_on(left, right), expected, "{left:?} {right:?}");
        }
    }
}

//! Words by their bytes: those of the vocabulary and the reserved ones.

use rustc_hash::FxHashMap;

use crate::{Grammar, TokenId, TokenKind};

/// What a word is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Token(TokenId),
    /// One of [`Grammar::reserved`].
    Reserved,
}

/// A trie over bytes; node 0 is the root.
#[derive(Clone, Debug)]
struct Trie {
    edges: FxHashMap<(u32, u8), u32>,
    /// What ends at each node.
    ends: Vec<Option<End>>,
}

impl Trie {
    fn new() -> Self {
        Self {
            edges: FxHashMap::default(),
            ends: vec![None],
        }
    }

    fn insert(&mut self, text: &[u8], end: End) {
        let mut node = 0;
        for &byte in text {
            node = *self.edges.entry((node, byte)).or_insert_with(|| {
                self.ends.push(None);
                (self.ends.len() - 1) as u32
            });
        }
        self.ends[node as usize] = Some(end);
    }
}

/// Where a text has led in the two tries; `None` where no word goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    exact: Option<u32>,
    any_case: Option<u32>,
}

impl At {
    /// Before the first byte.
    pub const START: Self = Self {
        exact: Some(0),
        any_case: Some(0),
    };

    /// Whether no word goes on.
    pub fn is_lost(self) -> bool {
        self.exact.is_none() && self.any_case.is_none()
    }
}

/// All words of a grammar.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    exact: Trie,
    /// In small letters: tokens that are read in any case.
    any_case: Trie,
}

impl Words {
    /// The words of `grammar`.
    pub fn new(grammar: &Grammar) -> Self {
        let mut words = Self {
            exact: Trie::new(),
            any_case: Trie::new(),
        };
        for text in &grammar.reserved {
            words.exact.insert(text.as_bytes(), End::Reserved);
        }
        for word in &grammar.reserved_in_any_case {
            words.any_case.insert(word.as_bytes(), End::Reserved);
        }
        for (token, id) in grammar
            .tokens
            .iter()
            .zip(0..)
            .filter(|(t, _)| t.kind == TokenKind::Word)
        {
            let end = End::Token(TokenId(id));
            match token.ignores_case {
                true => words.any_case.insert(token.text.to_ascii_lowercase().as_bytes(), end),
                false => words.exact.insert(token.text.as_bytes(), end),
            }
        }
        words
    }

    pub fn step(&self, at: At, byte: u8) -> At {
        let small = byte.to_ascii_lowercase();
        At {
            exact: at.exact.and_then(|node| self.exact.edges.get(&(node, byte)).copied()),
            any_case: at
                .any_case
                .and_then(|node| self.any_case.edges.get(&(node, small)).copied()),
        }
    }

    pub fn run(&self, text: &str) -> At {
        text.bytes().fold(At::START, |at, byte| self.step(at, byte))
    }

    /// The word that ends here. The form of a word in any case that another terminal wins is that terminal's.
    pub fn end(&self, at: At) -> Option<(End, bool)> {
        let exact = at.exact.and_then(|node| self.exact.ends[node as usize]);
        let any_case = at.any_case.and_then(|node| self.any_case.ends[node as usize]);
        exact.map(|end| (end, false)).or(any_case.map(|end| (end, true)))
    }

    /// The longest word that `bytes` begins with, its length, and whether it is read in any case.
    pub fn longest(&self, bytes: &[u8]) -> Option<(End, usize, bool)> {
        let mut at = At::START;
        let mut found = None;
        for (&byte, length) in bytes.iter().zip(1..) {
            at = self.step(at, byte);
            if at.is_lost() {
                break;
            }
            if let Some((end, any_case)) = self.end(at) {
                found = Some((end, length, any_case));
            }
        }
        found
    }
}

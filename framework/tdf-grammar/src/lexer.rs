//! From text to tokens.

use rustc_hash::FxHashMap;

use crate::{Grammar, TokenId};

/// Cuts program text into tokens: longest match over the vocabulary, blanks between tokens skipped.
///
/// Blanks are the characters with Unicode's `White_Space` property, as in LALRPOP's own lexer.
#[derive(Clone, Debug)]
pub struct Lexer {
    /// A trie over the bytes of the tokens; node 0 is the root.
    edges: FxHashMap<(u32, u8), u32>,
    /// The token that ends at each node.
    ends: Vec<Option<TokenId>>,
    /// `glue[left * tokens + right]`, one bit each: see [`Lexer::may_touch`]. Empty for a large vocabulary.
    glue: Vec<u64>,
    texts: Vec<String>,
}

/// Above this the table of pairs is left out (2 MiB at the limit) and pairs are looked at one by one.
const MAX_PAIRS: usize = 4096;

/// A token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexed {
    /// The token.
    pub token: TokenId,
    /// Byte offset of its first byte.
    pub start: usize,
    /// Byte offset behind its last byte.
    pub end: usize,
}

/// No token of the language begins at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LexError {
    /// Byte offset.
    pub offset: usize,
}

impl Lexer {
    /// The lexer of `grammar`'s vocabulary.
    pub fn new(grammar: &Grammar) -> Self {
        let texts: Vec<String> = grammar.tokens.iter().map(|t| t.text.clone()).collect();
        let mut lexer = Self {
            edges: FxHashMap::default(),
            ends: vec![None],
            glue: Vec::new(),
            texts,
        };
        for (text, id) in lexer.texts.iter().zip(0..) {
            let mut node = 0;
            for &byte in text.as_bytes() {
                node = *lexer.edges.entry((node, byte)).or_insert_with(|| {
                    lexer.ends.push(None);
                    (lexer.ends.len() - 1) as u32
                });
            }
            lexer.ends[node as usize] = Some(TokenId(id));
        }
        let count = lexer.texts.len();
        if count <= MAX_PAIRS {
            let mut glue = vec![0u64; (count * count).div_ceil(64)];
            for pair in 0..count * count {
                if lexer.compare(pair / count, pair % count) {
                    glue[pair / 64] |= 1 << (pair % 64);
                }
            }
            lexer.glue = glue;
        }
        lexer
    }

    /// All tokens of `text`.
    ///
    /// # Errors
    /// The first place where no token begins.
    pub fn lex(&self, text: &str) -> Result<Vec<Lexed>, LexError> {
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            if c.is_whitespace() {
                at += c.len_utf8();
                continue;
            }
            let Some((token, length)) = self.longest(&text.as_bytes()[at..]) else {
                return Err(LexError { offset: at });
            };
            tokens.push(Lexed {
                token,
                start: at,
                end: at + length,
            });
            at += length;
        }
        Ok(tokens)
    }

    /// The longest token that `bytes` begins with, and its length.
    fn longest(&self, bytes: &[u8]) -> Option<(TokenId, usize)> {
        let mut node = 0;
        let mut found = None;
        for (&byte, length) in bytes.iter().zip(1..) {
            let Some(&next) = self.edges.get(&(node, byte)) else {
                break;
            };
            node = next;
            if let Some(token) = self.ends[node as usize] {
                found = Some((token, length));
            }
        }
        found
    }

    /// Whether the tokens `left` and `right`, written without a blank between them, are cut in the same place again,
    /// whatever follows them.
    pub fn may_touch(&self, left: TokenId, right: TokenId) -> bool {
        if self.glue.is_empty() {
            return self.compare(left.index(), right.index());
        }
        let pair = left.index() * self.texts.len() + right.index();
        self.glue[pair / 64] >> (pair % 64) & 1 == 1
    }

    /// The longest match cuts behind `left` if no longer token begins like `left` and `right` together, as far as both go.
    fn compare(&self, left: usize, right: usize) -> bool {
        let mut node = 0;
        for byte in self.texts[left].bytes() {
            node = self.edges[&(node, byte)];
        }
        for byte in self.texts[right].bytes() {
            match self.edges.get(&(node, byte)) {
                None => return true,
                Some(&next) => node = next,
            }
            if self.ends[node as usize].is_some() {
                return false;
            }
        }
        // Whatever still hangs below this node is a token longer than both.
        false
    }
}

//! From text to tokens.

use crate::{Grammar, TokenId};

/// Cuts program text into tokens: longest match over the vocabulary, blanks between tokens skipped.
#[derive(Clone, Debug)]
pub struct Lexer {}

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
        let _ = grammar;
        unimplemented!()
    }

    /// All tokens of `text`.
    pub fn lex(&self, text: &str) -> Result<Vec<Lexed>, LexError> {
        let _ = text;
        unimplemented!()
    }

    /// Whether the tokens `left` and `right`, written without a blank between them, are cut in the same place again.
    pub fn may_touch(&self, left: TokenId, right: TokenId) -> bool {
        let _ = (left, right);
        unimplemented!()
    }
}

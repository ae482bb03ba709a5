//! What the lexer makes of a text.

use crate::TokenId;

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

/// A place where a text cannot be cut into tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LexError {
    /// Byte offset.
    pub offset: usize,
    /// What is wrong there.
    pub kind: LexErrorKind,
}

/// What is wrong with a place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexErrorKind {
    /// No token of the language begins there.
    NoToken,
    /// A line that is indented less than the one before it, and as no line around it.
    Indentation,
}

impl LexError {
    pub(crate) fn no_token(offset: usize) -> Self {
        Self {
            offset,
            kind: LexErrorKind::NoToken,
        }
    }
}

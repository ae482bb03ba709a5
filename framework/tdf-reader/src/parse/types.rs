//! Types, which say what the actions of LALRPOP return: the typed tree is derived from the rules instead.

use super::{Parsed, Parser};
use crate::token::Tok;

impl Parser<'_> {
    /// A type and the `end` behind it.
    pub(super) fn skip_type(&mut self, end: &str) -> Parsed<()> {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Tok::Punct(p) if depth == 0 && *p == end => {
                    self.bump();
                    return Ok(());
                }
                // `#X*#` is the type of the symbol `X*`.
                Tok::Punct("#") => {
                    self.bump();
                    self.symbol()?;
                    if !self.is("#") {
                        return self.expected("`#`");
                    }
                }
                Tok::Punct("<" | "(" | "[") => depth += 1,
                Tok::Punct(">" | ")" | "]") if depth > 0 => depth -= 1,
                Tok::Name { .. } | Tok::Quote | Tok::Punct("::" | "," | "&" | "->" | "+" | "=") => {}
                _ => return self.expected(&format!("`{end}` after the type")),
            }
            self.bump();
        }
    }
}

//! `extern { ... }`.

use tdf_grammar::Diagnostic;

use super::{Parsed, Parser};
use crate::surface::{External, ExternalToken, File, Symbol, SymbolKind};
use crate::token::{Tok, takes_value};

impl Parser<'_> {
    pub(super) fn external(&mut self, file: &mut File) -> Parsed<()> {
        let span = self.span();
        self.bump();
        if file.external.is_some() {
            return Err(Diagnostic::new(span, "a second `extern` block").help("join the two"));
        }
        let mut tokens = None;
        self.expect("{")?;
        while !self.eat("}") {
            if self.eat_word("type") {
                self.name("`Location` or `Error`")?;
                self.expect("=")?;
                self.skip_type(";")?;
            } else if self.is_word("enum") && tokens.is_none() {
                self.bump();
                self.skip_type("{")?;
                tokens = Some(self.external_tokens()?);
            } else {
                return self.expected("`type`, `enum` or `}`");
            }
        }
        file.external = Some(External { span, tokens });
        Ok(())
    }

    fn external_tokens(&mut self) -> Parsed<Vec<ExternalToken>> {
        let mut tokens = Vec::new();
        while !self.eat("}") {
            tokens.push(self.external_token()?);
            if !self.eat(",") && !self.is("}") {
                return self.expected("`,` or `}`");
            }
        }
        Ok(tokens)
    }

    fn external_token(&mut self) -> Parsed<ExternalToken> {
        let attributes = self.attributes()?;
        let symbol = match self.peek() {
            Tok::Literal(_) | Tok::Regex(_) => self.plain()?,
            _ => {
                let name = self.name("a terminal")?;
                Symbol::new(SymbolKind::Nonterminal(name.text), name.span)
            }
        };
        let Tok::Code(pattern) = *self.peek() else {
            return self.expected("`=>` and a pattern");
        };
        self.bump();
        Ok(ExternalToken {
            attributes,
            symbol,
            valued: takes_value(pattern),
        })
    }
}

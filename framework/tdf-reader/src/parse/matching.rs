//! `match { } else { }`.

use tdf_grammar::Diagnostic;

use super::{Parsed, Parser};
use crate::surface::{File, MatchItem, MatchTarget};
use crate::token::{Tok, literal};

impl Parser<'_> {
    pub(super) fn matching(&mut self, file: &mut File) -> Parsed<()> {
        let span = self.span();
        self.bump();
        if file.matching_span.is_some() {
            return Err(Diagnostic::new(span, "a second `match` block").help("join the two with `else`"));
        }
        file.matching_span = Some(span);
        loop {
            let mut items = Vec::new();
            self.expect("{")?;
            while !self.eat("}") {
                items.push(self.match_item()?);
                if !self.eat(",") && !self.is("}") {
                    return self.expected("`,` or `}`");
                }
            }
            file.matching.push(items);
            if !self.eat_word("else") {
                self.eat(";");
                return Ok(());
            }
        }
    }

    fn match_item(&mut self) -> Parsed<MatchItem> {
        if self.eat_word("_") {
            return Ok(MatchItem::CatchAll);
        }
        if !matches!(self.peek(), Tok::Literal(_) | Tok::Regex(_)) {
            return self.expected("a terminal or `_`");
        }
        let symbol = self.plain()?;
        let to = match self.peek() {
            Tok::Code(code) => {
                let code = code.trim();
                let skip = code
                    .strip_prefix('{')
                    .and_then(|c| c.strip_suffix('}'))
                    .is_some_and(|c| c.trim().is_empty());
                let to = if skip {
                    MatchTarget::Skip
                } else if code.starts_with('"') {
                    MatchTarget::Literal(literal(code, self.span().end - code.len())?)
                } else {
                    MatchTarget::Name(code.trim_matches('`').to_owned())
                };
                self.bump();
                Some(to)
            }
            _ => None,
        };
        Ok(MatchItem::Terminal { symbol, to })
    }
}

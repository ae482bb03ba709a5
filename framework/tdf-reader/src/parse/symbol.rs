//! Symbols of an alternative: terminals, names, macros, groups, repetitions.

use tdf_grammar::Diagnostic;

use super::{Parsed, Parser};
use crate::surface::{Repeat, Symbol, SymbolKind};
use crate::token::Tok;

impl Parser<'_> {
    pub(super) fn starts_symbol(&self) -> bool {
        match self.peek() {
            Tok::Name { text, .. } => *text != "if",
            Tok::Escaped(_) | Tok::Literal(_) | Tok::Regex(_) => true,
            Tok::Punct(p) => matches!(*p, "<" | "(" | "@L" | "@R" | "!"),
            _ => false,
        }
    }

    /// A symbol with what stands around it: `X`, `<X>`, `<name:X>`.
    pub(super) fn symbol(&mut self) -> Parsed<Symbol> {
        let start = self.span().start;
        if !self.eat("<") {
            return self.repeated();
        }
        let mut name = None;
        let mut tuple = None;
        if let Some(length) = self.tuple_pattern() {
            let open = self.span();
            self.at += length;
            tuple = Some(open);
            self.expect(":")?;
        } else {
            self.eat_word("mut");
            if matches!(self.tokens.get(self.at + 1).map(|t| &t.kind), Some(Tok::Punct(":"))) {
                name = Some(self.name("a name")?);
                self.expect(":")?;
            }
        }
        let mut symbol = self.nested(Self::repeated)?;
        self.expect(">")?;
        symbol.name = name;
        symbol.tuple = tuple;
        symbol.span = start..self.previous_end();
        Ok(symbol)
    }

    /// The number of tokens of `(a, (mut b, c))`, if that and `:` come next.
    fn tuple_pattern(&self) -> Option<usize> {
        let mut depth = 0usize;
        for (token, length) in self.tokens[self.at..].iter().zip(1..) {
            match token.kind {
                Tok::Punct("(") => depth += 1,
                Tok::Punct(")") => depth = depth.checked_sub(1)?,
                Tok::Punct(",") | Tok::Name { .. } | Tok::Escaped(_) if depth > 0 => {}
                _ => return None,
            }
            if depth == 0 {
                let next = self.tokens.get(self.at + length)?;
                return (next.kind == Tok::Punct(":")).then_some(length);
            }
        }
        None
    }

    fn repeated(&mut self) -> Parsed<Symbol> {
        let mut symbol = self.plain()?;
        let mut before: Option<Repeat> = None;
        loop {
            let repeat = match self.peek() {
                Tok::Punct("*") => Repeat::Star,
                Tok::Punct("+") => Repeat::Plus,
                Tok::Punct("?") => Repeat::Optional,
                _ => return Ok(symbol),
            };
            // `X+?` is the one that can be read in one way only.
            if before.is_some() && (before, repeat) != (Some(Repeat::Plus), Repeat::Optional) {
                return Err(
                    Diagnostic::new(self.span(), "a repetition of a repetition is ambiguous")
                        .help("write one of `*`, `+` and `?`"),
                );
            }
            before = Some(repeat);
            self.bump();
            let span = symbol.span.start..self.previous_end();
            symbol = Symbol::new(SymbolKind::Repeat(Box::new(symbol), repeat), span);
        }
    }

    pub(super) fn plain(&mut self) -> Parsed<Symbol> {
        let start = self.span().start;
        let kind = match self.peek().clone() {
            Tok::Literal(text) => {
                self.bump();
                SymbolKind::Literal(text)
            }
            Tok::Regex(text) => {
                self.bump();
                SymbolKind::Regex(text.to_owned())
            }
            Tok::Name { text, glued: false } | Tok::Escaped(text) => {
                self.bump();
                SymbolKind::Nonterminal(text.to_owned())
            }
            Tok::Name { text, glued: true } => {
                self.bump();
                self.expect("<")?;
                let mut arguments = Vec::new();
                while !self.eat(">") {
                    arguments.push(self.nested(Self::symbol)?);
                    if !self.eat(",") && !self.is(">") {
                        return self.expected("`,` or `>`");
                    }
                }
                SymbolKind::Macro(text.to_owned(), arguments)
            }
            Tok::Punct("(") => {
                self.bump();
                let mut symbols = Vec::new();
                while !self.eat(")") {
                    symbols.push(self.nested(Self::symbol)?);
                }
                SymbolKind::Group(symbols)
            }
            Tok::Punct("@L" | "@R") => {
                self.bump();
                SymbolKind::Location(start)
            }
            Tok::Punct("!") => {
                self.bump();
                SymbolKind::Error
            }
            _ => return self.expected("a symbol"),
        };
        Ok(Symbol::new(kind, start..self.previous_end()))
    }
}

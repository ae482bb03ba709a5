//! Symbols of an alternative: terminals, names, macros, groups, repetitions.

use super::{Parsed, Parser};
use crate::Diagnostic;
use crate::read::surface::{Repeat, Symbol, SymbolKind};
use crate::read::token::Tok;

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
        if self.is("(") && self.is_tuple_pattern() {
            return Err(
                Diagnostic::new(self.span(), "patterns of several names are not supported")
                    .help("name the symbols one by one"),
            );
        }
        self.eat_word("mut");
        let named = matches!(self.tokens.get(self.at + 1).map(|t| &t.kind), Some(Tok::Punct(":")));
        let name = if named { Some(self.name("a name")?) } else { None };
        if named {
            self.expect(":")?;
        }
        let mut symbol = self.nested(Self::repeated)?;
        self.expect(">")?;
        symbol.name = name;
        symbol.span = start..self.previous_end();
        Ok(symbol)
    }

    /// Whether the bracket opens `(a, b): Symbol` and not a group.
    fn is_tuple_pattern(&self) -> bool {
        let inside = self.tokens[self.at..].iter().skip(1).take(64);
        inside
            .map(|t| &t.kind)
            .take_while(|k| !matches!(k, Tok::Punct(")")))
            .any(|k| *k == Tok::Punct(","))
    }

    fn repeated(&mut self) -> Parsed<Symbol> {
        let mut symbol = self.plain()?;
        let mut times = 0;
        loop {
            let repeat = match self.peek() {
                Tok::Punct("*") => Repeat::Star,
                Tok::Punct("+") => Repeat::Plus,
                Tok::Punct("?") => Repeat::Optional,
                _ => return Ok(symbol),
            };
            times += 1;
            if times > 1 {
                return Err(
                    Diagnostic::new(self.span(), "a repetition of a repetition is ambiguous")
                        .help("write one of `*`, `+` and `?`"),
                );
            }
            self.bump();
            let span = symbol.span.start..self.previous_end();
            symbol = Symbol {
                name: None,
                kind: SymbolKind::Repeat(Box::new(symbol), repeat),
                span,
            };
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
            Tok::Punct("@L" | "@R") => return self.location(),
            Tok::Punct("!") => {
                return Err(Diagnostic::new(
                    self.span(),
                    "`!` stands for text that is not in the language, which is never generated",
                )
                .help("remove the alternative"));
            }
            _ => return self.expected("a symbol"),
        };
        Ok(Symbol {
            name: None,
            kind,
            span: start..self.previous_end(),
        })
    }
}

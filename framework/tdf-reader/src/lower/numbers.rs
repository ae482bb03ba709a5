//! Rules whose alternatives are terminals of numbers: `Number = { "0", r"[1-9][0-9]?" }`.

use regex_syntax::hir::{Class, Hir, HirKind};
use tdf_grammar::TerminalText;

use super::Lowering;
use crate::label::is_plain_terminal;
use crate::members::{NoMembers, members, parse};
use crate::surface::{Alternative, Rule, Symbol, SymbolKind};

impl Lowering<'_, '_> {
    /// The one alternative that a rule has instead of `alternatives`, if those are terminals of numbers without labels of
    /// their own. LALRPOP's lexer cannot share a text between two terminals, so that `"0"` has to stand beside
    /// the others; together they are one terminal, as if the file had written one regular expression.
    pub(super) fn numbers(&mut self, rule: &Rule, alternatives: &[&Alternative]) -> Option<Alternative> {
        let ([first, .., last], false) = (alternatives, rule.level) else {
            return None;
        };
        if !alternatives.iter().all(|a| is_plain_terminal(a, &rule.name.text)) {
            return None;
        }
        let symbols = alternatives.iter().flat_map(|a| &a.symbols);
        let symbols: Vec<&Symbol> = symbols.filter(|s| !s.is_nothing()).collect();
        let mut parts: Vec<TerminalText> = Vec::new();
        for symbol in &symbols {
            let part = match &symbol.kind {
                SymbolKind::Literal(text) => self.matching.literal(text),
                SymbolKind::Regex(text) => TerminalText::Regex(text.clone()),
                _ => return None,
            };
            let numeric = match &part {
                TerminalText::Literal(text) => is_number(text),
                TerminalText::Regex(regex) => match members(regex) {
                    Ok(members) => members.iter().all(|m| is_number(m)),
                    Err(NoMembers::Invalid(_) | NoMembers::Look) => false,
                    Err(_) => parse(regex).is_ok_and(|hir| has_digits_only(&hir)),
                },
            };
            if !numeric {
                return None;
            }
            parts.push(part);
        }
        // A `match` block lists the parts, not what they make together.
        for (part, symbol) in parts.iter().zip(&symbols) {
            let terminal = self.terminal(part, &symbol.span);
            self.check_listed(terminal);
        }
        let text = self.matching.join(parts);
        let span = first.span.start..last.span.end;
        let mut symbol = Symbol::new(SymbolKind::Regex(text), span.clone());
        let name = |s: &Symbol| s.name.as_ref().map(|n| n.text.clone());
        if symbols.iter().all(|s| name(s) == name(symbols[0])) {
            symbol.name = symbols[0].name.clone();
        }
        Some(Alternative {
            doc: alternatives.iter().find_map(|a| a.doc.clone()),
            attributes: Vec::new(),
            symbols: vec![symbol],
            condition: None,
            action: None,
            span,
        })
    }
}

/// The characters that numbers are written with.
fn is_numeric(c: char) -> bool {
    matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')
}

fn is_number(text: &str) -> bool {
    text.chars().all(is_numeric) && text.parse::<f64>().is_ok()
}

/// Whether all members of a regular expression are made of the characters of numbers.
fn has_digits_only(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Look(_) => false,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().all(is_numeric),
        HirKind::Class(Class::Unicode(class)) => {
            // A class of numbers is small: `\d` is all scripts.
            let small = class.ranges().iter().map(|r| r.len()).sum::<usize>() <= 14;
            small && class.ranges().iter().flat_map(|r| r.start()..=r.end()).all(is_numeric)
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut bytes = class.ranges().iter().flat_map(|r| r.start()..=r.end());
            bytes.all(|b| is_numeric(char::from(b)))
        }
        HirKind::Repetition(repetition) => has_digits_only(&repetition.sub),
        HirKind::Capture(capture) => has_digits_only(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(has_digits_only),
    }
}

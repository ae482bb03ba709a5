//! Rules whose alternatives are terminals of numbers: `Number = { "0", r"[1-9][0-9]?" }`.

use super::Lowering;
use crate::TerminalText;
use crate::read::label::is_plain_terminal;
use crate::read::members::members;
use crate::read::surface::{Alternative, Rule, Symbol, SymbolKind};

impl Lowering<'_, '_> {
    /// The one alternative that a rule has instead of `alternatives`, if those are terminals of whole numbers without
    /// labels of their own. LALRPOP's lexer cannot share a text between two terminals, so that `"0"` has to stand beside
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
            let members = match &part {
                TerminalText::Literal(text) => Ok(vec![text.clone()]),
                TerminalText::Regex(regex) => members(regex),
            };
            if !members.is_ok_and(|m| m.iter().all(|m| is_whole(m))) {
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

/// Whether `text` is a whole number in its usual form.
fn is_whole(text: &str) -> bool {
    text.parse::<i128>().is_ok_and(|n| n.to_string() == text)
}

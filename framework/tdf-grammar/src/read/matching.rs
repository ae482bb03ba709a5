//! `match { } else { }`: names for terminals, their priorities, and what is skipped between tokens.

use std::collections::{BTreeMap, BTreeSet};

use super::members::only_blanks;
use super::surface::{File, MatchItem, MatchTarget, SymbolKind};
use crate::{Diagnostic, TerminalText};

/// What the `match` block says.
#[derive(Debug, Default)]
pub(super) struct Matching {
    /// The terminals that the grammar writes by a name.
    pub names: BTreeMap<String, TerminalText>,
    /// Those that it writes by a literal.
    literals: BTreeMap<String, TerminalText>,
    /// Branch in which each terminal stands; branch 0 wins over branch 1.
    branches: BTreeMap<TerminalText, usize>,
    /// Branch of the terminals that are not listed; `None` if they are not allowed.
    catch_all: Option<usize>,
    present: bool,
}

impl Matching {
    pub fn new(file: &File, findings: &mut Vec<Diagnostic>) -> Self {
        let mut this = Self {
            present: file.matching_span.is_some(),
            ..Self::default()
        };
        for (branch, items) in file.matching.iter().enumerate() {
            for item in items {
                let MatchItem::Terminal { symbol, to } = item else {
                    this.catch_all = Some(branch);
                    continue;
                };
                let terminal = match &symbol.kind {
                    SymbolKind::Literal(text) => TerminalText::Literal(text.clone()),
                    SymbolKind::Regex(text) => TerminalText::Regex(text.clone()),
                    _ => continue,
                };
                match to {
                    Some(MatchTarget::Skip) if !is_blanks(&terminal) => {
                        let message = "only white space can be skipped between tokens";
                        findings.push(
                            Diagnostic::new(symbol.span.clone(), message).help(
                                "programs are written without comments: remove the line, or write r\"\\s*\" => { }",
                            ),
                        );
                    }
                    Some(MatchTarget::Skip) => {}
                    Some(MatchTarget::Name(name) | MatchTarget::Literal(name)) => {
                        this.insert(&terminal, branch, symbol.span.clone(), findings);
                        let names = match to {
                            Some(MatchTarget::Literal(_)) => &mut this.literals,
                            _ => &mut this.names,
                        };
                        if names.insert(name.clone(), terminal).is_some() {
                            let message = format!("a second terminal for `{name}`");
                            findings.push(
                                Diagnostic::new(symbol.span.clone(), message).help("join the two: r\"one|other\""),
                            );
                        }
                        if file.rules.iter().any(|r| r.name.text == *name)
                            && !matches!(to, Some(MatchTarget::Literal(_)))
                        {
                            let message = format!("`{name}` is the name of a rule too");
                            findings.push(Diagnostic::new(symbol.span.clone(), message).help("rename one of the two"));
                        }
                    }
                    None => this.insert(&terminal, branch, symbol.span.clone(), findings),
                }
            }
        }
        this
    }

    fn insert(
        &mut self,
        terminal: &TerminalText,
        branch: usize,
        span: std::ops::Range<usize>,
        findings: &mut Vec<Diagnostic>,
    ) {
        if self.branches.insert(terminal.clone(), branch).is_some() {
            findings.push(Diagnostic::new(span, "this terminal is listed twice").help("remove one of the two"));
        }
    }

    /// What the literal `text` stands for: the terminal that is mapped to it, else itself.
    pub fn literal(&self, text: &str) -> TerminalText {
        let mapped = self.literals.get(text).cloned();
        mapped.unwrap_or_else(|| TerminalText::Literal(text.to_owned()))
    }

    /// Whether the grammar may use `terminal`.
    pub fn allows(&self, terminal: &TerminalText) -> bool {
        !self.present || self.catch_all.is_some() || self.branches.contains_key(terminal)
    }

    /// Takes from each terminal the members that a terminal of an earlier branch has too. Without a `match` block
    /// members are shared instead: the parser knows from the context which terminal is meant.
    pub fn take_by_priority(&self, terminals: &mut [(TerminalText, Vec<String>)]) {
        if !self.present {
            return;
        }
        let branch = |t: &TerminalText| self.branches.get(t).copied().or(self.catch_all).unwrap_or(usize::MAX);
        let branches: Vec<usize> = terminals.iter().map(|(t, _)| branch(t)).collect();
        let mut order: Vec<usize> = (0..terminals.len()).collect();
        order.sort_by_key(|i| branches[*i]);
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for group in order.chunk_by(|a, b| branches[*a] == branches[*b]) {
            for &i in group {
                terminals[i].1.retain(|m| !taken.contains(m));
            }
            for &i in group {
                taken.extend(terminals[i].1.iter().cloned());
            }
        }
    }
}

/// Whether a terminal matches white space only, so that the lexer skips it anyway.
fn is_blanks(terminal: &TerminalText) -> bool {
    match terminal {
        TerminalText::Literal(text) => text.chars().all(char::is_whitespace),
        TerminalText::Regex(regex) => only_blanks(regex),
    }
}

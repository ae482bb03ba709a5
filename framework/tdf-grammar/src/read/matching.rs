//! `match { } else { }`: names for terminals, their priorities, and what is skipped between tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regex_automata::meta::Regex;

use super::members::only_blanks;
use super::surface::{File, MatchItem, MatchTarget, SymbolKind};
use crate::{Diagnostic, TerminalText};

/// Every member is tried on each of them.
const MAX_RESERVED: usize = 100;

/// What the `match` block says.
#[derive(Debug, Default)]
pub(super) struct Matching {
    /// The terminals that the grammar writes by a name.
    pub names: BTreeMap<String, TerminalText>,
    /// Those that it writes by a literal.
    literals: BTreeMap<String, TerminalText>,
    /// Branch in which each terminal stands; branch 0 wins over branch 1.
    branches: BTreeMap<TerminalText, (usize, Range<usize>)>,
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
        let rules: BTreeSet<&str> = file.rules.iter().map(|r| r.name.text.as_str()).collect();
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
                        if matches!(to, Some(MatchTarget::Name(_))) && rules.contains(name.as_str()) {
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

    fn insert(&mut self, terminal: &TerminalText, branch: usize, span: Range<usize>, findings: &mut Vec<Diagnostic>) {
        let place = (branch, span.clone());
        if self.branches.insert(terminal.clone(), place).is_some() {
            findings.push(Diagnostic::new(span, "this terminal is listed twice").help("remove one of the two"));
        }
    }

    /// What the literal `text` stands for: the terminal that is mapped to it, else itself.
    pub fn literal(&self, text: &str) -> TerminalText {
        let mapped = self.literals.get(text).cloned();
        mapped.unwrap_or_else(|| TerminalText::Literal(text.to_owned()))
    }

    /// Who wins a text that several terminals match, the least: an earlier branch, then a literal.
    pub fn rank(&self, terminal: &TerminalText) -> (usize, bool) {
        let listed = self.branches.get(terminal).map(|(branch, _)| *branch);
        let branch = if self.present {
            listed.or(self.catch_all).unwrap_or(usize::MAX)
        } else {
            0
        };
        (branch, matches!(terminal, TerminalText::Regex(_)))
    }

    /// The terminals of the block.
    pub fn listed(&self) -> impl Iterator<Item = &TerminalText> {
        self.branches.keys()
    }

    /// Whether the grammar may use `terminal`.
    pub fn allows(&self, terminal: &TerminalText) -> bool {
        !self.present || self.catch_all.is_some() || self.branches.contains_key(terminal)
    }

    /// The terminals that are listed and that `used` has not.
    fn reserved(&self, used: &[(TerminalText, Vec<String>)], findings: &mut Vec<Diagnostic>) -> Reserved {
        let used: BTreeSet<&TerminalText> = used.iter().map(|(t, _)| t).collect();
        let mut reserved = Reserved::default();
        for (terminal, (branch, span)) in self.branches.iter().filter(|(t, _)| !used.contains(t)) {
            let fault = match terminal {
                TerminalText::Literal(text) => {
                    reserved.texts.insert(text.clone(), *branch);
                    continue;
                }
                TerminalText::Regex(_) if reserved.regexes.len() == MAX_RESERVED => {
                    format!("more than {MAX_RESERVED} regular expressions of this block stand in no rule")
                }
                TerminalText::Regex(regex) => match whole(regex) {
                    Some(regex) => {
                        reserved.regexes.push((*branch, regex));
                        continue;
                    }
                    None => "not a regular expression, or too large a one".to_owned(),
                },
            };
            findings.push(Diagnostic::new(span.clone(), fault).help("no rule uses it: remove it"));
            break;
        }
        reserved
    }

    /// Takes from each terminal the members that a terminal of an earlier branch has too. Without a `match` block
    /// members are shared instead: the parser knows from the context which terminal is meant.
    pub fn take_by_priority(&self, terminals: &mut [(TerminalText, Vec<String>)], findings: &mut Vec<Diagnostic>) {
        if !self.present {
            return;
        }
        let reserved = self.reserved(terminals, findings);
        let listed = |t: &TerminalText| self.branches.get(t).map(|(branch, _)| *branch);
        let branch = |t: &TerminalText| listed(t).or(self.catch_all).unwrap_or(usize::MAX);
        let branches: Vec<usize> = terminals.iter().map(|(t, _)| branch(t)).collect();
        let mut order: Vec<usize> = (0..terminals.len()).collect();
        order.sort_by_key(|i| branches[*i]);
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for group in order.chunk_by(|a, b| branches[*a] == branches[*b]) {
            for &i in group {
                let branch = branches[i];
                terminals[i]
                    .1
                    .retain(|m| !taken.contains(m) && !reserved.takes(m, branch));
            }
            for &i in group {
                taken.extend(terminals[i].1.iter().cloned());
            }
        }
    }
}

/// Terminals that are listed and stand in no rule, and their branches. In a program they stand nowhere, but what they
/// match is taken from later branches, as a language takes its reserved words from its names.
#[derive(Default)]
struct Reserved {
    texts: BTreeMap<String, usize>,
    regexes: Vec<(usize, Regex)>,
}

impl Reserved {
    /// Whether one of them takes `member` from `branch`.
    fn takes(&self, member: &str, branch: usize) -> bool {
        self.texts.get(member).is_some_and(|b| *b < branch)
            || self.regexes.iter().any(|(b, r)| *b < branch && r.is_match(member))
    }
}

/// A regular expression for the texts that `regex` matches as a whole.
fn whole(regex: &str) -> Option<Regex> {
    // The line break ends a comment, where the expression allows them.
    Regex::new(regex).ok()?;
    let bound = |open: &str| Regex::new(&format!("\\A(?:{regex}{open})\\z")).ok();
    bound("").or_else(|| bound("\n"))
}

/// Whether a terminal matches white space only, so that the lexer skips it anyway.
fn is_blanks(terminal: &TerminalText) -> bool {
    match terminal {
        TerminalText::Literal(text) => text.chars().all(char::is_whitespace),
        TerminalText::Regex(regex) => only_blanks(regex),
    }
}

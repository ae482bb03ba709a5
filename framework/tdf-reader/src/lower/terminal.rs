//! Terminals and their members.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tdf_grammar::{Diagnostic, TerminalText};

use super::Lowering;
use crate::draft::{Draft, DraftSymbol, DraftTerminal};
use crate::limits::MAX_VOCABULARY;
use crate::matching::Rank;
use crate::members::{NoMembers, members};
use crate::open_terminals::set_members;

impl Lowering<'_, '_> {
    pub(super) fn terminal(&mut self, text: &TerminalText, span: &Range<usize>) -> usize {
        if let Some(&index) = self.terminals.get(text) {
            return index;
        }
        let words = self.matching.any_case(text).map(<[String]>::to_vec);
        let ignores_case = words.is_some();
        let listed = match text {
            TerminalText::Regex(regex) if words.is_none() && self.members <= MAX_VOCABULARY => members(regex),
            TerminalText::Regex(_) => Ok(words.unwrap_or_default()),
            TerminalText::Literal(text) => Ok(vec![self.matching.written(text).to_owned()]),
        };
        let (members, is_open) = match listed {
            Ok(members) => (members, false),
            Err(NoMembers::Infinite | NoMembers::TooMany | NoMembers::TooLong) => (Vec::new(), true),
            Err(why) => {
                self.find(no_members(span, why));
                (Vec::new(), false)
            }
        };
        let before = self.members;
        self.members += members.len();
        if before <= MAX_VOCABULARY && self.members > MAX_VOCABULARY {
            let message = format!("the terminals have more than {MAX_VOCABULARY} members together");
            self.find(Diagnostic::new(span.clone(), message).help("compose long tokens of short ones"));
        }
        let index = self.draft.terminals.len();
        self.terminals.insert(text.clone(), index);
        self.draft.terminals.push(DraftTerminal {
            text: text.clone(),
            has_choice: is_open || members.len() > 1,
            members,
            ignores_case,
            unprintable: None,
            is_open,
            open: None,
            span: span.clone(),
        });
        index
    }

    /// Reports a terminal that the block of terminals does not list. What only conditions of macros look at may be
    /// missing there.
    pub(super) fn check_listed(&mut self, terminal: usize) {
        let terminal = &self.draft.terminals[terminal];
        if self.matching.allows(&terminal.text) {
            return;
        }
        let (block, help) = match self.matching.is_external() {
            true => ("extern", "add it there"),
            false => ("match", "add it there, or add `_` for all others"),
        };
        let message = format!("this terminal is not in the `{block}` block");
        self.find(Diagnostic::new(terminal.span.clone(), message).help(help));
    }

    /// Removes the terminals that no alternative has: those that only conditions of macros look at, and the parts of
    /// numbers. They win no text over others.
    fn leave_out_terminals(&mut self) {
        let symbols = |draft: &mut Draft, change: &mut dyn FnMut(&mut usize)| {
            let alternatives = draft.nonterminals.iter_mut().flat_map(|n| &mut n.alternatives);
            for symbol in alternatives.flat_map(|a| &mut a.symbols) {
                if let DraftSymbol::Terminal(t) = symbol {
                    change(t);
                }
            }
        };
        let mut used = vec![false; self.draft.terminals.len()];
        symbols(&mut self.draft, &mut |t| used[*t] = true);
        let mut numbers = Vec::with_capacity(used.len());
        let mut next = 0;
        for used in &used {
            numbers.push(next);
            next += usize::from(*used);
        }
        let mut keep = used.iter();
        self.draft.terminals.retain(|_| keep.next() == Some(&true));
        symbols(&mut self.draft, &mut |t| *t = numbers[*t]);
    }

    /// Reports numbers in parts of which a literal part is a terminal elsewhere too: if they are open, its text would
    /// be a token and a member, and the token wins.
    fn check_parts(&mut self) {
        let terminals = &self.draft.terminals;
        let texts: BTreeSet<&TerminalText> = terminals.iter().map(|t| &t.text).collect();
        let mut findings = Vec::new();
        for terminal in terminals.iter().filter(|t| t.is_open) {
            let twice = self.matching.parts(&terminal.text).iter();
            let twice = twice.filter(|p| matches!(p, TerminalText::Literal(_)) && texts.contains(p));
            findings.extend(twice.map(|part| {
                let message = format!("{part} is one of these numbers and a terminal of its own elsewhere");
                Diagnostic::new(terminal.span.clone(), message).help("give the alternatives labels")
            }));
        }
        findings.into_iter().for_each(|d| self.find(d));
    }

    fn check_terminals(&mut self) {
        for terminal in 0..self.draft.terminals.len() {
            self.check_listed(terminal);
        }
        let texts = self.draft.terminals.iter().filter_map(|t| match &t.text {
            TerminalText::Literal(text) => Some(text.as_str()),
            TerminalText::Regex(_) => None,
        });
        let warning = self.matching.nameless(&texts.collect());
        self.draft.warnings.extend(warning);
        self.draft.warnings.extend_from_slice(self.matching.repeated());
    }

    pub(super) fn finish(mut self) -> Draft {
        self.leave_out_terminals();
        self.check_terminals();
        self.check_parts();
        self.draft.skips = self.matching.skips.texts();
        let terminals = &self.draft.terminals;
        let texts: BTreeSet<&TerminalText> = terminals.iter().map(|t| &t.text).collect();
        let listed = || self.matching.listed().filter(|t| !texts.contains(t));
        let words = listed()
            .flat_map(|t| self.matching.words_in_any_case(t))
            .map(|word| word.to_ascii_lowercase());
        let reserved_words = words.filter(|word| !word.contains(char::is_whitespace)).collect();
        let literals = listed().filter_map(|t| match t {
            TerminalText::Literal(text) => Some((text.clone(), self.matching.rank(t))),
            TerminalText::Regex(_) => None,
        });
        // A literal that a word in any case wins is that word.
        let mut words: BTreeMap<String, Rank> = BTreeMap::new();
        for terminal in terminals.iter().filter(|t| t.ignores_case) {
            let rank = self.matching.rank(&terminal.text);
            for word in &terminal.members {
                let known = words.entry(word.to_ascii_lowercase()).or_insert(rank);
                *known = rank.min(*known);
            }
        }
        let wins = |text: &str, rank| words.get(&text.to_ascii_lowercase()).is_some_and(|r| *r < rank);
        let literals = literals.filter(|(text, rank)| !wins(text, *rank));
        self.draft.reserved = literals.map(|(text, _)| text).collect();
        self.draft.reserved_in_any_case = reserved_words;
        self.draft.warnings.extend(self.matching.skips.warning.take());
        let used: BTreeSet<&str> = self.instances.keys().map(|(name, _)| name.as_str()).collect();
        let unused = self.macros.values().filter(|m| !used.contains(m.name.text.as_str()));
        self.draft.unused_macros = unused.map(|m| m.name.clone()).collect();
        let terminals = &mut self.draft.terminals;
        let mut taken: Vec<_> = terminals
            .iter_mut()
            .map(|t| (t.text.clone(), std::mem::take(&mut t.members)))
            .collect();
        self.matching.take_by_priority(&mut taken, self.findings);
        for (terminal, (_, members)) in terminals.iter_mut().zip(taken) {
            terminal.members = members;
        }
        set_members(&mut self.draft, &self.matching, self.findings);
        self.draft
    }
}

fn no_members(span: &Range<usize>, why: NoMembers) -> Diagnostic {
    match why {
        NoMembers::Invalid(message) => Diagnostic::new(span.clone(), format!("not a regular expression: {message}")),
        _ => Diagnostic::new(span.clone(), "`^`, `$` and `\\b` mean nothing in a terminal").help("remove it"),
    }
}

//! Terminals and their members.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Lowering;
use crate::read::draft::{Draft, DraftTerminal};
use crate::read::members::{MAX_LENGTH, MAX_MEMBERS, NoMembers, members};
use crate::{Diagnostic, TerminalText};

/// Members of all terminals together.
const MAX_VOCABULARY: usize = 100_000;

impl Lowering<'_, '_> {
    pub(super) fn terminal(&mut self, text: &TerminalText, span: &Range<usize>) -> usize {
        if let Some(&index) = self.terminals.get(text) {
            return index;
        }
        if !self.matching.allows(text) {
            let message = "this terminal is not in the `match` block";
            self.find(Diagnostic::new(span.clone(), message).help("add it there, or add `_` for all others"));
        }
        let members = match text {
            TerminalText::Literal(text) => Ok(vec![text.clone()]),
            TerminalText::Regex(_) if self.members > MAX_VOCABULARY => Ok(Vec::new()),
            TerminalText::Regex(regex) => members(regex).map_err(|why| no_members(regex, span, why)),
        };
        let members = members.unwrap_or_else(|d| {
            self.find(d);
            Vec::new()
        });
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
            members,
            span: span.clone(),
        });
        index
    }

    pub(super) fn finish(mut self) -> Draft {
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
        self.draft
    }
}

fn no_members(regex: &str, span: &Range<usize>, why: NoMembers) -> Diagnostic {
    let class = ["\\w", "\\d"].into_iter().find(|c| regex.contains(c));
    match why {
        NoMembers::Invalid(message) => Diagnostic::new(span.clone(), format!("not a regular expression: {message}")),
        NoMembers::Infinite => Diagnostic::new(span.clone(), "this terminal has infinitely many members")
            .help("bound it, such as {1,3} instead of +, or list what programs are to be made of"),
        NoMembers::TooMany => {
            let d = Diagnostic::new(
                span.clone(),
                format!("this terminal has more than {MAX_MEMBERS} members"),
            );
            match class {
                Some("\\w") => d.help("\\w alone has 144,667 members, of all scripts: write [a-z], or what you mean"),
                Some(_) => d.help("\\d alone has 760 members, of all scripts: write [0-9]"),
                None => d.help("every member is a token of the vocabulary: compose long ones of short ones"),
            }
        }
        NoMembers::TooLong => Diagnostic::new(
            span.clone(),
            format!("a member of this terminal is more than {MAX_LENGTH} bytes long"),
        )
        .help("compose long tokens of short ones"),
        NoMembers::Look => {
            Diagnostic::new(span.clone(), "`^`, `$` and `\\b` mean nothing in a terminal").help("remove it")
        }
    }
}

//! A grammar on its way from surface syntax to tables: names resolved, repetitions and macros expanded, nothing checked.

use std::ops::Range;

use super::surface::Name;
use crate::{Field, Label, NonterminalSort, TerminalText};

/// The grammar so far; indices are positions in these vectors.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub nonterminals: Vec<DraftNonterminal>,
    pub terminals: Vec<DraftTerminal>,
    /// Macros without instances: their alternatives have not been looked at.
    pub unused_macros: Vec<Name>,
}

#[derive(Debug)]
pub(super) struct DraftNonterminal {
    pub name: String,
    pub doc: Option<String>,
    pub public: bool,
    pub sort: NonterminalSort,
    /// As [`Nonterminal::inline`](crate::Nonterminal::inline).
    pub inline: bool,
    pub alternatives: Vec<DraftAlternative>,
    /// Where its name, or what it stands for, is first written.
    pub span: Range<usize>,
}

#[derive(Debug)]
pub(super) struct DraftAlternative {
    pub doc: Option<String>,
    pub label: Label,
    pub fields: Vec<Field>,
    pub symbols: Vec<DraftSymbol>,
    /// Whether it is a terminal with several members and nothing else.
    pub leaf: bool,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DraftSymbol {
    Terminal(usize),
    Nonterminal(usize),
}

#[derive(Debug)]
pub(super) struct DraftTerminal {
    pub text: TerminalText,
    pub members: Vec<String>,
    /// Where it is first written.
    pub span: Range<usize>,
}

//! A grammar on its way from surface syntax to tables: names resolved, repetitions and macros expanded, nothing checked.

use std::ops::Range;

use tdf_grammar::{Diagnostic, Field, Label, NonterminalKind, OpenTerminal, TerminalText};

use crate::surface::Name;

/// The grammar so far; indices are positions in these vectors.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub nonterminals: Vec<DraftNonterminal>,
    pub terminals: Vec<DraftTerminal>,
    /// The letters of open terminals.
    pub characters: Vec<char>,
    /// Macros without instances: their alternatives have not been looked at.
    pub unused_macros: Vec<Name>,
    /// Regular expressions of what is skipped between tokens beside white space.
    pub skips: Vec<String>,
    /// Literals of the `match` block that are terminals of no rule.
    pub reserved: Vec<String>,
    /// Words in any case of the `match` block that are terminals of no rule.
    pub reserved_in_any_case: Vec<String>,
    /// What is odd and yet works.
    pub warnings: Vec<Diagnostic>,
    /// Nonterminals that have lost an alternative with `!`.
    pub recovering: Vec<usize>,
    /// Nonterminals without alternatives, and what to say of them.
    pub empty: Vec<(usize, Diagnostic)>,
    /// What keeps a typed syntax tree from being made.
    pub untyped: Vec<Diagnostic>,
}

#[derive(Debug)]
pub(crate) struct DraftNonterminal {
    pub name: String,
    pub doc: Option<String>,
    pub public: bool,
    pub kind: NonterminalKind,
    /// As [`Nonterminal::inline`](tdf_grammar::Nonterminal::inline).
    pub inline: bool,
    /// Whether it is left out because no program has it, and not because nothing leads to it.
    pub left_out: bool,
    pub alternatives: Vec<DraftAlternative>,
    /// Where its name, or what it stands for, is first written.
    pub span: Range<usize>,
}

#[derive(Debug)]
pub(crate) struct DraftAlternative {
    pub doc: Option<String>,
    pub label: Label,
    pub fields: Vec<Field>,
    pub symbols: Vec<DraftSymbol>,
    /// Whether it is a terminal with several members and nothing else.
    pub leaf: bool,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DraftSymbol {
    Terminal(usize),
    Nonterminal(usize),
}

#[derive(Debug)]
pub(crate) struct DraftTerminal {
    pub text: TerminalText,
    /// Empty if it is open.
    pub members: Vec<String>,
    /// Whether its members are infinitely many, or too many to list.
    pub is_open: bool,
    /// Whether it has several members before others take theirs, so that it takes a choice to write it.
    pub has_choice: bool,
    /// Whether its members are words that are read in any case.
    pub ignores_case: bool,
    /// Why members of it are left out, if some cannot be printed.
    pub unprintable: Option<&'static str>,
    pub open: Option<OpenTerminal>,
    /// Where it is first written.
    pub span: Range<usize>,
}

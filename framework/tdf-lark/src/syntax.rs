//! The syntax tree of a Lark grammar.

use std::ops::Range;

/// A name and its position in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Range<usize>,
}

impl Name {
    /// Whether it names a terminal: Lark writes them in capitals.
    pub fn is_terminal(&self) -> bool {
        is_terminal(&self.text)
    }
}

/// Whether `name` names a terminal.
pub fn is_terminal(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(char::is_uppercase)
}

/// A line of the file.
#[derive(Clone, Debug)]
pub enum Statement {
    Definition(Definition),
    /// `%ignore X`
    Ignore(Vec<Alternative>),
    /// `%import common.WORD -> W`
    Import(Import),
    /// `%declare _INDENT _DEDENT`
    Declare(Vec<Name>),
}

/// A rule or a terminal.
#[derive(Clone, Debug)]
pub struct Definition {
    pub name: Name,
    /// `?rule`: a tree with one child stands for it.
    pub inlines_single: bool,
    /// `rule{a, b}`
    pub parameters: Vec<Name>,
    /// `NAME.2`
    pub priority: i64,
    pub alternatives: Vec<Alternative>,
    pub change: Change,
}

/// What a definition does to one of the same name that was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// There must be none.
    Define,
    /// `%override`
    Override,
    /// `%extend`
    Extend,
}

/// `%import path.name`, or `%import path (name, name)`.
#[derive(Clone, Debug)]
pub struct Import {
    /// Whether the path begins with a dot: it starts at the folder of the file.
    pub relative: bool,
    pub path: Vec<Name>,
    /// What is imported, and the name that it has here.
    pub names: Vec<(Name, Name)>,
    pub span: Range<usize>,
}

#[derive(Clone, Debug)]
pub struct Alternative {
    pub items: Vec<Item>,
    /// `-> name`
    pub alias: Option<Name>,
    pub span: Range<usize>,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub atom: Atom,
    pub repeat: Repeat,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    Once,
    Optional,
    Star,
    Plus,
    /// `~ n` and `~ n..m`
    Times(u32, u32),
}

#[derive(Clone, Debug)]
pub enum Atom {
    /// `( ... )`
    Group(Vec<Alternative>),
    /// `[ ... ]`
    Maybe(Vec<Alternative>),
    Literal(Literal),
    Regex(Regex),
    /// `"a".."z"`
    Range(char, char),
    Name(Name),
    /// `template{a, b}`
    Template(Name, Vec<Item>),
}

/// `"text"i`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    pub text: String,
    pub ignores_case: bool,
}

/// `/text/flags`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regex {
    pub text: String,
    pub flags: String,
}

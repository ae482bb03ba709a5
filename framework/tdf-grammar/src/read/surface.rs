//! What a `.lalrpop` file says, before it means anything: its syntax tree with places.

use std::ops::Range;

/// The file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub rules: Vec<Rule>,
    /// The branches of `match { } else { }`, highest priority first.
    pub matching: Vec<Vec<MatchItem>>,
    pub matching_span: Option<Range<usize>>,
}

#[derive(Clone, Debug)]
pub(super) struct Name {
    pub text: String,
    pub span: Range<usize>,
}

/// `#[id(...)]` or `#[id = "..."]`.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub name: Name,
    /// The argument's name and value: `("level", "1")` in `#[precedence(level = "1")]`.
    pub arguments: Vec<(String, Option<String>)>,
}

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub name: Name,
    pub doc: Option<String>,
    pub public: bool,
    pub attributes: Vec<Attribute>,
    pub parameters: Vec<Name>,
    pub alternatives: Vec<Alternative>,
    /// Whether it is one of several levels of the rule that the file writes.
    pub level: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Alternative {
    pub doc: Option<String>,
    pub attributes: Vec<Attribute>,
    pub symbols: Vec<Symbol>,
    pub condition: Option<Condition>,
    pub action: Option<Code>,
    pub span: Range<usize>,
}

/// `if name == "text"`.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub parameter: Name,
    pub operator: &'static str,
    pub text: String,
}

/// The Rust code behind `=>`.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub text: String,
    pub span: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Symbol {
    pub name: Option<Name>,
    pub kind: SymbolKind,
    pub span: Range<usize>,
}

impl Symbol {
    /// Whether it is `()`, which stands for no symbol.
    pub fn is_nothing(&self) -> bool {
        matches!(&self.kind, SymbolKind::Group(inside) if inside.is_empty())
    }
}

#[derive(Clone, Debug)]
pub(super) enum SymbolKind {
    Literal(String),
    Regex(String),
    Nonterminal(String),
    Macro(String, Vec<Symbol>),
    Group(Vec<Symbol>),
    Repeat(Box<Symbol>, Repeat),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Repeat {
    Star,
    Plus,
    Optional,
}

/// One line of a `match` block.
#[derive(Clone, Debug)]
pub(super) enum MatchItem {
    /// `_`
    CatchAll,
    /// A terminal, and what it is mapped to.
    Terminal { symbol: Symbol, to: Option<MatchTarget> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MatchTarget {
    /// `=> { }`: skipped between tokens.
    Skip,
    /// `=> NAME`: the grammar writes this name instead.
    Name(String),
    /// `=> "text"`: the grammar writes this literal instead.
    Literal(String),
}

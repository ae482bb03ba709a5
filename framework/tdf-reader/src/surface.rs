//! What a `.lalrpop` file says, before it means anything: its syntax tree with places.

use std::collections::BTreeSet;
use std::ops::Range;

/// The file.
#[derive(Debug, Default)]
pub(crate) struct File {
    pub rules: Vec<Rule>,
    /// The branches of `match { } else { }`, highest priority first.
    pub matching: Vec<Vec<MatchItem>>,
    pub matching_span: Option<Range<usize>>,
    pub external: Option<External>,
    /// Names of the rules that `#[cfg]` has left out.
    pub left_out: BTreeSet<String>,
}

/// `extern { enum Token { ... } }`: a lexer outside the file.
#[derive(Debug)]
pub(crate) struct External {
    /// The word `extern`.
    pub span: Range<usize>,
    /// `None` if the block names types only, so that the file's own lexer is used.
    pub tokens: Option<Vec<ExternalToken>>,
}

/// `"num" => Tok::Num(<i64>)` in an `extern` block.
#[derive(Debug)]
pub(crate) struct ExternalToken {
    pub attributes: Vec<Attribute>,
    /// A literal, a regular expression or a name.
    pub symbol: Symbol,
    /// Whether the pattern takes a value out of the token.
    pub valued: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub text: String,
    pub span: Range<usize>,
}

/// `#[name]`, `#[name = "..."]` or `#[name(...)]`; what stands in the brackets has the same form.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub name: Name,
    pub value: Option<String>,
    pub arguments: Vec<Attribute>,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
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
pub(crate) struct Alternative {
    pub doc: Option<String>,
    pub attributes: Vec<Attribute>,
    pub symbols: Vec<Symbol>,
    pub condition: Option<Condition>,
    pub action: Option<Code>,
    pub span: Range<usize>,
}

/// `if name == "text"`.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub parameter: Name,
    pub operator: &'static str,
    pub text: String,
}

/// What stands behind `=>`.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub kind: CodeKind,
    pub text: String,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeKind {
    /// `=> ...`
    Plain,
    /// `=>? ...`
    Fallible,
    /// `=>@L` and `=>@R`
    Location,
}

#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    pub name: Option<Name>,
    /// Where the pattern in `<(a, b): X>` begins.
    pub tuple: Option<Range<usize>>,
    pub kind: SymbolKind,
    pub span: Range<usize>,
}

impl Symbol {
    /// A symbol without a name.
    pub fn new(kind: SymbolKind, span: Range<usize>) -> Self {
        Self {
            name: None,
            tuple: None,
            kind,
            span,
        }
    }

    /// Whether it reads nothing wherever it stands: `()`, `@L`, groups of them.
    pub fn is_nothing(&self) -> bool {
        match &self.kind {
            SymbolKind::Location(_) => true,
            SymbolKind::Group(inside) => inside.iter().all(Self::is_nothing),
            _ => false,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum SymbolKind {
    Literal(String),
    Regex(String),
    Nonterminal(String),
    Macro(String, Vec<Symbol>),
    Group(Vec<Symbol>),
    Repeat(Box<Symbol>, Repeat),
    /// `@L`, `@R`: a place in the text. Holds where it is written.
    Location(usize),
    /// `!`: text that is not in the language.
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Repeat {
    Star,
    Plus,
    Optional,
}

/// One line of a `match` block.
#[derive(Clone, Debug)]
pub(crate) enum MatchItem {
    /// `_`
    CatchAll,
    /// A terminal, and what it is mapped to.
    Terminal { symbol: Symbol, to: Option<MatchTarget> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MatchTarget {
    /// `=> { }`: skipped between tokens.
    Skip,
    /// `=> NAME`: the grammar writes this name instead.
    Name(String),
    /// `=> "text"`: the grammar writes this literal instead.
    Literal(String),
}

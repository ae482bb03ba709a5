//! Which names there are, where they are bound and where they end.

/// A kind of names.
#[derive(Clone, Debug)]
pub struct NameKind {
    /// The regular expression of the terminal.
    pub regex: String,
    /// Names in scope from the start: the first members.
    pub inputs: usize,
    /// The greatest number of names in scope.
    pub levels: usize,
}

/// An alternative that binds names. Positions count the nonterminals of the right-hand side.
#[derive(Clone, Debug)]
pub struct Binds {
    pub label: String,
    /// Index into [`Meaning::kinds`].
    pub kind: usize,
    pub names: Vec<usize>,
    pub bodies: Vec<usize>,
    /// Whether the names stay in scope behind the alternative.
    pub rest: bool,
}

/// Where names are bound and where they end.
#[derive(Clone, Debug, Default)]
pub struct Meaning {
    pub kinds: Vec<NameKind>,
    pub binds: Vec<Binds>,
    /// Labels of alternatives with which the names of statements inside end.
    pub blocks: Vec<String>,
}

//! Names in scope a second time, without levels: an evaluator with environments, all programs of small languages, and random
//! languages. `tdf_tree` does the same with a grammar by levels. A disagreement is a bug.

mod listing;
mod meaning;
mod random;
mod toys;

use std::sync::Arc;

use tdf_grammar::{Grammar, TerminalText, TokenId};
use tdf_tree::{Language, Node};

pub use listing::listing;
pub use meaning::{Canonical, Slip, Wrong, meaning};
pub use random::random;
pub use toys::toys;

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

/// A language with names in scope, and the same grammar without.
#[derive(Debug)]
pub struct Toy {
    pub name: String,
    pub source: String,
    pub toml: String,
    pub meaning: Meaning,
    /// The grammar as it is written: every name can stand everywhere.
    pub plain: Language,
    pub scoped: Language,
}

impl Toy {
    /// Reads both; `Err` says why it is no language.
    pub fn new(name: &str, source: &str, toml: &str, meaning: Meaning) -> Result<Self, String> {
        let grammar = tdf_reader::read_grammar("toy.lalrpop", source).map_err(|e| e.to_string())?;
        let plain = Language::new(grammar.clone()).map_err(|e| e.to_string())?;
        let scoped = Language::with_scopes(grammar, "toy.toml", toml).map_err(|e| e.to_string())?;
        Ok(Self {
            name: name.to_owned(),
            source: source.to_owned(),
            toml: toml.to_owned(),
            meaning,
            plain,
            scoped,
        })
    }

    /// The grammar as it is written.
    pub fn grammar(&self) -> &Arc<Grammar> {
        self.plain.grammar()
    }

    /// The names of each kind.
    pub fn names(&self) -> Vec<Vec<TokenId>> {
        let terminals = &self.grammar().terminals;
        let of = |kind: &NameKind| {
            let is_it = |t: &&tdf_grammar::Terminal| t.text == TerminalText::Regex(kind.regex.clone());
            terminals
                .iter()
                .find(is_it)
                .map(|t| t.tokens.clone())
                .unwrap_or_default()
        };
        self.meaning.kinds.iter().map(of).collect()
    }

    /// What a program with productions of the written grammar means; or the first name that is wrong.
    pub fn meaning(&self, nodes: &[Node]) -> Result<Canonical, Slip> {
        meaning(self.grammar(), &self.meaning, nodes)
    }
}

//! A language with names in scope beside the one without.

use std::sync::Arc;

use tdf_grammar::{Grammar, TerminalText, TokenId};
use tdf_tree::{Language, Node};

use super::meaning::{Canonical, Slip, meaning};
use super::table::{Meaning, NameKind};

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

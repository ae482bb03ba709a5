//! A grammar with what is needed to read and write its programs.

use std::sync::Arc;

use tdf_grammar::{Grammar, GrammarError, Lexer, Lr, NonterminalId, Position, TokenId};

use crate::{Node, Tree};

/// A grammar, its lexer and its LR tables.
#[derive(Clone, Debug)]
pub struct Language {
    grammar: Arc<Grammar>,
    lexer: Lexer,
    lr: Lr,
}

/// A program text that is not of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Byte offset in the text.
    pub offset: usize,
    /// Line and column.
    pub position: Position,
    /// What was found and what was expected, in one sentence without a full stop.
    pub message: String,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.position.line, self.position.column, self.message)
    }
}

impl std::error::Error for ParseError {}

impl Language {
    /// Prepares `grammar`.
    ///
    /// # Errors
    /// The grammar's LR(1) conflicts.
    pub fn new(grammar: Grammar) -> Result<Self, GrammarError> {
        let lr = Lr::new(&grammar)?;
        let lexer = Lexer::new(&grammar);
        Ok(Self { grammar: Arc::new(grammar), lexer, lr })
    }

    /// The grammar.
    pub fn grammar(&self) -> &Arc<Grammar> {
        &self.grammar
    }

    /// The LR tables.
    pub fn lr(&self) -> &Lr {
        &self.lr
    }

    /// The lexer.
    pub fn lexer(&self) -> &Lexer {
        &self.lexer
    }

    /// Parses a program of `start`.
    pub fn parse(&self, start: NonterminalId, text: &str) -> Result<Tree, ParseError> {
        let _ = (start, text);
        unimplemented!()
    }

    /// Parses tokens as a program of `start`.
    ///
    /// # Errors
    /// The index of the first token that cannot be there (`tokens.len()` if the program stops too early).
    pub fn parse_tokens(&self, start: NonterminalId, tokens: &[TokenId]) -> Result<Tree, usize> {
        let _ = (start, tokens);
        unimplemented!()
    }

    /// Appends the tokens of a subtree to `out`.
    pub fn tokens(&self, nodes: &[Node], out: &mut Vec<TokenId>) {
        let _ = (nodes, out);
        unimplemented!()
    }

    /// The canonical text of a subtree: a blank where the lexer needs one or where brackets look better with one.
    pub fn print(&self, nodes: &[Node]) -> String {
        let _ = nodes;
        unimplemented!()
    }
}

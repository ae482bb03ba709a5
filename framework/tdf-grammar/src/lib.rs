//! Grammars as data, and what is made of them: LR(1) tables and a lexer.
//!
//! ```
//! use tdf_grammar::{Lexer, Lr};
//! use tdf_reader::read_grammar;
//!
//! let grammar = read_grammar("sum.lalrpop", r#"
//!     grammar;
//!     pub Sum: Sum = { "(" "+" <left:Sum> <right:Sum> ")" => Sum::Add { <> }, r"[0-9]" => Sum::Number(<>) };
//! "#)?;
//! assert_eq!(grammar.nonterminals[grammar.start.index()].name, "Sum");
//! // Three literals and ten digits.
//! assert_eq!(grammar.tokens.len(), 13);
//! assert!(Lr::new(&grammar)?.states() > 5);
//! assert_eq!(Lexer::new(&grammar).lex("(+ 1 2)").map(|tokens| tokens.len()), Ok(5));
//! # Ok::<(), tdf_grammar::GrammarError>(())
//! ```
//!
//! A [`Grammar`] holds nonterminals, productions over *token classes* of tokens, the token vocabulary, and what the typed
//! syntax tree is to look like. The crate `tdf-reader` reads it from a file. [`Lr`] holds the LR(1) tables that the parser and
//! the masks walk; [`Lexer`] cuts text into tokens.
//!
//! A *terminal* is what the grammar file writes (`"Box"`, `r"[0-9]"`). Its members are *tokens*: texts that are shared
//! between terminals that overlap. Tokens that belong to exactly the same terminals are of one [`TokenClass`], and
//! productions range over token classes, so that 16 numbers cost one column in a table and not sixteen.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod automaton;
mod columns;
mod conflict;
mod dfa;
mod grammar;
mod ids;
mod inline;
mod items;
mod layout;
mod lexed;
mod lexer;
pub mod limits;
mod lr;
mod nearest;
mod neighbours;
mod numbers;
mod partition;
mod skips;
mod summary;
mod tables;
mod words;

pub use dfa::{Dfa, TooLarge};
pub use grammar::{
    Alternative, Field, Grammar, Label, Nonterminal, NonterminalKind, OpenTerminal, Production, Symbol, Terminal,
    TerminalText, Token, TokenClass, TokenKind,
};
pub use ids::{AlternativeId, LrProductionId, NonterminalId, ProductionId, StateId, TerminalId, TokenClassId, TokenId};
pub use inline::{LrProduction, Piece};
pub use layout::{Layout, LayoutToken};
pub use lexed::{LexError, LexErrorKind, Lexed};
pub use lexer::Lexer;
pub use limits::MAX_STATES;
pub use lr::Lr;
pub use nearest::nearest_name;
pub use skips::Skips;
pub use summary::Overlap;
pub use tables::Action;
pub use tdf_diagnostic::{Diagnostic, GrammarError, Position};

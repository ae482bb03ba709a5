//! Reads LALRPOP grammar files and holds grammars as data.
//!
//! [`Grammar::read`] turns the text of a `.lalrpop` file into a [`Grammar`]: nonterminals, productions over *kinds* of
//! tokens, the token vocabulary, and what the typed syntax tree is to look like. [`Lr`] holds the LR(1) tables that the
//! parser and the masks walk; [`Lexer`] cuts text into tokens.
//!
//! A *terminal* is what the grammar file writes (`"Box"`, `r"[0-9]"`). Its members are *tokens*: texts that are shared
//! between terminals that overlap. Tokens that belong to exactly the same terminals are of one [`Kind`], and
//! productions range over kinds, so that 16 numbers cost one column in a table and not sixteen.

mod automaton;
mod columns;
mod conflict;
mod error;
mod grammar;
mod ids;
mod lexer;
mod lr;
mod read;
mod summary;

pub use automaton::MAX_STATES;
pub use error::{Diagnostic, GrammarError, Position};
pub use grammar::{
    Alternative, Field, Grammar, Kind, Label, Nonterminal, NonterminalSort, Production, Symbol, Terminal, TerminalText,
    Token,
};
pub use ids::{AlternativeId, KindId, NonterminalId, ProductionId, StateId, TerminalId, TokenId};
pub use lexer::{LexError, Lexed, Lexer};
pub use lr::{Action, Item, Lr};
pub use summary::Overlap;

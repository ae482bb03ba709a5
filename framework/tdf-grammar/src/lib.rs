//! Reads LALRPOP grammar files and holds grammars as data.
//!
//! ```
//! use tdf_grammar::{Grammar, Lexer, Lr};
//!
//! let grammar = Grammar::read("sum.lalrpop", r#"
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
//! [`Grammar::read`] turns the text of a `.lalrpop` file into a [`Grammar`]: nonterminals, productions over *token classes* of
//! tokens, the token vocabulary, and what the typed syntax tree is to look like. [`Lr`] holds the LR(1) tables that the
//! parser and the masks walk; [`Lexer`] cuts text into tokens.
//!
//! A *terminal* is what the grammar file writes (`"Box"`, `r"[0-9]"`). Its members are *tokens*: texts that are shared
//! between terminals that overlap. Tokens that belong to exactly the same terminals are of one [`TokenClass`], and
//! productions range over token classes, so that 16 numbers cost one column in a table and not sixteen.
//!
//! # What the reader understands
//!
//! Rules, `pub`, alternatives, literals, regular expressions (those with too many members to list are *open*: written in
//! characters, see [`OpenTerminal`]), `<name:Symbol>`, `( )`,
//! `* + ?`, macros with conditions, `#[precedence]` and `#[assoc]`, `#[cfg]`, `match { } else { }` (priorities, names,
//! comments to skip), `extern { enum }` (tokens of an outside lexer), `///` lines before rules and alternatives. Types are
//! skipped; actions are labels (see [`Label`]). An action that is code leaves everything but a typed tree, see
//! [`Grammar::untyped`]; so do `=>?`, `@L`, `@R` and patterns of several names. Alternatives with `!` are left out.
//!
//! - An alternative without a label is named after its first keyword, else its only nonterminal, else its operator; the
//!   only alternative of a rule after the rule.
//! - `#[inline]`, `X*`, `X?` and groups are nodes of the tree. Where they would have to be decided too early, the
//!   automaton has them inlined into their users, as LALRPOP has all of them (see [`LrProduction`]).
//! - A rule that several macro arguments turn into several nonterminals gives each a name such as `Comma<Expr>`.
//! - Left out, with a warning: members of terminals that no printed program would be read back with, see
//!   [`Grammar::left_out`].
//! - Refused, with a reason: repetitions of repetitions, files of more than 1 MiB, automata of more than [`MAX_STATES`]
//!   states.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod automaton;
mod columns;
mod conflict;
mod dfa;
mod file;
mod grammar;
mod ids;
mod inline;
mod items;
mod lexer;
mod limits;
mod lr;
mod nearest;
mod numbers;
mod partition;
mod read;
mod skips;
mod summary;
mod tables;
mod words;

pub use dfa::Dfa;
pub use file::GrammarFileError;
pub use grammar::{
    Alternative, Field, Grammar, Label, Nonterminal, NonterminalKind, OpenTerminal, Production, Symbol, Terminal,
    TerminalText, Token, TokenClass, TokenKind,
};
pub use ids::{AlternativeId, LrProductionId, NonterminalId, ProductionId, StateId, TerminalId, TokenClassId, TokenId};
pub use inline::{LrProduction, Piece};
pub use lexer::{LexError, Lexed, Lexer};
pub use limits::MAX_STATES;
pub use lr::Lr;
pub use nearest::nearest_name;
pub use read::{ReadOptions, operator_name};
pub use summary::Overlap;
pub use tables::Action;
pub use tdf_diagnostic::{Diagnostic, GrammarError, Position};

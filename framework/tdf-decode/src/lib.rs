//! Vocabulary, program sequences and exact grammar masks under a size budget; no tensors.
//!
//! ```
//! use tdf_decode::Masks;
//! use tdf_tree::{Language, Size};
//!
//! let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
//! let grammar = language.grammar();
//! let masks = Masks::new(&language, &Size::primitives(grammar, &["Box", "Ball"])?)?;
//!
//! // A program of one shape at most: a scene of two is not allowed.
//! let mut state = masks.start(grammar.start, 1).expect("the least program has size 1");
//! let open = masks.allowed(masks.mask_id(&state))[0];
//! masks.advance(&mut state, open)?;
//! let names: Vec<&str> = masks
//!     .allowed(masks.mask_id(&state))
//!     .iter()
//!     .filter_map(|&id| Some(grammar.text(masks.vocabulary().token(id)?)))
//!     .collect();
//! assert_eq!(names, ["Box", "Ball"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Masks`] gives the tokens that may come next, so that a program of a nonterminal can still be completed within a
//! budget. It has no dead ends. A [`ProgramTokenizer`] turns programs into the input of a network: the tokens that are a
//! choice, and the position of each [`EditSite`](tdf_tree::EditSite).
//!
//! # Why the masks are exact
//!
//! LR(1) parsing is deterministic: a prefix leads to one stack of states. Under an additive size, only the cost to finish
//! depends on the past. Three terms describe it:
//!
//! - A *class* is an LR state with the least cost to finish, for each kernel item and look-ahead, relative to the least
//!   of all. There are few classes. [`Masks`] numbers them when it is built.
//! - The *need* of a token in a class is the growth of the least possible size if that token is taken.
//! - The *slack* of a decoder state is the budget minus the least size of a complete program.
//!
//! A token is allowed if and only if its need is at most the slack. Taking the token lowers the slack by the need. The
//! slack is never negative, so every prefix can be completed within the budget. At the end the slack is the unused budget.
//! This is exact for budgets up to [`Masks::greatest_slack`].

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod builder;
mod classes;
mod closure;
mod costs;
mod error;
mod masks;
mod plan;
mod sequence;
mod table;
mod vocabulary;
mod walk;

pub use error::{MaskError, NotAllowed};
pub use masks::{DecoderState, Masks};
pub use plan::{GenerationPlan, Hole, PlanError};
pub use sequence::{Decision, ProgramTokenizer, TokenSequence};
pub use table::MaskId;
pub use vocabulary::{Vocabulary, VocabularyId};

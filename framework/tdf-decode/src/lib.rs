//! Vocabulary, program sequences and exact grammar masks under a size budget; no tensors.
//!
//! ```
//! use tdf_decode::Masks;
//! use tdf_grammar::Grammar;
//! use tdf_tree::{Language, Size};
//!
//! let language = Language::new(Grammar::from_file("../../grammars/rainbow.lalrpop")?)?;
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
//! [`Masks`] answers which tokens may come next so that a program of a nonterminal can still be finished within a
//! budget; it never leads into a dead end. A [`ProgramTokenizer`] turns programs into what the network reads: the tokens that
//! carry a decision, and for each [`EditSite`](tdf_tree::EditSite) the position that stands for it.
//!
//! # Why the masks are exact
//!
//! LR(1) parsing is deterministic: a prefix leads to one stack of states. Under an additive size, all that matters of
//! the past is what it will cost to finish. A *class* is an LR state together with the least such cost for each kernel
//! item and look-ahead, relative to the least of all; there are few classes, so they are numbered when [`Masks`] is
//! built. For each class and token there is a *need*: by how much the least possible size grows if that token is
//! taken. A state's *slack* is the budget less the least possible size; a token is allowed exactly if its need is no
//! greater, and taking it lowers the slack by it. The slack is never negative, so a program within the budget can always
//! be finished, and at the end the slack is what is left of the budget.

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
pub use masks::{DecoderState, MaskId, Masks};
pub use plan::{GenerationPlan, Hole, PlanError};
pub use sequence::{Decision, ProgramTokenizer, TokenSequence};
pub use vocabulary::Vocabulary;

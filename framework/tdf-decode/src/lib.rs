//! Vocabulary, program sequences and exact grammar masks under a size budget; no tensors.
//!
//! [`Masks`] answers which tokens may come next so that a program of a nonterminal can still be finished within a
//! budget; it never leads into a dead end. A [`Sequencer`] turns programs into what the network reads: the tokens that
//! carry a decision, and for each [`Site`](tdf_tree::Site) the position that stands for it.

mod masks;
mod sequence;
mod vocabulary;

pub use masks::{DecoderState, MaskId, Masks};
pub use sequence::{Sequence, Sequencer, Step};
pub use vocabulary::Vocabulary;

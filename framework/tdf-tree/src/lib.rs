//! Syntax trees over any grammar: parse and print, sizes, exact random programs, mutations, edit paths.
//!
//! ```
//! use tdf_tree::{Language, Sampler, Size, Weighting, rng_stream};
//!
//! let language = Language::new(tdf_reader::read_grammar("sum.lalrpop", r#"
//!     grammar;
//!     pub Sum: Sum = { "(" "+" <left:Sum> <right:Sum> ")" => Sum::Add { <> }, r"[0-9]" => Sum::Number(<>) };
//! "#)?)?;
//! let grammar = language.grammar();
//! let program = language.parse(grammar.start, "(+ 1 (+ 2 3))")?;
//! assert_eq!(language.print(program.nodes()), "(+ 1 (+ 2 3))");
//!
//! // A random program of five nodes.
//! let size = Size::nodes(grammar);
//! let sampler = Sampler::new(grammar, &size, 5, Weighting::Rules);
//! let random = sampler.sample(grammar.start, &[5], &mut rng_stream(0, 0));
//! assert_eq!(size.of(random.nodes()), 5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Tree`] is a flat arena of [`Node`]s in pre-order: a subtree is a slice, equal subtrees are equal slices.
//! A [`Language`] bundles a grammar with its lexer and LR tables; [`Size`] measures programs (the paper's sigma);
//! [`Sampler`] draws exact random programs (ConstrainedSample, section 3.1); [`Mutator`] adds one step of noise;
//! [`EditPath`] leads from one program to another by small edits (TreeDiff, appendix E).

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod alias;
mod counts;
mod edit;
mod edit_sites;
mod heights;
mod language;
mod member;
mod mutate;
mod names;
mod open_weights;
mod parse;
mod partial;
mod path;
mod print;
mod range;
mod read;
mod recursion;
mod reductions;
mod rng;
mod sample;
mod scope;
mod size;
mod span;
mod tree;
mod weighting;

/// The random number library whose traits [`Rng`] implements, in the right version.
pub use rand;

pub use edit::Edit;
pub use edit_sites::{EditSite, EditSites};
pub use heights::by_depth;
pub use language::Language;
pub use member::member;
pub use mutate::{Mutator, NodeChoice, NoiseOptions};
pub use partial::PartialPrograms;
pub use path::{EditPath, PathOptions};
pub use range::{SizeRange, SizeRangeError};
pub use read::ParseError;
pub use reductions::{reductions, swap_operands};
pub use rng::{Rng, rng_stream};
pub use sample::Sampler;
pub use scope::{BoundNames, NameKind};
pub use size::{Size, SizeError};
pub use tree::{Node, NodeId, Tree};
pub use weighting::{SampleError, Weighting};

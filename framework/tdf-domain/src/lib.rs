//! What a plugin author sees.
//!
//! ```
//! use tdf_domain::erase;
//! use tdf_rainbow::Rainbow;
//!
//! let domain = erase(Rainbow::default())?;
//! let program = domain.language().parse(domain.start(), "(Box red)")?;
//! let mut image = domain.observation_spec().blank();
//! domain.render(program.nodes(), &mut image)?;
//! // The middle pixel is red.
//! let middle = (32 * 64 + 32) * 3;
//! assert!(image[middle] > image[middle + 1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A domain is a grammar, a size function and a renderer. In a plugin crate:
//!
//! 1. `build.rs` turns the grammar into Rust: `fn main() { tdf_build::grammar("../../grammars/rainbow.lalrpop") }`.
//! 2. [`include_grammar!`] brings the typed syntax tree into a module of the crate.
//! 3. A type implements [`Domain`]: a name, a [`Canvas`] and `render`; `size` and the rest have defaults.
//! 4. [`declare_domain!`] registers the type. A binary that links the crate (`use tdf_rainbow as _;`) then finds it
//!    through [`builtins`]; a shared library of the crate exports it to every `tdf`, through the tables of [`abi`].
//!
//! ```text
//! pub mod ast {
//!     tdf_domain::include_grammar!("rainbow");
//! }
//!
//! #[derive(Default)]
//! pub struct Rainbow;
//!
//! impl Domain for Rainbow {
//!     type Program = ast::Scene;
//!     const NAME: &'static str = "rainbow";
//!     fn canvas(&self) -> Canvas {
//!         Canvas { width: 64, height: 64, channels: 3, background: 255 }
//!     }
//!     fn render(&self, program: &ast::Scene, image: &mut [u8]) -> Result<(), RenderError> {
//!         // match program { ast::Scene::Box { color } => ..., }
//!     }
//! }
//!
//! declare_domain!(Rainbow);
//! ```
//!
//! The framework works with the erased form, [`DynDomain`], which takes programs as nodes of an untyped tree and makes
//! the typed one on the way to the renderer.

#![warn(missing_docs)]

pub mod abi;
#[doc(hidden)]
pub mod abi_values;
mod canvas;
mod criterion;
mod defaults;
mod depth;
pub mod distance;
mod domain;
mod erased;
mod erased_function;
mod error;
mod export;
mod function;
#[doc(hidden)]
pub mod generated;
mod include;
mod inputs;
mod measure;
mod numeral;
mod observation;
mod options;
mod registry;
mod scale;
mod slots;
mod value;
mod value_distance;

pub use canvas::{Canvas, PixelTolerance, from_samples};
pub use criterion::{Criterion, CriterionError, EXACT, PIXEL_CRITERIA, PUBLIC_CODE};
pub use depth::{MAX_DEPTH, check_depth, depth};
pub use domain::{Domain, Program};
pub use erased::{DomainError, DynDomain, PluginFaults, Provenance, bind, erase, erase_unscoped, erase_with};
pub use erased_function::{erase_function, erase_function_unscoped, erase_function_with};
pub use error::RenderError;
#[doc(hidden)]
pub use export::exported;
pub use function::{FunctionDomain, Refinement, shows_nothing};
pub use inputs::{InputError, Inputs, Signature};
#[doc(hidden)]
pub use measure::with_exact;
pub use measure::{Comparison, Measure};
pub use numeral::Numeral;
pub use observation::{ObservationPair, ObservationSpec, ValueSpec};
pub use options::{Allowed, OptionError, OptionSpec, Options};
pub use registry::{Registration, builtin, builtins};
pub use scale::scaled_down;
#[doc(hidden)]
pub use slots::slots_fault;
pub use value::{Value, ValueKind};
pub use value_distance::value_distance;

#[doc(hidden)]
pub use inventory;
pub use tdf_grammar::Grammar;
/// The version of `rand` that [`Rng`] is of.
pub use tdf_tree::rand;
pub use tdf_tree::{Language, Node, ParseError, PartialPrograms, Rng, Size, SizeError, Tree, rng_stream};

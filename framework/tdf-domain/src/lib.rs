//! What a plugin author sees.
//!
//! An author writes a grammar, lets `tdf-build` generate the syntax tree, implements [`Domain`] for a type and registers
//! it with [`declare_domain!`]. The framework works with the erased form, [`DynDomain`].

mod canvas;
mod domain;
mod erased;
mod registry;

pub use canvas::{Canvas, Goal, Tolerance};
pub use domain::{Domain, Program, RenderError};
pub use erased::{DomainError, DynDomain, erase};
pub use registry::{Registration, builtin, builtins};

#[doc(hidden)]
pub use inventory;
pub use tdf_grammar::Grammar;
pub use tdf_tree::{Language, Node, Size, SizeError, Tree};

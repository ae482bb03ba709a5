//! Finds domains by name or by grammar file.
//!
//! A binary has the domains that are linked into it ([`tdf_domain::builtins`]); [`find`] picks the one that a user
//! names. [`grammar_file`] is for what needs a grammar and no domain.

#![warn(missing_docs)]

mod error;
mod file;
mod find;

pub use error::LoadError;
pub use file::grammar_file;
pub use find::{find, find_with};

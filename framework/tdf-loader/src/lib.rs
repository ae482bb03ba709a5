//! Finds domains: built in, or in a shared library.
//!
//! ```
//! use tdf_loader::{DomainSource, LoadError, find};
//! use tdf_rainbow as _;
//!
//! // A grammar file selects the built-in domain that has this grammar.
//! let source = DomainSource { grammar: Some("../../grammars/rainbow.lalrpop".into()), ..DomainSource::default() };
//! let domain = find(&source, &mut |_| ())?.open(&[])?;
//! assert_eq!(domain.name(), "rainbow");
//!
//! let unknown = DomainSource { domain: Some("rainbows".into()), ..DomainSource::default() };
//! assert!(matches!(find(&unknown, &mut |_| ()), Err(LoadError::Unknown { .. })));
//! # Ok::<(), LoadError>(())
//! ```
//!
//! A program has the domains that are linked into it ([`tdf_domain::builtins`]); others come as shared libraries behind
//! the tables of [`tdf_domain::abi`]. [`find`] goes from what a user names ([`DomainSource`]) to a domain that can be opened:
//! for a grammar file it reads the `.toml` beside it ([`Manifest`]), builds the crate that this names ([`build_plugin`])
//! and loads the library ([`load_library`]). [`grammar_file`] is for what needs a grammar and no domain.

#![warn(missing_docs)]

mod atomics;
mod build;
mod call;
mod canary;
mod command;
mod digest;
mod error;
mod exported;
mod file;
mod find;
mod handshake;
mod library;
mod loaded;
mod loaded_domain;
mod loaded_functions;
mod manifest;
mod process;
mod raw;
mod rendering;
mod repeats;
mod watch;

pub use build::build_plugin;
pub use error::LoadError;
pub use exported::{CALL_LIMIT, DomainOverrides, ExportedDomain};
pub use file::grammar_file;
pub use find::{DomainSource, ResolvedDomain, find};
#[doc(hidden)]
pub use library::load_this_program;
pub use library::{load_library, load_library_within};
pub use manifest::{Manifest, PluginSource, manifest_beside, scope_beside};
pub use process::keep_working_folder;

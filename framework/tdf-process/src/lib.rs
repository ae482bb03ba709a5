//! Domains in processes of their own: any language that reads and writes bytes can be one.
//!
//! tdf starts the command that a `.toml` names, in several processes if several threads ask at once. It writes calls to their standard
//! input and reads answers from their standard output, both in frames (docs/plugins.md). What a process says on its standard error
//! goes to that of tdf. A process that ends, that answers nonsense, or that does not answer in time is replaced. The call that it was in
//! is a failure that names the program, like a panic of a plugin in Rust.
//!
//! [`launch`] starts a command and asks what it is; [`ProcessDomain::open`] makes a domain of it.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod child;
mod describe;
mod domain;
mod frame;
mod pool;

pub use child::Command;
pub use describe::{ProcessDomain, ProcessError, launch};

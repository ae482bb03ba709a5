//! Looks at grammars that others wrote: are they read, in which time and memory, do their programs survive printing and
//! parsing, and do the masks agree with an Earley recogniser? `CONTRIBUTING.md` says how to run it.
//!
//! Each grammar has a process of its own ([`child`]), which [`parent`] starts, listens to and ends when it takes too long
//! or too much. So a panic or a hang of one grammar is a line of the table, and not the end of the run.

#![forbid(unsafe_code)]
#![allow(missing_docs)]

pub mod accept;
pub mod child;
pub mod event;
pub mod files;
pub mod options;
pub mod parent;
pub mod report;
pub mod row;
pub mod stock;
pub mod usage;
pub mod walk;

//! Tests of the `tdf` binary: what users type, what they see.

mod bad_input;
mod commands;
mod grammars;
mod runs;
mod tool;

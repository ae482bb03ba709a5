//! Tests of the `tdf` binary: what users type, what they see.

mod bad_input;
mod commands;
mod grammars;
mod plugins;
mod runs;
mod tool;

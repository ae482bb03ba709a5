//! Tests of the `tdf` binary: what users type, what they see.

mod bad_input;
mod commands;
mod runs;
mod tool;

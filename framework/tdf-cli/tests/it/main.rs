//! Tests of the `tdf` binary: what users type, what they see.

mod bad_input;
mod commands;
mod digests;
mod evals;
mod experiments;
mod grammars;
mod help;
mod kept;
mod manual;
mod markdown;
mod methods;
mod moved;
mod parallel;
mod plugins;
mod readme;
mod runs;
mod scopes_page;
mod shell;
mod shipped;
mod tool;
mod tutorial;

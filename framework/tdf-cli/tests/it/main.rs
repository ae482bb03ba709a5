//! Tests of the `tdf` binary: what users type, what they see.

mod bad_input;
mod commands;
mod evals;
mod experiments;
mod grammars;
mod help;
mod manual;
mod methods;
mod moved;
mod parallel;
mod plugins;
mod runs;
mod shell;
mod shipped;
mod tool;
mod tutorial;

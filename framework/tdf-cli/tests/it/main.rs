//! Tests of the `tdf` binary: what users type, what they see.

mod bad_input;
mod commands;
mod digests;
mod evals;
mod examples_tables;
mod experiments;
mod grammars;
mod help;
mod kept;
mod manual;
mod markdown;
mod methods;
mod moved;
mod pages;
mod parallel;
mod plugins;
mod readme;
mod runs;
mod shell;
mod shipped;
mod tool;
mod tutorial;

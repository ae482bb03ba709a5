//! Attacks on the `tdf` binary: damaged files, foreign folders, plugins that misbehave, signals, full disks.
//!
//! Inputs are small and made by code. Each attack ends within seconds: with a result, or with one error and its exit code.

mod attack;
mod checkpoints;
mod images;
mod locks;
mod plugins;
mod signals;
mod streams;
mod summaries;
mod tasks;
mod text;
// Other tests use the rest of it.
#[allow(dead_code)]
#[path = "../../framework/tdf-cli/tests/it/tool.rs"]
mod tool;
mod trust;

//! What is run now and then, and takes tools of its own: fuzz targets, and the comparison with other tools' masks.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::steps;
use crate::workspace::Workspace;

/// Minutes for each fuzz target, unless told otherwise.
const MINUTES: u32 = 15;

#[derive(Debug, clap::Args)]
pub struct Fuzz {
    /// One of the binaries of tests/fuzz; all of them if none is named
    target: Option<String>,
    /// Minutes for each
    #[arg(long, default_value_t = MINUTES)]
    minutes: u32,
}

/// The targets, with the folders that they start from and further options.
const TARGETS: [(&str, &[&str], &[&str]); 5] = [
    (
        "reader",
        &["tests/grammars/pass", "tests/grammars/fail", "grammars"],
        &["-dict=tests/fuzz/lalrpop.dict"],
    ),
    (
        "lark",
        &["tests/grammars/lark", "examples/lark"],
        &["-dict=tests/fuzz/lark.dict"],
    ),
    ("grammars", &[], &[]),
    ("program", &[], &[]),
    ("scopes", &["tests/fuzz/scopes"], &["-dict=tests/fuzz/scopes.dict"]),
];

/// Builds the fuzz targets with cargo-fuzz and runs them. What they find is kept in target/fuzz from run to run.
pub fn fuzz(workspace: &Workspace, options: &Fuzz) -> Result<()> {
    let chosen = |name: &str| options.target.as_deref().is_none_or(|target| target == name);
    if !TARGETS.iter().any(|(name, ..)| chosen(name)) {
        bail!("the fuzz targets are reader, lark, grammars, program and scopes");
    }
    let has_tool = workspace.cargo().args(["fuzz", "--version"]).output();
    if !has_tool.is_ok_and(|output| output.status.success()) {
        bail!("cargo-fuzz is missing: cargo install cargo-fuzz");
    }
    for (name, seeds, more) in TARGETS.iter().filter(|(name, ..)| chosen(name)) {
        let corpus = format!("target/fuzz/corpus/{name}");
        fs::create_dir_all(workspace.root().join(&corpus)).with_context(|| format!("{corpus} cannot be made"))?;
        let mut command = workspace.cargo();
        // Sanitizers are unstable options of the compiler.
        command.env("RUSTC_BOOTSTRAP", "1");
        command.args(["fuzz", "run", "--fuzz-dir", "tests/fuzz", "--target-dir", "target/fuzz"]);
        command.args([name, corpus.as_str()]).args(*seeds);
        let seconds = format!("-max_total_time={}", options.minutes * 60);
        // A file of 1 MiB may take its time; memory has to stay bounded.
        command.args([
            "--",
            &seconds,
            "-timeout=60",
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
        ]);
        steps::run(command.args(*more))?;
    }
    Ok(())
}

/// Runs tests/compare: its dependencies stay out of our lock file.
pub fn compare(workspace: &Workspace) -> Result<()> {
    let manifest = "tests/compare/Cargo.toml";
    steps::run(
        workspace
            .cargo()
            .args(["run", "--release", "--quiet", "--locked", "--manifest-path", manifest]),
    )
}

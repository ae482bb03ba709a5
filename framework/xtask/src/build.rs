//! `cargo xtask build`: the `tdf` binary.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{libtorch, steps};

/// The feature with which training takes several processes.
pub const PARALLEL: &str = "tdf-cli/parallel";

/// Sets up and builds; the path is relative to the root where it can be.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    libtorch::setup(workspace)?;
    compile(workspace, false)
}

/// Builds `tdf` on a libtorch that is there, to train in several processes if asked, and sees whether it starts.
pub fn compile(workspace: &Workspace, parallel: bool) -> Result<PathBuf> {
    let mut command = workspace.cargo();
    command.args(["build", "--release", "--package", "tdf-cli"]);
    if parallel {
        command.args(["--features", PARALLEL]);
    }
    steps::run(&mut command)?;
    let tdf = workspace.tdf()?;
    // Cargo sets a library path for what it runs; a user's shell does not.
    let output = Command::new(workspace.root().join(&tdf))
        .arg("--version")
        .env_remove("LD_LIBRARY_PATH")
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} could not be started", tdf.display()))?;
    if !output.status.success() {
        bail!(
            "{} does not run: {}",
            tdf.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    println!("{} is ready", tdf.display());
    Ok(tdf)
}

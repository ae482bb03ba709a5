//! `cargo xtask build`: the `tdf` binary.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{libtorch, steps};

/// Sets up and builds; the path is relative to the root where it can be.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    libtorch::setup(workspace)?;
    compile(workspace)
}

/// Builds `tdf` on a libtorch that is there, and sees whether it starts.
pub fn compile(workspace: &Workspace) -> Result<PathBuf> {
    steps::run(workspace.cargo().args(["build", "--release", "--package", "tdf-cli"]))?;
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

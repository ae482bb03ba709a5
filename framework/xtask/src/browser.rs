//! What the tests of the studio's page want: Chromium, and axe-core, which finds faults of accessibility.
//!
//! Neither is part of tdf. Where they are missing and cannot be installed, the tests say that they skip.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::workspace::Workspace;

/// Names of the browser.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The checker, of the versions that the tests were written with.
const CHECKER: &str = "axe-core@4";

/// Installs what is missing.
pub fn prepare(workspace: &Workspace) -> Result<()> {
    let works = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        command
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !BROWSERS.iter().any(|name| works(name, &["--version"])) {
        // Only root can, on Debian; others are told.
        let install = ["install", "--yes", "--no-install-recommends", "chromium"];
        let installed = works("apt-get", &install) || works("apt-get", &["update"]) && works("apt-get", &install);
        if !installed {
            println!("there is no chromium, and it cannot be installed: the tests of the page will skip");
        }
    }
    let folder = workspace.target()?.join("axe");
    if !is_there(&folder) {
        std::fs::create_dir_all(&folder)?;
        let place = folder.display().to_string();
        works(
            "npm",
            &["install", "--no-audit", "--no-fund", "--prefix", &place, CHECKER],
        );
        if !is_there(&folder) {
            println!("npm did not bring {CHECKER}: accessibility will not be checked");
        }
    }
    Ok(())
}

fn is_there(folder: &Path) -> bool {
    folder.join("node_modules/axe-core/axe.min.js").is_file()
}

use anyhow::bail;
use clap_complete::Shell;

use crate::{complete, output};

/// Prints a script with which a shell completes commands, options and their values
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> anyhow::Result<()> {
        let name = self.shell.to_string();
        let shells = complete::SHELLS;
        let Some(shell) = shells.completer(&name) else {
            bail!("there is no script for {name}");
        };
        let mut script = Vec::new();
        shell.write_registration(complete::VARIABLE, "tdf", "tdf", "tdf", &mut script)?;
        output::print(&String::from_utf8_lossy(&script))
    }
}

//! Commands that need a network, in a binary without libtorch.

use std::ffi::OsString;

use anyhow::bail;

/// How to get a binary with networks.
pub const HOW: &str =
    "this tdf was built without libtorch; `cargo xtask build` in a checkout of tdf builds one with it";

/// Needs libtorch, which this binary is built without
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct NeedsTorch {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<OsString>,
}

impl NeedsTorch {
    pub fn run(self, command: &str) -> anyhow::Result<()> {
        let _ = self.arguments;
        bail!("tdf {command} needs a network: {HOW}");
    }
}

//! Where the workspace is, and how cargo is called in it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Cargo names the crate it runs; a binary started by hand looks upwards from the current folder.
    pub fn find() -> Result<Self> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir().context("the current folder cannot be read")?,
        };
        let root = start
            .ancestors()
            .find(|folder| folder.join("framework/xtask/Cargo.toml").is_file());
        match root {
            Some(root) => Ok(Self {
                root: root.to_path_buf(),
            }),
            None => bail!(
                "{} is not inside the tdf workspace: run `cargo xtask` there",
                start.display()
            ),
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The libtorch that `.cargo/config.toml` names.
    pub fn libtorch(&self) -> PathBuf {
        self.root.join("target/libtorch")
    }

    pub fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        command
    }

    pub fn metadata(&self, arguments: &[&str]) -> Result<Value> {
        let output = self
            .cargo()
            .args(["metadata", "--format-version", "1"])
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .context("cargo could not be started")?;
        if !output.status.success() {
            bail!("`cargo metadata` failed");
        }
        serde_json::from_slice(&output.stdout).context("`cargo metadata` printed something that is not JSON")
    }

    /// The binary that `cargo build --release` makes, as short as it can be typed from the root.
    pub fn tdf(&self) -> Result<PathBuf> {
        let target = self.target()?;
        let target = target.strip_prefix(&self.root).unwrap_or(&target);
        Ok(target.join("release").join(format!("tdf{}", env::consts::EXE_SUFFIX)))
    }

    /// The folder that cargo builds in.
    pub fn target(&self) -> Result<PathBuf> {
        let metadata = self.metadata(&["--no-deps"])?;
        match metadata["target_directory"].as_str() {
            Some(target) => Ok(target.into()),
            None => bail!("`cargo metadata` names no target folder"),
        }
    }
}

//! Python, for what it alone can do: pip, zipfile, and telling where PyTorch is.

use std::env;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The interpreter that torch-sys asks too.
pub fn command() -> Command {
    let name = if env::var_os("VIRTUAL_ENV").is_some() {
        "python"
    } else {
        "python3"
    };
    let mut command = Command::new(name);
    command.stdin(Stdio::null());
    command
}

/// Runs a script; its standard error becomes the message when it fails.
pub fn script(source: &str, arguments: &[&std::ffi::OsStr]) -> Result<String> {
    let mut command = command();
    let output = command
        .arg("-c")
        .arg(source)
        .args(arguments)
        .output()
        .map_err(|error| missing(&command, error))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    match message.trim().lines().last() {
        Some(last) => bail!("{last}"),
        None => bail!("python ended with {}", output.status),
    }
}

/// Fails with what to install unless Python and its pip are there.
pub fn require_pip() -> Result<()> {
    let mut command = command();
    let name = command.get_program().display().to_string();
    let output = command
        .args(["-m", "pip", "--version"])
        .output()
        .map_err(|error| missing(&command, error))?;
    if !output.status.success() {
        bail!(
            "{name} has no pip: install it (Debian, Ubuntu: apt install python3-pip; elsewhere: {name} -m ensurepip)"
        );
    }
    Ok(())
}

/// Free bytes where the folder lies.
pub fn free_space(folder: &Path) -> Result<u64> {
    let answer = script(
        "import shutil, sys; print(shutil.disk_usage(sys.argv[1]).free)",
        &[folder.as_os_str()],
    )?;
    answer
        .trim()
        .parse()
        .with_context(|| format!("free space of {} is unknown: {answer:?}", folder.display()))
}

fn missing(command: &Command, error: io::Error) -> anyhow::Error {
    let name = command.get_program().display();
    if error.kind() == io::ErrorKind::NotFound {
        anyhow::anyhow!(
            "{name} is not there: install Python 3 with pip (Debian, Ubuntu: apt install python3 python3-pip)"
        )
    } else {
        anyhow::anyhow!("{name} could not be started: {error}")
    }
}

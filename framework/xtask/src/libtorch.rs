//! Which libtorch a build will use, and whether it is the right one.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::installed::{VERSION, fits, lacking, version};
use crate::workspace::Workspace;
use crate::{provide, python};

/// Where the environment says that libtorch is, in torch-sys's order.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    PyTorch,
    Folder(PathBuf),
    Ours,
}

pub fn setup(workspace: &Workspace) -> Result<()> {
    require_compiler()?;
    match choice(
        env::var_os("LIBTORCH_USE_PYTORCH"),
        env::var_os("LIBTORCH"),
        &workspace.libtorch(),
    )? {
        Choice::PyTorch => pytorch(),
        Choice::Folder(folder) => existing(&folder),
        Choice::Ours => provide::libtorch(&workspace.libtorch()),
    }
}

fn choice(use_pytorch: Option<OsString>, libtorch: Option<OsString>, ours: &Path) -> Result<Choice> {
    if use_pytorch.is_some() {
        return Ok(Choice::PyTorch);
    }
    let Some(folder) = libtorch.map(PathBuf::from) else {
        return Ok(Choice::Ours);
    };
    if folder == ours {
        return Ok(Choice::Ours);
    }
    if !folder.is_absolute() {
        bail!(
            "LIBTORCH is {folder:?}: it has to be an absolute path, since every build script runs in a folder of its own"
        );
    }
    Ok(Choice::Folder(folder))
}

fn pytorch() -> Result<()> {
    let version = python::script("import torch; print(torch.__version__)", &[])
        .context("LIBTORCH_USE_PYTORCH is set, but PyTorch could not be asked for its version")?;
    require_version(version.trim(), "LIBTORCH_USE_PYTORCH: this PyTorch")?;
    println!("libtorch {}: PyTorch's own (LIBTORCH_USE_PYTORCH)", version.trim());
    Ok(())
}

fn existing(folder: &Path) -> Result<()> {
    let lacking = lacking(folder);
    if !lacking.is_empty() {
        bail!(
            "LIBTORCH is {}, which lacks {}: point it to a libtorch {VERSION}, or unset it to have one fetched",
            folder.display(),
            lacking.join(", ")
        );
    }
    match version(folder) {
        Some(version) => {
            require_version(&version, &format!("LIBTORCH ({})", folder.display()))?;
            println!("libtorch {version}: {} (LIBTORCH)", folder.display());
        }
        None => println!(
            "libtorch of unknown version: {} (LIBTORCH); tdf is made for {VERSION}",
            folder.display()
        ),
    }
    Ok(())
}

fn require_version(version: &str, what: &str) -> Result<()> {
    if fits(version) {
        return Ok(());
    }
    if env::var_os("LIBTORCH_BYPASS_VERSION_CHECK").is_some() {
        eprintln!("warning: {what} is {version}, not {VERSION}; going on as LIBTORCH_BYPASS_VERSION_CHECK asks");
        return Ok(());
    }
    bail!("{what} is version {version}, but tdf needs {VERSION}; without the variable, {VERSION} is fetched");
}

fn require_compiler() -> Result<()> {
    let compiler = env::var_os("CXX").unwrap_or_else(|| "c++".into());
    // CXX may carry flags or a wrapper (`ccache g++`): the first word has to be there.
    let name = compiler
        .to_string_lossy()
        .split_whitespace()
        .next()
        .unwrap_or("c++")
        .to_owned();
    let status = Command::new(&name)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if status.is_err() {
        bail!(
            "no C++ compiler ({name}): install one (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++), \
             or name it in CXX"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_chooses_as_in_torch_sys() {
        let ours = Path::new("/w/target/libtorch");
        let text = |text: &str| Some(OsString::from(text));
        assert_eq!(choice(None, None, ours).unwrap(), Choice::Ours);
        assert_eq!(choice(None, text("/w/target/libtorch"), ours).unwrap(), Choice::Ours);
        assert_eq!(
            choice(None, text("/opt/torch"), ours).unwrap(),
            Choice::Folder("/opt/torch".into())
        );
        assert_eq!(choice(text("1"), text("/opt/torch"), ours).unwrap(), Choice::PyTorch);
        for bad in ["", "torch", "../torch"] {
            assert!(
                choice(None, text(bad), ours)
                    .unwrap_err()
                    .to_string()
                    .contains("absolute"),
                "{bad}"
            );
        }
    }
}

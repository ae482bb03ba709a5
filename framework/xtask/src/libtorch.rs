//! Which libtorch a build will use, and whether it is the right one.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{provide, python};

/// The version that tch 0.24 is generated from.
pub const VERSION: &str = "2.11.0";

/// What a build links and compiles against, beneath the folder of a libtorch.
const NEEDED: &[&str] = &[
    "include/torch/csrc/api/include/torch/torch.h",
    "lib/libc10.so",
    "lib/libtorch.so",
    "lib/libtorch_cpu.so",
];

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

/// Whether a folder holds all of the right libtorch.
pub fn is_complete(folder: &Path) -> bool {
    lacking(folder).is_empty() && version(folder).is_some_and(|version| fits(&version))
}

fn lacking(folder: &Path) -> Vec<&'static str> {
    NEEDED
        .iter()
        .copied()
        .filter(|name| !folder.join(name).is_file())
        .collect()
}

/// The version as `build-version` has it, else as PyTorch's Python files or the headers have it.
pub fn version(folder: &Path) -> Option<String> {
    let first_line = |text: String| text.lines().next().map(|line| line.trim().to_owned());
    let quoted = |text: String, key: &str| {
        let rest = text.split_once(key)?.1;
        Some(rest.split(['"', '\'']).nth(1)?.to_owned())
    };
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let header = |text| quoted(text, "define TORCH_VERSION ");
    read("build-version")
        .and_then(first_line)
        .or_else(|| read("version.py").and_then(|text| quoted(text, "__version__ =")))
        .or_else(|| read("include/torch/headeronly/version.h").and_then(header))
        .or_else(|| read("include/torch/csrc/api/include/torch/version.h").and_then(header))
}

/// `2.11.0+cu130` is a build of 2.11.0.
fn fits(version: &str) -> bool {
    version.split('+').next() == Some(VERSION)
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

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn builds_of_the_version_fit_and_no_others() {
        for good in ["2.11.0", "2.11.0+cpu", "2.11.0+cu130"] {
            assert!(fits(good), "{good}");
        }
        for bad in ["2.11.1", "2.1", "2.11", "12.11.0", "2.11.0a0", ""] {
            assert!(!fits(bad), "{bad}");
        }
    }

    #[test]
    fn the_version_is_found_in_whatever_file_has_it() {
        let files = [
            ("build-version", "2.11.0+cpu\n", "2.11.0+cpu"),
            (
                "version.py",
                "from typing import Optional\n__version__ = '2.11.0+cu130'\ndebug = False\n",
                "2.11.0+cu130",
            ),
            (
                "include/torch/headeronly/version.h",
                "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION \\\n  \"2.11.0\"\n",
                "2.11.0",
            ),
            (
                "include/torch/csrc/api/include/torch/version.h",
                "#define TORCH_VERSION \\\n  \"2.4.1\"\n",
                "2.4.1",
            ),
        ];
        for (name, text, expected) in files {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), name, text);
            assert_eq!(version(folder.path()).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(version(Path::new("/nonexistent")), None);
    }

    #[test]
    fn an_incomplete_or_old_folder_is_not_taken_for_ours() {
        let folder = tempfile::tempdir().unwrap();
        for name in NEEDED {
            assert!(!is_complete(folder.path()));
            write(folder.path(), name, "");
        }
        write(folder.path(), "build-version", "2.10.0\n");
        assert!(!is_complete(folder.path()));
        write(folder.path(), "build-version", "2.11.0\n");
        assert!(is_complete(folder.path()));
    }

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

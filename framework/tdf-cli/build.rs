//! Lets the binary find libtorch at run time without environment variables, and tells it which commit it is built from.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    commit();
    library_path();
}

/// Where the binary looks for libtorch: beside its own folder. So the target folder can be moved, and a binary be given to others
/// with a libtorch beside it. A libtorch elsewhere is one of this machine. Its folder is written into the binary as it
/// is, which then is for this machine alone.
fn library_path() {
    const BESIDE: &str = "../libtorch/lib";
    println!("cargo::rustc-link-arg-bins=-Wl,-rpath,$ORIGIN/{BESIDE}");
    let Ok(lib) = env::var("DEP_TCH_LIBTORCH_LIB") else {
        return;
    };
    // OUT_DIR is build/tdf-cli-<hash>/out, in the folder that the binary will be in.
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let beside = out
        .ancestors()
        .nth(3)
        .and_then(|folder| folder.join(BESIDE).canonicalize().ok());
    if beside.is_none() || beside != Path::new(&lib).canonicalize().ok() {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{lib}");
    }
}

/// Sets `TDF_COMMIT`, with `-dirty` behind it if there is more than the commit has; not at all outside of a repository.
fn commit() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let Some(commit) = git(&["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]) else {
        return;
    };
    println!("cargo::rustc-env=TDF_COMMIT={commit}");
    // Commits move the log of HEAD; all that goes into the binary lies in these folders.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"]);
    for path in log
        .iter()
        .map(String::as_str)
        .chain(["../../framework", "../../plugins", "../../grammars"])
    {
        if Path::new(path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
}

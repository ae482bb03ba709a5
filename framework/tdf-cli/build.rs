//! Lets the binary find libtorch at run time without environment variables, and tells it which commit it is built from.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    commit();
    // Beside the binary first, so that the target folder can be moved as a whole.
    println!("cargo::rustc-link-arg=-Wl,-rpath,$ORIGIN/../libtorch/lib");
    if let Ok(lib) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
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
        if std::path::Path::new(path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
}

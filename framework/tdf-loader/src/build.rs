//! Builds the crate of a plugin with cargo.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::{CrateType, Message};

use crate::LoadError;

/// Builds the crate in `folder` (release profile) if it is stale, and returns its shared library. Lines of cargo and of
/// the compiler go to `progress`, none if there is nothing to do.
///
/// # Errors
/// No cargo, no crate, a crate that does not compile, or one that makes no shared library.
pub fn build_plugin(folder: &Path, progress: &mut dyn FnMut(&str)) -> Result<PathBuf, LoadError> {
    let fail = |message: String| LoadError::Crate {
        folder: folder.to_owned(),
        message,
    };
    let manifest = folder.join("Cargo.toml").canonicalize();
    let manifest = manifest.map_err(|_| fail("there is no Cargo.toml in this folder".to_owned()))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .args(["build", "--release", "--lib", "--message-format=json-render-diagnostics", "--manifest-path"])
        .arg(&manifest)
        // The crate is built alike wherever the user stands: cargo looks for its configuration from here upwards.
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => fail(
                "there is no cargo to build it with: install Rust, or build it elsewhere and name the shared library with \
                 --plugin LIB"
                    .to_owned(),
            ),
            _ => fail(format!("cargo does not start: {error}")),
        })?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let reader = std::thread::spawn(move || stdout.map(|out| library_in(BufReader::new(out), &manifest)));
    // Every line is read, whatever it holds: cargo would wait for a reader, or fail without one.
    for line in stderr
        .into_iter()
        .flat_map(|stderr| BufReader::new(stderr).split(b'\n'))
    {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line);
        // That nothing was to be done is no news.
        if !line.trim_start().starts_with("Finished") {
            progress(line.trim_end());
        }
    }
    let status = child.wait().map_err(|error| fail(format!("cargo was lost: {error}")))?;
    let library = reader.join().ok().flatten().flatten();
    if !status.success() {
        return Err(fail("cargo could not build it; its messages stand above".to_owned()));
    }
    library.ok_or_else(|| {
        fail("it makes no shared library: write `crate-type = [\"cdylib\", \"rlib\"]` into the table `lib` of its Cargo.toml".to_owned())
    })
}

/// The shared library of the package with this manifest among the messages of cargo.
fn library_in(messages: impl BufRead, manifest: &Path) -> Option<PathBuf> {
    let mut library = None;
    for message in Message::parse_stream(messages).map_while(Result::ok) {
        let Message::CompilerArtifact(artifact) = message else {
            continue;
        };
        let ours = artifact.manifest_path.canonicalize().is_ok_and(|path| path == manifest);
        if !ours || !artifact.target.crate_types.contains(&CrateType::CDyLib) {
            continue;
        }
        let shared =
            |file: &&cargo_metadata::camino::Utf8PathBuf| matches!(file.extension(), Some("so" | "dylib" | "dll"));
        library = artifact
            .filenames
            .iter()
            .find(shared)
            .map(|file| file.as_std_path().to_owned());
    }
    library
}

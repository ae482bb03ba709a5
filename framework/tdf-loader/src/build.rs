//! Builds the crate of a plugin with cargo.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::{CrateType, Message};

use crate::LoadError;

/// Builds the crate in `folder` (release profile) if it is out of date, and returns its shared library. Lines of cargo and
/// of the compiler go to `progress`, none if there is nothing to do.
///
/// Crates may share a target folder, which saves them the minutes that the framework takes to compile. Two crates of the
/// same name then share the file of the library, and cargo does not notice that the other one was built since: the crate is
/// built again.
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
    for _ in 0..ATTEMPTS {
        let artifact = build(folder, &manifest, progress).map_err(fail)?;
        let bytes = tdf_files::read(&artifact.library, LARGEST_LIBRARY)
            .map_err(|error| fail(format!("{}: cannot be read: {error}", artifact.library.display())))?;
        if is_built_from(&bytes, &manifest) {
            return Ok(artifact.library);
        }
        clean(folder, &manifest, &artifact.package).map_err(fail)?;
    }
    Err(fail(
        "another crate of the same name is built into the same target folder all the time: rename one of the two, or give \
         it a target folder of its own in .cargo/config.toml"
            .to_owned(),
    ))
}

/// How often a crate is built until the library is its own.
const ATTEMPTS: usize = 3;

/// Bytes of the largest library.
const LARGEST_LIBRARY: u64 = 1 << 30;

/// What a library holds whose domains `declare_domain!` registers: this, the folder of its crate, and `;`.
const MARK: &str = "tdf-plugin-crate:";

/// Whether the library with these bytes is of the crate with this manifest, as far as it says whose it is.
fn is_built_from(library: &[u8], manifest: &Path) -> bool {
    let folder = manifest.parent().unwrap_or(manifest);
    let ours = format!("{MARK}{};", folder.display());
    let contains = |text: &str| memchr::memmem::find(library, text.as_bytes()).is_some();
    contains(&ours) || !contains(MARK)
}

/// What cargo made.
struct Built {
    library: PathBuf,
    /// The package, as `cargo clean` takes it.
    package: String,
}

fn cargo(folder: &Path, arguments: &[&str], manifest: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).arg("--manifest-path").arg(manifest);
    // The crate is built alike wherever the user stands: cargo looks for its configuration from here upwards.
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Removes what was built of the package, and nothing of its dependencies.
fn clean(folder: &Path, manifest: &Path, package: &str) -> Result<(), String> {
    let output = cargo(
        folder,
        &["clean", "--release", "--quiet", "--package", package],
        manifest,
    )
    .output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!(
            "cargo could not remove what another crate of this name has built: {}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        )),
        Err(error) => Err(format!("cargo does not start: {error}")),
    }
}

/// Builds the crate if cargo finds it out of date.
fn build(folder: &Path, manifest: &Path, progress: &mut dyn FnMut(&str)) -> Result<Built, String> {
    let arguments = [
        "build",
        "--release",
        "--lib",
        "--message-format=json-render-diagnostics",
    ];
    let mut child = cargo(folder, &arguments, manifest)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                "there is no cargo to build it with: install Rust, or build it elsewhere and name the shared library with \
                 --plugin LIB"
                    .to_owned()
            }
            _ => format!("cargo does not start: {error}"),
        })?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let package = manifest.to_owned();
    let reader = std::thread::spawn(move || stdout.map(|out| library_in(BufReader::new(out), &package)));
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
    let status = child.wait().map_err(|error| format!("cargo was lost: {error}"))?;
    let built = reader.join().ok().flatten().flatten();
    if !status.success() {
        return Err("cargo could not build it; its messages stand above".to_owned());
    }
    built.ok_or_else(|| {
        "it makes no shared library: write `crate-type = [\"cdylib\", \"rlib\"]` into the table `lib` of its Cargo.toml"
            .to_owned()
    })
}

/// The shared library of the package with this manifest among the messages of cargo.
fn library_in(messages: impl BufRead, manifest: &Path) -> Option<Built> {
    let mut built = None;
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
        let library = artifact.filenames.iter().find(shared);
        built = library.map(|file| Built {
            library: file.as_std_path().to_owned(),
            package: artifact.package_id.repr.clone(),
        });
    }
    built
}

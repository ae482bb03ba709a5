//! The crate builds and passes its own tests, as it is written.

use std::path::Path;
use std::process::Command;

use tdf_new::create;

use crate::checkout;

/// Runs cargo in a folder, without a network: all that the crate needs has been fetched for this workspace.
fn cargo(folder: &Path, target: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(folder);
    command.args(["--offline", "--target-dir"]).arg(target);
    // What a surrounding cargo sets for this package is not meant for that one.
    let inherited = std::env::vars_os().map(|(key, _)| key);
    for key in inherited.filter(|key| key.to_string_lossy().starts_with("CARGO_PKG_")) {
        command.env_remove(key);
    }
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "cargo {}:\n{}{}",
        arguments.join(" "),
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

#[test]
fn it_builds_and_conforms() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("two-words");
    create(&folder, &checkout(), &[]).unwrap();
    // Kept between runs: only the first one compiles the framework.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new");
    let tests = cargo(&folder, &target, &["test", "--tests"]);
    assert!(tests.contains("test conformance::rendering ... ok"), "{tests}");
}

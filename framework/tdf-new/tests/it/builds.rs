//! The crate builds and passes its own tests, as it is written.

use std::path::Path;
use std::process::Command;

use tdf_new::{Template, create};

use crate::checkout;

/// Runs cargo in a folder, without a network: all that the crate needs has been fetched for this workspace.
fn cargo(folder: &Path, target: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(folder);
    command.args(["--offline", "--target-dir"]).arg(target);
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
    builds_and_conforms("two-words", Template::Images, "test conformance::rendering ... ok");
}

#[test]
fn a_function_builds_and_conforms() {
    builds_and_conforms(
        "three-more-words",
        Template::Function,
        "test conformance::running ... ok",
    );
}

fn builds_and_conforms(name: &str, template: Template, expected: &str) {
    // Always in the same place, and with the same target folder: only the first run compiles the framework, and cargo
    // replaces what it built before.
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (folder, target) = (scratch.join(name), scratch.join("new"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    create(&folder, template, &checkout(), &[]).unwrap();
    let tests = cargo(&folder, &target, &["test", "--tests"]);
    assert!(tests.contains(expected), "{tests}");
}

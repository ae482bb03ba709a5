//! Crates of plugins, built when they are stale.

use std::path::Path;

use expect_test::expect;
use tdf_loader::build_plugin;

use crate::common::{check, write};

/// A crate without dependencies in `folder`. Crates of two tests have two names, since their artifacts may share a folder.
fn package(folder: &Path, name: &str, lib: &str, source: &str) {
    let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n{lib}\n[workspace]\n");
    write(folder, "Cargo.toml", manifest.as_bytes());
    std::fs::create_dir(folder.join("src")).unwrap();
    write(folder, "src/lib.rs", source.as_bytes());
}

const SHARED: &str = "[lib]\ncrate-type = [\"cdylib\"]\n";

/// Builds the crate; the result, and what was said on the way.
fn build(folder: &Path) -> (Result<std::path::PathBuf, tdf_loader::LoadError>, Vec<String>) {
    let mut lines = Vec::new();
    let result = build_plugin(folder, &mut |line| lines.push(line.to_owned()));
    // Other tests build at the same time.
    lines.retain(|line| !line.trim_start().starts_with("Blocking waiting for file lock"));
    (result, lines)
}

#[test]
fn stale_and_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    package(folder, "tdf-test-stale", SHARED, "");
    let (library, lines) = build(folder);
    let library = library.unwrap();
    assert!(library.is_absolute() && library.is_file());
    let name = library.file_name().unwrap().to_string_lossy();
    assert!(name.contains("tdf_test_stale"), "{name}");
    let compiling = |lines: &[String]| {
        lines
            .iter()
            .any(|line| line.trim_start().starts_with("Compiling tdf-test-stale"))
    };
    assert!(compiling(&lines), "{lines:?}");

    let (again, lines) = build(folder);
    assert_eq!(again.unwrap(), library);
    assert_eq!(lines, Vec::<String>::new());

    // Cargo tells by the time of the file.
    write(
        folder,
        "src/lib.rs",
        b"#[unsafe(no_mangle)]\npub extern \"C\" fn tdf_plugin() {}\n",
    );
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    let source = std::fs::File::options()
        .write(true)
        .open(folder.join("src/lib.rs"))
        .unwrap();
    source.set_modified(later).unwrap();
    let (again, lines) = build(folder);
    assert_eq!(again.unwrap(), library);
    assert!(compiling(&lines), "{lines:?}");
}

#[test]
fn the_compiler_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    package(
        folder,
        "tdf-test-wrong",
        SHARED,
        "use std::fmt;\npub fn f() -> u8 {\n    \"no number\"\n}\n",
    );
    let (result, lines) = build(folder);
    check(
        result,
        folder,
        expect!["the crate in DIR: cargo could not build it; its messages stand above"],
    );
    let lines = lines.join("\n");
    for part in [
        "error[E0308]: mismatched types",
        " --> src/lib.rs:3:5",
        "\"no number\"",
        "unused import: `std::fmt`",
    ] {
        assert!(lines.contains(part), "{part}: {lines}");
    }
}

#[test]
fn no_shared_library() {
    let folder = tempfile::tempdir().unwrap();
    package(folder.path(), "tdf-test-rlib", "", "");
    check(
        build(folder.path()).0,
        folder.path(),
        expect![[
            r#"the crate in DIR: it makes no shared library: write `crate-type = ["cdylib", "rlib"]` into the table `lib` of its Cargo.toml"#
        ]],
    );

    // Nothing but a program.
    let folder = tempfile::tempdir().unwrap();
    package(folder.path(), "tdf-test-program", "", "");
    std::fs::remove_file(folder.path().join("src/lib.rs")).unwrap();
    write(folder.path(), "src/main.rs", b"fn main() {}\n");
    let (result, lines) = build(folder.path());
    check(
        result,
        folder.path(),
        expect!["the crate in DIR: cargo could not build it; its messages stand above"],
    );
    assert!(lines.join("\n").contains("no library targets found"), "{lines:?}");
}

#[test]
fn no_crate() {
    let folder = tempfile::tempdir().unwrap();
    check(
        build(folder.path()).0,
        folder.path(),
        expect!["the crate in DIR: there is no Cargo.toml in this folder"],
    );
    check(
        build(&folder.path().join("none")).0,
        folder.path(),
        expect!["the crate in DIR/none: there is no Cargo.toml in this folder"],
    );
    write(folder.path(), "Cargo.toml", b"[package\n");
    let (result, lines) = build(folder.path());
    check(
        result,
        folder.path(),
        expect!["the crate in DIR: cargo could not build it; its messages stand above"],
    );
    assert!(lines.join("\n").contains("unclosed table"), "{lines:?}");
}

/// Two crates of one name share a target folder: a copy of a crate, for example. The file of the library is the same.
#[test]
fn two_crates_of_one_name() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("target");
    let make = |name: &str| {
        let folder = place.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let source = "#[unsafe(no_mangle)]\npub static MARK: &str = concat!(\"tdf-plugin-crate:\", \
                      env!(\"CARGO_MANIFEST_DIR\"), \";\");\n";
        package(&folder, "tdf-test-twin", SHARED, source);
        std::fs::create_dir(folder.join(".cargo")).unwrap();
        let config = format!("[build]\ntarget-dir = {:?}\n", target.display().to_string());
        write(&folder, ".cargo/config.toml", config.as_bytes());
        folder.canonicalize().unwrap()
    };
    let (first, second) = (make("first"), make("second"));
    let built = |folder: &Path| {
        let (library, lines) = build(folder);
        let library = library.unwrap();
        assert!(library.starts_with(&target), "{}", library.display());
        let bytes = std::fs::read(library).unwrap();
        let holds = |folder: &Path| memchr::memmem::find(&bytes, format!("{};", folder.display()).as_bytes()).is_some();
        assert!(holds(folder));
        lines
    };
    assert_ne!(built(&first), Vec::<String>::new());
    assert_ne!(built(&second), Vec::<String>::new());
    // Cargo takes it to be fresh.
    assert_ne!(built(&first), Vec::<String>::new());
    assert_eq!(built(&first), Vec::<String>::new());
}

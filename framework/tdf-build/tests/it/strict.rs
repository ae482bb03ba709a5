//! What LALRPOP itself says of the shipped grammars and of the corpus; `UPDATE_EXPECT=1` renews the list.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use expect_test::{expect, expect_file};
use tdf_build::{Limits, Verdict, strict};

fn verdict(file: &Path, limits: Limits) -> Verdict {
    let command = |out: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tdf-build-strict"));
        command.args([file, out]);
        command
    };
    strict(command, limits).unwrap()
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The grammars of a folder, by name.
pub fn grammars(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repository(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "lalrpop"));
    files.sort();
    files
}

#[test]
fn shipped_grammars_are_taken() {
    for file in grammars("grammars") {
        assert_eq!(verdict(&file, Limits::default()), Verdict::Taken, "{}", file.display());
    }
}

#[test]
fn corpus() {
    let mut list = String::new();
    // One of the files makes LALRPOP take whatever there is.
    let limits = Limits {
        memory: 1 << 30,
        ..Limits::default()
    };
    for folder in ["pass", "fail"] {
        for file in grammars(&format!("tests/grammars/{folder}")) {
            let name = file.file_name().unwrap().to_string_lossy();
            let said = match verdict(&file, limits) {
                Verdict::Taken => "taken".to_owned(),
                Verdict::Refused(text) => {
                    // Which of several places LALRPOP names is a matter of chance.
                    let first = text.lines().next().unwrap_or_default();
                    let first = first.trim_start_matches(&*file.to_string_lossy());
                    let place = |c: char| c.is_ascii_digit() || c == ':' || c == ' ';
                    format!("refused: {}", first.trim_start_matches(place))
                }
                Verdict::Failed(text) => format!("failed: {}", text.lines().next().unwrap_or_default()),
            };
            let _ = writeln!(list, "{folder}/{name}: {said}");
        }
    }
    expect_file![repository("tests/grammars/strict.expected")].assert_eq(&list);
}

#[test]
fn a_process_that_fails_is_survived() {
    let Verdict::Failed(text) = verdict(Path::new("panic"), Limits::default()) else {
        panic!("a panic is no verdict");
    };
    assert!(text.starts_with("LALRPOP crashed (exit status: 101)"), "{text}");
    let limits = Limits {
        time: Duration::from_millis(1500),
        ..Limits::default()
    };
    let hang = verdict(Path::new("hang"), limits);
    let Verdict::Failed(text) = hang else {
        panic!("{hang:?}")
    };
    expect!["LALRPOP took longer than 1 s"].assert_eq(text.lines().next().unwrap_or_default());
    let Verdict::Refused(text) = verdict(Path::new("none.lalrpop"), Limits::default()) else {
        panic!("there is no such file");
    };
    expect!["No such file or directory (os error 2)"].assert_eq(&text);
}

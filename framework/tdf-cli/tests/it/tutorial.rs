//! Does what docs/tutorial.md says, from top to bottom, in an empty folder.
//!
//! | Block | What becomes of it |
//! |---|---|
//! | `sh` | runs (see [`Shell`]: trainings are shortened) and has to succeed |
//! | `sh fails` | runs and has to fail |
//! | `text` | is what the block before it prints, or, if that fails, a part of it and its messages; `...` stands for any lines |
//! | `diff FILE` | changes the file: lines without `+` are there, once, and become those without `-` |
//! | `console` | is not checked: what another machine or a longer training prints |
//!
//! At the end the files in docs/images/tutorial are those of the same paths in the folder of the language.
//! `UPDATE_GOLDEN=1` renews them.

use std::path::Path;

use crate::markdown::{Block, blocks, matches, quoted};
use crate::shell::Shell;
use crate::tool::{Ended, repository};

/// Changes a text as a `diff` block says.
fn edited(text: &str, diff: &str) -> Result<String, String> {
    let side = |other: char| -> Vec<&str> {
        let kept = diff.lines().filter(|line| !line.starts_with(other));
        kept.map(|line| line.get(1..).unwrap_or_default()).collect()
    };
    let (before, after) = (side('+'), side('-'));
    let mut lines: Vec<&str> = text.lines().collect();
    let places = lines.windows(before.len().max(1)).enumerate();
    let places: Vec<usize> = places
        .filter(|(_, lines)| **lines == before)
        .map(|(at, _)| at)
        .collect();
    let [at] = places[..] else {
        return Err(format!(
            "these lines are there {} times:\n{}",
            places.len(),
            before.join("\n")
        ));
    };
    lines.splice(at..at + before.len(), after);
    Ok(lines.join("\n") + "\n")
}

/// Holds the files below `expected` against those of the same paths below `made`.
fn compare(expected: &Path, made: &Path) {
    for entry in std::fs::read_dir(expected).expect("a folder of images") {
        let path = entry.expect("an entry").path();
        let made = made.join(path.file_name().expect("a name"));
        if path.is_dir() {
            compare(&path, &made);
        } else if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::copy(&made, &path).expect("an image is renewed");
        } else {
            let read = |path: &Path| std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert!(read(&path) == read(&made), "{} has changed", path.display());
        }
    }
}

#[test]
fn the_tutorial_works() {
    let file = repository("docs/tutorial.md");
    let markdown = std::fs::read_to_string(&file).expect("the tutorial");
    let mut shell = Shell::new("tutorial");
    let start = shell.folder().to_owned();
    let mut before: Option<(Ended, bool)> = None;
    for Block { line, info, text } in blocks(&markdown) {
        let at = format!("docs/tutorial.md:{line}");
        match info.split_once(' ').unwrap_or((info, "")) {
            ("sh", how @ ("" | "fails")) => {
                let (ended, fails) = (shell.run(&text), how == "fails");
                assert_eq!(ended.code != Some(0), fails, "{at}\n{text}{}{}", ended.out, ended.err);
                before = Some((ended, fails));
            }
            ("text", "") => {
                let (ended, fails) = before
                    .as_ref()
                    .unwrap_or_else(|| panic!("{at}: nothing was run before"));
                assert!(
                    quoted(ended, *fails, &text),
                    "{at}: it prints\n{}{}",
                    ended.out,
                    ended.err
                );
            }
            ("diff", path) => {
                let path = shell.folder().join(path);
                let changed = std::fs::read_to_string(&path).map_err(|e| e.to_string());
                let changed = changed.and_then(|before| edited(&before, &text));
                let changed = changed.unwrap_or_else(|e| panic!("{at}: {}: {e}", path.display()));
                std::fs::write(&path, changed).expect("a file is changed");
            }
            ("console", "") => (),
            _ => panic!("{at}: a block of kind {info:?}; see the top of this test"),
        }
    }
    compare(&repository("docs/images/tutorial"), &start.join("my-dsl"));
}

#[test]
fn patterns_and_edits_are_strict() {
    assert!(matches(&["a", "...", "c"], &["a", "b", "b", "c"]));
    assert!(matches(&["...", "c"], &["c"]));
    assert!(!matches(&["a", "..."], &["b", "a"]));
    assert!(!matches(&["a"], &["a", "b"]));

    assert_eq!(edited("a\nb\nc\n", " b\n+x\n"), Ok("a\nb\nx\nc\n".to_owned()));
    assert_eq!(edited("a\nb\nc\n", "-a\n-b\n+x\n"), Ok("x\nc\n".to_owned()));
    assert!(edited("b\nb\n", " b\n+x\n").is_err());
    assert!(edited("a\nab\n", " b\n+x\n").is_err());
}

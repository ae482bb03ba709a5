//! Runs lines of documentation as a user would type them, in a folder of their own.
//!
//! `tdf` is on the path. What takes long is shortened: the minutes of trainings and experiments become two hundred times less, task sets get an
//! eighth of their tasks. Plugins are built without a network, since all that they depend on has been fetched for this
//! workspace, and into one folder, so that what they depend on is compiled once. Cargo would mix up two crates of one name
//! there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tool::Ended;

/// Runs lines in a folder, which `cd` changes for the lines after it.
#[derive(Debug)]
pub struct Shell {
    folder: PathBuf,
    path: String,
}

impl Shell {
    /// In an empty folder of this name among the temporary files of the tests: always the same, so that what cargo built
    /// for it in earlier runs is replaced and not added to.
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("the folder of an earlier run is removed");
        }
        std::fs::create_dir_all(&folder).expect("a folder");
        let tdf = Path::new(env!("CARGO_BIN_EXE_tdf"));
        let found = std::env::var("PATH").unwrap_or_default();
        let path = match tdf.parent() {
            Some(parent) => format!("{}:{found}", parent.display()),
            None => found,
        };
        Self { folder, path }
    }

    /// The folder that lines run in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs the lines until one fails.
    pub fn run(&mut self, lines: &str) -> Ended {
        let dir = tempfile::NamedTempFile::new().expect("a temporary file");
        let script = format!("set -e\n{}\npwd > {}\n", shortened(lines), dir.path().display());
        let output = Command::new("sh")
            .arg("-c")
            .arg(script)
            .current_dir(&self.folder)
            .env("PATH", &self.path)
            .env("CARGO_NET_OFFLINE", "true")
            // The folder that the tests of `tdf new` build in.
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("new"))
            .stdin(Stdio::null())
            .output()
            .expect("sh starts");
        let folder = std::fs::read_to_string(dir.path()).unwrap_or_default();
        if !folder.is_empty() {
            self.folder = PathBuf::from(folder.trim_end());
        }
        Ended::of(output)
    }
}

/// `lines` with shorter trainings and fewer tasks.
pub fn shortened(lines: &str) -> String {
    let divided = |line: &str, key: &str, by: f64| match line.split_once(key) {
        Some((before, after)) => {
            let end = after
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(after.len());
            let number: f64 = after[..end].parse().expect("a number");
            format!("{before}{key}{}{}", number / by, &after[end..])
        }
        None => line.to_owned(),
    };
    let shorter = |line: &str| match line {
        tasks if tasks.contains("tdf tasks") => divided(line, "-n ", 8.0),
        experiment if experiment.contains("tdf experiment") => divided(line, "--minutes ", 200.0),
        line => divided(line, "train.minutes=", 200.0),
    };
    lines.lines().map(|line| shorter(line) + "\n").collect()
}

#[test]
fn trainings_and_task_sets_are_shortened() {
    assert_eq!(
        shortened("tdf train --set train.minutes=10 --run b\ntdf tasks -n 64 > t\ntdf experiment --minutes 15"),
        "tdf train --set train.minutes=0.05 --run b\ntdf tasks -n 8 > t\ntdf experiment --minutes 0.075\n"
    );
}

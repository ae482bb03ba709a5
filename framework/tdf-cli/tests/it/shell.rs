//! Runs lines of documentation as a user would type them, in a folder of their own.
//!
//! `tdf` is on the path. Trainings are shortened: `train.minutes=10` becomes two hundred times less. Plugins are built
//! without a network, since all that they depend on has been fetched for this workspace, and into one folder, so that what
//! they depend on is compiled once. Cargo would mix up two crates of one name there.

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
        let place = tempfile::NamedTempFile::new().expect("a temporary file");
        let script = format!("set -e\n{}\npwd > {}\n", shortened(lines), place.path().display());
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
        let folder = std::fs::read_to_string(place.path()).unwrap_or_default();
        if !folder.is_empty() {
            self.folder = PathBuf::from(folder.trim_end());
        }
        Ended::of(output)
    }
}

/// `lines` with shorter trainings.
pub fn shortened(lines: &str) -> String {
    const KEY: &str = "train.minutes=";
    let mut parts = lines.split(KEY);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(part.len());
        let minutes: f64 = part[..end].parse().expect("a number of minutes");
        out.push_str(&format!("{KEY}{}{}", minutes / 200.0, &part[end..]));
    }
    out
}

#[test]
fn trainings_are_shortened() {
    assert_eq!(
        shortened("a --set train.minutes=10 --run b\nc --set train.minutes=0.5"),
        "a --set train.minutes=0.05 --run b\nc --set train.minutes=0.0025"
    );
}

//! Runs the binary in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn of(output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Its standard output; the command must have succeeded.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self.out
    }

    /// Its standard error; the command must have failed with `code`, by an error and not by a panic, and printed nothing.
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{} {}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert_eq!(self.out, "", "a command that fails prints no result");
        self.err
    }
}

/// An empty folder that commands run in.
pub struct TestDir {
    folder: tempfile::TempDir,
}

impl TestDir {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("a file in the temporary folder");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Names of the entries of a folder but for its lock, sorted.
    pub fn list(&self, name: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut names: Vec<String> = entries
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into())
            .collect();
        names.retain(|name| name != ".lock");
        names.sort();
        names
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tdf"));
        command
            .args(words(line))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs `tdf LINE`; words are parted by blanks, `'...'` holds some together.
    pub fn tdf(&self, line: &str) -> Ended {
        Ended::of(self.command(line).output().expect("tdf starts"))
    }

    /// As [`TestDir::tdf`], with this file as standard input.
    pub fn tdf_reading(&self, line: &str, file: &str) -> Ended {
        let input = std::fs::File::open(self.path(file)).expect("the input");
        Ended::of(self.command(line).stdin(input).output().expect("tdf starts"))
    }
}

fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (Vec::new(), false);
    for part in line.split('\'') {
        if quoted {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
        quoted = !quoted;
    }
    words
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

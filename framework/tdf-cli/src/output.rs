//! Standard output, where results go, and standard error, where everything else goes.

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use anyhow::Context as _;
use tdf_eval::text::{visible, visible_json};

use crate::shown;

/// Writes a line to standard error, as `eprintln!` does. A line that cannot be written is lost, whereas `eprintln!` ends the
/// process: a full disk under a log is no reason to lose a training.
macro_rules! note {
    ($($text:tt)*) => {
        $crate::output::note_line(format_args!($($text)*))
    };
}
pub(crate) use note;

/// See [`note!`].
pub fn note_line(text: std::fmt::Arguments<'_>) {
    // One write, so that lines of several processes stay whole.
    let line = format!("{}\n", shown::message(&text.to_string()));
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}

/// A number of things: "1 image", "2 images". `thing` takes an s.
pub fn counted(number: impl std::fmt::Display, thing: &str) -> String {
    let number = number.to_string();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Writes results to standard output and reports what goes wrong. A terminal gets them without what it would obey, files and
/// pipes get them as they are.
pub fn print(text: &str) -> anyhow::Result<()> {
    write(&shown::result(text, std::io::stdout().is_terminal()))
}

/// Writes lines of results to standard output, as [`print()`] does.
pub fn print_lines<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> anyhow::Result<()> {
    print(&joined(lines))
}

/// Writes lines that people read to standard output; never what a terminal would obey.
pub fn print_report<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> anyhow::Result<()> {
    write(&visible(&joined(lines)))
}

/// Writes a value as JSON and a line break.
pub fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    write(&format!("{}\n", json_line(value)))
}

/// A value as JSON on one line, with what a terminal would obey as escapes: it means the same.
pub fn json_line(value: &serde_json::Value) -> String {
    visible_json(&value.to_string()).into_owned()
}

/// Writes a sequence that a terminal obeys. Only for terminals.
pub fn print_control(sequence: &str) -> anyhow::Result<()> {
    write(sequence)
}

/// An error of which everything has been printed.
#[derive(Debug)]
pub struct Told;

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("see standard output")
    }
}

impl std::error::Error for Told {}

fn joined<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    text
}

fn write(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("standard output")
}

/// Whether `error` says that nobody reads standard output any more (`tdf sample ... | head`).
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|e| e.downcast_ref::<std::io::Error>())
        .any(|e| e.kind() == ErrorKind::BrokenPipe)
}

//! `tdf check --watch`: checks again whenever the file changes, and shows a few programs.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use notify_debouncer_mini::notify::RecursiveMode;
use notify_debouncer_mini::{DebounceEventResult, new_debouncer};

use crate::interrupt;
use crate::output;

/// Editors save in several steps: what happens within this time is one change.
const SETTLED: Duration = Duration::from_millis(100);

/// Time between two looks at whether a signal has asked to end.
const LOOK: Duration = Duration::from_millis(100);

/// Calls `check` now and after every change in the folder of `file` to a file with one of the endings of grammars: grammars in
/// Lark's syntax import others. Ends when a signal asks.
pub fn watch(file: &Path, mut check: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    interrupt::watch();
    let (changes, changed) = mpsc::channel();
    let tell = move |events: DebounceEventResult| {
        // Nobody listens any more at the end.
        let _ = changes.send(events);
    };
    let folder = file
        .parent()
        .filter(|f| !f.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut debouncer = new_debouncer(SETTLED, tell).context("cannot watch files")?;
    // Some editors write another file and rename it: a watch of the file itself would lose it.
    debouncer
        .watcher()
        .watch(folder, RecursiveMode::NonRecursive)
        .with_context(|| format!("{}: cannot be watched", folder.display()))?;
    let mut seen = stamps(folder);
    loop {
        // The screen and what was scrolled off it are cleared.
        if std::io::stdout().is_terminal() {
            output::print_control("\x1b[2J\x1b[3J\x1b[H")?;
        }
        check()?;
        loop {
            match changed.recv_timeout(LOOK) {
                _ if interrupt::requested() => return Ok(()),
                Ok(Ok(_)) => {
                    // That a file is read is an event, too.
                    let now = stamps(folder);
                    if now != seen {
                        seen = now;
                        break;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Err(error)) => return Err(error).context("cannot watch files"),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }
}

/// When the grammars in `folder` were written, and their lengths.
fn stamps(folder: &Path) -> BTreeMap<PathBuf, (Option<SystemTime>, u64)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_grammar = |path: &PathBuf| {
        path.extension()
            .is_some_and(|ending| ending == "lalrpop" || ending == "lark")
    };
    let stamp = |path: PathBuf| {
        let data = std::fs::metadata(&path).ok()?;
        Some((path, (data.modified().ok(), data.len())))
    };
    entries
        .map(|entry| entry.path())
        .filter(is_grammar)
        .filter_map(stamp)
        .collect()
}

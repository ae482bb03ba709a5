//! Whether LALRPOP itself takes a grammar file as it is.
//!
//! LALRPOP prints what it finds, panics on some files and takes no limits. So [`stock_lalrpop`] runs in a process of its
//! own, and [`strict`] starts that process, listens to it and ends it when it takes too long or too much.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The version of LALRPOP that [`stock_lalrpop`] runs.
pub const LALRPOP_VERSION: &str = "0.23";

/// Bytes of LALRPOP's output that are kept.
const MAX_OUTPUT: u64 = 1 << 16;

/// Bytes of a page, on the systems that tell the memory of a process in pages.
const PAGE: u64 = 4096;

/// What LALRPOP may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time.
    pub time: Duration,
    /// Memory in bytes; where the system does not tell how much it takes, time alone counts.
    pub memory: u64,
}

impl Default for Limits {
    /// Five minutes and 4 GiB, far more than large grammars take.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(300),
            memory: 4 << 30,
        }
    }
}

/// What LALRPOP says of a grammar file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It makes a parser of it.
    Taken,
    /// It does not; its own message.
    Refused(String),
    /// It came to no end: why, and what it had printed.
    Failed(String),
}

/// Runs LALRPOP on the grammar file `path` in this process, as its users do. It prints what it finds; the parser goes to
/// the folder `out`. The result says whether it has made one.
#[allow(clippy::print_stderr, reason = "the messages of LALRPOP go there too")]
pub fn stock_lalrpop(path: &Path, features: impl IntoIterator<Item = String>, out: &Path) -> bool {
    let result = lalrpop::Configuration::new()
        .never_use_colors()
        .log_quiet()
        .emit_rerun_directives(false)
        .force_build(true)
        .set_features(features)
        .set_out_dir(out)
        .process_file(path);
    let Err(error) = result else { return true };
    // What is wrong with the grammar has been printed by then.
    let found = error.downcast_ref::<io::Error>().map(io::Error::kind) == Some(io::ErrorKind::InvalidData);
    if !found {
        eprintln!("{error}");
    }
    false
}

/// Asks LALRPOP in a process of its own: `command` is to call [`stock_lalrpop`] with the folder that it is given, and to
/// succeed if that returns true. The folder is removed in the end.
///
/// # Errors
/// Of the system: no temporary folder, no process.
pub fn strict(command: impl FnOnce(&Path) -> Command, limits: Limits) -> io::Result<Verdict> {
    let folder = tempfile::tempdir()?;
    let output = folder.path().join("output");
    let file = File::create(&output)?;
    let mut child = command(folder.path())
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()?;
    let ended = wait(&mut child, limits)?;
    let mut bytes = Vec::new();
    File::open(&output)?.take(MAX_OUTPUT).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).trim().to_owned();
    Ok(match ended {
        Ok(status) if status.success() => Verdict::Taken,
        Ok(status) if status.code() == Some(1) => Verdict::Refused(text),
        Ok(status) => Verdict::Failed(format!("LALRPOP crashed ({status})\n{text}")),
        Err(reason) => Verdict::Failed(format!("{reason}\n{text}")),
    })
}

/// Waits for `child` and ends it if it goes beyond the limits; `Err` says which.
fn wait(child: &mut Child, limits: Limits) -> io::Result<Result<ExitStatus, String>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ok(status));
        }
        let reason = if begun.elapsed() > limits.time {
            format!("LALRPOP took longer than {} s", limits.time.as_secs())
        } else if memory(child.id()) > limits.memory {
            format!("LALRPOP took more than {} MiB of memory", limits.memory >> 20)
        } else {
            std::thread::sleep(Duration::from_millis(5));
            continue;
        };
        child.kill()?;
        child.wait()?;
        return Ok(Err(reason));
    }
}

/// Bytes that a process occupies; 0 where that is not known.
fn memory(id: u32) -> u64 {
    let statm = std::fs::read_to_string(format!("/proc/{id}/statm")).unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|p| p.parse::<u64>().ok());
    pages.unwrap_or(0) * PAGE
}

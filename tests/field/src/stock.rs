//! What the tool says of a file that it was written for.

use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde::Serialize;
use tdf_build::{Limits, Verdict};

use crate::options::Options;

/// Seconds that the tool may take.
const SECONDS: u64 = 120;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict", content = "message")]
pub enum Stock {
    Taken,
    Refused(String),
    Failed(String),
}

/// Asks the tool of this grammar, if the options name one.
///
/// # Errors
/// Of the system: no temporary folder, no process.
pub fn ask(path: &Path, options: &Options) -> io::Result<Option<Stock>> {
    if let Some(command) = options.stock(&path.to_string_lossy()) {
        let shell = |_: &Path| {
            let mut shell = Command::new("sh");
            shell.args(["-c", &command]);
            shell
        };
        let answer = limited(shell)?;
        return Ok(Some(match answer {
            // The limits are those of LALRPOP, and so are the words.
            Stock::Failed(text) => Stock::Failed(text.replace("LALRPOP", "the tool")),
            other => other,
        }));
    }
    if !options.lalrpop || path.extension().is_none_or(|ending| ending != "lalrpop") {
        return Ok(None);
    }
    let program = std::env::current_exe()?;
    let command = |out: &Path| {
        let mut command = Command::new(program);
        command.arg("--stock-lalrpop").arg(out).arg("--").arg(path);
        command
    };
    limited(command).map(Some)
}

/// Runs a command of such a tool, which may take as much time and memory as LALRPOP.
fn limited(command: impl FnOnce(&Path) -> Command) -> io::Result<Stock> {
    let limits = Limits {
        time: Duration::from_secs(SECONDS),
        ..Limits::default()
    };
    Ok(match tdf_build::strict(command, limits)? {
        Verdict::Taken => Stock::Taken,
        Verdict::Refused(text) => Stock::Refused(text),
        Verdict::Failed(text) => Stock::Failed(text),
    })
}

/// The process of LALRPOP; whether it has made a parser.
pub fn run(options: &Options, out: &Path) -> bool {
    tdf_build::stock_lalrpop(&options.paths[0], [], out)
}

//! Starts the process of a grammar, listens to it, and ends it at its limits.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::event::{Event, FaultKind};
use crate::files::GrammarFile;
use crate::options::Options;
use crate::row::Row;
use crate::usage::{Stopwatch, peak_mb};

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How much more time than of the processor may pass by the clock, when others use the machine.
const WALL: u32 = 5;

/// Bytes of the process's standard error that are kept.
const MAX_OUTPUT: u64 = 1 << 16;

/// Looks at one grammar.
///
/// # Errors
/// Of the system: the process cannot be started.
pub fn look(file: &GrammarFile, options: &Options) -> io::Result<Row> {
    let mut child = command(file, options)?.spawn()?;
    let stdout = child.stdout.take().expect("it is piped");
    let mut stderr = child.stderr.take().expect("it is piped");
    let (send, events) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // Nobody listens any more once the process is over its limits.
            if serde_json::from_str(&line).is_ok_and(|event: Event| send.send(event).is_err()) {
                break;
            }
        }
    });
    let errors = thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = (&mut stderr).take(MAX_OUTPUT).read_to_end(&mut bytes);
        // The process must not wait for a reader.
        let _ = io::copy(&mut stderr, &mut io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let mut row = Row::new(&file.name);
    listen(&mut child, &events, &mut row, options)?;
    let status = child.wait()?;
    let errors = errors.join().unwrap_or_default();
    if !row.is_ended && !row.is_fault() {
        row.fault(FaultKind::Panic, format!("{} ({status})", panic_message(&errors)));
    }
    Ok(row)
}

fn command(file: &GrammarFile, options: &Options) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--child");
    command.args(["--programs", &options.programs.to_string()]);
    command.args(["--tokens", &options.tokens.to_string()]);
    command.args(["--seed", &options.seed.to_string()]);
    command.args(["--rest-seconds", &options.rest_seconds.to_string()]);
    command.args(["--memory", &options.memory.to_string()]);
    if options.parser(&file.path.to_string_lossy()).is_some() {
        command.arg("--texts");
    }
    if let Some(plant) = options.plant {
        use clap::ValueEnum as _;
        let name = plant.to_possible_value().expect("no fault is skipped");
        command.args(["--plant", name.get_name()]);
    }
    command.arg("--").arg(&file.path);
    command.env("RUST_BACKTRACE", "0");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Ok(command)
}

/// Takes events until there are no more. Ends the process if it is over its limits.
fn listen(child: &mut Child, events: &Receiver<Event>, row: &mut Row, options: &Options) -> io::Result<()> {
    let process = child.id().to_string();
    let mut watch = Stopwatch::start(&process);
    loop {
        let was_read = row.is_read();
        match events.recv_timeout(LOOK) {
            Ok(event) => row.take(event),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if row.is_read() && !was_read {
            watch = Stopwatch::start(&process);
        }
        let (doing, seconds) = match row.is_read() {
            false => ("reading", options.read_seconds),
            true => ("programs and masks", options.rest_seconds),
        };
        let peak = peak_mb(&process);
        row.peak_mb = row.peak_mb.max(peak);
        let limit = Duration::from_secs(seconds);
        let over = if watch.elapsed() > limit || watch.wall() > WALL * limit {
            (FaultKind::Hang, format!("{doing}: more than {seconds} s"))
        } else if peak > options.memory {
            (FaultKind::Memory, format!("{doing}: more than {} MiB", options.memory))
        } else {
            continue;
        };
        child.kill()?;
        row.fault(over.0, over.1);
        return Ok(());
    }
}

/// The line of a panic, without the line before it that names the thread and the place.
fn panic_message(errors: &str) -> String {
    let lines: Vec<&str> = errors.lines().filter(|line| !line.trim().is_empty()).collect();
    let at = lines.iter().position(|line| line.contains("panicked at"));
    match at {
        Some(at) => lines[at..].iter().take(2).copied().collect::<Vec<_>>().join(" "),
        None => lines.first().map_or("no message".to_owned(), |&line| line.to_owned()),
    }
}

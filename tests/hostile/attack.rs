//! Runs the binary under limits of time and memory.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::tool::{Ended, TestDir};

/// What a command may use before the test fails.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Seconds on the clock. Generous: a hang is what it finds, not slowness.
    pub seconds: u64,
    /// Address space in MiB, as `ulimit -v` counts it; `None` for no limit.
    pub memory_mib: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            seconds: 120,
            memory_mib: None,
        }
    }
}

/// Runs `tdf LINE` in `place`. It must end by itself within the default limits.
pub fn attack(place: &TestDir, line: &str) -> Ended {
    attack_within(place, line, Limits::default())
}

/// Runs `tdf LINE` in `place` within `limits`. It must end with an exit code: not by a panic, a signal or the clock.
pub fn attack_within(place: &TestDir, line: &str, limits: Limits) -> Ended {
    let mut command = limited(place.command(line), limits.memory_mib);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a shell");
    // The pipes are read while the child runs: a full pipe would look like a hang.
    let out = drain(child.stdout.take().expect("a pipe"));
    let err = drain(child.stderr.take().expect("a pipe"));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if started.elapsed() > Duration::from_secs(limits.seconds) {
            child.kill().expect("a child that can be killed");
            let _ = child.wait();
            panic!("`tdf {line}` runs for more than {} s", limits.seconds);
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = |thread: std::thread::JoinHandle<Vec<u8>>| {
        String::from_utf8(thread.join().expect("a reader")).expect("output is UTF-8")
    };
    let ended = Ended {
        code: status.code(),
        out: text(out),
        err: text(err),
    };
    assert!(!ended.err.contains("panicked"), "`tdf {line}`: {}", ended.err);
    assert!(ended.code.is_some(), "`tdf {line}` ended by {status}: {}", ended.err);
    ended
}

/// `command` under a limit of its address space: the shell sets it and becomes the command.
fn limited(command: Command, memory_mib: Option<u64>) -> Command {
    let Some(mib) = memory_mib else {
        return command;
    };
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -v \"$1\" && shift && exec \"$@\"", "sh"]);
    shell.arg((mib * 1024).to_string());
    shell.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell.stdin(Stdio::null());
    shell
}

fn drain(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe that can be read");
        bytes
    })
}

/// What makes a training tiny.
pub const TINY: &str = "--set model.width=16 --set model.layers=1 --set model.heads=2 --set model.channels=[8,8,8] \
    --set train.batch=8 --set program.size=1..=2 --set evaluate.tasks=0 --set train.threads=1";

/// Trains a tiny Rainbow network for two steps, in the folder `run` of `place`; takes about a second.
pub fn tiny_run(place: &TestDir) {
    attack(
        place,
        &format!("train --domain rainbow --run run --set train.steps=2 {TINY}"),
    )
    .ok();
}

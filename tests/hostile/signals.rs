//! Signals while a command works.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::attack::{TINY, attack, tiny_run};
use crate::tool::TestDir;

/// Starts `tdf LINE`, with the signals as a terminal has them: a test that is run in the background inherits others.
fn start(place: &TestDir, line: &str) -> Child {
    started(place, line, Command::new("env").arg("--default-signal=INT,TERM,HUP"))
}

/// Starts `tdf LINE` behind the words of `command`.
fn started(place: &TestDir, line: &str, command: &mut Command) -> Child {
    let tdf = place.command(line);
    command
        .arg(tdf.get_program())
        .args(tdf.get_args())
        .current_dir(place.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &child.id().to_string()])
        .status()
        .expect("kill starts");
    assert!(sent.success());
}

/// Waits until `ready`, as long as the child works.
fn wait_until(child: &mut Child, what: &str, ready: impl Fn() -> bool) {
    let begin = Instant::now();
    while !ready() {
        assert!(begin.elapsed() < Duration::from_secs(120), "{what} does not come");
        assert!(child.try_wait().expect("a child").is_none(), "it ends before {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What the child said, and how it ended: by itself, within a time that only a hang takes.
fn ended(mut child: Child) -> (Option<i32>, String) {
    let begin = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if begin.elapsed() > Duration::from_secs(120) {
            child.kill().expect("a child that can be killed");
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let Output { status, stderr, .. } = child.wait_with_output().expect("an end");
    let err = String::from_utf8_lossy(&stderr).into_owned();
    assert!(!err.contains("panicked"), "{err}");
    (status.code(), err)
}

/// A training that goes on for hours and saves at its beginning and its end only.
fn long_training(run: &str) -> String {
    format!(
        "train --domain rainbow --run {run} --set train.steps=1000000 --set train.log_every=1 \
         --set train.checkpoint_every=never {TINY}"
    )
}

/// The last step in the table of a run.
fn step(run: &Path) -> u64 {
    let rows = std::fs::read_to_string(run.join("metrics.csv")).unwrap_or_default();
    let last = rows.lines().last().and_then(|row| row.split(',').next());
    last.and_then(|step| step.parse().ok()).unwrap_or(0)
}

/// The step of the network that is saved.
fn saved_step(run: &Path) -> u64 {
    let bytes = std::fs::read(run.join("checkpoints/state.safetensors")).expect("a state");
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).expect("a header");
    let ours = header["__metadata__"]["tdf"].as_str().expect("our part");
    let ours: serde_json::Value = serde_json::from_str(ours).expect("JSON");
    ours["counters"]["step"].as_u64().expect("a step")
}

/// Batch systems send SIGTERM, terminals that close send SIGHUP. Neither costs a step.
#[test]
fn every_request_to_end_saves_the_training() {
    let place = TestDir::new();
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let run = place.path(signal);
        let mut child = start(&place, &long_training(signal));
        wait_until(&mut child, "a tenth step", || step(&run) >= 10);
        send(&child, signal);
        if signal != "INT" {
            // Batch systems send several.
            send(&child, signal);
        }
        let (ended_with, err) = ended(child);
        assert_eq!(ended_with, Some(code), "{signal}: {err}");
        assert!(err.contains("stopping"), "{signal}: {err}");
        assert!(saved_step(&run) >= 10, "{signal}: {} steps are saved", saved_step(&run));
        assert_eq!(saved_step(&run), step(&run), "{signal}");
    }
}

#[test]
fn an_evaluation_that_is_asked_to_end_goes_on() {
    let place = TestDir::new();
    tiny_run(&place);
    place.write(
        "tasks.jsonl",
        place.tdf("tasks --domain rainbow -n 4 --size 2..=3").ok(),
    );
    let line = "eval --run run --tasks tasks.jsonl --seeds 1000 --budget 20 --out eval";
    let mut child = start(&place, line);
    let results = place.path("eval/results.jsonl");
    wait_until(&mut child, "a result", || {
        std::fs::metadata(&results).is_ok_and(|file| file.len() > 0)
    });
    send(&child, "TERM");
    let (code, err) = ended(child);
    assert_eq!(code, Some(143), "{err}");
    assert!(err.contains("go on with --resume"), "{err}");
    let done = place.read("eval/results.jsonl").lines().count() / 4;
    let finished = format!("eval --run run --tasks tasks.jsonl --seeds {done} --budget 20 --out eval --resume");
    attack(&place, &finished).ok();
    assert_eq!(place.read("eval/results.jsonl").lines().count(), 4 * done);
}

/// `nohup` ignores SIGHUP for what it starts.
#[test]
fn an_ignored_signal_stays_ignored() {
    let place = TestDir::new();
    let line = format!("train --domain rainbow --run run --set train.steps=60 --set train.log_every=1 {TINY}");
    let mut child = started(
        &place,
        &line,
        Command::new("sh").args(["-c", "trap '' HUP; exec \"$@\"", "sh"]),
    );
    wait_until(&mut child, "a second step", || step(&place.path("run")) >= 2);
    send(&child, "HUP");
    let (code, err) = ended(child);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(saved_step(&place.path("run")), 60);
}

/// The second Ctrl-C ends the process under its worker threads: with its code, not by a fault in memory.
#[test]
fn a_second_ctrl_c_ends_at_once() {
    let place = TestDir::new();
    let line = |run: &str| long_training(run).replace("train.threads=1", "train.threads=2");
    for round in 0..8 {
        let run = format!("run-{round}");
        let mut child = start(&place, &line(&run));
        wait_until(&mut child, "a fifth step", || step(&place.path(&run)) >= 5);
        send(&child, "INT");
        std::thread::sleep(Duration::from_millis(round % 4));
        // It may have ended by then: that is no fault.
        let _ = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .stderr(Stdio::null())
            .status();
        let (code, err) = ended(child);
        assert_eq!(code, Some(130), "round {round}: {err}");
    }
}

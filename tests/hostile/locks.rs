//! Several processes in one folder.

use std::fs::File;
use std::process::Stdio;

use crate::attack::{TINY, attack, tiny_run};
use crate::tool::{Ended, TestDir};

const BUSY: &str = "another process works in this folder";

fn with_tasks(place: &TestDir) {
    tiny_run(place);
    place.write(
        "tasks.jsonl",
        place.tdf("tasks --domain rainbow -n 4 --size 1..=2").ok(),
    );
}

/// Holds the lock of a folder, as a process that works there does.
fn hold(place: &TestDir, folder: &str) -> File {
    std::fs::create_dir_all(place.path(folder)).expect("a folder");
    let lock = File::create(place.path(folder).join(".lock")).expect("a lock file");
    lock.try_lock().expect("nobody else has it");
    lock
}

/// Three evaluations that begin at once in one folder: one works, and its results are all there is.
#[test]
fn one_evaluation_in_a_folder() {
    let place = TestDir::new();
    with_tasks(&place);
    let line = "eval --run run --tasks tasks.jsonl --seeds 20 --budget 20 --out eval";
    let spawn = |_| {
        let mut command = place.command(line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("tdf starts")
    };
    let children: Vec<_> = (0..3).map(spawn).collect();
    let ended: Vec<Ended> = children
        .into_iter()
        .map(|child| Ended::of(child.wait_with_output().expect("an end")))
        .collect();
    let (done, refused): (Vec<_>, Vec<_>) = ended.into_iter().partition(|ended| ended.code == Some(0));
    // One that comes late enough does all of it again.
    assert!(!done.is_empty());
    for ended in refused {
        let err = ended.fails(1);
        assert!(err.contains(BUSY) && err.contains("eval"), "{err}");
    }
    let lines = place.read("eval/results.jsonl");
    assert_eq!(lines.lines().count(), 4 * 20);
    attack(&place, "compare eval --out compared").ok();
}

/// Whatever writes into a folder finds out at once that somebody else does.
#[test]
fn every_command_respects_the_lock() {
    let place = TestDir::new();
    with_tasks(&place);
    attack(&place, "eval --run run --tasks tasks.jsonl --budget 2 --out eval").ok();
    attack(&place, "render --domain rainbow tasks.txt --out images").fails(1);
    place.write("program.txt", place.tdf("sample --domain rainbow --size 2").ok());
    attack(&place, "render --domain rainbow program.txt --out images").ok();
    place.write(
        "experiment.toml",
        "title = 'a'\ndomain = 'rainbow'\n[tasks]\nmost = 2\nper_minute = 2\n\
         [[method]]\nname = 'random'\nset = { \"search.method\" = 'random' }\n",
    );
    for (line, out) in [
        (
            "search --run run --target images/00000.png --budget 2 --out found".to_owned(),
            "found",
        ),
        (
            "eval --run run --tasks tasks.jsonl --budget 2 --out other".to_owned(),
            "other",
        ),
        (
            "eval --tasks tasks.jsonl --predictions predictions.txt --out scored".to_owned(),
            "scored",
        ),
        ("compare eval --out compared".to_owned(), "compared"),
        ("export --run run --out exported".to_owned(), "exported"),
        ("experiment experiment.toml --minutes 0.01 --out all".to_owned(), "all"),
        (
            format!("train --domain rainbow --run another --set train.steps=1 {TINY}"),
            "another",
        ),
        ("train --domain rainbow --run run --resume".to_owned(), "run"),
    ] {
        place.write("predictions.txt", "\n\n\n\n");
        let lock = hold(&place, out);
        let err = attack(&place, &line).fails(1);
        assert!(err.contains(BUSY) && err.contains(out), "{line}: {err}");
        drop(lock);
        let ended = attack(&place, &line);
        assert!(ended.code == Some(0), "{line}: {}", ended.err);
    }
}

/// The lock outlives the table of a run.
#[test]
fn a_lock_does_not_go_with_the_table() {
    let place = TestDir::new();
    tiny_run(&place);
    let _lock = hold(&place, "run");
    std::fs::remove_file(place.path("run/metrics.csv")).expect("a table");
    let err = attack(&place, "train --domain rainbow --run run --resume --set train.steps=4").fails(1);
    assert!(err.contains(BUSY), "{err}");
}

/// A resumed training leaves alone what it did not write.
#[test]
fn resuming_keeps_what_is_not_its_own() {
    let place = TestDir::new();
    tiny_run(&place);
    let foreign = ["run/film.part", "run/checkpoints/copy.safetensors.part"];
    let own = ["run/config.toml.part", "run/checkpoints/state.safetensors.part"];
    for name in foreign.iter().chain(&own) {
        place.write(name, "half");
    }
    let table = "step,loss\n0,1.5\n2,1.25\n";
    place.write("run/metrics.csv", table);
    let ended = attack(&place, "train --domain rainbow --run run --resume --set train.steps=4");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("it is kept as run/metrics.old.csv"), "{}", ended.err);
    assert_eq!(place.read("run/metrics.old.csv"), table);
    for name in foreign {
        assert_eq!(place.read(name), "half");
    }
    for name in own {
        assert!(!place.path(name).exists(), "{name}");
    }

    // A spreadsheet has saved the table: its rows stay.
    let rows = place.read("run/metrics.csv");
    place.write("run/metrics.csv", rows.replace('\n', "\r\n"));
    let ended = attack(&place, "train --domain rainbow --run run --resume --set train.steps=6");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(place.read("run/metrics.csv").lines().count() > rows.lines().count());
    assert!(!place.path("run/metrics.old2.csv").exists());
}

/// An evaluation is not begun anew because what is there cannot be read.
#[test]
fn resuming_an_evaluation_loses_nothing() {
    let place = TestDir::new();
    with_tasks(&place);
    let line = "eval --run run --tasks tasks.jsonl --seeds 2 --budget 2 --out eval";
    attack(&place, line).ok();
    let (summary, results) = (place.read("eval/summary.json"), place.read("eval/results.jsonl"));
    for (name, text, wanted) in [
        ("summary.json", &summary[..summary.len() / 2], "summary.json"),
        ("results.jsonl", "{\"task\": 0}\n", "2 seeds, of which 0 would be kept"),
    ] {
        place.write(&format!("eval/{name}"), text);
        let err = attack(&place, &format!("{line} --resume")).fails(1);
        assert!(err.contains(wanted), "{name}: {err}");
        assert_eq!(place.read(&format!("eval/{name}")), text);
        place.write("eval/summary.json", &summary);
        place.write("eval/results.jsonl", &results);
    }
    let err = attack(&place, &format!("{} --resume", line.replace("--seeds 2", "--seeds 1"))).fails(1);
    assert!(err.contains("2 seeds, of which 1 would be kept"), "{err}");
    assert_eq!(place.read("eval/results.jsonl"), results);
    attack(&place, &format!("{line} --resume")).ok();
}

//! Evaluations: interrupted, of other systems, side by side.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::runs::trained;
use crate::tool::TestDir;

fn with_tasks(dir: &TestDir, domain: &str, name: &str) {
    let tasks = dir
        .tdf(&format!("tasks --domain {domain} -n 6 --size 1..=2 --seed 9"))
        .ok();
    dir.write(name, tasks);
}

fn lines(dir: &TestDir, folder: &str) -> Vec<Value> {
    let text = dir.read(&format!("{folder}/results.jsonl"));
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).expect("a JSON object");
        line["seconds"] = Value::Null;
        line
    };
    text.lines().map(line).collect()
}

#[test]
fn interrupted_evaluations_go_on() {
    let dir = TestDir::new();
    trained(&dir, 20);
    with_tasks(&dir, "rainbow", "tasks.jsonl");
    let eval = "eval --run run --tasks tasks.jsonl --budget 40 --device cpu";
    dir.tdf(&format!("{eval} --seeds 4 --out whole")).ok();

    let mut child = dir
        .command(&format!("{eval} --seeds 4 --out parts"))
        .spawn()
        .expect("tdf starts");
    let begun = Instant::now();
    let written = |name: &str| std::fs::read_to_string(dir.path(name)).unwrap_or_default();
    while written("parts/results.jsonl").is_empty() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("it ends");
    // It may have come to its end before it was killed.
    let done = written("parts/results.jsonl").lines().count() / 6;
    if (1..4).contains(&done) && written("parts/summary.json").contains("\"planned\": 4") {
        let err = dir.tdf("compare whole parts --out out").fails(1);
        assert!(err.contains("parts: unfinished, "), "{err}");
    }
    dir.tdf(&format!("{eval} --seeds 4 --out parts --resume")).ok();
    assert_eq!(lines(&dir, "parts"), lines(&dir, "whole"));
    dir.tdf("compare whole parts --out out").ok();

    let err = dir
        .tdf(&format!("{eval} --seeds 4 --out parts --resume --temperature 0.9"))
        .fails(1);
    assert!(err.contains("this evaluation was made with"), "{err}");
    let more = dir.tdf(&format!("{eval} --seeds 5 --out parts --resume --json")).ok();
    let summary: Value = serde_json::from_str(&more).expect("a summary");
    assert_eq!(summary["seeds"], serde_json::json!([0, 1, 2, 3, 4]));
    for key in ["domain", "grammar", "tasks", "network", "version", "hardware"] {
        assert!(summary["setting"][key].is_string(), "{key}: {summary}");
    }
}

#[test]
fn programs_of_other_systems_are_scored() {
    let dir = TestDir::new();
    with_tasks(&dir, "rainbow", "tasks.jsonl");
    let programs: Vec<String> = dir
        .read("tasks.jsonl")
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).expect("a task")["program"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    dir.write("right.txt", programs.join("\n"));
    dir.write("some.txt", format!("{}\n\n(Box\n\n\n(Ball red)\n", programs[0]));
    let said = dir
        .tdf("eval --predictions right.txt some.txt --tasks tasks.jsonl --out theirs --json")
        .ok();
    let summary: Value = serde_json::from_str(&said).expect("a summary");
    assert_eq!(
        (&summary["method"], &summary["budget"]),
        (&"predictions".into(), &1.into())
    );
    assert_eq!((&summary["invalid"], &summary["unanswered"]), (&1.into(), &3.into()));
    let solved = |seed: usize| {
        lines(&dir, "theirs")[6 * seed..][..6]
            .iter()
            .filter(|l| l["solved"] == true)
            .count()
    };
    assert_eq!(solved(0), 6);
    assert!((1..=2).contains(&solved(1)));
    dir.tdf("eval --predictions right.txt --tasks tasks.jsonl --out strict --criterion public-code")
        .ok();

    dir.write("short.txt", "(Box red)\n");
    let err = dir
        .tdf("eval --predictions short.txt --tasks tasks.jsonl --out x")
        .fails(1);
    assert!(err.contains("short.txt: 1 line for 6 tasks"), "{err}");
    dir.write("none.jsonl", "hello\n");
    let err = dir
        .tdf("eval --predictions right.txt --tasks none.jsonl --out x")
        .fails(1);
    assert!(err.contains("none.jsonl:1: not a task"), "{err}");
    dir.tdf("eval --predictions right.txt --run run --tasks tasks.jsonl --out x")
        .fails(2);
    dir.tdf("eval --tasks tasks.jsonl --out x").fails(2);
    assert!(!dir.path("x").exists());

    let err = dir.tdf("compare theirs strict --out out").fails(1);
    assert!(
        err.contains("theirs and strict cannot be compared: their criteria are pixels-0.99 and public-code"),
        "{err}"
    );
    let said = dir.tdf("compare others=theirs again=theirs --out out").ok();
    assert_eq!(said, "page: out/index.html\n");
    assert!(dir.read("out/index.html").contains("others"));
    let err = dir.tdf("compare theirs theirs --out out").fails(1);
    assert!(err.contains("two evaluations are called theirs"), "{err}");
    let err = dir.tdf("compare nowhere --out out").fails(1);
    assert!(err.contains("nowhere: no such folder"), "{err}");
}

#[test]
fn domains_side_by_side() {
    let dir = TestDir::new();
    for domain in ["rainbow", "csg2d"] {
        with_tasks(&dir, domain, domain);
        dir.write("blank.txt", "\n".repeat(6));
        dir.tdf(&format!(
            "eval --predictions blank.txt --tasks {domain} --out of-{domain}"
        ))
        .ok();
    }
    dir.tdf("compare of-rainbow of-csg2d --out out").ok();
    let table = dir.read("out/domains.md");
    assert!(
        table.contains("| rainbow | of-rainbow | 0.0 |") && table.contains("| csg2d | of-csg2d | 0.0 |"),
        "{table}"
    );
    assert!(
        !table.contains("| - | - | - |"),
        "masks and branching are known: {table}"
    );
    assert!(dir.path("out/expansions-csg2d.png").is_file());
}

//! Parts of an evaluation, merged.

use crate::tool::TestDir;

/// A file of an evaluation without the times in it, and without the command that wrote it.
fn timeless(dir: &TestDir, file: &str) -> String {
    let mut text = String::new();
    for line in dir.read(file).lines().filter(|line| !line.contains("<dt>command</dt>")) {
        let mut rest = line;
        for mark in ["\"seconds\":", "\"spent_seconds\":", " expansions, ", " expansion, "] {
            if let Some((before, after)) = rest.split_once(mark) {
                text += before;
                text += mark;
                rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || " .e-".contains(c));
            }
        }
        text += rest;
        text.push('\n');
    }
    text
}

const FILES: [&str; 4] = ["results.jsonl", "summary.json", "config.toml", "index.html"];

fn assert_same(dir: &TestDir, merged: &str, whole: &str) {
    for file in FILES {
        let [merged, whole] = [merged, whole].map(|folder| timeless(dir, &format!("{folder}/{file}")));
        assert_eq!(merged, whole, "{file}");
    }
}

#[test]
fn merged_shards_are_the_whole_evaluation() {
    let dir = TestDir::new();
    dir.write(
        "tasks.jsonl",
        dir.tdf("tasks --domain rainbow -n 7 --size 1..=2 --seed 5").ok(),
    );
    for (method, extra) in [("random", "--solutions 3"), ("anneal", ""), ("enumerate", "")] {
        let eval = format!("eval --method {method} --tasks tasks.jsonl --budget 400 --seeds 2 {extra}");
        let whole = format!("{method}-whole");
        dir.tdf(&format!("{eval} --out {whole}")).ok();
        for shard in 1..=3 {
            let said = dir
                .tdf(&format!("{eval} --shard {shard}/3 --out {method}-{shard}"))
                .ok();
            let tasks = [2, 2, 3][shard - 1];
            assert!(
                said.contains(&format!("{tasks} tasks (shard {shard}/3 of 7), 2 seeds")),
                "{said}"
            );
        }
        // Another order of the folders is the same.
        let merged = format!("{method}-merged");
        dir.tdf(&format!("merge {method}-2 {method}-3 {method}-1 --out {merged}"))
            .ok();
        assert_same(&dir, &merged, &whole);
        dir.tdf(&format!("compare {whole} {merged} --out compared")).ok();
        // It is an evaluation like any other: more seeds can be added.
        let more = format!("{} --resume --out", eval.replace("--seeds 2", "--seeds 3"));
        for folder in [&merged, &whole] {
            dir.tdf(&format!("{more} {folder}")).ok();
        }
        assert_same(&dir, &merged, &whole);
    }
}

#[test]
fn shards_that_do_not_fit_together_are_refused() {
    let dir = TestDir::new();
    dir.write(
        "tasks.jsonl",
        dir.tdf("tasks --domain rainbow -n 4 --size 1 --seed 5").ok(),
    );
    dir.write(
        "other.jsonl",
        dir.tdf("tasks --domain rainbow -n 4 --size 1 --seed 6").ok(),
    );
    let eval = "eval --method random --budget 20 --tasks";
    for (name, arguments) in [
        ("a", "tasks.jsonl --shard 1/2"),
        ("b", "tasks.jsonl --shard 2/2"),
        ("twin", "tasks.jsonl --shard 2/2"),
        ("third", "tasks.jsonl --shard 1/3"),
        ("budget", "tasks.jsonl --shard 2/2 --budget 21"),
        ("set", "tasks.jsonl --shard 2/2 --set search.restart=9"),
        ("tasks", "other.jsonl --shard 2/2"),
        ("seeds", "tasks.jsonl --shard 2/2 --seeds 2"),
        ("version", "tasks.jsonl --shard 2/2"),
        ("network", "tasks.jsonl --shard 2/2"),
        ("unfinished", "tasks.jsonl --shard 2/2"),
        ("short", "tasks.jsonl --shard 2/2"),
        ("whole", "tasks.jsonl"),
    ] {
        let eval = match arguments.contains("--budget") {
            true => eval.replace(" --budget 20", ""),
            false => eval.to_owned(),
        };
        dir.tdf(&format!("{eval} {arguments} --out {name}")).ok();
    }
    let change = |file: &str, from: &str, to: &str| {
        let text = dir.read(file);
        assert!(text.contains(from), "{file}: {text}");
        dir.write(file, text.replace(from, to));
    };
    change("version/config.toml", "version = \"", "version = \"9.");
    change("network/summary.json", "\"network\": null", "\"network\": \"abc\"");
    change("unfinished/summary.json", "\"planned\": 1", "\"planned\": 2");
    let lines = dir.read("short/results.jsonl");
    dir.write("short/results.jsonl", lines.lines().next().unwrap());
    for (arguments, message) in [
        ("a", "shard 2/2 is missing"),
        ("b", "shard 1/2 is missing"),
        ("a b twin", "b and twin are both shard 2/2"),
        (
            "a third",
            "a and third are shards of different evaluations: 1/2 of 4 tasks in the first, 1/3 of 4 tasks",
        ),
        ("a budget", "budget = 20 in the first, budget = 21 in the second"),
        ("a set", "restart = 9 in the second"),
        ("a tasks", "different evaluations: tasks"),
        ("a seeds", "seed 0 in the first, 2 seeds (0 to 1) in the second"),
        ("a version", "different evaluations: version = "),
        ("a network", "their summary.json have other settings"),
        ("a unfinished", "unfinished: unfinished, 1 of 2 seeds are done"),
        ("a short", "task 3 of seed 0 is missing: cut short?"),
        ("a whole", "whole: a whole evaluation, not a shard"),
        ("a nowhere", "nowhere: no such folder"),
    ] {
        let error = dir.tdf(&format!("merge {arguments} --out out")).fails(1);
        assert!(error.contains(message), "{arguments}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(!dir.path("out/results.jsonl").exists(), "{arguments}");
    }
    let error = dir.tdf("merge a b --out b").fails(1);
    assert!(error.contains("b: is one of the shards"), "{error}");
    let error = dir.tdf("compare a --out compared").fails(1);
    assert!(
        error.contains("a: shard 1/2 of an evaluation; merge all of its shards first"),
        "{error}"
    );
    let error = dir.tdf(&format!("{eval} tasks.jsonl --shard 2/5 --out five")).fails(1);
    assert!(error.contains("--shard 2/5: the set has 4 tasks"), "{error}");
    let error = dir
        .tdf(&format!("{eval} tasks.jsonl --shard 1/2 --resume --out b"))
        .fails(1);
    assert!(error.contains("shard = \"2/2\""), "{error}");
    for shard in ["0/2", "3/2", "2"] {
        let error = dir
            .tdf(&format!("{eval} tasks.jsonl --shard {shard} --out five"))
            .fails(2);
        assert!(error.contains("a shard is I/N"), "{error}");
    }
    dir.tdf("merge a b --out whole").ok();
}

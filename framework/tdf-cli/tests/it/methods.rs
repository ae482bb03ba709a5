//! Methods beside tree diffusion: networks that write, and no network.

use serde_json::Value;

use crate::runs::SMALL;
use crate::tool::TestDir;

fn summary(dir: &TestDir, folder: &str) -> Value {
    serde_json::from_str(&dir.read(&format!("{folder}/summary.json"))).expect("JSON")
}

fn expansions(dir: &TestDir, folder: &str) -> Vec<u64> {
    let text = dir.read(&format!("{folder}/results.jsonl"));
    let of_line = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("a JSON object");
        line["expansions"].as_u64().expect("a number")
    };
    text.lines().map(of_line).collect()
}

#[test]
fn random_mutations_need_no_network() {
    let dir = TestDir::new();
    let tasks = dir
        .tdf("tasks --domain csg2d -n 4 --size 1..=2 --set domain.canvas=32")
        .ok();
    dir.write("tasks.jsonl", tasks);
    let eval = "eval --tasks tasks.jsonl --out floor --budget 30";
    dir.tdf(&format!("{eval} --method random")).ok();
    let floor = summary(&dir, "floor");
    assert_eq!(floor["method"], "random mutations, restart after 25 edits");
    assert_eq!(floor["setting"]["network"], Value::Null);
    assert!(expansions(&dir, "floor").iter().all(|n| (1..=30).contains(n)));

    let err = dir.tdf(&format!("{eval} --method rollout")).fails(1);
    assert!(
        err.contains("only these methods work without a network: anneal, enumerate, random;"),
        "{err}"
    );
    dir.tdf(eval).fails(2);
    let err = dir
        .tdf(&format!("{eval} --method random --set domain.canvas=64"))
        .fails(1);
    assert!(err.contains("domain.canvas=32"), "{err}");
}

#[test]
fn a_network_that_writes_is_sampled_and_begins_searches() {
    let dir = TestDir::new();
    let train = format!("train --domain rainbow {SMALL} --set train.steps=10");
    dir.tdf(&format!("{train} --run ar --set train.objective=autoregressive"))
        .ok();
    dir.tdf(&format!("{train} --run run")).ok();
    let tasks = dir.tdf("tasks --domain rainbow -n 6 --size 2 --seed 9").ok();
    dir.write("tasks.jsonl", tasks);
    let eval = "eval --tasks tasks.jsonl --budget 20 --device cpu";

    dir.tdf(&format!("{eval} --run ar --out ar-1 --temperature 1")).ok();
    dir.tdf(&format!("{eval} --run ar --out ar-2 --temperature 1 --method sample"))
        .ok();
    assert_eq!(summary(&dir, "ar-1")["method"], "autoregressive, rejection sampling");
    assert_eq!(expansions(&dir, "ar-1"), expansions(&dir, "ar-2"), "seeded");
    assert!(expansions(&dir, "ar-1").iter().all(|n| (1..=20).contains(n)));

    // One network that does both.
    dir.tdf(&format!("{train} --run joint --set train.objective=joint"))
        .ok();
    let joint = "joint, rollout, restart after 25 edits";
    for (out, options, named) in [
        ("own", "", format!("{joint}, from generated programs")),
        ("random", "--set search.init=random", joint.to_owned()),
        ("sample", "--method sample", "joint, rejection sampling".to_owned()),
    ] {
        dir.tdf(&format!("{eval} --run joint {options} --out {out}")).ok();
        assert_eq!(summary(&dir, out)["method"], named);
        assert!(expansions(&dir, out).iter().all(|n| (1..=20).contains(n)));
    }
    dir.tdf(&format!("{eval} --run run --init-run joint --out from-joint"))
        .ok();

    for method in ["rollout", "beam"] {
        dir.tdf(&format!(
            "{eval} --run run --init-run ar --method {method} --out from-{method}"
        ))
        .ok();
        let summary = summary(&dir, &format!("from-{method}"));
        let told = summary["method"].as_str().unwrap_or_default().to_owned();
        assert!(told.ends_with(", from generated programs"), "{told}");
        assert!(
            summary["setting"]["network"]
                .as_str()
                .unwrap_or_default()
                .contains(", from ")
        );
        assert!(
            dir.read(&format!("from-{method}/config.toml"))
                .contains("init_run = \"ar\"")
        );
    }

    for (line, message) in [
        (
            "--run ar --method rollout",
            "was trained to generate programs (train.objective = \"autoregressive\")",
        ),
        ("--run ar --set search.method=beam", "generates programs"),
        (
            "--run run --method sample",
            "was trained to edit programs, not to generate them",
        ),
        ("--run run --set search.init=generated", "--init-run DIR"),
        ("--run run --init-run run", "its network learnt diffusion"),
        ("--run ar --init-run ar", "generates programs itself"),
        ("--run run --init-run nowhere", "nowhere: no such folder"),
        (
            "--run joint --method sample --init-run ar",
            "--init-run ar: --method sample generates programs and begins at none",
        ),
        (
            "--run run --method random --init-run ar",
            "--init-run ar: --method random asks no network",
        ),
        (
            "--run run --method random --untrained",
            "--untrained: this method asks no network",
        ),
        (
            "--method random --untrained",
            "--untrained: this method asks no network",
        ),
    ] {
        let err = dir.tdf(&format!("{eval} {line} --out bad")).fails(1);
        assert!(err.contains(message), "{line}: {err}");
    }
}

#[test]
fn programs_grow_shape_by_shape_where_the_domain_says_how() {
    let dir = TestDir::new();
    let train = format!("train {SMALL} --set train.objective=repl --set train.steps=10");
    let err = dir.tdf(&format!("{train} --domain rainbow --run rainbow")).fails(1);
    assert!(
        err.contains("rainbow does not say how a partial program grows"),
        "{err}"
    );
    dir.tdf(&format!("{train} --domain csg2d --set domain.canvas=32 --run repl"))
        .ok();
    let tasks = dir
        .tdf("tasks --domain csg2d --set domain.canvas=32 -n 4 --size 2")
        .ok();
    dir.write("tasks.jsonl", tasks);
    dir.tdf("eval --run repl --tasks tasks.jsonl --budget 20 --temperature 1 --out repl-eval --device cpu")
        .ok();
    assert_eq!(summary(&dir, "repl-eval")["method"], "repl, rejection sampling");
    assert!(expansions(&dir, "repl-eval").iter().all(|n| (1..=20).contains(n)));
}

/// Random mutations begin at random programs, whatever the network of the run has learnt.
#[test]
fn random_mutations_take_any_run() {
    let dir = TestDir::new();
    let run = crate::tool::repository("examples/checkpoints/csg2d-best");
    let run = run.display();
    dir.tdf("sample --domain csg2d --size 1 --seed 3")
        .ok()
        .lines()
        .for_each(|program| dir.write("p.txt", format!("{program}\n")));
    dir.tdf("render --domain csg2d p.txt --out images").ok();
    let found = dir
        .tdf(&format!(
            "search --run {run} --target images/00000.png --method random --budget 5"
        ))
        .ok();
    assert!(found.starts_with("images/00000.png: "), "{found}");
    let tasks = dir.tdf("tasks --domain csg2d -n 2 --size 1").ok();
    dir.write("tasks.jsonl", tasks);
    let eval = format!("eval --run {run} --tasks tasks.jsonl --method random --budget 5");
    dir.tdf(&format!("{eval} --out floor")).ok();
    assert_eq!(
        summary(&dir, "floor")["method"],
        "random mutations, restart after 25 edits"
    );
    // The settings of a search are for all methods of an experiment: one that has no use for a key passes it over.
    dir.tdf(&format!("{eval} --set search.init=generated --out floor-2"))
        .ok();
    let err = dir.tdf(&format!("{eval} --init-run {run} --out bad")).fails(1);
    assert!(
        err.contains("--method random asks no network") && err.contains("leave out --init-run"),
        "{err}"
    );
    let err = dir
        .tdf(&format!(
            "eval --tasks tasks.jsonl --method random --init-run {run} --out bad"
        ))
        .fails(1);
    assert!(err.contains("leave out --init-run"), "{err}");
}

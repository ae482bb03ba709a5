//! The networks of `examples/checkpoints`.

use serde_json::Value;

use crate::tool::{TestDir, repository};

/// Each solves images that the same network with random weights does not.
#[test]
fn shipped_networks_have_learned_their_languages() {
    let place = TestDir::new();
    for (name, domain, size) in [
        ("rainbow-tiny", "rainbow", "2..=4"),
        ("csg2d-best", "csg2d", "1..=3"),
        ("csg2d-sketch-best", "csg2d-sketch", "1..=3"),
        ("tinysvg-best", "tinysvg", "1..=3"),
    ] {
        let run = repository(&format!("examples/checkpoints/{name}"));
        let run = run.display();
        let tasks = place.tdf(&format!("tasks --domain {domain} -n 24 --size {size} --seed 77"));
        place.write(&format!("{name}.jsonl"), tasks.ok());
        let rate = |untrained: &str| {
            let line =
                format!("eval --run {run} --tasks {name}.jsonl --budget 60 --json {untrained} --out {name}{untrained}");
            let summary: Value = serde_json::from_str(&place.tdf(&line).ok()).expect("a summary");
            let rates = summary["rates"].as_array().expect("rates").clone();
            rates.last().expect("a rate")["mean"].as_f64().expect("a number")
        };
        let (trained, untrained) = (rate(""), rate("--untrained"));
        assert!(trained > untrained + 0.15, "{name}: {trained}, untrained {untrained}");
    }
}

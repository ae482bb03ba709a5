//! The networks of `examples/checkpoints`.

use serde_json::Value;

use crate::tool::{TestDir, repository};

/// Tasks of a network, fewer than its card was made with.
const TASKS: usize = 64;

/// Solve rates of so many tasks differ by this much from the card by chance: three standard deviations of a rate of 0.8 over
/// [`TASKS`] tasks are 0.15.
const TOLERANCE: f64 = 0.15;

/// The solve rate within 100 expansions that the card of a network states, 0 to 1.
fn stated(card: &str) -> f64 {
    let row = card
        .lines()
        .find(|line| line.starts_with("| Solve rate on 256 other tasks"))
        .or_else(|| {
            card.lines()
                .find(|line| line.starts_with("| Solve rate while training"))
        })
        .expect("a card states a solve rate");
    let before = match row
        .split_once(" % within 100,")
        .or_else(|| row.split_once(" % within 100;"))
    {
        Some((before, _)) => before,
        // All evaluations of these trainings end at 100 expansions.
        None => row.split_once(" % from").expect("the rate at the end").0,
    };
    // `79.5 ± 1.4`: the mean comes first.
    let words: Vec<&str> = before.split_whitespace().collect();
    let mean = match words[..] {
        [.., mean, "±", _] | [.., mean] => mean,
        [] => unreachable!("a row has words"),
    };
    mean.parse::<f64>().expect("a percentage") / 100.0
}

/// Each solves what its card states, and more than the same network with random weights.
#[test]
fn shipped_networks_solve_what_their_cards_state() {
    let dir = TestDir::new();
    for (name, domain, size) in [
        ("rainbow-tiny", "rainbow", "2..=4"),
        ("csg2d-best", "csg2d", "1..=3"),
        ("csg2d-sketch-best", "csg2d-sketch", "1..=3"),
        ("tinysvg-best", "tinysvg", "1..=3"),
        ("formulas-best", "formulas", "1..=10"),
        ("lists-best", "lists", "1..=8"),
        ("regress-best", "regress", "1..=8"),
    ] {
        let run = repository(&format!("examples/checkpoints/{name}"));
        let card = std::fs::read_to_string(run.join("README.md")).expect("a card");
        let stated = stated(&card);
        let run = run.display();
        let tasks = dir.tdf(&format!("tasks --domain {domain} -n {TASKS} --size {size} --seed 1000"));
        dir.write(&format!("{name}.jsonl"), tasks.ok());
        let rate = |untrained: &str| {
            let line = format!(
                "eval --run {run} --tasks {name}.jsonl --budget 100 --json {untrained} --out {name}{untrained}"
            );
            let summary: Value = serde_json::from_str(&dir.tdf(&line).ok()).expect("a summary");
            let rates = summary["rates"].as_array().expect("rates").clone();
            rates.last().expect("a rate")["mean"].as_f64().expect("a number")
        };
        let (trained, untrained) = (rate(""), rate("--untrained"));
        assert!(
            trained >= stated - TOLERANCE,
            "{name}: {trained} of the tasks are solved, its card states {stated}"
        );
        assert!(trained > untrained + 0.15, "{name}: {trained}, untrained {untrained}");
    }
}

#[test]
fn the_rate_of_a_card_is_found() {
    let row = "| Solve rate on 256 other tasks (`x`; 2 seeds) | 1.0 % with the initial program, 79.5 ± 1.4 % within 100, 89.8 % |";
    assert_eq!(stated(row), 0.795);
    assert_eq!(
        stated("| Solve rate while training | untrained 4.7 %; 100 % from 2 minutes on |"),
        1.0
    );
}

//! Formulas of a FastSRB file that annealing recovers:
//! `cargo run --release -p tdf-regress --example fastsrb -- FILE [SECONDS] [FIRST..LAST] [SEED]`.
//!
//! A formula is recovered if `R2` is more than 0.999999 on 200 points that the search has not seen.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;

use tdf_data::{FastSrbOptions, read_fastsrb};
use tdf_domain::{bind, erase_function};
use tdf_regress::Regress;
use tdf_search::{Networks, SearchOptions, Target, refine, search};

const POINTS: usize = 100;
const FRESH: usize = 200;
/// Renders that simplify a formula.
const REFINING: u32 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let seconds: f64 = arguments.next().map_or(Ok(10.0), |text| text.parse())?;
    let range = arguments.next().unwrap_or_else(|| "0..1000".to_owned());
    let (first, last) = range.split_once("..").ok_or("FIRST..LAST")?;
    let (first, last): (usize, usize) = (first.parse()?, last.parse()?);
    let seed: u64 = arguments.next().map_or(Ok(0), |text| text.parse())?;
    let domain = erase_function(Regress)?;
    let text = std::fs::read_to_string(&file)?;
    let read = |seed, points| read_fastsrb(&domain, &file, &text, &FastSrbOptions { seed, points });
    let (tasks, fresh) = (read(seed, POINTS)?, read(seed + 1_000_000, FRESH)?);
    let mut totals: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let formulas = tasks.iter().zip(&fresh).enumerate();
    for (number, (formula, fresh)) in formulas.skip(first).take(last - first) {
        let options = SearchOptions {
            seconds: Some(seconds),
            first_task: number,
            // Points have no noise: an approximation that is good enough for them may not be for fresh ones.
            criterion: "r2-0.999999999999".to_owned(),
            seed,
            ..SearchOptions::new("anneal", 100_000_000)
        };
        let task = &formula.task;
        let target = Target::with_inputs(&task.inputs, &task.image);
        let outcomes = search(&domain, &[target], Networks::default(), &options, &mut |_| true)?;
        let outcome = &outcomes[0];
        // As `tdf search` does: without what the points do not need.
        let bound = bind(&domain, &task.inputs)?;
        let simple = refine(
            &bound,
            bound.criterion("")?,
            &task.image,
            &outcome.best.program,
            REFINING,
        );
        let program = &simple.map_or_else(|| outcome.best.program.clone(), |simple| simple.program);
        let test = bind(&domain, &fresh.task.inputs)?;
        let mut observation = test.observation_spec().blank();
        let criterion = test.criterion("")?;
        let is_recovered = test.render(program.nodes(), &mut observation).is_ok()
            && test.solved(criterion, &observation, &fresh.task.image);
        let total = totals.entry(formula.difficulty.clone()).or_default();
        total.0 += u32::from(is_recovered);
        total.1 += 1;
        println!(
            "{} {:<8} {:<40} {:>6.2} s {:>9} renders {:.2e} {}",
            if is_recovered { "+" } else { "-" },
            formula.difficulty,
            task.name.as_deref().unwrap_or_default(),
            outcome.seconds,
            outcome.renders,
            outcome.best.difference,
            domain.shown(program.nodes()).unwrap_or_default(),
        );
    }
    let all = totals.values().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    for (difficulty, (recovered, count)) in &totals {
        println!("{difficulty}: {recovered} of {count}");
    }
    println!("all: {} of {}", all.0, all.1);
    Ok(())
}

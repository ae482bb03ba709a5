//! Formulas mean what Excel's mean, programs and texts agree, and the domain keeps its promises.

mod benchmark;
mod inputs;
mod naive;
mod programs;
mod semantics;

use std::sync::Arc;

use tdf_domain::{DynDomain, FunctionDomain, Inputs, Value, erase_function};
use tdf_formulas::Formulas;
use tdf_formulas::ast::Formula;
use tdf_tree::{Sampler, Tree, Weighting, rng_stream};

tdf_testkit::function_conformance!(tdf_formulas::Formulas);

/// Sizes of random programs.
const SIZES: std::ops::RangeInclusive<u32> = 1..=12;

/// The value of the formula `text` for the cells `row`.
fn value(text: &str, row: &[&str]) -> Option<Value> {
    let formula: Formula = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let row: Vec<Value> = row.iter().map(|&cell| cell.into()).collect();
    Formulas.run(&formula, &row)
}

fn domain() -> Arc<dyn DynDomain> {
    erase_function(Formulas).unwrap_or_else(|error| panic!("{error}"))
}

/// `count` random programs of various sizes.
fn programs(domain: &dyn DynDomain, count: usize) -> Vec<Tree> {
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), *SIZES.end(), Weighting::Rules);
    let sizes = sampler
        .feasible(grammar.start, SIZES)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut rng = rng_stream(20_519, 0);
    (0..count)
        .map(|_| sampler.sample(grammar.start, &sizes, &mut rng))
        .collect()
}

/// Random inputs, number `index`.
fn inputs(domain: &dyn DynDomain, index: u64) -> Inputs {
    domain.sample_inputs(&mut rng_stream(7, index))
}

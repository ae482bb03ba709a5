//! Formulas mean what mathematics says, distances are scale-free, fits find planted constants, and the domain keeps its promises.

mod distance;
mod fastsrb;
mod fitting;
mod programs;
mod searching;
mod semantics;
mod tables;
mod tasks;

use std::sync::Arc;

use rand::RngExt as _;
use tdf_domain::{DynDomain, FunctionDomain, Inputs, Rng, Value, bind, erase_function};
use tdf_regress::Regress;
use tdf_regress::ast::Formula;
use tdf_tree::{Sampler, Tree, Weighting, rng_stream};

fn domain() -> Arc<dyn DynDomain> {
    erase_function(Regress).unwrap_or_else(|error| panic!("{error}"))
}

tdf_testkit::function_conformance!(tdf_regress::Regress);

/// The domain, bound to these columns.
fn bound(columns: &[Vec<f64>]) -> Arc<dyn DynDomain> {
    let row = columns.iter().map(|column| Value::Numbers(column.clone())).collect();
    bind(&domain(), &Inputs::new(vec![row])).unwrap_or_else(|error| panic!("{error}"))
}

/// The output of the formula `text`.
fn run(text: &str, columns: &[Vec<f64>]) -> Option<Vec<f64>> {
    let formula: Formula = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let row: Vec<Value> = columns.iter().map(|column| Value::Numbers(column.clone())).collect();
    match Regress.run(&formula, &row) {
        Some(Value::Numbers(output)) => Some(output),
        _ => None,
    }
}

/// What a domain that is bound to one row shows of this output.
fn observation(domain: &dyn DynDomain, output: Option<Vec<f64>>) -> Vec<u8> {
    let spec = domain.observation_spec().values().expect("outputs are values");
    spec.encode(&[output.map(Value::Numbers)])
}

/// Random columns of positive numbers about 1.
fn columns(count: usize, points: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
    let mut column = || (0..points).map(|_| rng.random_range(0.3..3.0)).collect();
    (0..count).map(|_| column()).collect()
}

/// `count` random programs of various sizes.
fn programs(domain: &dyn DynDomain, count: usize) -> Vec<Tree> {
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), 12, Weighting::Rules);
    let sizes = sampler
        .feasible(grammar.start, 1..=12)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut rng = rng_stream(31, 0);
    (0..count)
        .map(|_| sampler.sample(grammar.start, &sizes, &mut rng))
        .collect()
}

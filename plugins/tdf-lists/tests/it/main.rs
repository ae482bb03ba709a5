//! Functions mean what DeepCoder's mean, programs and texts agree, and the domain keeps its promises.

mod benchmark;
mod deepcoder;
mod inputs;
mod programs;
mod semantics;

use std::sync::Arc;

use tdf_domain::{DynDomain, FunctionDomain, Inputs, Value, bind, erase_function};
use tdf_lists::Lists;
use tdf_lists::ast::Program;
use tdf_tree::{Sampler, Tree, Weighting, rng_stream};

tdf_testkit::function_conformance!(tdf_lists::Lists);

/// Sizes of random programs.
const SIZES: std::ops::RangeInclusive<u32> = 0..=9;

/// The value of the program `text` for the arguments `row`.
fn value(text: &str, row: &[Value]) -> Option<Value> {
    let program: Program = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    Lists::default().run(&program, row)
}

fn list(items: &[i64]) -> Value {
    Value::Integers(items.to_vec())
}

fn domain() -> Arc<dyn DynDomain> {
    erase_function(Lists::default()).unwrap_or_else(|error| panic!("{error}"))
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

/// The outputs of `program` on `inputs`.
fn outputs(domain: &Arc<dyn DynDomain>, inputs: &Inputs, program: &Tree) -> Vec<Option<Value>> {
    let bound = bind(domain, inputs).unwrap();
    let mut observation = bound.observation_spec().blank();
    bound.render(program.nodes(), &mut observation).unwrap();
    bound.observation_spec().values().unwrap().decode(&observation)
}

//! Running programs of size 8 on four rows.

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use tdf_domain::{DynDomain, FunctionDomain, Inputs, Program, Value, bind, erase_function};
use tdf_formulas::Formulas;
use tdf_formulas::ast::Formula;
use tdf_tree::{Sampler, Tree, Weighting, rng_stream};

/// Programs that are run in turn.
const PROGRAMS: usize = 1024;
/// Their size.
const SIZE: u32 = 8;

/// Programs that do not fail on all rows.
fn programs(domain: &dyn DynDomain) -> Vec<Tree> {
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), SIZE, Weighting::Rules);
    let mut rng = rng_stream(1, 0);
    let mut observation = domain.observation_spec().blank();
    let blank = observation.clone();
    let mut programs = Vec::with_capacity(PROGRAMS);
    while programs.len() < PROGRAMS {
        let program = sampler.sample(grammar.start, &[SIZE], &mut rng);
        if domain.render(program.nodes(), &mut observation).is_ok() && observation != blank {
            programs.push(program);
        }
    }
    programs
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let rows = [
        ["Mila Torben", "mila.torben@example.org", "+41 555-0100", "2031-04-05"],
        ["Oki Sandvar", "oki@example.com", "+7 555-0177", "1999-12-31"],
        ["Rune A. Bel", "rune.bel@example.net", "+358 555-0142", "2008-02-29"],
        ["Ten Ashgrove-Li", "t.a.l@example.org", "+1 555-0199", "2010-10-10"],
    ];
    let inputs = Inputs::new(
        rows.iter()
            .map(|row| row.iter().map(|&cell| cell.into()).collect())
            .collect(),
    );
    let unbound = erase_function(Formulas).unwrap_or_else(|error| panic!("{error}"));
    let domain = bind(&unbound, &inputs).unwrap_or_else(|error| panic!("{error}"));
    let programs = programs(&*domain);
    let language = domain.language();
    let typed: Vec<Formula> = programs
        .iter()
        .map(|p| Formula::from_nodes(&language.to_written(p.nodes())))
        .collect();
    let mut observation = domain.observation_spec().blank();
    let mut numbers = (0..PROGRAMS).cycle();
    let mut next = move || numbers.next().unwrap_or(0);
    criterion.bench_function("run, size 8, 4 rows, from nodes", |b| {
        b.iter(|| domain.render(programs[next()].nodes(), black_box(&mut observation)));
    });
    criterion.bench_function("run, size 8, 4 rows, from the typed tree", |b| {
        b.iter(|| -> usize {
            let formula = &typed[next()];
            inputs
                .rows()
                .iter()
                .filter(|row| black_box(Formulas.run(formula, row)).is_some())
                .count()
        });
    });
    let outputs: Vec<Vec<Option<Value>>> = typed
        .iter()
        .map(|formula| inputs.rows().iter().map(|row| Formulas.run(formula, row)).collect())
        .collect();
    criterion.bench_function("constants of a task of 4 rows", |b| {
        b.iter_batched(
            || &outputs[next()],
            |outputs| Formulas.constants(inputs.rows(), outputs),
            BatchSize::SmallInput,
        );
    });
    criterion.final_summary();
}

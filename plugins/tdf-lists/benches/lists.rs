//! Running programs of size 8 on three rows.

use std::hint::black_box;

use criterion::Criterion;
use tdf_domain::{DynDomain, FunctionDomain, Inputs, Program as _, Value, bind, erase_function};
use tdf_lists::Lists;
use tdf_lists::ast::Program;
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
        [&[3, 7, 1, 4][..], &[-3, -1]],
        [&[1, 0, 6, 9, 1], &[9]],
        [&[2, 5], &[0, 8, 3]],
    ];
    let row = |row: &[&[i64]; 2]| row.iter().map(|items| Value::Integers(items.to_vec())).collect();
    let inputs = Inputs::new(rows.iter().map(row).collect());
    let unbound = erase_function(Lists::default()).unwrap_or_else(|error| panic!("{error}"));
    let domain = bind(&unbound, &inputs).unwrap_or_else(|error| panic!("{error}"));
    let programs = programs(&*domain);
    let language = domain.language();
    let typed: Vec<Program> = programs
        .iter()
        .map(|program| Program::from_nodes(&language.to_written(program.nodes())))
        .collect();
    let mut observation = domain.observation_spec().blank();
    let mut numbers = (0..PROGRAMS).cycle();
    let mut next = move || numbers.next().unwrap_or(0);
    criterion.bench_function("run, size 8, 3 rows, from nodes", |b| {
        b.iter(|| domain.render(programs[next()].nodes(), black_box(&mut observation)));
    });
    criterion.bench_function("run, size 8, 3 rows, from the typed tree", |b| {
        b.iter(|| -> usize {
            let program = &typed[next()];
            let outputs = inputs.rows().iter().map(|row| Lists::default().run(program, row));
            outputs.filter(|output| black_box(output).is_some()).count()
        });
    });
    criterion.final_summary();
}

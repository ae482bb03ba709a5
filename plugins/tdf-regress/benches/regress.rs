//! Running and fitting formulas on 100 points.

use std::hint::black_box;

use criterion::Criterion;
use rand::RngExt as _;
use tdf_domain::{Inputs, Value, bind, erase_function};
use tdf_regress::Regress;
use tdf_tree::rng_stream;

const PROGRAMS: [(&str, &str); 3] = [
    ("arithmetic, size 9", "(((x1 * x2) + (x3 / x4)) / (x1 + 2.5))"),
    ("functions, size 9", "(x1 * sqrt((exp(square(x2)) + sin((x3 * 3)))))"),
    ("three constants", "(x1 / (1.5 + exp(((x2 * 1.2) + (x3 / 3)))))"),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut rng = rng_stream(1, 0);
    let mut column = || Value::Numbers((0..100).map(|_| rng.random_range(0.5..2.0)).collect());
    let inputs = Inputs::new(vec![(0..4).map(|_| column()).collect()]);
    let unbound = erase_function(Regress).unwrap_or_else(|error| panic!("{error}"));
    let domain = bind(&unbound, &inputs).unwrap_or_else(|error| panic!("{error}"));
    let parse = |text: &str| {
        let program = domain.language().parse(domain.start(), text);
        program.unwrap_or_else(|error| panic!("{text}: {error:?}"))
    };
    let mut target = domain.observation_spec().blank();
    let wanted = parse("((x1 / (2.2 + exp(((x2 * 0.7) + (x3 / 2))))) * 4.4)");
    domain
        .render(wanted.nodes(), &mut target)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut observation = domain.observation_spec().blank();
    for (name, text) in PROGRAMS {
        let program = parse(text);
        criterion.bench_function(&format!("render, {name}"), |b| {
            b.iter(|| domain.render(program.nodes(), black_box(&mut observation)));
        });
        criterion.bench_function(&format!("fit, {name}"), |b| {
            b.iter(|| domain.refined(black_box(program.nodes()), &target));
        });
    }
    criterion.bench_function("distance", |b| {
        b.iter(|| domain.distance(black_box(&observation), &target));
    });
    criterion.final_summary();
}

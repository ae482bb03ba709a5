//! Languages with names in scope: preparing them, programs of size 8.

mod scoped;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tdf_tree::{Language, Node, Sampler, Size, Weighting, rng_stream};

fn languages(c: &mut Criterion) {
    for scoped in scoped::LANGUAGES {
        language(c, scoped);
    }
}

fn language(c: &mut Criterion, scoped: &scoped::Scoped) {
    let scoped::Scoped {
        name,
        text,
        scope,
        primitives,
    } = scoped;
    let grammar = tdf_reader::read_grammar(&format!("{name}.lalrpop"), text).expect("a grammar");
    let prepare = || Language::with_scopes(grammar.clone(), "scope.toml", scope).expect("a table without mistakes");
    let language = prepare();
    let expanded = language.grammar().clone();
    let size = Size::primitives(&expanded, primitives).expect("names of the grammar");
    let sampler = || Sampler::new(&expanded, &size, 8, Weighting::Skeletons);
    let (start, tables) = (expanded.start, sampler());

    let mut group = c.benchmark_group(format!("scopes/{name}"));
    let mut rng = rng_stream(1, 0);
    let mut nodes: Vec<Node> = Vec::new();
    let greatest = (0..=8)
        .rev()
        .find(|&size| tables.is_feasible(start, size))
        .expect("a program");
    group.bench_function(format!("sample a program of size {greatest}"), |b| {
        b.iter(|| {
            nodes.clear();
            tables.sample_into(start, greatest, &mut rng, &mut nodes);
            black_box(&nodes);
        });
    });
    let text = language.print(&nodes);
    group.bench_function("parse a program", |b| b.iter(|| language.parse(start, &text)));
    group.sample_size(10);
    group.bench_function(format!("prepare {} productions", expanded.productions.len()), |b| {
        b.iter(prepare)
    });
    group.bench_function("prepare the sampler", |b| b.iter(sampler));
    group.finish();
}

criterion_group!(benches, languages);
criterion_main!(benches);

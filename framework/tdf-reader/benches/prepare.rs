//! Reading a grammar file and building its LR tables.

mod synthetic;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tdf_grammar::Lr;

fn prepare(c: &mut Criterion) {
    for productions in [100, 1000] {
        let text = synthetic::grammar(productions);
        let grammar = tdf_reader::read_grammar("synthetic.lalrpop", &text).unwrap_or_else(|e| panic!("{e}"));
        let mut group = c.benchmark_group(format!("{} productions", grammar.productions.len()));
        group.sample_size(10);
        group.bench_function("read", |b| {
            b.iter(|| black_box(tdf_reader::read_grammar("synthetic.lalrpop", &text)))
        });
        group.bench_function("tables", |b| b.iter(|| black_box(Lr::new(&grammar))));
        group.finish();
    }
}

criterion_group!(benches, prepare);
criterion_main!(benches);

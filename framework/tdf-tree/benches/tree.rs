//! Programs of Rainbow and CSG2D, sizes as in the paper; one thread.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tdf_tree::{
    EditPath, Language, Mutator, Node, NodeChoice, NoiseOptions, PathOptions, Sampler, Size, Tree, Weighting,
    rng_stream,
};

const RAINBOW: &str = include_str!("../../../grammars/rainbow.lalrpop");
const CSG2D: &str = include_str!("../../../grammars/csg2d.lalrpop");

fn languages(c: &mut Criterion) {
    language(c, "rainbow", RAINBOW, &["Box", "Ball"]);
    language(c, "csg2d", CSG2D, &["Circle", "Quad"]);
}

fn language(c: &mut Criterion, name: &str, text: &str, primitives: &[&str]) {
    let grammar = tdf_reader::read_grammar(&format!("{name}.lalrpop"), text).expect("a grammar that is shipped");
    let language = Language::new(grammar).expect("a grammar without conflicts");
    let grammar = language.grammar().clone();
    let size = Size::primitives(&grammar, primitives).expect("names of the grammar");
    let sampler = Sampler::new(&grammar, &size, 8, Weighting::Rules);
    let noise = NoiseOptions {
        max_edit_size: 2,
        choice: NodeChoice::Size,
    };
    let mutator = Mutator::new(grammar.clone(), size.clone(), noise);
    let finder =
        EditPath::new(grammar.clone(), size, PathOptions { max_edit_size: 2 }).expect("a bound that is large enough");
    let start = grammar.start;
    let sizes = sampler.feasible(start, 2..=8).expect("sizes that exist");

    let mut rng = rng_stream(1, 0);
    let programs: Vec<Tree> = (0..1024).map(|_| sampler.sample(start, &sizes, &mut rng)).collect();
    let texts: Vec<String> = programs.iter().map(|p| language.print(p.nodes())).collect();
    let mut next = (0..1024).cycle();

    let mut group = c.benchmark_group(name);
    let mut nodes: Vec<Node> = Vec::new();
    group.bench_function("sample a program of size 8", |b| {
        b.iter(|| {
            nodes.clear();
            sampler.sample_into(start, 8, &mut rng, &mut nodes);
            black_box(&nodes);
        });
    });
    group.bench_function("propose a mutation", |b| {
        b.iter(|| mutator.propose(&programs[next.next().unwrap_or(0)], &mut rng));
    });
    group.bench_function("mutate 1 to 5 times and find the path back", |b| {
        let mut steps = (1..=5).cycle();
        b.iter_batched_ref(
            || (next.next().unwrap_or(0), steps.next().unwrap_or(1)),
            |&mut (at, steps)| {
                let mut from = programs[at].clone();
                for _ in 0..steps {
                    mutator.mutate(&mut from, &mut rng);
                }
                finder.find(&from, &programs[at], &mut rng)
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("find the path between two programs", |b| {
        b.iter(|| {
            let at = next.next().unwrap_or(0);
            finder.find(&programs[at], &programs[(at + 511) % programs.len()], &mut rng)
        });
    });
    group.bench_function("parse", |b| {
        b.iter(|| language.parse(start, &texts[next.next().unwrap_or(0)]))
    });
    group.bench_function("print", |b| {
        b.iter(|| language.print(programs[next.next().unwrap_or(0)].nodes()))
    });
    group.finish();
}

criterion_group!(benches, languages);
criterion_main!(benches);

//! Cost of a decoding step over a batch, of turning programs into sequences, and of building the automaton.

#[path = "../../tdf-tree/benches/scoped/mod.rs"]
mod scoped;
#[path = "../../tdf-reader/benches/synthetic.rs"]
mod synthetic;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rand::RngExt as _;
use tdf_decode::{DecoderState, Masks, ProgramTokenizer, TokenSequence};
use tdf_tree::{Language, Mutator, NodeChoice, NoiseOptions, Sampler, Size, Weighting, rng_stream};

const BATCH: usize = 512;

fn languages() -> Vec<(&'static str, Language, Size)> {
    [
        (
            "rainbow",
            include_str!("../../../grammars/rainbow.lalrpop"),
            &["Box", "Ball"][..],
        ),
        (
            "csg2d",
            include_str!("../../../grammars/csg2d.lalrpop"),
            &["Circle", "Quad"][..],
        ),
        (
            "tinysvg",
            include_str!("../../../grammars/tinysvg.lalrpop"),
            &["Rectangle", "Ellipse", "Move"][..],
        ),
    ]
    .into_iter()
    .map(|(name, source, primitives)| {
        let language = Language::new(tdf_reader::read_grammar(name, source).unwrap()).unwrap();
        let size = Size::primitives(language.grammar(), primitives).unwrap();
        (name, language, size)
    })
    .collect()
}

/// Those with names in scope.
fn scoped_languages() -> Vec<(&'static str, Language, Size)> {
    let prepare = |scoped: &scoped::Scoped| {
        let grammar = tdf_reader::read_grammar(scoped.name, scoped.text).unwrap();
        let language = Language::with_scopes(grammar, "scope.toml", scoped.scope).unwrap();
        let size = Size::primitives(language.grammar(), scoped.primitives).unwrap();
        (scoped.name, language, size)
    };
    scoped::LANGUAGES.iter().map(prepare).collect()
}

/// One step of 512 sequences: look the mask up, choose a token, take it; a finished sequence begins anew.
fn step(c: &mut Criterion) {
    let mut group = c.benchmark_group("mask_step");
    group.throughput(Throughput::Elements(BATCH as u64));
    for (name, language, size) in languages().into_iter().chain(scoped_languages()) {
        let masks = Masks::new(&language, &size).unwrap();
        let start = language.grammar().start;
        let mut rng = rng_stream(1, 0);
        let mut states: Vec<DecoderState> = (0..BATCH).map(|_| masks.start(start, 8).unwrap()).collect();
        group.bench_function(name, |b| {
            b.iter(|| {
                for state in &mut states {
                    let allowed = masks.allowed(masks.mask_id(state));
                    let id = allowed[rng.random_range(0..allowed.len())];
                    masks.advance(state, id).unwrap();
                    if state.is_done() {
                        masks.restart(state, start, 8);
                    }
                }
            });
        });
    }
    group.finish();
}

fn sequences(c: &mut Criterion) {
    let mut group = c.benchmark_group("sequence");
    for (name, language, size) in languages() {
        let grammar = language.grammar().clone();
        let masks = Arc::new(Masks::new(&language, &size).unwrap());
        let tokenizer = ProgramTokenizer::new(Arc::new(language), size.clone(), masks);
        let sampler = Sampler::new(&grammar, &size, 8, Weighting::Rules);
        let mutator = Mutator::new(
            grammar.clone(),
            size.clone(),
            NoiseOptions {
                max_edit_size: 2,
                choice: NodeChoice::Size,
            },
        );
        let mut rng = rng_stream(2, 0);
        let trees: Vec<_> = (0..1000)
            .map(|_| sampler.sample(grammar.start, &[4], &mut rng))
            .collect();
        let edits: Vec<_> = trees
            .iter()
            .filter_map(|tree| {
                let edit = mutator.propose(tree, &mut rng)?;
                let production = grammar.production(edit.replacement[0].production);
                Some((production.nonterminal, edit.replacement))
            })
            .collect();
        let nodes: usize = trees.iter().map(|t| t.nodes().len()).sum();
        let mut next = 0;
        let mut sequence = TokenSequence::default();
        group.bench_function(format!("{name}/{} nodes", nodes / trees.len()), |b| {
            b.iter(|| {
                next = (next + 1) % trees.len();
                tokenizer.sequence(grammar.start, &trees[next], black_box(&mut sequence));
            });
        });
        let mut steps = Vec::new();
        group.bench_function(format!("{name}/steps of an edit"), |b| {
            b.iter(|| {
                next = (next + 1) % edits.len();
                let (start, replacement) = &edits[next];
                tokenizer.decisions(*start, replacement, 2, black_box(&mut steps));
            });
        });
    }
    group.finish();
}

/// Building the automaton.
fn build(c: &mut Criterion) {
    let mut group = c.benchmark_group("build");
    group.sample_size(10);
    for (name, language, size) in languages().into_iter().chain(scoped_languages()) {
        group.bench_function(name, |b| {
            b.iter_batched(|| (), |()| Masks::new(&language, &size).unwrap(), BatchSize::SmallInput);
        });
    }
    for productions in [100, 1000] {
        let text = synthetic::grammar(productions);
        let language = Language::new(tdf_reader::read_grammar("synthetic", &text).unwrap()).unwrap();
        let grammar = language.grammar();
        for (name, size) in [("nodes", Size::nodes(grammar)), ("tokens", Size::tokens(grammar))] {
            group.bench_function(format!("{} productions by {name}", grammar.productions.len()), |b| {
                b.iter_batched(|| (), |()| Masks::new(&language, &size).unwrap(), BatchSize::SmallInput);
            });
        }
    }
    group.finish();
}

criterion_group!(benches, step, sequences, build);
criterion_main!(benches);

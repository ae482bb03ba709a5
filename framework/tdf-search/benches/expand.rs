//! Node expansions a second without a network: rendering, tests of the criterion and the account of what was tried.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tdf_data::{TaskOptions, make_tasks};
use tdf_rainbow as _;
use tdf_search::{Init, Networks, Ranking, SearchOptions, Target, UniformPolicy, search};
use tdf_tree::{Mutator, NoiseOptions};

fn bench(c: &mut Criterion) {
    let domain = tdf_domain::builtin("rainbow")
        .expect("built in")
        .open()
        .expect("a sound domain");
    let tasks = make_tasks(
        &domain,
        &TaskOptions {
            count: 64,
            sizes: 8..=8,
            seed: 0,
            hard: None,
        },
    )
    .expect("tasks");
    let targets: Vec<Target<'_>> = tasks.iter().map(|t| Target::seen(&t.image)).collect();
    let noise = NoiseOptions::default();
    let mutator = Mutator::new(Arc::clone(domain.language().grammar()), domain.size().clone(), noise);
    let mut policy = UniformPolicy::new(mutator);
    let mut group = c.benchmark_group("rainbow, 64 tasks, uniform policy");
    group.throughput(Throughput::Elements(64 * 100)).sample_size(10);
    for name in ["rollout", "beam"] {
        let options = SearchOptions {
            method: name.to_owned(),
            budget: 100,
            temperature: 1.0,
            init: Init::Random,
            beam: 16,
            ranking: Ranking::Pixels,
            ..SearchOptions::default()
        };
        group.bench_function(name, |b| {
            b.iter(|| {
                search(&domain, &targets, Networks::policy(&mut policy), &options, &mut |_| {
                    true
                })
                .expect("a search")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);

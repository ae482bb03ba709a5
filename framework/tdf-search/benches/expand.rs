//! Node expansions a second without a network: rendering, tests of the criterion and the account of what was tried.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tdf_data::{TaskOptions, make_tasks};
use tdf_rainbow as _;
use tdf_search::{Init, Method, Networks, Ranking, SearchOptions, Target, UniformPolicy, search};
use tdf_tree::{Mutator, NodeChoice, NoiseOptions};

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
    let noise = NoiseOptions {
        max_edit_size: 2,
        choice: NodeChoice::default(),
    };
    let mutator = Mutator::new(Arc::clone(domain.language().grammar()), domain.size().clone(), noise);
    let mut policy = UniformPolicy::new(mutator);
    let mut group = c.benchmark_group("rainbow, 64 tasks, uniform policy");
    group.throughput(Throughput::Elements(64 * 100)).sample_size(10);
    for (name, method) in [
        ("rollout", Method::Rollout { restart: 25 }),
        (
            "beam",
            Method::Beam {
                width: 16,
                edits_per_program: 4,
                ranking: Ranking::Pixels,
            },
        ),
    ] {
        let options = SearchOptions {
            method,
            budget: 100,
            temperature: 1.0,
            criterion: String::new(),
            init: Init::Random,
            init_count: 1,
            init_sizes: 2..=8,
            seed: 0,
            solutions: 1,
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

//! Benchmarks of a domain.

use std::hint::black_box;

use criterion::Criterion;
use tdf_domain::{Domain, Program};

use crate::Fixture;

/// Programs that are drawn in turn.
const PROGRAMS: usize = 256;
/// Their size.
const SIZE: u32 = 8;

/// Times drawing, observing and comparing programs of eight primitives. In a bench of a plugin:
/// `tdf_testkit::bench!(Rainbow);`
pub fn bench<D: Domain + Default>(criterion: &mut Criterion) {
    let fixture = Fixture::<D>::new();
    let domain = &fixture.erased;
    let programs = fixture.programs_of_size(SIZE, PROGRAMS);
    let typed: Vec<D::Program> = programs
        .iter()
        .map(|p| D::Program::from_nodes(&fixture.language().to_written(p.nodes())))
        .collect();
    let images: Vec<Vec<u8>> = programs.iter().map(|p| fixture.render(p)).collect();
    let mut image = vec![0; domain.observation_spec().bytes()];
    let mut numbers = (0..PROGRAMS).cycle();
    let mut next = move || numbers.next().unwrap_or(0);
    criterion.bench_function(&format!("render, {SIZE} primitives, from nodes"), |b| {
        b.iter(|| domain.render(programs[next()].nodes(), black_box(&mut image)));
    });
    criterion.bench_function(&format!("render, {SIZE} primitives, from the typed tree"), |b| {
        b.iter(|| fixture.typed.render(&typed[next()], black_box(&mut image)));
    });
    if domain.has_observation_model() {
        let mut seed = 0;
        criterion.bench_function(&format!("observe, {SIZE} primitives, from nodes"), |b| {
            b.iter(|| {
                seed += 1;
                domain.observe_target(programs[next()].nodes(), seed, black_box(&mut image))
            });
        });
    }
    for (index, name) in domain.criteria().iter().enumerate() {
        let tested = tdf_domain::Criterion::new(index);
        criterion.bench_function(&format!("criterion {name}, other image"), |b| {
            b.iter(|| {
                let i = next();
                domain.solved(tested, black_box(&images[i]), black_box(&images[PROGRAMS - 1 - i]))
            });
        });
        criterion.bench_function(&format!("criterion {name}, same image"), |b| {
            b.iter(|| {
                let i = next();
                domain.solved(tested, black_box(&images[i]), black_box(&images[i]))
            });
        });
    }
    // One target after the other, and one target with many images, as in a search.
    let mut observed = images.clone();
    if domain.has_observation_model() {
        for (program, image) in programs.iter().zip(&mut observed) {
            let _ = domain.observe_target(program.nodes(), 0, image);
        }
    }
    criterion.bench_function("distance, other target", |b| {
        b.iter(|| {
            let i = next();
            domain.distance(black_box(&observed[i]), black_box(&observed[(i + 1) % PROGRAMS]))
        });
    });
    criterion.bench_function("distance, one target", |b| {
        b.iter(|| domain.distance(black_box(&observed[next()]), black_box(&observed[0])));
    });
    criterion.bench_function("uninformative", |b| {
        b.iter(|| domain.is_uninformative(black_box(&images[next()])));
    });
}

/// The `main` of a benchmark of a domain: `tdf_testkit::bench!(Rainbow);`
#[macro_export]
macro_rules! bench {
    ($domain:ty) => {
        fn main() {
            let mut criterion = $crate::Criterion::default().configure_from_args();
            $crate::bench::<$domain>(&mut criterion);
            criterion.final_summary();
        }
    };
}

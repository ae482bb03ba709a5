//! Drawing and comparing programs of eight primitives.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tdf_csg2d::{Csg2d, ast::Shape};
use tdf_domain::{Domain as _, Goal, Program as _, erase};
use tdf_tree::{Sampler, Tree, Weighting, stream};

fn csg2d(c: &mut Criterion) {
    let domain = erase(Csg2d::default()).expect("the domain opens");
    let typed = Csg2d::default();
    let sampler = Sampler::new(domain.language().grammar(), domain.size(), 8, Weighting::Rules);
    let mut rng = stream(1, 0);
    let programs: Vec<Tree> = (0..256)
        .map(|_| sampler.sample(domain.start(), &[8], &mut rng))
        .collect();
    let shapes: Vec<Shape> = programs.iter().map(|p| Shape::from_nodes(p.nodes())).collect();
    let mut picture = vec![0; domain.canvas().bytes()];
    let pictures: Vec<Vec<u8>> = programs
        .iter()
        .map(|p| {
            domain
                .render(p.nodes(), &mut picture)
                .expect("every program can be drawn");
            picture.clone()
        })
        .collect();

    let mut next = (0..programs.len()).cycle();
    c.bench_function("render, 8 primitives, from nodes", |b| {
        b.iter(|| domain.render(programs[next.next().unwrap_or(0)].nodes(), black_box(&mut picture)));
    });
    c.bench_function("render, 8 primitives, from the typed tree", |b| {
        b.iter(|| typed.render(&shapes[next.next().unwrap_or(0)], black_box(&mut picture)));
    });
    for goal in [Goal::Paper, Goal::Code] {
        c.bench_function(&format!("goal {goal:?}, other picture"), |b| {
            b.iter(|| {
                let i = next.next().unwrap_or(0);
                domain.solved(goal, black_box(&pictures[i]), black_box(&pictures[255 - i]))
            });
        });
        c.bench_function(&format!("goal {goal:?}, same picture"), |b| {
            b.iter(|| {
                let i = next.next().unwrap_or(0);
                domain.solved(goal, black_box(&pictures[i]), black_box(&pictures[i]))
            });
        });
    }
    c.bench_function("near empty", |b| {
        b.iter(|| domain.near_empty(black_box(&pictures[next.next().unwrap_or(0)])));
    });
}

criterion_group!(benches, csg2d);
criterion_main!(benches);

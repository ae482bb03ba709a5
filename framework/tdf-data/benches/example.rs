//! Examples a second on one core, and what of that is encoding.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tdf_data::{Example, ExampleEncoder, ExampleOptions, ExampleStream, Labels};
use tdf_decode::{Masks, ProgramTokenizer};
use tdf_rainbow as _;
use tdf_tree::NodeChoice;

fn bench(c: &mut Criterion) {
    let domain = tdf_domain::builtin("rainbow")
        .expect("built in")
        .open()
        .expect("a sound domain");
    let options = ExampleOptions {
        sizes: 2..=8,
        steps: 5,
        rho: 0.2,
        max_edit_size: 2,
        choice: NodeChoice::default(),
        redraws: 100,
        along_path: true,
        labels: Labels::NextEdit,
        simplify_targets: false,
    };
    let masks = Arc::new(Masks::new(domain.language(), domain.size()).expect("masks"));
    let tokenizer = ProgramTokenizer::new(Arc::clone(domain.language()), domain.size().clone(), masks);
    let encoder = ExampleEncoder::new(Arc::clone(&domain), tokenizer, options.max_edit_size);
    let stream = ExampleStream::new(domain, options, 0).expect("sound options");

    let mut group = c.benchmark_group("rainbow 2..8");
    group.throughput(Throughput::Elements(1));
    let mut example = Example::default();
    let mut index = 0;
    group.bench_function("example", |b| {
        b.iter(|| {
            index += 1;
            stream.example(index, &mut example).expect("an example");
            black_box(encoder.encode(&example))
        });
    });
    let some: Vec<Example> = (0..256)
        .map(|i| {
            let mut example = Example::default();
            stream.example(i, &mut example).expect("an example");
            example
        })
        .collect();
    let mut examples = some.iter().cycle();
    group.bench_function("encode", |b| {
        b.iter(|| black_box(encoder.encode(examples.next().expect("endless"))))
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);

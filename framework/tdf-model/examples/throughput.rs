//! Examples a second of the forward and backward pass on Rainbow, and the number of parameters.
//!
//! `cargo run --release -p tdf-model --example throughput -- [threads] [batch]`

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use tch::Device;
use tdf_data::{Encoded, Encoder, Example, ExampleOptions, ExampleStream};
use tdf_decode::{Masks, Sequencer};
use tdf_model::{Model, preset};
use tdf_rainbow as _;
use tdf_tree::NodeChoice;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let threads: i32 = arguments.next().map_or(Ok(2), |text| text.parse())?;
    let size: usize = arguments.next().map_or(Ok(32), |text| text.parse())?;
    tch::set_num_threads(threads);

    let domain = (tdf_domain::builtin("rainbow").ok_or("Rainbow is not linked in")?.open)()?;
    let masks = Arc::new(Masks::new(domain.language(), domain.size()));
    let sequencer = Sequencer::new(Arc::clone(domain.language()), domain.size().clone(), masks);
    let options = ExampleOptions {
        sizes: 2..=4,
        steps: 5,
        rho: 0.2,
        small: 2,
        choice: NodeChoice::Size,
        redraws: 100,
    };
    let small = options.small;
    let stream = ExampleStream::new(Arc::clone(&domain), options, 1)?;
    let config = preset("tiny").ok_or("there is no preset `tiny`")?;
    let model = Model::new(&config, &sequencer, domain.canvas(), Device::Cpu, 1)?;
    let encoder = Encoder::new(domain, sequencer, small);
    let mut example = Example::default();
    let examples: Vec<Encoded> = (0..50 * size as u64)
        .map(|i| {
            stream.example(i, &mut example);
            encoder.encode(&example)
        })
        .collect();

    let mut flat = model.flat().shallow_clone();
    let mut times = Vec::new();
    for batch in examples.chunks(size) {
        let begin = Instant::now();
        let loss = model.loss(batch)?;
        let forward = begin.elapsed().as_secs_f64();
        flat.zero_grad();
        loss.total.backward();
        times.push((begin.elapsed().as_secs_f64(), forward));
    }
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let report = |name: &str, (whole, forward): (f64, f64)| {
        let (rate, whole, forward) = (size as f64 / whole, whole * 1e3, forward * 1e3);
        println!("{name}: {rate:.0} examples/s, {whole:.1} ms a batch of {size}, of which forward {forward:.1} ms");
    };
    println!("{} parameters, {threads} threads", flat.numel());
    report("best", times[0]);
    report("median", times[times.len() / 2]);
    Ok(())
}

//! Examples a second of the forward and backward pass on Rainbow, and the number of parameters.
//!
//! `cargo run --release -p tdf-model --example throughput -- [threads] [batch] [pieces]`: threads of libtorch for each of
//! the pieces that a batch is cut into.

#![expect(clippy::print_stdout, reason = "it talks to the terminal")]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use tch::Device;
use tdf_data::{Encoded, Encoder, Example, ExampleOptions, ExampleStream, StreamError};
use tdf_decode::{Masks, Sequencer};
use tdf_model::{Model, preset};
use tdf_rainbow as _;
use tdf_tree::NodeChoice;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let threads: i32 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let size: usize = arguments.next().map_or(Ok(32), |text| text.parse())?;
    let pieces: usize = arguments.next().map_or(Ok(2), |text| text.parse())?;
    tch::set_num_threads(threads);

    let domain = tdf_domain::builtin("rainbow")
        .ok_or("Rainbow is not linked in")?
        .open()?;
    let masks = Arc::new(Masks::new(domain.language(), domain.size())?);
    let sequencer = Sequencer::new(Arc::clone(domain.language()), domain.size().clone(), masks);
    let options = ExampleOptions {
        sizes: 2..=4,
        steps: 5,
        rho: 0.2,
        small: 2,
        choice: NodeChoice::Size,
        redraws: 100,
        along_path: true,
    };
    let small = options.small;
    let stream = ExampleStream::new(Arc::clone(&domain), options, 1)?;
    let config = preset("tiny").ok_or("there is no preset `tiny`")?;
    let model = Model::new(&config, &sequencer, domain.canvas(), Device::Cpu, 1)?;
    let encoder = Encoder::new(domain, sequencer, small);
    let mut example = Example::default();
    let examples: Vec<Encoded> = (0..50 * size as u64)
        .map(|i| {
            stream.example(i, &mut example)?;
            Ok(encoder.encode(&example))
        })
        .collect::<Result<_, StreamError>>()?;

    let mut times = Vec::new();
    for batch in examples.chunks(size) {
        let begin = Instant::now();
        let (_gradient, _parts) = model.gradient(batch, pieces)?;
        times.push(begin.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let parameters = model.flat().numel();
    println!("{parameters} parameters, {pieces} pieces of a batch of {size}, {threads} libtorch threads each");
    for (name, time) in [("best", times[0]), ("median", times[times.len() / 2])] {
        println!(
            "{name}: {:.0} examples/s, {:.1} ms a batch",
            size as f64 / time,
            time * 1e3
        );
    }
    Ok(())
}

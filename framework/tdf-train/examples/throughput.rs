//! What a network takes: parameters, training examples a second (forth, back and update), sampled edits a second.
//!
//! `cargo run --release -p tdf-train --example throughput -- [domain] [preset] [rounds] [key=value ...]`: a round is a
//! training step, then one edit for each of 64 programs. Threads are `train.threads`, by default one per core. On Linux it
//! says what processor time one takes, which other work on the machine hardly changes.

#![expect(clippy::print_stdout, reason = "it talks to the terminal")]

use std::error::Error;
use std::time::Instant;

use tch::Device;
use tdf_csg2d as _;
use tdf_data::{Encoded, Encoder, Example, ExampleStream};
use tdf_model::{Model, NeuralPolicy};
use tdf_rainbow as _;
use tdf_search::{Policy, Query};
use tdf_tinysvg as _;
use tdf_train::{AdamW, Config, sequencer};
use tdf_tree::{Rng, stream};

/// Programs that edits are sampled for at once.
const PROGRAMS: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    tch::set_num_threads(1);
    let (sets, words): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|word| word.contains('='));
    let word = |index: usize, otherwise: &str| words.get(index).map_or(otherwise.to_owned(), String::clone);
    let (name, preset) = (word(0, "csg2d"), word(1, "paper"));
    let rounds: usize = word(2, "5").parse()?;
    let domain = tdf_domain::builtin(&name).ok_or("no such domain")?.open()?;
    let config = Config::preset(&preset).ok_or("no such preset")?.layer(None, &sets)?;
    let threads = match config.train.threads {
        0 => std::thread::available_parallelism()?.get(),
        threads => threads,
    };
    let batch = config.train.batch;

    let sequencer = sequencer(&*domain)?;
    let examples = ExampleStream::new(domain.clone(), config.example_options(), 1)?;
    let encoder = Encoder::new(domain.clone(), sequencer.clone(), config.noise.small);
    let model = Model::new(&config.model, &sequencer, domain.canvas(), Device::Cpu, 1)?;
    let mut optimizer = AdamW::new(model.flat(), &model.decay_mask(), &config.train);
    let mut policy = NeuralPolicy::new(model.share(), domain, sequencer, config.noise.small).with_threads(threads);

    println!(
        "{name}, {preset}: {} parameters, {threads} threads",
        model.flat().numel()
    );
    let (mut training, mut updating, mut sampling) = (Rounds::default(), Rounds::default(), Rounds::default());
    let (mut example, mut length, mut decisions) = (Example::default(), 0, 0);
    for round in 0..rounds {
        let first = (round * batch) as u64;
        let encoded = (first..first + batch as u64).map(|i| {
            examples.example(i, &mut example)?;
            Ok(encoder.encode(&example))
        });
        let encoded: Vec<Encoded> = encoded.collect::<Result<_, Box<dyn Error>>>()?;
        length += encoded.iter().map(|e| e.ids.len()).sum::<usize>();
        decisions += encoded.iter().map(|e| e.steps.len()).sum::<usize>();
        let begin = Times::now();
        let (gradient, _loss) = model.gradient(&encoded, threads)?;
        let middle = Times::now();
        optimizer.step(model.flat(), gradient, config.train.lr);
        training.add(&begin, batch);
        updating.add(&middle, 1);
    }
    let count = rounds * batch;
    println!("mean length {}, {} decisions", length / count, decisions / count);
    training.print("training examples");
    updating.print("updates");

    let mut programs = vec![Example::default(); PROGRAMS];
    for round in 0..rounds {
        for (i, program) in programs.iter_mut().enumerate() {
            examples.example((1 << 40) + (round * PROGRAMS + i) as u64, program)?;
        }
        let queries: Vec<Query<'_>> = programs
            .iter()
            .map(|e| Query {
                program: &e.current,
                picture: &e.picture,
                target: &e.target_picture,
            })
            .collect();
        let mut rngs: Vec<Rng> = (0..PROGRAMS as u64).map(|i| stream(1, i)).collect();
        let begin = Times::now();
        let proposals = policy.propose(&queries, 1, 1.0, &mut rngs)?;
        sampling.add(&begin, proposals.iter().flatten().count());
    }
    sampling.print("sampled edits");
    Ok(())
}

/// A moment: on the clock, and in seconds of processor time.
struct Times {
    clock: Instant,
    processor: f64,
}

impl Times {
    fn now() -> Self {
        Self {
            clock: Instant::now(),
            processor: processor_seconds().unwrap_or(f64::NAN),
        }
    }
}

/// Processor time of this process so far, of all its threads.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name in brackets: user and system time are the 12th and 13th, in hundredths of a second.
    let mut fields = text.rsplit(')').next()?.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

/// What one takes in each round.
#[derive(Default)]
struct Rounds {
    clock: Vec<f64>,
    processor: Vec<f64>,
}

impl Rounds {
    fn add(&mut self, begin: &Times, count: usize) {
        let (now, count) = (Times::now(), count.max(1) as f64);
        self.clock.push((now.clock - begin.clock).as_secs_f64() / count);
        self.processor.push((now.processor - begin.processor) / count);
    }

    fn print(mut self, what: &str) {
        self.clock.sort_by(f64::total_cmp);
        self.processor.sort_by(f64::total_cmp);
        let middle = self.clock.len() / 2;
        let (best, median) = (1.0 / self.clock[0], 1.0 / self.clock[middle]);
        let processor = 1e3 * self.processor[middle];
        println!("{what} a second: best {best:.1}, median {median:.1}; {processor:.1} ms of processor time each");
    }
}

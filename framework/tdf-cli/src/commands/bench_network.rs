//! What a network takes: training steps, and searches.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail};
use serde_json::json;
use tch::Device;
use tdf_config::{Config, Precision};
use tdf_data::{EncodedExample, Example, ExampleEncoder, ExampleStream, TaskOptions, make_tasks};
use tdf_decode::ProgramTokenizer;
use tdf_domain::DynDomain;
use tdf_model::{FlopCount, Model, NeuralPolicy, count_flops};
use tdf_search::{Networks, Policy as _, Query, search};
use tdf_train::{AdamW, device_memory, peak_flops, tokenizer};
use tdf_tree::{Rng, rng_stream};

use crate::commands::bench_args::BenchArgs;
use crate::{output, torch};

/// What was measured.
#[derive(Debug)]
pub struct Figures {
    /// `examples` or `expansions`.
    what: &'static str,
    at_once: usize,
    device: Device,
    precision: Precision,
    per_second: f64,
    /// Seconds of processor time of one, which other work on the machine hardly changes.
    processor: Option<f64>,
    /// Of one example, forth and back, or of one sampled edit.
    work: FlopCount,
    memory: Option<u64>,
    peak: Option<f64>,
}

impl Figures {
    pub fn print(&self, as_json: bool) -> anyhow::Result<()> {
        let operations = self.per_second * self.work.operations;
        let utilisation = self.peak.map(|peak| operations / peak);
        let precision = format!("{:?}", self.precision).to_lowercase();
        if as_json {
            return output::print_json(&json!({ self.what: {
                "per_second": self.per_second, "at_once": self.at_once, "device": format!("{:?}", self.device),
                "precision": precision, "operations_each": self.work.operations, "bytes_each": self.work.bytes,
                "memory": self.memory, "utilisation": utilisation, "processor_seconds_each": self.processor,
            }}));
        }
        let mut lines = vec![
            format!(
                "{} a second: {:.1}, {} at once, {precision} on {:?}",
                self.what, self.per_second, self.at_once, self.device
            ),
            format!(
                "each: {:.2} GFLOP and {:.1} MB in products and convolutions; {:.2} TFLOP/s",
                self.work.operations / 1e9,
                self.work.bytes / 1e6,
                operations / 1e12
            ),
        ];
        lines.extend(
            self.processor
                .map(|each| format!("processor time: {:.3} ms each", 1e3 * each)),
        );
        lines.extend(self.memory.map(|bytes| format!("memory: {} MB", bytes / 1_000_000)));
        lines.extend(utilisation.map(|share| format!("of the device's peak: {:.1} %", 100.0 * share)));
        output::print_report(lines)
    }
}

/// A fresh network and what goes with it.
struct Fresh {
    config: Config,
    tokenizer: ProgramTokenizer,
    model: Model,
    stream: ExampleStream,
    threads: usize,
}

/// Batches that training goes round in.
const BATCHES: usize = 4;
/// Examples and edits that work is counted on.
const COUNTED: usize = 64;

impl BenchArgs {
    fn fresh(&self, domain: &Arc<dyn DynDomain>, config: Config, device: Device) -> anyhow::Result<Fresh> {
        let tokenizer = tokenizer(&**domain)?;
        let model = Model::new(
            &config.model,
            &tokenizer,
            domain.observation_spec(),
            device,
            config.train.seed,
        )?;
        let stream = ExampleStream::new(domain.clone(), config.example_options(), config.train.seed)?;
        tch::set_num_threads(1);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = match (config.train.threads, device) {
            (0, Device::Cpu) => cores,
            (0, _) => cores.min(torch::BEFORE_A_GPU),
            (threads, _) => threads,
        };
        Ok(Fresh {
            config,
            tokenizer,
            model,
            stream,
            threads,
        })
    }

    /// Training steps: forth, back, update. Examples are made before.
    pub fn train(&self, domain: &Arc<dyn DynDomain>, config: Config, seconds: f64) -> anyhow::Result<Figures> {
        let device = torch::device(self.device)?;
        let fresh = self.fresh(domain, config, device)?;
        let precision = fresh.config.train.precision.resolve(device.is_cuda());
        let model = fresh.model.with_precision(precision);
        let encoder = ExampleEncoder::new(domain.clone(), fresh.tokenizer, fresh.config.noise.max_edit_size);
        let batch = fresh.config.train.batch;
        let mut example = Example::default();
        let mut examples = |from: usize, count: usize| -> anyhow::Result<Vec<EncodedExample>> {
            let one = |index: usize| {
                fresh.stream.example(index as u64, &mut example)?;
                Ok(encoder.encode(&example))
            };
            (from..from + count).map(one).collect()
        };
        let mut batches = Vec::new();
        for number in 0..BATCHES {
            batches.push(examples(number * batch, batch)?);
        }
        let few = examples(0, COUNTED.min(batch))?;
        let work = tch::no_grad(|| model.loss(&few))?.work * (3.0 / few.len() as f64);
        let threads = if device == Device::Cpu { fresh.threads } else { 1 };
        let mut optimizer = AdamW::new(model.flat(), &model.decay_mask(), &fresh.config.train);
        let mut step = |number: usize| -> anyhow::Result<()> {
            let prepared = model.prepare(batches[number % BATCHES].clone())?;
            let (gradient, _) = model.gradient_of(&prepared, threads)?;
            optimizer.step(model.flat(), gradient, 1e-6);
            Ok(())
        };
        // The first steps of a kind look for algorithms and take memory.
        (0..BATCHES).try_for_each(&mut step)?;
        wait(device);
        let (begin, processor, mut steps) = (Instant::now(), processor_seconds(), 0);
        while steps == 0 || begin.elapsed().as_secs_f64() < seconds {
            // A GPU is some steps behind; as many as are under way at the end are too few to matter.
            step(steps)?;
            steps += 1;
            if steps % 8 == 0 {
                wait(device);
            }
        }
        wait(device);
        Ok(Figures {
            what: "examples",
            at_once: batch,
            device,
            precision,
            per_second: (steps * batch) as f64 / begin.elapsed().as_secs_f64(),
            processor: each(processor, (steps * batch) as u64),
            work,
            memory: device_memory(device),
            peak: peak_flops(device, precision, fresh.config.train.peak_tflops),
        })
    }

    /// Searches of many tasks at once, rendering and tests of the criterion included.
    pub fn expand(&self, domain: &Arc<dyn DynDomain>, config: Config, seconds: f64) -> anyhow::Result<Figures> {
        let device = torch::device(self.device)?;
        let fresh = self.fresh(domain, config, device)?;
        let (config, precision) = (&fresh.config, fresh.config.search.precision.resolve(device.is_cuda()));
        let model = fresh.model.with_precision(precision);
        let options = config.search_options(0);
        let method = tdf_search::method(&options.method).context("there is no such search method")?;
        let (samples, needs) = ((method.edits_per_program)(&options), (method.needs)(&options));
        if !needs.policy {
            bail!("the stage expand measures searches that edit: search.method is \"rollout\" or \"beam\"");
        }
        let tasks = TaskOptions {
            count: usize::from(self.tasks),
            sizes: config.program.size.range(),
            seed: config.evaluate.seed,
            hard: None,
        };
        let tasks = make_tasks(domain, &tasks)?;
        let targets = tdf_eval::targets(&tasks);
        let policy = |threads| {
            let (domain, tokenizer) = (domain.clone(), fresh.tokenizer.clone());
            NeuralPolicy::new(model.shallow_clone(), domain, tokenizer, config.noise.max_edit_size)
                .with_threads(threads)
        };

        let mut programs = vec![Example::default(); COUNTED];
        for (index, program) in programs.iter_mut().enumerate() {
            fresh.stream.example(index as u64, program)?;
        }
        let queries: Vec<Query<'_>> = programs
            .iter()
            .map(|e| Query {
                inputs: &e.inputs,
                program: &e.current,
                observation: &e.image,
                target: &e.target_image,
            })
            .collect();
        let mut rngs: Vec<Rng> = (0..COUNTED as u64).map(|i| rng_stream(0, i)).collect();
        let mut single = policy(1);
        let (edits, work) = count_flops(|| single.propose(&queries, samples, options.temperature, &mut rngs));
        let work = work * (1.0 / edits?.iter().flatten().count().max(1) as f64);
        wait(device);

        let mut policy = policy(fresh.threads);
        let mut value = needs.value.then(|| policy.value());
        let (begin, processor) = (Instant::now(), processor_seconds());
        let networks = Networks {
            policy: Some(&mut policy),
            value: value.as_mut().map(|value| value as _),
            generator: None,
        };
        let outcomes = search(domain, &targets, networks, &options, &mut |_| {
            begin.elapsed().as_secs_f64() < seconds
        })?;
        let expansions: u64 = outcomes.iter().map(|outcome| u64::from(outcome.expansions)).sum();
        Ok(Figures {
            what: "expansions",
            at_once: tasks.len(),
            device,
            precision,
            per_second: expansions as f64 / begin.elapsed().as_secs_f64(),
            processor: each(processor, expansions),
            work,
            memory: device_memory(device),
            peak: peak_flops(device, precision, config.train.peak_tflops),
        })
    }
}

/// Processor time of this process so far, of all its threads. Linux only.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name in brackets: user and system time are the 12th and 13th, in hundredths of a second.
    let mut fields = text.rsplit(')').next()?.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

/// Processor time of each of `count` since `before`.
fn each(before: Option<f64>, count: u64) -> Option<f64> {
    Some((processor_seconds()? - before?) / count.max(1) as f64)
}

/// Waits until a GPU has done what it was asked.
fn wait(device: Device) {
    if let Device::Cuda(index) = device {
        tch::Cuda::synchronize(index as i64);
    }
}

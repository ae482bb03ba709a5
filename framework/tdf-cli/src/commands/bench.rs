use std::time::{Duration, Instant};

use serde_json::json;
use tdf_data::{EncodedExample, ExampleEncoder, ExampleStream};
use tdf_decode::{Masks, ProgramTokenizer, TokenSequence};
use tdf_domain::{Criterion, bind};
use tdf_grammar::Grammar;
use tdf_tree::{EditPath, Language, Mutator, NoiseOptions, PathOptions, Sampler, Size, Tree, Weighting, rng_stream};

use crate::commands::bench_args::BenchArgs;
use crate::domains::DomainName;
use crate::output;

/// Measures the throughput of every stage
#[derive(Debug, clap::Args)]
pub struct Bench {
    #[command(flatten)]
    domain: DomainName,
    /// Only this stage
    #[arg(long, value_enum)]
    stage: Option<Stage>,
    #[command(flatten)]
    network: BenchArgs,
    /// Seconds for each stage
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Threads that run the stage `example` (the others run on one), by default 1; of the stage `data` the most, by default
    /// one per core
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A stage that is measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Stage {
    /// Training examples on 1, 2, .. threads, and whether they are the same
    Data,
    /// Training steps of a fresh network
    Train,
    /// Node expansions of searches with a fresh network
    Expand,
}

/// Programs that the stages work on.
const PROGRAMS: u64 = 2048;

/// Images that tests of the criterion compare.
const IMAGES: usize = 256;

/// The longest time for a stage, in seconds: a week.
const SECONDS: f64 = 604_800.0;

impl Bench {
    pub fn run(self) -> anyhow::Result<()> {
        if !(self.seconds > 0.0 && self.seconds <= SECONDS) {
            anyhow::bail!("--seconds {}: allowed is more than 0, up to {SECONDS}", self.seconds);
        }
        let found = self.domain.find()?;
        let config = self.network.config(&*found.open(&[])?)?;
        let options = config.domain_options();
        let options: Vec<(&str, &str)> = options.iter().map(|(name, value)| (&**name, &**value)).collect();
        let domain = found.open(&options)?;
        let language = domain.language().clone();
        let grammar = language.grammar().clone();
        // Programs with inputs run on the same ones.
        let inputs = domain.sample_inputs(&mut rng_stream(3, 0));
        let domain = bind(&domain, &inputs)?;
        let (size, start) = (domain.size().clone(), domain.start());
        let max_edit_size = config.noise.max_edit_size;
        if let Some(stage @ (Stage::Train | Stage::Expand)) = self.stage {
            return self.measure_network(stage, &domain, config);
        }
        if self.stage == Some(Stage::Data) {
            let masks = std::sync::Arc::new(Masks::new(&language, &size)?);
            let tokenizer = ProgramTokenizer::new(language, size, masks);
            let stream = std::sync::Arc::new(ExampleStream::new(domain.clone(), config.example_options(), 0)?);
            return self.data(
                &stream,
                &std::sync::Arc::new(ExampleEncoder::new(domain, tokenizer, max_edit_size)),
            );
        }
        let threads = usize::from(self.threads.unwrap_or(1));
        let time = |stage: &mut dyn FnMut(u64) -> u64| per_second(self.seconds, stage);
        let mut rows: Vec<(&str, f64, usize)> = Vec::new();

        let sampler = Sampler::new(&grammar, &size, 8, Weighting::Rules);
        let eights = sampler.feasible(start, 8..=8)?;
        let mut rng = rng_stream(0, 0);
        let mut nodes = Vec::new();
        rows.push((
            "sample",
            time(&mut |_| {
                nodes.clear();
                sampler.sample_into(start, eights[0], &mut rng, &mut nodes);
                1
            }),
            1,
        ));

        let sizes = sampler.feasible(start, 2..=8)?;
        let programs: Vec<Tree> = (0..PROGRAMS)
            .map(|i| sampler.sample(start, &sizes, &mut rng_stream(1, i)))
            .collect();
        let program = |i: u64| &programs[(i % PROGRAMS) as usize];

        // A grammar that asked for features is not read without them.
        if prepare(&grammar, &size).is_some() {
            let rate = time(&mut |_| u64::from(std::hint::black_box(prepare(&grammar, &size)).is_some()));
            rows.push(("prepare", rate, 1));
        }
        let texts: Vec<String> = programs.iter().map(|p| language.print(p.nodes())).collect();
        rows.push((
            "parse",
            time(&mut |i| u64::from(language.parse(start, &texts[(i % PROGRAMS) as usize]).is_ok())),
            1,
        ));
        rows.push((
            "print",
            time(&mut |i| {
                std::hint::black_box(language.print(program(i).nodes()));
                1
            }),
            1,
        ));

        let options = NoiseOptions {
            max_edit_size,
            choice: Default::default(),
        };
        let mutator = Mutator::new(grammar.clone(), size.clone(), options);
        let mut scratch = Tree::default();
        rows.push((
            "mutate",
            time(&mut |i| {
                scratch.clone_from_nodes(program(i).nodes());
                u64::from(mutator.mutate(&mut scratch, &mut rng))
            }),
            1,
        ));

        let paths = EditPath::new(grammar.clone(), size.clone(), PathOptions { max_edit_size })?;
        let noised: Vec<Tree> = (0..PROGRAMS)
            .map(|i| {
                let mut tree = program(i).clone();
                for _ in 0..1 + i % 5 {
                    mutator.mutate(&mut tree, &mut rng);
                }
                tree
            })
            .collect();
        rows.push((
            "path",
            time(&mut |i| {
                std::hint::black_box(paths.find(&noised[(i % PROGRAMS) as usize], program(i), &mut rng));
                1
            }),
            1,
        ));

        let mut image = domain.observation_spec().blank();
        let full: Vec<Tree> = (0..PROGRAMS)
            .map(|i| sampler.sample(start, &eights, &mut rng_stream(2, i)))
            .collect();
        rows.push((
            "render",
            time(&mut |i| {
                // A program that means no image takes its time, too.
                let _ = std::hint::black_box(domain.render(full[(i % PROGRAMS) as usize].nodes(), &mut image));
                1
            }),
            1,
        ));
        let mut images = Vec::new();
        let mut last = None;
        for program in &programs {
            match domain.render(program.nodes(), &mut image) {
                Ok(()) => images.push(image.clone()),
                Err(error) => last = Some(error),
            }
            if images.len() == IMAGES {
                break;
            }
        }
        if images.is_empty() {
            anyhow::bail!(
                "`{}` draws none of {PROGRAMS} random programs{}",
                domain.name(),
                because(last)
            );
        }
        rows.push((
            "criterion",
            time(&mut |i| {
                let (a, b) = (
                    &images[i as usize % images.len()],
                    &images[(i as usize + 1) % images.len()],
                );
                std::hint::black_box(domain.solved(Criterion::default(), a, b));
                1
            }),
            1,
        ));

        let masks = std::sync::Arc::new(Masks::new(&language, &size)?);
        let tokenizer = ProgramTokenizer::new(language.clone(), size.clone(), masks.clone());
        let mut sequence = TokenSequence::default();
        rows.push((
            "tokenize",
            time(&mut |i| {
                tokenizer.sequence(start, program(i), &mut sequence);
                1
            }),
            1,
        ));
        rows.push(("mask", time(&mut mask_steps(&masks, start)), 1));

        let example_stream = std::sync::Arc::new(ExampleStream::new(domain.clone(), config.example_options(), 0)?);
        let encoder = std::sync::Arc::new(ExampleEncoder::new(domain.clone(), tokenizer, max_edit_size));
        let rate = examples_per_second(&example_stream, &encoder, threads, self.seconds)?;
        rows.push(("example", rate, threads));
        if self.json {
            let object = rows
                .iter()
                .map(|&(stage, rate, threads)| (stage.to_owned(), json!({ "per_second": rate, "threads": threads })));
            return output::print_json(&serde_json::Value::Object(object.collect()));
        }
        let heading = format!("{:<10} {:>14} {:>12} {:>8}", "stage", "per second", "each", "threads");
        let lines = rows.iter().map(|&(stage, rate, threads)| {
            format!(
                "{stage:<10} {rate:>14.0} {:>9.3} us {threads:>8}",
                1e6 * threads as f64 / rate
            )
        });
        output::print_report(std::iter::once(heading).chain(lines))
    }

    #[cfg(feature = "torch")]
    fn measure_network(
        &self,
        stage: Stage,
        domain: &std::sync::Arc<dyn tdf_domain::DynDomain>,
        config: tdf_config::Config,
    ) -> anyhow::Result<()> {
        let seconds = self.seconds.max(0.01);
        let figures = match stage {
            Stage::Train => self.network.train(domain, config, seconds)?,
            _ => self.network.expand(domain, config, seconds)?,
        };
        figures.print(self.json)
    }

    #[cfg(not(feature = "torch"))]
    fn measure_network(
        &self,
        _: Stage,
        _: &std::sync::Arc<dyn tdf_domain::DynDomain>,
        _: tdf_config::Config,
    ) -> anyhow::Result<()> {
        let _ = (&self.network.device, self.network.tasks);
        anyhow::bail!(
            "--stage train and expand need a network: {}",
            crate::commands::needs_torch::HOW
        )
    }
}

impl Bench {
    /// Examples a second on 1, 2, .. threads: the powers of two, and the most.
    fn data(
        &self,
        stream: &std::sync::Arc<ExampleStream>,
        encoder: &std::sync::Arc<ExampleEncoder>,
    ) -> anyhow::Result<()> {
        let most = match self.threads {
            Some(threads) => usize::from(threads),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let mut counts: Vec<usize> = std::iter::successors(Some(1), |n| Some(2 * n))
            .take_while(|&n| n < most)
            .collect();
        counts.push(most);
        let first = first_examples(stream, encoder, 1)?;
        let mut rows = Vec::new();
        for threads in counts {
            if first_examples(stream, encoder, threads)? != first {
                anyhow::bail!(
                    "{threads} threads make other examples than one: this is a bug, or the plugin draws at random"
                );
            }
            rows.push((threads, examples_per_second(stream, encoder, threads, self.seconds)?));
        }
        if self.json {
            let rows = rows
                .iter()
                .map(|&(threads, rate)| json!({ "threads": threads, "per_second": rate }));
            return output::print_json(&json!({ "data": rows.collect::<Vec<_>>(), "same": true }));
        }
        let one = rows.first().map_or(f64::NAN, |&(_, rate)| rate);
        let lines = rows
            .iter()
            .map(|&(threads, rate)| format!("{threads:>7} {rate:>14.0} {:>9.2}", rate / one));
        let heading = format!("{:>7} {:>14} {:>9}", "threads", "examples/s", "speed-up");
        let remark = format!("the first {SAME} examples are the same on any number of threads");
        output::print_report(std::iter::once(heading).chain(lines).chain([remark]))
    }
}

/// Examples that are compared.
const SAME: usize = 1024;

/// The first examples that `threads` threads make.
fn first_examples(
    stream: &std::sync::Arc<ExampleStream>,
    encoder: &std::sync::Arc<ExampleEncoder>,
    threads: usize,
) -> anyhow::Result<Vec<EncodedExample>> {
    let mut feed = tdf_data::BatchLoader::start(stream.clone(), encoder.clone(), 0, 32, threads, 4 * threads);
    let mut examples = Vec::with_capacity(SAME);
    while examples.len() < SAME {
        examples.append(&mut feed.next_batch()?);
    }
    Ok(examples)
}

fn because(error: Option<tdf_domain::RenderError>) -> String {
    error.map_or(String::new(), |error| format!(": {error}"))
}

/// Reads a grammar from its text and makes all tables: lexer, automaton, masks.
fn prepare(grammar: &Grammar, size: &Size) -> Option<Masks> {
    let again = tdf_reader::read_grammar(&grammar.file, &grammar.source).ok()?;
    Masks::new(&Language::new(again).ok()?, size).ok()
}

/// How often `stage` runs in a second; it gets the number of its call and says how many pieces it did.
fn per_second(seconds: f64, stage: &mut dyn FnMut(u64) -> u64) -> f64 {
    let limit = Duration::from_secs_f64(seconds.max(0.01));
    for i in 0..16 {
        stage(i);
    }
    let begin = Instant::now();
    let (mut calls, mut done) = (0u64, 0u64);
    while begin.elapsed() < limit {
        // Reading the clock costs as much as the fastest stages.
        for _ in 0..16 {
            done += stage(calls);
            calls += 1;
        }
    }
    done as f64 / begin.elapsed().as_secs_f64()
}

/// One call takes a random allowed token in each of 512 decoders.
fn mask_steps(masks: &Masks, start: tdf_grammar::NonterminalId) -> impl FnMut(u64) -> u64 {
    use rand::RngExt as _;
    const BATCH: usize = 512;
    let mut rng = rng_stream(3, 0);
    let fresh = masks.start(start, 8).unwrap_or_default();
    let mut states = vec![fresh.clone(); BATCH];
    move |_| {
        for state in &mut states {
            if state.is_done() {
                state.clone_from(&fresh);
            }
            let allowed = masks.allowed(masks.mask_id(state));
            let id = allowed[rng.random_range(0..allowed.len())];
            masks.advance(state, id).expect("the mask allows it");
        }
        BATCH as u64
    }
}

/// Whole training examples: programs, noise, path, two images, sequences.
fn examples_per_second(
    stream: &std::sync::Arc<ExampleStream>,
    encoder: &std::sync::Arc<ExampleEncoder>,
    threads: usize,
    seconds: f64,
) -> anyhow::Result<f64> {
    let mut feed = tdf_data::BatchLoader::start(stream.clone(), encoder.clone(), 0, 32, threads, 4 * threads);
    let mut batch = || -> anyhow::Result<Vec<EncodedExample>> { Ok(feed.next_batch()?) };
    batch()?;
    let begin = Instant::now();
    let mut done = 0;
    while begin.elapsed().as_secs_f64() < seconds {
        done += batch()?.len();
    }
    Ok(done as f64 / begin.elapsed().as_secs_f64())
}

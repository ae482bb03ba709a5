//! A run's network alone, small enough to move, and a card that says what it is.

use std::path::{Path, PathBuf};

use tdf_domain::DynDomain;
use tdf_files::{OutFolder, check_folder};
use tdf_model::{CheckpointError, CheckpointInfo, Model, Weights, write_atomically};

use crate::error::Naming;
use crate::folder::{Paths, write_config};
use crate::{Config, RunError, RunInfo, sequencer};

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The network's file.
    pub model: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// The card.
    pub card: PathBuf,
}

/// Why a network was not exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A folder or file cannot be read or written.
    #[error("{0}")]
    Run(#[from] RunError),
    /// The network cannot be read or written.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
    /// The grammar has no masks.
    #[error("{0}")]
    Masks(#[from] tdf_decode::MaskError),
}

/// Writes the network of `run` with its parameters as `weights`, its configuration and a model card (`README.md`) to the
/// folder `out`, which search opens as it opens the run. It cannot be trained further.
///
/// # Errors
/// A folder that is not empty; what cannot be read or written.
pub fn export(domain: &dyn DynDomain, run: &RunInfo, weights: Weights, out: &Path) -> Result<Exported, ExportError> {
    check_folder(out).map_err(|error| RunError(error.to_string()))?;
    if OutFolder::is_occupied(out).naming("read", out)? {
        return Err(RunError(format!("{} is not empty: export to another folder", out.display())).into());
    }
    // Threads of libtorch are of no use for so little.
    tch::set_num_threads(1);
    let sequencer = sequencer(domain)?;
    let (model, info) = Model::load(&run.model, &sequencer, domain.canvas(), tch::Device::Cpu)?;
    let paths = Paths::new(out);
    let _out = OutFolder::claim(out).map_err(|error| RunError(error.to_string()))?;
    std::fs::create_dir_all(&paths.checkpoints).naming("create", &paths.checkpoints)?;
    model.save_as(&paths.model, &info, weights)?;
    let bytes = std::fs::metadata(&paths.model).naming("read", &paths.model)?.len();
    let metrics = Paths::new(&run.folder).metrics;
    // The card says "not known" of what it does not find there.
    let metrics = tdf_files::read_text(&metrics, tdf_files::TABLE).unwrap_or_default();
    let run = &told(run);
    let card = card(run, &info, &metrics, weights, bytes, model.flat().numel(), out);
    let file = out.join("README.md");
    write_atomically(&file, card.as_bytes()).naming("write", &file)?;
    // Last: a folder without it is no run.
    write_config(&paths, &run.header, &run.config)?;
    Ok(Exported {
        model: paths.model,
        bytes,
        card: file,
    })
}

/// The run as others are told of it: of the run that it began with they need its name, not where it lay on this machine.
fn told(run: &RunInfo) -> RunInfo {
    let mut told = run.clone();
    let from = &mut told.config.train.from;
    if let Some(name) = Path::new(from.as_str()).file_name() {
        *from = name.to_string_lossy().into_owned();
    }
    told
}

/// A model card in Markdown.
fn card(
    run: &RunInfo,
    info: &CheckpointInfo,
    metrics: &str,
    weights: Weights,
    bytes: u64,
    parameters: usize,
    out: &Path,
) -> String {
    let RunInfo { header, config, .. } = run;
    let name = out.file_name().unwrap_or(out.as_os_str()).to_string_lossy();
    let course = Course::read(metrics, info.step);
    let hours = course.seconds.map_or("not known".to_owned(), |seconds| {
        format!(
            "{:.2} hours of training, {:.0} examples a second",
            seconds / 3600.0,
            info.examples as f64 / seconds.max(1e-9)
        )
    });
    let rate = |rate: &(u64, f64)| format!("{:.1} % after step {}", 100.0 * rate.1, rate.0);
    let rates = match &course.rates[..] {
        [] => "not measured".to_owned(),
        [only] => rate(only),
        [first, .., last] => {
            let best = course.rates.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or(last);
            format!("{}; {}; at best {}", rate(first), rate(last), rate(best))
        }
    };
    let tasks = match config.evaluate.tasks {
        0 => String::new(),
        tasks => format!(" ({tasks} tasks, rollouts, {} expansions)", config.evaluate.budget),
    };
    let canvas = info.canvas;
    let weights = match weights {
        Weights::Fp32 => "fp32",
        Weights::Fp16 => "fp16",
        Weights::Bf16 => "bf16",
    };
    format!(
        "# {name}\n\n\
         A network for programs of the domain {domain}; {parameters} parameters, {megabytes:.1} MB in {weights}. \
         It can be searched with, and a training can begin with it (train.from).\n\n\
         | | |\n|---|---|\n\
         | Command | `{command}` |\n\
         | Seed | {seed} |\n\
         | Examples | {examples} in {step} steps of {batch} |\n\
         | Time | {hours} |\n\
         | Solve rate while training{tasks} | {rates} |\n\
         | Pictures | {width}x{height}, {channels} channel(s) |\n\
         | Grammar | {grammar}, fingerprint {fingerprint} |\n\
         | Made with | tdf {version} |\n\
         | License | (to be filled in by whoever publishes it) |\n\n\
         ```\ntdf search --run {name} --target picture.png\n```\n",
        domain = header.domain,
        megabytes = bytes as f64 / 1e6,
        command = command(run),
        seed = config.train.seed,
        examples = info.examples,
        step = info.step,
        batch = config.train.batch,
        width = canvas.width,
        height = canvas.height,
        channels = canvas.channels,
        grammar = header.grammar,
        fingerprint = header.fingerprint,
        version = header.version,
    )
}

/// A command that trains such a run, from the preset that it takes the fewest settings from.
fn command(run: &RunInfo) -> String {
    let from = |&name: &&'static str| {
        let preset = Config::preset(name)?;
        Some((name, preset.differences(&run.config)))
    };
    let nearest = Config::PRESETS
        .iter()
        .filter_map(from)
        .min_by_key(|(_, sets)| sets.len());
    let (preset, sets) = nearest.unwrap_or_default();
    let mut command = format!("tdf train --domain {} --preset {preset}", run.header.domain);
    for (key, _, value) in sets.iter().filter(|(_, _, value)| !value.is_empty()) {
        let setting = format!("{key}={value}");
        let plain = |c: char| c.is_ascii_alphanumeric() || "=._+-".contains(c);
        match setting.chars().all(plain) {
            true => command.push_str(&format!(" --set {setting}")),
            false => command.push_str(&format!(" --set '{setting}'")),
        }
    }
    command
}

/// What `metrics.csv` says until a step.
#[derive(Debug, Default)]
struct Course {
    seconds: Option<f64>,
    /// Steps and solve rates.
    rates: Vec<(u64, f64)>,
}

impl Course {
    /// Reads the table as far as it can be read.
    fn read(metrics: &str, until: u64) -> Self {
        let mut course = Self::default();
        let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(metrics.as_bytes());
        let Ok(header) = table.headers().cloned() else {
            return course;
        };
        let column = |name: &str| header.iter().position(|column| column == name);
        let (step, seconds, rate) = (column("step"), column("seconds"), column("solve_rate"));
        for row in table.records().flatten() {
            let number = |column: Option<usize>| row.get(column?)?.parse::<f64>().ok();
            let Some(step) = number(step).map(|step| step as u64).filter(|&step| step <= until) else {
                continue;
            };
            course.seconds = number(seconds).or(course.seconds);
            course.rates.extend(number(rate).map(|rate| (step, rate)));
        }
        course
    }
}

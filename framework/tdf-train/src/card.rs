//! What an exported network is, for people: a model card in Markdown.

use std::path::Path;

use tdf_domain::{Canvas, ObservationSpec};
use tdf_model::{CheckpointInfo, Weights};

use crate::{RunHeader, RunInfo};

/// What the card is about.
pub(crate) struct Card<'a> {
    /// The run, without places on this machine.
    pub run: &'a RunInfo,
    pub info: &'a CheckpointInfo,
    /// The text of `metrics.csv`.
    pub metrics: &'a str,
    pub weights: Weights,
    /// Length of the network's file.
    pub bytes: u64,
    pub parameters: usize,
    /// The folder of the export.
    pub out: &'a Path,
    /// The shared library of the domain, if it is not built in.
    pub library: Option<&'a Path>,
}

impl Card<'_> {
    /// The card. Its commands can be typed as they stand, in a folder that holds what the card says.
    pub(crate) fn text(&self) -> String {
        let (info, RunInfo { header, config, .. }) = (self.info, self.run);
        let name = self.out.file_name().unwrap_or(self.out.as_os_str()).to_string_lossy();
        let course = Course::read(self.metrics, info.step);
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
        let observations = match info.observation {
            ObservationSpec::Image(Canvas {
                width,
                height,
                channels,
                ..
            }) => format!("Images | {width}x{height}, {channels} channel(s)"),
            ObservationSpec::Values(values) => format!("Outputs | at most {} bytes", values.max_bytes),
        };
        let target = match info.observation {
            ObservationSpec::Image(_) => "--target image.png",
            ObservationSpec::Values(_) => "--examples examples.csv",
        };
        let weights = match self.weights {
            Weights::Fp32 => "fp32",
            Weights::Fp16 => "fp16",
            Weights::Bf16 => "bf16",
        };
        let code = self.code();
        format!(
            "# {name}\n\n\
             A network for programs of the domain {domain}; {parameters} parameters, {megabytes:.1} MB in {weights}. \
             It can be searched with, and a training can begin with it (train.from). `grammar.lalrpop` is the text of its \
             grammar; `vocabulary.json` has the tokens in the order of the network's embedding.\n\n\
             | | |\n|---|---|\n\
             | Command | `{command}` |\n{from}\
             | Seed | {seed} |\n\
             | Examples | {examples} in {step} steps of {batch} |\n\
             | Time | {hours} |\n\
             | Solve rate while training{tasks} | {rates} |\n\
             | {observations} |\n\
             | Grammar | {grammar}, fingerprint {fingerprint} |\n{plugin}\
             | Made with | tdf {version} |\n\
             | License | (to be filled in by whoever publishes it) |\n\n\
             {advice}```\ntdf search --run {folder}{code} {target}\n```\n",
            domain = header.domain,
            parameters = self.parameters,
            megabytes = self.bytes as f64 / 1e6,
            command = self.command(&code),
            from = match &*config.train.from {
                "" => String::new(),
                from => format!("| Began with | the network of `{from}` (`--set train.from=DIR`) |\n"),
            },
            seed = config.train.seed,
            examples = info.examples,
            step = info.step,
            batch = config.train.batch,
            grammar = header.grammar,
            fingerprint = header.fingerprint,
            plugin = self.plugin(),
            version = header.version,
            advice = self.advice(),
            folder = word(&name),
        )
    }

    /// The options that name the domain's code, with a blank before each; nothing for a built-in domain.
    fn code(&self) -> String {
        let Some(library) = self.library else {
            return String::new();
        };
        match self.grammar() {
            Some(grammar) => format!(" --grammar {}", word(&grammar)),
            None => format!(" --plugin {}", word(&file_name(library))),
        }
    }

    /// The name of the grammar file that the domain was trained with, if it was named by one.
    fn grammar(&self) -> Option<String> {
        let origin = self.run.header.origin.as_deref()?;
        let is_grammar = origin.extension().is_some_and(|e| e == "lalrpop");
        is_grammar.then(|| file_name(origin))
    }

    /// The row of the plugin.
    fn plugin(&self) -> String {
        let RunHeader { plugin, .. } = &self.run.header;
        let Some(library) = self.library else {
            return String::new();
        };
        let digest = plugin.as_deref().unwrap_or("not recorded");
        format!(
            "| Plugin | `{}`, SHA-256 of the one that trained: {digest} |\n",
            file_name(library)
        )
    }

    /// What the commands need beside them.
    fn advice(&self) -> String {
        let Some(library) = self.library else {
            return String::new();
        };
        let library = file_name(library);
        match self.grammar() {
            Some(grammar) => format!(
                "The domain is not built into tdf. The commands stand for a folder that holds this one, and `{grammar}` with the \
                 `.toml` that names its plugin. Where only the plugin is there, search with `--plugin {library}` in place of \
                 `--grammar`. Name only a plugin that you trust: it is code.\n\n"
            ),
            None => format!(
                "The domain is not built into tdf. The commands stand for a folder that holds this one and `{library}`. Name \
                 only a plugin that you trust: it is code.\n\n"
            ),
        }
    }

    /// A command that trains such a run, from the preset that it takes the fewest settings from.
    fn command(&self, code: &str) -> String {
        let RunInfo { header, config, .. } = self.run;
        let (preset, sets) = config.nearest_preset();
        let mut command = "tdf train".to_owned();
        command.push_str(code);
        if self.library.is_none() || self.grammar().is_none() {
            command.push_str(&format!(" --domain {}", word(&header.domain)));
        }
        command.push_str(&format!(" --preset {preset}"));
        // The run that it began with need not be there, and has a row of its own.
        let sets = sets
            .iter()
            .filter(|(key, _, value)| !value.is_empty() && key != "train.from");
        for (key, _, value) in sets {
            command.push_str(&format!(" --set {}", word(&format!("{key}={value}"))));
        }
        command
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// A word as a shell reads it.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "=._+-".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
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

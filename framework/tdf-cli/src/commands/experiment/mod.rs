//! Experiments: what to train, what to evaluate, and how that is set side by side.

mod description;
mod plan;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::ValueEnum as _;
use tdf_data::{TaskOptions, make_tasks, write_tasks};
use tdf_domain::Goal;
use tdf_eval::{Comparison, Judge, Summary, create_folder, digest, read_folder, write_atomically, write_comparison};
use tdf_loader::{Found, Source};
use tdf_model::CheckpointInfo;
use tdf_train::{Config, run_config};

use crate::commands::compare;
use crate::commands::eval::Eval;
use crate::commands::scored::GoalChoice;
use crate::commands::searching::{MethodChoice, SearchArgs};
use crate::commands::train;
use crate::domains::find;
use crate::torch::{self, DeviceChoice};
use crate::{interrupt, output};
use description::{Description, Method, settings};
use plan::Plan;

/// Runs an experiment: trains its networks, evaluates its methods, sets them side by side
#[derive(Debug, clap::Args)]
pub struct Experiment {
    /// The experiment, a TOML file (examples/experiments has those of the paper)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Its scale: minutes for all of it on this machine. All networks are trained for as many steps as fit
    #[arg(long, default_value_t = 15.0)]
    minutes: f64,
    /// Steps of each training, whatever they take
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,
    /// The run folder of a network that is trained already
    #[arg(long = "run", value_name = "NETWORK=DIR")]
    runs: Vec<String>,
    /// Set a key of all configurations; wins over the file
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Where networks run
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
    /// Look for mistakes in the file and stop
    #[arg(long)]
    check: bool,
    /// Folder for everything; the same command goes on with what is there
    #[arg(long, value_name = "DIR", required_unless_present = "check")]
    out: Option<PathBuf>,
}

/// A network of the experiment.
struct Net {
    name: String,
    /// Its run folder.
    run: PathBuf,
    /// How it is trained; `None` if it is trained already.
    training: Option<Config>,
    /// What sets it apart, in words.
    settings: Vec<String>,
}

/// The part of the time for training that goes into the trial, and its least and greatest length in minutes.
const TRIAL: (f64, f64, f64) = (0.04, 0.1, 1.0);

impl Experiment {
    pub fn run(self) -> anyhow::Result<()> {
        if !(self.minutes > 0.0 && self.minutes.is_finite()) {
            bail!("--minutes {}: allowed is more than 0", self.minutes);
        }
        let (description, text) = Description::read(&self.file)?;
        let found = find(&Source {
            domain: description.domain.clone(),
            grammar: description.grammar.clone(),
            ..Source::default()
        })?;
        let mut networks = self.networks(&description, &found)?;
        self.check_methods(&description, &networks)?;
        if self.check {
            let (networks, methods) = (networks.len(), description.methods.len());
            return output::print_lines([format!(
                "{}: {networks} networks, {methods} methods, {} tasks",
                self.file.display(),
                description.tasks.count(self.minutes)
            )]);
        }
        let plan = self.plan(&description, &text, &networks)?;
        for network in &mut networks {
            if let Some(config) = &network.training {
                let steps = [format!("train.steps={}", plan.steps), "train.minutes=0".to_owned()];
                network.training = Some(config.layer(None, &steps)?);
            }
        }
        interrupt::watch();
        let tasks = self.tasks(&description, &found, &plan)?;
        for network in &networks {
            self.train(&found, network)?;
        }
        self.evaluate(&description, &networks, &tasks)?;
        self.compare(&description, &networks)
    }

    fn out(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new(""))
    }

    /// Values to begin with, and what is set for all.
    fn base(&self, description: &Description, found: &Found) -> anyhow::Result<Config> {
        let preset = &description.preset;
        let Some(config) = Config::preset(preset) else {
            let known = Config::PRESETS.join(", ");
            bail!("{}: preset {preset:?}: there are {known}", self.file.display());
        };
        // What is evaluated while training is not told by anything.
        let mut sets = vec!["evaluate.tasks=0".to_owned()];
        sets.extend(settings(&description.set));
        sets.extend(self.sets.iter().cloned());
        let config = config.for_domain(&*found.open(&[])?).layer(None, &sets);
        config.with_context(|| self.file.display().to_string())
    }

    fn networks(&self, description: &Description, found: &Found) -> anyhow::Result<Vec<Net>> {
        let mut named = Vec::new();
        for run in &self.runs {
            let Some((name, folder)) = run.split_once('=') else {
                bail!("--run {run}: write it as NETWORK=DIR");
            };
            if !description.networks.iter().any(|network| network.name == name) {
                let known: Vec<&str> = description.networks.iter().map(|network| &*network.name).collect();
                bail!(
                    "--run {run}: there is no network {name}; there are {}",
                    known.join(", ")
                );
            }
            named.push((name, PathBuf::from(folder)));
        }
        let base = self.base(description, found)?;
        let network = |network: &description::Network| {
            let given = named.iter().find(|(name, _)| *name == network.name);
            let given = given.map(|(_, folder)| folder.clone()).or(network.run.clone());
            let trained = given.is_some();
            let run = given.unwrap_or_else(|| self.out().join("runs").join(&network.name));
            let config = match trained {
                true => run_config(&run)?,
                false => {
                    let mut sets = settings(&network.set);
                    sets.extend(self.sets.iter().cloned());
                    let config = base.layer(None, &sets);
                    config.with_context(|| format!("{}: network {}", self.file.display(), network.name))?
                }
            };
            Ok(Net {
                name: network.name.clone(),
                run,
                training: (!trained).then_some(config),
                settings: settings(&network.set),
            })
        };
        description.networks.iter().map(network).collect()
    }

    /// Finds mistakes in the keys of methods before anything is trained.
    fn check_methods(&self, description: &Description, networks: &[Net]) -> anyhow::Result<()> {
        for method in &description.methods {
            let of = || format!("{}: method {}", self.file.display(), method.name);
            let network = networks
                .iter()
                .find(|network| Some(&network.name) == method.network.as_ref());
            let config = match network {
                Some(Net {
                    training: Some(config), ..
                }) => config.clone(),
                Some(network) => run_config(&network.run)?,
                None => Config::preset(&description.preset).with_context(of)?,
            };
            config
                .layer(None, &self.settings_of(description, method))
                .with_context(of)?;
        }
        Ok(())
    }

    /// What is set for the searches of a method.
    fn settings_of(&self, description: &Description, method: &Method) -> Vec<String> {
        // What has no network has no run to take the other keys from.
        let groups = match method.network {
            Some(_) => &["search."][..],
            None => &["search.", "program.", "noise."],
        };
        let is_search = |set: &String| groups.iter().any(|group| set.starts_with(group));
        let common = settings(&description.set).into_iter().filter(is_search);
        let own = settings(&method.set);
        common
            .chain(own)
            .chain(self.sets.iter().filter(|set| is_search(set)).cloned())
            .collect()
    }

    fn plan(&self, description: &Description, text: &str, networks: &[Net]) -> anyhow::Result<Plan> {
        let mut plan = Plan {
            experiment: digest(text.as_bytes()),
            minutes: self.minutes,
            sets: self.sets.clone(),
            runs: self.runs.clone(),
            tasks: description.tasks.count(self.minutes),
            steps: self.steps.unwrap_or(0),
        };
        if let Some(old) = plan.resume(self.out())? {
            return Ok(old);
        }
        let untrained: Vec<&Net> = networks.iter().filter(|network| network.training.is_some()).collect();
        if let (Some(first), 0) = (untrained.first(), plan.steps) {
            let minutes = self.minutes * description.training;
            let (share, least, most) = TRIAL;
            let trial = (minutes * share).clamp(least, most);
            let per_minute = self.trial(description, first, trial)?;
            let each = (minutes - trial).max(minutes / 2.0) / untrained.len() as f64;
            plan.steps = ((per_minute * each) as u64).max(1);
        }
        plan.write(self.out())?;
        Ok(plan)
    }

    /// Steps a minute of a training of a few seconds, whose folder is removed again.
    fn trial(&self, description: &Description, network: &Net, minutes: f64) -> anyhow::Result<f64> {
        let Some(config) = &network.training else {
            return Ok(0.0);
        };
        let found = find(&Source {
            domain: description.domain.clone(),
            grammar: description.grammar.clone(),
            ..Source::default()
        })?;
        create_folder(self.out())?;
        let folder = tempfile::Builder::new().prefix(".trial-").tempdir_in(self.out())?;
        let config = config.layer(None, &[format!("train.minutes={minutes:?}")])?;
        let summary = self.work(&found, &config, folder.path(), false)?;
        if summary.stopped {
            bail!("stopped");
        }
        Ok(summary.step as f64 / summary.seconds.max(1e-9) * 60.0)
    }

    /// Writes the task set, unless it is there.
    fn tasks(&self, description: &Description, found: &Found, plan: &Plan) -> anyhow::Result<PathBuf> {
        let path = self.out().join("tasks.jsonl");
        if path.exists() {
            return Ok(path);
        }
        let base = self.base(description, found)?;
        let domain = train::open(found, &base)?;
        let options = TaskOptions {
            count: plan.tasks,
            sizes: description.tasks.sizes(base.program.size)?.range(),
            seed: description.tasks.seed,
            hard: description.tasks.hard,
        };
        let tasks = make_tasks(&domain, &options)?;
        let mut bytes = Vec::new();
        let judge = Judge::new(&domain, &tasks, Goal::Paper);
        write_tasks(&domain, &options, &tasks, judge.reducible(), &mut bytes)?;
        write_atomically(&path, &bytes)?;
        Ok(path)
    }

    fn train(&self, found: &Found, network: &Net) -> anyhow::Result<()> {
        let Some(config) = &network.training else { return Ok(()) };
        let model = network.run.join("checkpoints").join("model.safetensors");
        if CheckpointInfo::read(&model).is_ok_and(|info| info.step >= config.train.steps) {
            return Ok(());
        }
        eprintln!("network {}: {} steps", network.name, config.train.steps);
        let resume = network.run.join("config.toml").exists();
        let summary = self.work(found, config, &network.run, resume)?;
        if summary.stopped {
            bail!("stopped; the same command goes on");
        }
        Ok(())
    }

    fn work(&self, found: &Found, config: &Config, run: &Path, resume: bool) -> anyhow::Result<tdf_train::Summary> {
        let domain = train::open(found, config)?;
        train::work(None, &domain, config, run, resume, torch::device(self.device)?)
    }

    fn folder(&self, method: &Method) -> PathBuf {
        self.out().join("evaluations").join(&method.name)
    }

    /// What there is of a method.
    fn summary(&self, method: &Method) -> Option<Summary> {
        let text = std::fs::read_to_string(self.folder(method).join("summary.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Evaluates seed by seed, all methods under one before the next: as many as the time allows, one at least.
    fn evaluate(&self, description: &Description, networks: &[Net], tasks: &Path) -> anyhow::Result<()> {
        let limit = 60.0 * self.minutes * (1.0 - description.training);
        let searched: Vec<&Method> = description
            .methods
            .iter()
            .filter(|m| m.predictions.is_empty())
            .collect();
        for method in description.methods.iter().filter(|m| !m.predictions.is_empty()) {
            self.evaluation(description, networks, tasks, method, 1).record()?;
        }
        for round in 1..=description.seeds {
            let done = |method: &&Method| self.summary(method).map_or(0, |summary| summary.seeds.len() as u64);
            let began = searched.iter().any(|method| done(method) >= round);
            let spent: f64 = searched.iter().filter_map(|m| self.summary(m)).map(|s| s.seconds).sum();
            if round > 1 && !began && spent >= limit {
                break;
            }
            for method in searched.iter().filter(|method| done(method) < round) {
                let evaluation = self.evaluation(description, networks, tasks, method, round);
                let summary = evaluation.record().with_context(|| format!("method {}", method.name))?;
                let rate = summary.rates.last().map_or(0.0, |rate| 100.0 * rate.mean);
                let (name, seconds) = (
                    &method.name,
                    Duration::from_secs_f64(summary.seconds.max(0.0)).as_secs(),
                );
                eprintln!("method {name}, {round} seeds: {rate:.1} % solved, {seconds} s");
            }
        }
        Ok(())
    }

    /// An evaluation as `tdf eval` makes it.
    fn evaluation(
        &self,
        description: &Description,
        networks: &[Net],
        tasks: &Path,
        method: &Method,
        seeds: u64,
    ) -> Eval {
        let named = |name: &Option<String>| networks.iter().find(|network| Some(&network.name) == name.as_ref());
        let (network, start) = (named(&method.network), named(&method.start));
        let mut sets = self.settings_of(description, method);
        // Without a network the method itself is what says so.
        let mut choice = None;
        if network.is_none() {
            let key = "search.method=";
            let named = sets
                .iter()
                .rev()
                .find_map(|set| set.strip_prefix(key))
                .map(|name| name.trim_matches('"'));
            choice = named.and_then(|name| MethodChoice::from_str(name, false).ok());
            sets.retain(|set| !set.starts_with(key));
        }
        Eval {
            search: SearchArgs {
                run: network.map(|network| network.run.clone()),
                grammar: description.grammar.clone(),
                start_run: start.map(|network| network.run.clone()),
                method: choice,
                sets,
                device: self.device,
                untrained: method.untrained,
                ..SearchArgs::default()
            },
            tasks: tasks.to_owned(),
            seeds,
            predictions: method.predictions.clone(),
            goal: GoalChoice::default(),
            resume: true,
            out: self.folder(method),
            json: false,
        }
    }

    fn compare(&self, description: &Description, networks: &[Net]) -> anyhow::Result<()> {
        let mut folders = Vec::new();
        for method in &description.methods {
            folders.push(read_folder(&method.name, &self.folder(method))?);
        }
        let searches: f64 = folders.iter().map(|folder| folder.summary.seconds).sum();
        let mut comparison = Comparison::new(folders)?;
        for group in &mut comparison.groups {
            group.domain = compare::open(group.setting(), description.grammar.as_deref(), None).ok();
        }
        comparison.title = Some(description.title.clone());
        let about = description.about.split_whitespace().collect::<Vec<_>>().join(" ");
        comparison.notes.extend((!about.is_empty()).then_some(about));
        let mut training = 0.0;
        for network in networks {
            let trained = Trained::read(&network.run)?;
            let what = match network.settings.is_empty() {
                true => "nothing set".to_owned(),
                false => network.settings.join(" "),
            };
            if network.training.is_some() {
                training += trained.seconds;
            }
            comparison.notes.push(format!(
                "Network {}: {what}; {} steps, {} examples, trained for {:.1} min{}.",
                network.name,
                trained.steps,
                trained.examples,
                trained.seconds / 60.0,
                if network.training.is_some() { "" } else { " (earlier)" }
            ));
        }
        comparison.notes.push(format!(
            "A scale of {} minutes: {:.1} minutes of training and {:.1} of searching, wall-clock{}.",
            self.minutes,
            training / 60.0,
            searches / 60.0,
            match self.sets.is_empty() {
                true => String::new(),
                false => format!("; for all: {}", self.sets.join(" ")),
            }
        ));
        write_comparison(&comparison, self.out())?;
        output::print_lines([format!("page: {}", self.out().join("index.html").display())])
    }
}

/// How long a network was trained: the last row of its metrics.
struct Trained {
    steps: String,
    examples: String,
    seconds: f64,
}

impl Trained {
    fn read(run: &Path) -> anyhow::Result<Self> {
        let info = CheckpointInfo::read(&run.join("checkpoints").join("model.safetensors"))?;
        let metrics = std::fs::read_to_string(run.join("metrics.csv")).unwrap_or_default();
        let mut lines = metrics.lines();
        let column = lines
            .next()
            .and_then(|head| head.split(',').position(|name| name == "seconds"));
        let seconds = column.and_then(|column| lines.next_back()?.split(',').nth(column)?.parse().ok());
        Ok(Self {
            steps: info.step.to_string(),
            examples: info.examples.to_string(),
            seconds: seconds.unwrap_or(0.0),
        })
    }
}

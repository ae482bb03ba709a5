//! Experiments: what to train, what to evaluate, and how that is set side by side.

mod args;
mod description;
mod evaluate;
mod networks;
mod plan;

use std::path::{Path, PathBuf};

use anyhow::bail;
use tdf_config::Config;
use tdf_data::{TaskOptions, make_tasks, write_tasks};
use tdf_eval::{TaskScorer, digest, write_file};
use tdf_files::{OutFolder, check_folder};
use tdf_loader::ResolvedDomain;
use tdf_model::CheckpointInfo;

use crate::commands::train;
use crate::output::{counted, note};
use crate::recorded::Recorded;
use crate::torch;
use crate::{interrupt, output};
pub use args::Experiment;
use description::Description;
use networks::Net;
use plan::Plan;

/// The part of the time for training that goes into the trial, and its least and greatest length in minutes.
const TRIAL: (f64, f64, f64) = (0.04, 0.1, 1.0);

/// The longest scale, in minutes: 20 years.
const MINUTES: f64 = 1e7;

impl Experiment {
    pub fn run(self) -> anyhow::Result<()> {
        if !(self.minutes > 0.0 && self.minutes <= MINUTES) {
            bail!("--minutes {}: allowed is more than 0, up to {MINUTES}", self.minutes);
        }
        if let Some(out) = self.out.as_deref().filter(|_| !self.check) {
            check_folder(out)?;
            Plan::read(out)?;
        }
        let (description, text) = Description::read(&self.file)?;
        let found = self.code.find(&Recorded {
            source: self.file.display().to_string(),
            domain: description.domain.clone(),
            ..Recorded::default()
        })?;
        let mut networks = self.networks(&description, &found)?;
        self.check_methods(&description, &networks)?;
        if self.check {
            return output::print_report([format!(
                "{}: {}, {}, {}",
                self.file.display(),
                counted(networks.len(), "network"),
                counted(description.methods.len(), "method"),
                counted(description.tasks.count(self.minutes), "task")
            )]);
        }
        interrupt::watch();
        let _out = OutFolder::claim(self.out())?;
        let plan = self.plan(&description, &text, &found, &networks)?;
        for network in &mut networks {
            if let Some(config) = &network.training {
                let steps = [format!("train.steps={}", plan.steps), "train.minutes=0".to_owned()];
                network.training = Some(config.layer(None, &steps)?);
            }
        }
        let tasks = self.tasks(&description, &found, &plan)?;
        for network in &networks {
            self.train(&found, network)?;
        }
        self.evaluate(&description, &networks, &tasks)?;
        self.compare(&description, &networks)
    }

    fn plan(
        &self,
        description: &Description,
        text: &str,
        found: &ResolvedDomain,
        networks: &[Net],
    ) -> anyhow::Result<Plan> {
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
            let per_minute = self.trial(found, first, trial)?;
            let each = (minutes - trial).max(minutes / 2.0) / untrained.len() as f64;
            plan.steps = ((per_minute * each) as u64).max(1);
        }
        plan.write(self.out())?;
        Ok(plan)
    }

    /// Steps a minute of a training of a few seconds, whose folder is removed again.
    fn trial(&self, found: &ResolvedDomain, network: &Net, minutes: f64) -> anyhow::Result<f64> {
        let Some(config) = &network.training else {
            return Ok(0.0);
        };
        let folder = tempfile::Builder::new().prefix(".trial-").tempdir_in(self.out())?;
        let config = config.layer(None, &[format!("train.minutes={minutes:?}")])?;
        let summary = self.work(found, &config, folder.path(), false)?;
        if summary.stopped {
            bail!("stopped");
        }
        Ok(summary.step as f64 / summary.seconds.max(1e-9) * 60.0)
    }

    /// Writes the task set, unless it is there.
    fn tasks(&self, description: &Description, found: &ResolvedDomain, plan: &Plan) -> anyhow::Result<PathBuf> {
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
        let scorer = TaskScorer::new(&domain, &tasks, &base.search.criterion)?;
        write_tasks(&domain, &options, &tasks, scorer.reducible(), &mut bytes)?;
        write_file(&path, &bytes)?;
        Ok(path)
    }

    fn train(&self, found: &ResolvedDomain, network: &Net) -> anyhow::Result<()> {
        let Some(config) = &network.training else { return Ok(()) };
        let model = network.run.join("checkpoints").join("model.safetensors");
        if CheckpointInfo::read(&model).is_ok_and(|info| info.step >= config.train.steps) {
            return Ok(());
        }
        note!("network {}: {}", network.name, counted(config.train.steps, "step"));
        let resume = network.run.join("config.toml").exists();
        let summary = self.work(found, config, &network.run, resume)?;
        if summary.stopped {
            bail!("stopped; the same command goes on");
        }
        Ok(())
    }

    fn work(
        &self,
        found: &ResolvedDomain,
        config: &Config,
        run: &Path,
        resume: bool,
    ) -> anyhow::Result<tdf_train::Summary> {
        let domain = train::open(found, config)?;
        train::work(None, &domain, config, run, resume, torch::device(self.device)?)
    }
}

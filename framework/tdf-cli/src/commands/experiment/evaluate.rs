//! What becomes of the networks of an experiment: evaluations, and the page that sets them side by side.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use tdf_eval::{Comparison, Summary, read_folder, write_comparison};
use tdf_model::CheckpointInfo;

use super::args::Experiment;
use super::description::{Description, Method};
use super::networks::Net;
use crate::commands::eval::Eval;
use crate::commands::made_by;
use crate::commands::search_args::SearchArgs;
use crate::output::{self, counted, note};

impl Experiment {
    fn folder(&self, method: &Method) -> PathBuf {
        self.out().join("evaluations").join(&method.name)
    }

    /// What there is of a method.
    fn summary(&self, method: &Method) -> Option<Summary> {
        let text = tdf_files::read_text(&self.folder(method).join("summary.json"), tdf_files::TABLE).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Evaluates seed by seed, all methods under one before the next: as many as the time allows, one at least.
    pub(super) fn evaluate(&self, description: &Description, networks: &[Net], tasks: &Path) -> anyhow::Result<()> {
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
                let seeds = counted(round, "seed");
                note!("method {name}, {seeds}: {rate:.1} % solved, {seconds} s");
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
        let (network, start) = (named(&method.network), named(&method.init_network));
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
            choice = named.map(str::to_owned);
            sets.retain(|set| !set.starts_with(key));
        }
        Eval {
            search: SearchArgs {
                run: network.map(|network| network.run.clone()),
                code: self.code.clone(),
                init_run: start.map(|network| network.run.clone()),
                method: choice,
                sets,
                device: self.device,
                untrained: method.untrained,
                ..SearchArgs::default()
            },
            tasks: tasks.to_owned(),
            seeds,
            predictions: method.predictions.clone(),
            criterion: None,
            shard: None,
            resume: true,
            out: self.folder(method),
            json: false,
        }
    }

    pub(super) fn compare(&self, description: &Description, networks: &[Net]) -> anyhow::Result<()> {
        let mut folders = Vec::new();
        for method in &description.methods {
            folders.push(read_folder(&method.name, &self.folder(method))?);
        }
        let searches: f64 = folders.iter().map(|folder| folder.summary.seconds).sum();
        let mut comparison = Comparison::new(folders)?;
        for group in &mut comparison.groups {
            let source = group.folders[0].path.display().to_string();
            group.domain = self.code.open_setting(source, group.setting()).ok();
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
                "Network {}: {what}; {}, {}, trained for {:.1} min{}.",
                network.name,
                counted(trained.steps, "step"),
                counted(trained.examples, "example"),
                trained.seconds / 60.0,
                if network.training.is_some() { "" } else { " (earlier)" }
            ));
        }
        comparison.notes.push(format!(
            "A scale of {}: {:.1} minutes of training and {:.1} of searching, wall-clock{}.",
            counted(self.minutes, "minute"),
            training / 60.0,
            searches / 60.0,
            match self.sets.is_empty() {
                true => String::new(),
                false => format!("; for all: {}", self.sets.join(" ")),
            }
        ));
        comparison.made = made_by::this_command_and_version();
        write_comparison(&comparison, self.out())?;
        output::print_report([format!("page: {}", self.out().join("index.html").display())])
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
        let metrics = tdf_files::read_text(&run.join("metrics.csv"), tdf_files::TABLE).unwrap_or_default();
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

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use tdf_data::Objective;
use tdf_eval::{EvalError, EvaluationSettings, Record, Setting, Shard, Summary, TaskScorer, digest, evaluate};
use tdf_files::check_folder;
use tdf_search::SearchOptions;

use crate::commands::made_by;
use crate::commands::progress::Progress;
use crate::commands::scored;
use crate::commands::search_args::{CheckpointChoice, SearchArgs};
use crate::output::counted;
use crate::{hardware, input, interrupt, output};

/// Measures solve rates on a task set
#[derive(Debug, clap::Args)]
#[command(mut_arg("run", |run| run.required(false).required_unless_present_any(["predictions", "method"])))]
pub struct Eval {
    #[command(flatten)]
    pub search: SearchArgs,
    /// The task set (`tdf tasks` makes one)
    #[arg(long, value_name = "FILE")]
    pub tasks: PathBuf,
    /// Number of seeds; each searches all tasks
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub seeds: u64,
    /// Score the programs of another system instead: a program a line, line k for task k, a blank line for no answer; a
    /// file per seed
    #[arg(long, value_name = "FILE", num_args = 1..,
        conflicts_with_all = ["run", "checkpoint", "init_run", "method", "budget", "renders", "seconds", "temperature", "solutions", "sets", "untrained", "seeds"])]
    pub predictions: Vec<PathBuf>,
    /// The success criterion for --predictions, one of the domain's; default: its first. Searches have search.criterion
    #[arg(long, value_name = "NAME", requires = "predictions")]
    pub criterion: Option<String>,
    /// Evaluate only part I of N of the task set, I from 1: for machines that work side by side. `tdf merge` makes one evaluation
    /// of all parts
    #[arg(long, value_name = "I/N", conflicts_with = "predictions")]
    pub shard: Option<Shard>,
    /// Go on with an evaluation that was interrupted, or add seeds to one: give it as it was, with this
    #[arg(long)]
    pub resume: bool,
    /// Folder for results.jsonl, summary.json, config.toml and index.html
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

impl Eval {
    pub fn run(self) -> anyhow::Result<()> {
        let summary = self.record()?;
        print_summary(&summary, &self.out, self.json)
    }

    /// Writes the folder.
    pub fn record(&self) -> anyhow::Result<Summary> {
        check_folder(&self.out)?;
        let (name, text) = input::read_text(Some(&self.tasks))?;
        match self.predictions.is_empty() {
            true => self.search(&name, &text),
            false => self.score(&name, &text),
        }
    }

    fn search(&self, name: &str, text: &str) -> anyhow::Result<Summary> {
        let mut searcher = match self.search.run {
            Some(_) => self.search.open()?,
            None => {
                let domain = scored::domain_of(name, text, &self.search.code)?;
                self.search.open_without_run(domain)?
            }
        };
        let domain = searcher.domain.clone();
        let set = tdf_data::read_tasks(&domain, name, text)?;
        let shard = self.shard.map(|shard| shard.of(set.len())).transpose();
        let shard = shard.map_err(|error| anyhow!("--shard {error}"))?;
        let own = shard.map_or(0..set.len(), Shard::range);
        let (first_task, tasks) = (own.start, &set[own]);
        interrupt::watch();
        let options = SearchOptions {
            first_task,
            ..searcher.config.search_options(0)
        };
        let setting = Setting {
            network: searcher.network.clone(),
            shard,
            ..self.setting(Setting::of(&*domain, &set), searcher.on_gpu)
        };
        let mut table = head(&setting);
        let run = self.search.run.as_ref().map(|run| run.display().to_string());
        table.insert("run".to_owned(), run.unwrap_or_default().into());
        if let Some(start) = &self.search.init_run {
            table.insert("init_run".to_owned(), start.display().to_string().into());
        }
        if self.search.checkpoint == CheckpointChoice::Best {
            table.insert("checkpoint".to_owned(), "best".into());
        }
        table.insert("untrained".to_owned(), self.search.untrained.into());
        if let Some(shard) = shard {
            table.insert("shard".to_owned(), shard.to_string().into());
        }
        let config = self.config(table, self.seeds, &searcher.config.to_toml());
        let seeds: Vec<u64> = (0..self.seeds).collect();
        let about = (tasks.len(), &seeds[..]);
        let mut settings = EvaluationSettings::from(&options);
        if searcher.objective != Objective::Diffusion {
            settings.method = format!("{}, {}", searcher.objective, settings.method);
        }
        let made = made_by::this_command()
            .with("run", self.search.run.as_ref().map(|run| run.display().to_string()))
            .with(
                "initial run",
                self.search.init_run.as_ref().map(|run| run.display().to_string()),
            )
            .with("tasks", Some(name));
        let mut record = Record::open(&self.out, settings, setting, about, &config, self.resume)?;
        record.made_by(made)?;
        let scorer = TaskScorer::new(&domain, tasks, &options.criterion)?;
        let mut progress = Progress::new("searched");
        for seed in record.left() {
            let before = record.done().len();
            searcher.forget();
            let options = SearchOptions {
                seed,
                ..options.clone()
            };
            let found = evaluate(&scorer, searcher.networks(), &options, &mut |now| {
                let share = (before as f64 + now.share) / seeds.len() as f64;
                let (ended, all) = (before * tasks.len() + now.ended, seeds.len() * tasks.len());
                progress.update(share, &format!("{ended} of {} ended", counted(all, "task")));
                !interrupt::requested()
            });
            match found {
                Ok(found) => record.add(&scorer, found)?,
                Err(EvalError::Stopped) => {
                    let (done, out) = (record.done().len(), self.out.display());
                    bail!(
                        "stopped; {done} of {} kept in {out}: go on with --resume",
                        counted(seeds.len(), "seed")
                    );
                }
                Err(error) => return Err(error.into()),
            }
        }
        progress.finish();
        crate::domains::tell_faults(&*domain);
        Ok(record.summary())
    }

    fn score(&self, name: &str, text: &str) -> anyhow::Result<Summary> {
        let domain = scored::domain_of(name, text, &self.search.code)?;
        let tasks = tdf_data::read_tasks(&domain, name, text)?;
        let files = self.predictions.iter().map(|file| scored::read(file, tasks.len()));
        let files = files.collect::<anyhow::Result<Vec<_>>>()?;
        let seeds: Vec<u64> = (0..files.len() as u64).collect();
        let setting = self.setting(Setting::of(&*domain, &tasks), false);
        let mut table = head(&setting);
        let names = self.predictions.iter().map(|file| file.display().to_string().into());
        table.insert("predictions".to_owned(), toml::Value::Array(names.collect()));
        let answers: Vec<String> = files.iter().map(|answers| answers.join("\n")).collect();
        table.insert("answers".to_owned(), digest(answers.join("\n\n").as_bytes()).into());
        let scorer = TaskScorer::new(&domain, &tasks, self.criterion.as_deref().unwrap_or_default())?;
        table.insert("criterion".to_owned(), scorer.criterion().into());
        let config = self.config(table, seeds.len() as u64, "");
        let settings = EvaluationSettings::predictions(scorer.criterion());
        let about = (tasks.len(), &seeds[..]);
        let named: Vec<String> = self.predictions.iter().map(|file| file.display().to_string()).collect();
        let made = made_by::this_command()
            .with("predictions", Some(named.join(", ")))
            .with("tasks", Some(name));
        let mut record = Record::open(&self.out, settings, setting, about, &config, self.resume)?;
        record.made_by(made)?;
        for seed in record.left() {
            let answers = files[seed as usize].iter().enumerate();
            let found = answers
                .map(|(task, answer)| scorer.prediction(task, seed, answer))
                .collect();
            record.add(&scorer, found)?;
        }
        crate::domains::tell_faults(&*domain);
        Ok(record.summary())
    }

    fn setting(&self, of: Setting, on_gpu: bool) -> Setting {
        Setting {
            version: Some(made_by::VERSION.to_owned()),
            commit: made_by::COMMIT.map(str::to_owned),
            hardware: Some(hardware::describe(on_gpu)),
            ..of
        }
    }

    /// What an evaluation is made with, as TOML.
    fn config(&self, mut table: toml::Table, seeds: u64, config: &str) -> String {
        table.insert("tasks".to_owned(), self.tasks.display().to_string().into());
        table.insert("seeds".to_owned(), toml::Value::Integer(seeds as i64));
        format!("[evaluation]\n{table}\n{config}")
    }
}

/// Prints a summary for people, or as JSON on one line. `out` is the folder of its page.
pub(super) fn print_summary(summary: &Summary, out: &Path, json: bool) -> anyhow::Result<()> {
    if json {
        return output::print_json(&serde_json::to_value(summary).context("the summary")?);
    }
    let seeds = summary.seeds.len();
    let mut lines = vec![format!(
        "{}; {}{}, {}",
        summary.method,
        counted(summary.tasks, "task"),
        match summary.setting.shard {
            Some(shard) => format!(" (shard {shard} of {})", shard.tasks),
            None => String::new(),
        },
        counted(seeds, "seed")
    )];
    for (i, rate) in summary.rates.iter().enumerate() {
        let (mean, deviation) = (100.0 * rate.mean, 100.0 * rate.deviation);
        let irreducible = summary.irreducible_rates.get(i);
        let irreducible = irreducible.map_or("-".to_owned(), |rate| format!("{:.1} %", 100.0 * rate.mean));
        // One seed has none.
        let deviation = match seeds {
            1 => String::new(),
            _ => format!("  +- {deviation:.1}"),
        };
        lines.push(format!(
            "{:>6} {:<10}  {mean:5.1} % solved{deviation}  irreducible {irreducible}",
            match rate.expansions {
                tdf_search::MAX_BUDGET => "all".to_owned(),
                expansions => expansions.to_string(),
            },
            if rate.expansions == 1 {
                "expansion"
            } else {
                "expansions"
            }
        ));
    }
    let solved = summary.rates.last().map_or(0.0, |rate| rate.mean) * (summary.tasks * seeds) as f64;
    let number =
        |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{}", (100.0 * value).round() / 100.0));
    let cost = &summary.currencies;
    for rate in &cost.time_rates {
        let (seconds, mean) = (rate.seconds, 100.0 * rate.mean);
        lines.push(format!("{seconds:>6} {:<10}  {mean:5.1} % solved", "s"));
    }
    lines.push(format!(
        "{solved:.0} of {} solved, median {} expansions, {} renders, {} network calls; {:.1} s",
        summary.tasks * seeds,
        number(summary.median_expansions),
        number(cost.median_renders),
        number(cost.median_network_calls),
        summary.seconds
    ));
    lines.push(format!(
        "{} of {} reducible; mean edit distance {}; {} invalid, {} without one",
        summary.reducible.unwrap_or_default(),
        counted(summary.tasks, "task"),
        number(summary.edit_distance),
        counted(summary.invalid, "program"),
        counted(summary.unanswered, "task")
    ));
    if let Some(found) = &summary.diversity {
        lines.push(format!(
            "of a solved task {:.2} different programs (at most {}), {:.2} trees, {:.2} images; distance {}; {:.0} expansions",
            found.programs,
            found.wanted,
            found.trees,
            found.images,
            number(found.distance),
            found.spent
        ));
    }
    lines.push(format!("page: {}", out.join("index.html").display()));
    output::print_report(lines)
}

/// What a resumed evaluation must share with what there is.
fn head(setting: &Setting) -> toml::Table {
    let mut table = toml::Table::new();
    let known = [
        ("version", &setting.version),
        ("commit", &setting.commit),
        ("network", &setting.network),
        ("tasks_digest", &setting.tasks),
        ("plugin_digest", &setting.plugin),
    ];
    for (key, value) in known {
        if let Some(value) = value {
            table.insert(key.to_owned(), value.clone().into());
        }
    }
    table
}

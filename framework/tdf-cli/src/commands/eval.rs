use std::path::PathBuf;

use anyhow::Context as _;
use tdf_eval::{evaluate, write_evaluation};

use crate::commands::progress::Progress;
use crate::commands::searching::SearchArgs;
use crate::{input, interrupt, output};

/// Measures solve rates on a task set
#[derive(Debug, clap::Args)]
pub struct Eval {
    #[command(flatten)]
    search: SearchArgs,
    /// The task set (`tdf tasks` makes one)
    #[arg(long, value_name = "FILE")]
    tasks: PathBuf,
    /// Number of seeds; each searches all tasks
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: u64,
    /// Folder for results.jsonl, summary.json, config.toml and index.html
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

impl Eval {
    pub fn run(self) -> anyhow::Result<()> {
        let mut searcher = self.search.open()?;
        let domain = searcher.domain.clone();
        let (name, text) = input::read_text(Some(&self.tasks))?;
        let tasks = tdf_data::read_tasks(&domain, &name, text)?;
        interrupt::watch();
        let seeds: Vec<u64> = (0..self.seeds).collect();
        let mut progress = Progress::new("searched", tasks.len() as u64 * self.seeds);
        let evaluation = evaluate(
            &domain,
            &tasks,
            &mut searcher.policy,
            searcher.value.as_mut().map(|v| v as _),
            &searcher.config.search_options(0),
            &seeds,
            &mut |ended, _| {
                progress.update(ended as u64, "");
                !interrupt::requested()
            },
        )?;
        progress.finish();
        crate::domains::tell_faults(&*domain);
        let config = config_text(&self, &searcher.config.to_toml());
        write_evaluation(&domain, &tasks, &evaluation, &config, &self.out)?;
        let summary = &evaluation.summary;
        if self.json {
            return output::print_json(&serde_json::to_value(summary).context("the summary")?);
        }
        let mut lines = vec![format!(
            "{}; {} tasks, {} seed(s)",
            summary.method, summary.tasks, self.seeds
        )];
        for rate in &summary.rates {
            let (mean, deviation) = (100.0 * rate.mean, 100.0 * rate.deviation);
            lines.push(format!(
                "{:>6} expansions  {mean:5.1} % solved  +- {deviation:.1}",
                rate.expansions
            ));
        }
        let solved = evaluation.lines.iter().filter(|l| l.solved).count();
        let median = summary.median_expansions.map_or("-".to_owned(), |m| m.to_string());
        lines.push(format!(
            "{solved} of {} solved, median {median} expansions, {:.1} s",
            evaluation.lines.len(),
            summary.seconds
        ));
        lines.push(format!("page: {}", self.out.join("index.html").display()));
        output::print_lines(lines)
    }
}

/// What an evaluation was made with, as TOML.
fn config_text(eval: &Eval, config: &str) -> String {
    let mut table = toml::Table::new();
    let mut put = |key: &str, value: toml::Value| table.insert(key.to_owned(), value);
    put("version", env!("CARGO_PKG_VERSION").into());
    put("run", eval.search.run.display().to_string().into());
    put("tasks", eval.tasks.display().to_string().into());
    put("seeds", toml::Value::Integer(eval.seeds as i64));
    put("untrained", eval.search.untrained.into());
    format!("[evaluation]\n{table}\n{config}")
}

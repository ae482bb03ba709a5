//! Evaluations as they lie in their folders.

use std::path::{Path, PathBuf};

use crate::seeds::mean_and_deviation;
use crate::{CompareError, EvaluationSettings, ResultLine, Summary};

/// A finished evaluation that was read from its folder.
#[derive(Clone, Debug)]
pub struct Folder {
    /// What it is called in tables.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its summary.
    pub summary: Summary,
    /// A line for every task under every seed, ordered by seed as in the summary, then by task.
    pub lines: Vec<ResultLine>,
}

/// Reads what a [`Record`](crate::Record) wrote.
///
/// # Errors
/// A folder without an evaluation, an unfinished one, a shard, and one with lines that are missing or cannot be read.
pub fn read_folder(name: &str, path: &Path) -> Result<Folder, CompareError> {
    let folder = read_shard(name, path)?;
    match folder.summary.setting.shard {
        None => Ok(folder),
        Some(shard) => Err(CompareError(format!(
            "{}: shard {shard} of an evaluation; merge all of its shards first (`tdf merge`)",
            path.display()
        ))),
    }
}

/// As [`read_folder`]; also a shard.
pub(crate) fn read_shard(name: &str, path: &Path) -> Result<Folder, CompareError> {
    let summary_path = path.join("summary.json");
    let missing = |file: &Path, error: &std::io::Error| {
        if error.kind() != std::io::ErrorKind::NotFound && path.is_dir() {
            return CompareError(format!("{}: {error}", file.display()));
        }
        let why = if path.is_dir() {
            "no evaluation here"
        } else {
            "no such folder"
        };
        let (path, file) = (path.display(), file.display());
        CompareError(format!(
            "{path}: {why} ({file} is missing); `tdf eval --out` writes one"
        ))
    };
    let text = tdf_files::read_text(&summary_path, tdf_files::TABLE).map_err(|e| missing(&summary_path, &e))?;
    let summary: Summary =
        serde_json::from_str(unmarked(&text)).map_err(|e| CompareError(format!("{}: {e}", summary_path.display())))?;
    if summary.planned > summary.seeds.len() {
        return Err(CompareError(format!(
            "{}: unfinished, {} of {} seeds are done; give its `tdf eval` once more, with --resume",
            path.display(),
            summary.seeds.len(),
            summary.planned
        )));
    }
    if summary.tasks == 0 || summary.seeds.is_empty() {
        return Err(CompareError(format!("{}: an evaluation of nothing", path.display())));
    }
    let shard = summary.setting.shard;
    if shard.is_some_and(|shard| !shard.is_sound() || shard.range().len() != summary.tasks) {
        return Err(CompareError(format!(
            "{}: its shard has another number of tasks than it says",
            summary_path.display()
        )));
    }
    let results_path = path.join("results.jsonl");
    let text = tdf_files::read_text(&results_path, tdf_files::TABLE).map_err(|e| missing(&results_path, &e))?;
    let lines = read_lines(&results_path, unmarked(&text))?;
    let lines = in_order(&results_path, lines, &summary)?;
    Ok(Folder {
        name: name.to_owned(),
        path: path.to_owned(),
        summary,
        lines,
    })
}

/// `text` without the byte order mark that some editors put before it.
fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The lines of a results file.
fn read_lines(path: &Path, text: &str) -> Result<Vec<ResultLine>, CompareError> {
    let read = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|e| {
            let (message, column) = (e.to_string(), e.column());
            let message = message.split(" at line ").next().unwrap_or(&message);
            let place = path.display();
            CompareError(format!(
                "{place}:{}: not a result: {message} at column {column}",
                number + 1
            ))
        })
    };
    text.lines().enumerate().map(read).collect()
}

/// One line for every task and seed, in order.
fn in_order(path: &Path, mut lines: Vec<ResultLine>, summary: &Summary) -> Result<Vec<ResultLine>, CompareError> {
    let place = |seed: u64| summary.seeds.iter().position(|&s| s == seed);
    lines.sort_by_key(|line| (place(line.seed).unwrap_or(usize::MAX), line.task));
    let mut wanted = summary
        .seeds
        .iter()
        .flat_map(|&seed| summary.task_range().map(move |task| (seed, task)));
    for line in &lines {
        let here = (line.seed, line.task);
        if wanted.next() != Some(here) {
            let (seed, task) = here;
            let of = format!("{} tasks and seeds {:?}", summary.tasks, summary.seeds);
            let message = "is there twice, or one before it is missing, or it does not belong here";
            let path = path.display();
            return Err(CompareError(format!(
                "{path}: task {task} of seed {seed} {message}: the summary speaks of {of}"
            )));
        }
    }
    match wanted.next() {
        None => Ok(lines),
        Some((seed, task)) => Err(CompareError(format!(
            "{}: task {task} of seed {seed} is missing: cut short?",
            path.display()
        ))),
    }
}

impl Folder {
    /// Whether the programs are those of another system, of whose search nothing is known.
    pub fn is_predictions(&self) -> bool {
        self.summary.method == EvaluationSettings::PREDICTIONS
    }

    /// The lines of each seed.
    pub fn by_seed(&self) -> impl Iterator<Item = &[ResultLine]> {
        self.lines.chunks(self.summary.tasks)
    }

    /// Mean and standard deviation over seeds of the share of tasks that count.
    pub fn share(&self, counts: impl Fn(&ResultLine) -> bool) -> (f64, f64) {
        let of = |lines: &[ResultLine]| lines.iter().filter(|line| counts(line)).count() as f64 / lines.len() as f64;
        mean_and_deviation(&self.by_seed().map(of).collect::<Vec<_>>())
    }

    /// Number of seeds under which each task is solved.
    pub fn solved_by_task(&self) -> Vec<usize> {
        let mut solved = vec![0; self.summary.tasks];
        for line in self.lines.iter().filter(|line| line.solved) {
            solved[line.task] += 1;
        }
        solved
    }
}

//! The folder of an evaluation while it grows.

use std::io::Write as _;
use std::path::Path;

use tdf_files::{FolderError, OutFolder};

use crate::files::FileError;
use crate::page::{with_provenance, with_rates};
use crate::summary::short_digests;
use crate::{
    Entry, EvaluationSettings, Found, Provenance, ResultLine, Setting, Shard, Summary, TaskScorer, page, summarise,
    write_file,
};

/// What an evaluation is to be, and what there is of it.
#[derive(Debug)]
pub struct Record {
    folder: OutFolder,
    settings: EvaluationSettings,
    setting: Setting,
    tasks: usize,
    seeds: Vec<u64>,
    /// Lines of whole seeds, in the order of `seeds`.
    lines: Vec<ResultLine>,
    page: Option<String>,
    made: Provenance,
}

/// An evaluation that cannot be begun or gone on with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// A file or folder.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is one in the folder that would be lost, or that is another one. Names it and says what to do.
    #[error("{0}")]
    Other(String),
    /// The folder cannot be used, or another process uses it.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

impl Record {
    /// An evaluation in `folder`: `tasks` tasks under each of `seeds`. If `setting` names a shard, these are its own tasks. `config` is what it is made with, as TOML; a line
    /// `seeds = ...` in it may change from one time to the next. With `resume`, seeds that are there already are kept, and what
    /// is there of a seed that was not finished is done again.
    ///
    /// # Errors
    /// A folder that another process uses; an unfinished evaluation in it that is not resumed; one to resume that was made with
    /// another `config`, cannot be read, or has seeds that would be lost; files.
    pub fn open(
        folder: &Path,
        settings: EvaluationSettings,
        setting: Setting,
        (tasks, seeds): (usize, &[u64]),
        config: &str,
        resume: bool,
    ) -> Result<Self, RecordError> {
        let mut record = Self {
            folder: OutFolder::claim(folder)?,
            settings,
            setting,
            tasks,
            seeds: seeds.to_vec(),
            lines: Vec::new(),
            page: None,
            made: Provenance::default(),
        };
        let place = folder.display();
        let old = match record.old_summary() {
            Err(error) if resume => {
                return Err(RecordError::Other(format!(
                    "{error}: --resume cannot go on from it; move it away, or name another folder"
                )));
            }
            old => old.ok().flatten(),
        };
        if let (Some(old), false) = (&old, resume)
            && (1..old.planned).contains(&old.seeds.len())
        {
            let (done, planned) = (old.seeds.len(), old.planned);
            return Err(RecordError::Other(format!(
                "{place}: holds an unfinished evaluation ({done} of {planned} seeds); go on with --resume, or name another folder"
            )));
        }
        if let (Some(old), true) = (old, resume) {
            let before = record.read("config.toml").unwrap_or_default();
            if let Some((before, now)) = first_difference(&before, config) {
                return Err(RecordError::Other(format!(
                    "{place}: --resume: this evaluation was made with {before}, not with {now}; give it as it was, or name another \
                     folder"
                )));
            }
            record.lines = record.whole_seeds();
            if record.done().len() < old.seeds.len() {
                return Err(RecordError::Other(format!(
                    "{place}: --resume: it holds {} seeds, of which {} would be kept (--seeds {}, and the lines of results.jsonl \
                     that can be read): give more seeds, or name another folder",
                    old.seeds.len(),
                    record.done().len(),
                    seeds.len()
                )));
            }
            record.page = record.read("index.html");
            record.setting.hardware = both(old.setting.hardware, record.setting.hardware.take());
        }
        record.write("config.toml", config.as_bytes())?;
        let results = record.lines.iter().map(as_json).collect::<Result<String, _>>();
        let results = results.map_err(|e| record.failed("results.jsonl", e))?;
        record.write("results.jsonl", results.as_bytes())?;
        record.write_summary()?;
        Ok(record)
    }

    /// The summary that is there, if there is one.
    fn old_summary(&self) -> Result<Option<Summary>, FileError> {
        let file = self.folder.path().join("summary.json");
        match tdf_files::read_text(&file, tdf_files::TABLE) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FileError::new(&file, error)),
            Ok(text) => serde_json::from_str(&text).map_err(|error| FileError::new(&file, error)),
        }
    }

    fn failed(&self, name: &str, reason: impl std::fmt::Display) -> FileError {
        FileError::new(&self.folder.path().join(name), reason)
    }

    fn read(&self, name: &str) -> Option<String> {
        tdf_files::read_text(&self.folder.path().join(name), tdf_files::TABLE).ok()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        write_file(&self.folder.path().join(name), bytes)
    }

    /// The lines of the seeds, from the first on, that are there whole.
    fn whole_seeds(&self) -> Vec<ResultLine> {
        let text = self.read("results.jsonl").unwrap_or_default();
        let tasks = self.setting.shard.map_or(0..self.tasks, Shard::range);
        let mut wanted = self
            .seeds
            .iter()
            .flat_map(|&seed| tasks.clone().map(move |task| (seed, task)));
        let mut lines: Vec<ResultLine> = text
            .lines()
            .map_while(|line| serde_json::from_str(line).ok())
            .take_while(|line: &ResultLine| wanted.next() == Some((line.seed, line.task)))
            .collect();
        lines.truncate(lines.len() / self.tasks.max(1) * self.tasks);
        lines
    }

    /// The seeds that are there.
    pub fn done(&self) -> &[u64] {
        &self.seeds[..self.lines.len() / self.tasks.max(1)]
    }

    /// The seeds that are still to be searched, in order.
    pub fn left(&self) -> Vec<u64> {
        self.seeds[self.done().len()..].to_vec()
    }

    /// All lines so far.
    pub fn lines(&self) -> &[ResultLine] {
        &self.lines
    }

    /// Adds what was found under the next seed, one for each task. The page shows the first seed.
    ///
    /// # Errors
    /// Files.
    pub fn add(&mut self, scorer: &TaskScorer<'_>, found: Vec<Found>) -> Result<(), RecordError> {
        let text = found
            .iter()
            .map(|(line, _)| as_json(line))
            .collect::<Result<String, _>>();
        let text = text.map_err(|e| self.failed("results.jsonl", e))?;
        self.append("results.jsonl", &text)
            .map_err(|e| self.failed("results.jsonl", e))?;
        let first = self.setting.shard.map_or(0, |shard| shard.range().start);
        let (lines, outcomes): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        self.lines.extend(lines);
        if self.page.is_none() {
            let shown = outcomes.iter().zip(scorer.tasks()).enumerate();
            let mut entries = Vec::new();
            for (number, (outcome, task)) in shown {
                if let Some(outcome) = outcome {
                    entries.push(Entry {
                        name: match &task.name {
                            Some(name) => format!("task {}, {name}", first + number),
                            None => format!("task {}", first + number),
                        },
                        inputs: &task.inputs,
                        image: &task.image,
                        outcome,
                    });
                }
            }
            let html = page(scorer.domain(), &entries, Some(&self.summary()));
            self.page = Some(html.map_err(|e| self.failed("index.html", e))?);
        }
        Ok(self.write_summary()?)
    }

    /// Writes all lines, in the order of seeds and tasks, and the page, whose rates and provenance may be empty.
    pub(crate) fn fill(&mut self, lines: Vec<ResultLine>, page: String, made: Provenance) -> Result<(), FileError> {
        let text = lines.iter().map(as_json).collect::<Result<String, _>>();
        let text = text.map_err(|e| self.failed("results.jsonl", e))?;
        self.write("results.jsonl", text.as_bytes())?;
        (self.lines, self.page, self.made) = (lines, Some(page), made);
        self.write_summary()
    }

    fn append(&self, name: &str, text: &str) -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(self.folder.path().join(name))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    fn write_summary(&mut self) -> Result<(), FileError> {
        let summary = self.summary();
        let text = serde_json::to_string_pretty(&summary).map_err(|e| self.failed("summary.json", e))?;
        let made = self.made();
        if let Some(page) = &mut self.page {
            *page = with_provenance(&with_rates(page, &summary), &made);
        }
        if let Some(page) = &self.page {
            self.write("index.html", page.as_bytes())?;
        }
        self.write("summary.json", format!("{text}\n").as_bytes())
    }

    /// Says at the end of the page what the caller knows of how it is made, before what the setting tells.
    ///
    /// # Errors
    /// Files.
    pub fn made_by(&mut self, made: Provenance) -> Result<(), RecordError> {
        self.made = made;
        Ok(self.write_summary()?)
    }

    /// What stands at the end of the page.
    fn made(&self) -> Provenance {
        let setting = &self.setting;
        let options = setting.options.iter();
        let options: Vec<String> = options.map(|(name, value)| format!(" domain.{name}={value}")).collect();
        let domain = setting
            .domain
            .as_ref()
            .map(|name| format!("{name}{}", options.concat()));
        let seeds = (!self.done().is_empty()).then(|| self.summary().seeds_in_words());
        self.made
            .clone()
            .with("seeds", seeds)
            .with("domain", domain)
            .with("grammar", setting.grammar.as_deref().map(short_digests))
            .with("task set", setting.tasks.as_deref().map(short_digests))
            .with(
                "shard",
                setting.shard.map(|shard| format!("{shard} of {} tasks", shard.tasks)),
            )
            .with("network", setting.network.as_deref().map(short_digests))
            .with("tdf version", setting.version.clone())
            .with("commit", setting.commit.clone())
            .with("hardware", setting.hardware.clone())
    }

    /// What there is so far.
    pub fn summary(&self) -> Summary {
        Summary {
            planned: self.seeds.len(),
            setting: self.setting.clone(),
            ..summarise(&self.lines, &self.settings, self.tasks, self.done())
        }
    }
}

fn as_json(line: &ResultLine) -> serde_json::Result<String> {
    serde_json::to_string(line).map(|line| line + "\n")
}

/// The first lines in which two configurations differ.
pub(crate) fn first_difference(before: &str, now: &str) -> Option<(String, String)> {
    let lines = |text: &str| -> Vec<String> {
        let fixed = text.lines().filter(|line| !line.starts_with("seeds = "));
        fixed.map(str::to_owned).collect()
    };
    let (before, now) = (lines(before), lines(now));
    let at = (0..before.len().max(now.len())).find(|&at| before.get(at) != now.get(at))?;
    let line = |lines: &[String]| lines.get(at).filter(|line| !line.is_empty()).cloned();
    let line = |lines: &[String]| line(lines).unwrap_or_else(|| "nothing there".to_owned());
    Some((line(&before), line(&now)))
}

/// What an evaluation was made on, one time and another.
pub(crate) fn both(before: Option<String>, now: Option<String>) -> Option<String> {
    match (before, now) {
        (Some(before), Some(now)) if !before.split("; then ").any(|one| one == now) => {
            Some(format!("{before}; then {now}"))
        }
        (before, now) => before.or(now),
    }
}

//! Run folders: what lies where, beginning and resuming a run, opening one for search.

use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use tdf_config::Config;
use tdf_files::write_atomically;
use tdf_files::{OutFolder, check_folder};
use tdf_grammar::Grammar;
use toml::{Table, Value};

use crate::error::Naming;
use crate::{RunError, RunHeader, grammar};

/// The names in a run folder.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    pub root: PathBuf,
    pub config: PathBuf,
    pub grammar: PathBuf,
    pub metrics: PathBuf,
    pub checkpoints: PathBuf,
    pub model: PathBuf,
    /// The network of the best evaluation.
    pub best: PathBuf,
    pub state: PathBuf,
}

impl Paths {
    pub(crate) fn new(root: &Path) -> Self {
        let checkpoints = root.join("checkpoints");
        Self {
            root: root.to_owned(),
            config: root.join("config.toml"),
            grammar: root.join(grammar::FILE),
            metrics: root.join("metrics.csv"),
            model: checkpoints.join("model.safetensors"),
            best: checkpoints.join("best.safetensors"),
            state: checkpoints.join("state.safetensors"),
            checkpoints,
        }
    }
}

/// A run, opened for search or evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct RunInfo {
    /// The folder.
    pub folder: PathBuf,
    /// What the run is about.
    pub header: RunHeader,
    /// Its configuration.
    pub config: Config,
    /// The network's file: averaged weights, see [`Model::load`](tdf_model::Model::load).
    pub model: PathBuf,
}

/// A network of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checkpoint {
    /// That of the last step.
    #[default]
    Last,
    /// That of the best evaluation while training; of equal ones the last.
    Best,
}

/// Opens the run in `folder`, with the network of its last step.
///
/// # Errors
/// No such folder, not a run folder, or no checkpoint yet.
pub fn open_run(folder: &Path) -> Result<RunInfo, RunError> {
    open_run_at(folder, Checkpoint::Last)
}

/// Opens the run in `folder` with a network of it.
///
/// # Errors
/// As [`open_run`]; no such network.
pub fn open_run_at(folder: &Path, checkpoint: Checkpoint) -> Result<RunInfo, RunError> {
    let paths = Paths::new(folder);
    let (header, config) = read_config(&paths)?;
    let (model, missing) = match checkpoint {
        Checkpoint::Last => (paths.model, "no checkpoint yet"),
        Checkpoint::Best => (paths.best, "no network of a best evaluation"),
    };
    if !model.exists() {
        let advice = match checkpoint {
            Checkpoint::Last => "train it first, or longer",
            Checkpoint::Best => "trainings with evaluate.tasks of 1 or more keep one; the last network is always there",
        };
        return Err(RunError(format!(
            "{} has {missing} ({} is missing): {advice}",
            folder.display(),
            model.display()
        )));
    }
    Ok(RunInfo {
        folder: folder.to_owned(),
        header,
        config,
        model,
    })
}

/// What the run in `folder` is about; it need not have a checkpoint.
pub fn run_header(folder: &Path) -> Result<RunHeader, RunError> {
    Ok(read_config(&Paths::new(folder))?.0)
}

/// The configuration of the run in `folder`, which need not have a checkpoint: what a resumed run goes on from.
pub fn run_config(folder: &Path) -> Result<Config, RunError> {
    Ok(read_config(&Paths::new(folder))?.1)
}

fn read_config(paths: &Paths) -> Result<(RunHeader, Config), RunError> {
    let folder = paths.root.display();
    match std::fs::metadata(&paths.root) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(RunError(format!(
                "{folder}: no such folder; `tdf train --run {folder}` makes one"
            )));
        }
        Err(e) => return Err(RunError::file("open", &paths.root, &e)),
        Ok(found) if !found.is_dir() => return Err(RunError(format!("{folder} is a file, not a run folder"))),
        Ok(_) => {}
    }
    let text = match tdf_files::read_text(&paths.config, tdf_files::CONFIG) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(RunError(format!("{folder} is not a run folder: it has no config.toml")));
        }
        text => text.naming("read", &paths.config)?,
    };
    let damaged = |e: toml::de::Error| {
        let line = e
            .span()
            .map(|s| 1 + text.bytes().take(s.start).filter(|&b| b == b'\n').count());
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        RunError(format!("{}{line}: {}", paths.config.display(), e.message().trim()))
    };
    let mut table: Table = toml::from_str(&text).map_err(damaged)?;
    let header = table.remove("run").unwrap_or(Value::Table(Table::new()));
    let header = RunHeader::deserialize(header).map_err(damaged)?;
    let config = Config::deserialize(Value::Table(table)).map_err(damaged)?;
    config
        .check()
        .map_err(|e| RunError(format!("{}: {e}", paths.config.display())))?;
    Ok((header, config))
}

pub(crate) fn write_config(paths: &Paths, header: &RunHeader, config: &Config) -> Result<(), RunError> {
    let header = toml::to_string(header).map_err(|e| RunError::file("write", &paths.config, &e))?;
    let text = format!("[run]\n{header}\n{}", config.to_toml());
    write_atomically(&paths.config, text.as_bytes()).naming("write", &paths.config)
}

/// Keeps the text of the grammar beside the configuration, for people and for what has changed since.
pub(crate) fn write_grammar(paths: &Paths, grammar: &Grammar) -> Result<(), RunError> {
    write_atomically(&paths.grammar, grammar.source.as_bytes()).naming("write", &paths.grammar)
}

/// Removes what a killed process left half-written of its own files.
fn remove_parts(paths: &Paths) -> Result<(), RunError> {
    for file in [
        &paths.config,
        &paths.grammar,
        &paths.metrics,
        &paths.model,
        &paths.best,
        &paths.state,
    ] {
        let mut part = file.as_os_str().to_owned();
        part.push(".part");
        match std::fs::remove_file(&part) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            removed => removed.naming("remove", Path::new(&part))?,
        }
    }
    Ok(())
}

/// How a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    New,
    /// `--resume` of a run that has a state.
    Resumed,
    /// `--resume` of a run that was stopped before its first checkpoint.
    ResumedFromNothing,
}

/// A folder in which this process trains, and no other.
#[derive(Debug)]
pub(crate) struct RunFolder {
    pub paths: Paths,
    pub beginning: Beginning,
    _folder: OutFolder,
}

/// Keys that may differ between a run and its continuation: they do not change what is learnt.
const FREE: [&str; 10] = [
    "train.threads",
    "train.workers",
    "train.log_every",
    "train.evaluate_every",
    "train.checkpoint_every",
    "train.patience",
    "train.slice_minutes",
    "train.peak_tflops",
    "evaluate.",
    "search.",
];

/// Whether a run can begin in `folder`, or go on there with `resume`: what can be told without changing anything.
///
/// # Errors
/// A file of that name; a run that is there already, or none to resume; a folder of something else.
pub fn check_run(folder: &Path, resume: bool) -> Result<(), RunError> {
    let paths = Paths::new(folder);
    let name = folder.display();
    let exists = paths.root.exists();
    if exists && !paths.root.is_dir() {
        return Err(RunError(format!("{name} is a file, not a run folder")));
    }
    check_folder(folder).map_err(|e| RunError(e.to_string()))?;
    if resume && !exists {
        return Err(RunError(format!(
            "{name}: no such folder, so no run to resume; leave out --resume to begin one"
        )));
    }
    let has_run = paths.config.exists() || paths.state.exists();
    if has_run && !resume {
        return Err(RunError(format!(
            "{name} already holds a run: --resume continues it, another --run begins one"
        )));
    }
    // The state is written before the network: a network alone came from elsewhere, and training anew would overwrite it.
    if resume && paths.model.exists() && !paths.state.exists() {
        return Err(RunError(format!(
            "{name} holds a trained network, but not the state that a training goes on from ({}): train in another folder",
            paths.state.display()
        )));
    }
    if exists && !has_run {
        let mut entries = std::fs::read_dir(&paths.root).naming("read", &paths.root)?;
        let foreign = entries.find_map(|entry| {
            let name = entry.ok()?.file_name().to_string_lossy().into_owned();
            (name != "checkpoints" && name != "config.toml.part" && !name.starts_with('.')).then_some(name)
        });
        if let Some(foreign) = foreign {
            return Err(RunError(format!(
                "{name} is not a run folder: it has {foreign} and no config.toml"
            )));
        }
    }
    Ok(())
}

impl RunFolder {
    /// Makes or resumes the run in `folder` and locks it.
    pub(crate) fn open(
        folder: &Path,
        header: &RunHeader,
        grammar: &Grammar,
        config: &Config,
        resume: bool,
    ) -> Result<Self, RunError> {
        let locked = OutFolder::claim(folder).map_err(|e| RunError(e.to_string()))?;
        // Another process may have made a run of it in the meantime.
        check_run(folder, resume)?;
        let paths = Paths::new(folder);
        std::fs::create_dir_all(&paths.checkpoints).naming("create", &paths.checkpoints)?;
        remove_parts(&paths)?;
        if paths.config.exists() {
            check_resumable(&paths, header, grammar, config)?;
        }
        let beginning = match (resume, paths.state.exists()) {
            (false, _) => Beginning::New,
            (true, true) => Beginning::Resumed,
            (true, false) => Beginning::ResumedFromNothing,
        };
        write_config(&paths, header, config)?;
        write_grammar(&paths, grammar)?;
        Ok(Self {
            paths,
            beginning,
            _folder: locked,
        })
    }
}

/// Whether `config` may continue the run in `paths`.
fn check_resumable(paths: &Paths, header: &RunHeader, grammar: &Grammar, config: &Config) -> Result<(), RunError> {
    let (run, old) = read_config(paths)?;
    let folder = paths.root.display();
    if run.domain != header.domain {
        let (theirs, ours) = (&run.domain, &header.domain);
        return Err(RunError(format!(
            "{folder} is a run on the domain {theirs}, not on {ours}"
        )));
    }
    grammar::check(&paths.root, &run, grammar)?;
    // Runs without a digest are of an older version, which did not record the size.
    if run.plugin.is_some() && run.size != header.size {
        let size = |size: &Option<String>| size.clone().unwrap_or("the plugin's own".to_owned());
        return Err(RunError(format!(
            "the run in {folder} was begun with another size function: it was {}, is {}. Set the table `size` of the .toml \
             beside the grammar back, or begin another run",
            size(&run.size),
            size(&header.size)
        )));
    }
    let mut differing = Vec::new();
    for (key, before, now) in old.differences(config) {
        let longer = match key.as_str() {
            "train.steps" => config.train.steps >= old.train.steps,
            "train.minutes" => old.train.minutes > 0.0 && config.train.minutes >= old.train.minutes,
            _ => false,
        };
        let free = FREE.iter().any(|f| key == *f || f.ends_with('.') && key.starts_with(f));
        if !longer && !free {
            differing.push(format!("\n  {key} was {before}, is {now}"));
        }
    }
    if differing.is_empty() {
        return Ok(());
    }
    Err(RunError(format!(
        "the run in {folder} was begun with another configuration:{}\nOnly train.steps or train.minutes may be raised; \
         to change more, begin another run",
        differing.concat()
    )))
}

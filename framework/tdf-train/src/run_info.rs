//! Opening a run for search or evaluation.

use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use tdf_config::Config;
use toml::{Table, Value};

use crate::error::Naming;
use crate::run_paths::Paths;
use crate::{RunError, RunHeader};

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
        return Err(RunError::NoCheckpoint(format!(
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

/// The header of the run in `folder`, which need not have a checkpoint.
///
/// # Errors
/// No such folder, not a run folder, or a damaged `config.toml`.
pub fn run_header(folder: &Path) -> Result<RunHeader, RunError> {
    Ok(read_config(&Paths::new(folder))?.0)
}

/// The configuration of the run in `folder`, which need not have a checkpoint. A resumed run continues with it.
///
/// # Errors
/// As [`run_header`].
pub fn run_config(folder: &Path) -> Result<Config, RunError> {
    Ok(read_config(&Paths::new(folder))?.1)
}

/// The header and the configuration of a run.
pub(crate) fn read_config(paths: &Paths) -> Result<(RunHeader, Config), RunError> {
    let folder = paths.root.display();
    match std::fs::metadata(&paths.root) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(RunError::NoFolder(format!(
                "{folder}: no such folder; `tdf train --run {folder}` makes one"
            )));
        }
        Err(e) => return Err(RunError::file("open", &paths.root, &e)),
        Ok(found) if !found.is_dir() => return Err(RunError::NoRun(format!("{folder} is a file, not a run folder"))),
        Ok(_) => {}
    }
    let text = match tdf_files::read_text(&paths.config, tdf_files::CONFIG) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(RunError::NoRun(format!(
                "{folder} is not a run folder: it has no config.toml"
            )));
        }
        text => text.naming("read", &paths.config)?,
    };
    let damaged = |e: toml::de::Error| {
        let line = e
            .span()
            .map(|s| 1 + text.bytes().take(s.start).filter(|&b| b == b'\n').count());
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        RunError::Damaged(format!("{}{line}: {}", paths.config.display(), e.message().trim()))
    };
    let mut table: Table = toml::from_str(&text).map_err(damaged)?;
    let header = table.remove("run").unwrap_or(Value::Table(Table::new()));
    let header = RunHeader::deserialize(header).map_err(damaged)?;
    let config = Config::deserialize(Value::Table(table)).map_err(damaged)?;
    config
        .check()
        .map_err(|e| RunError::Damaged(format!("{}: {e}", paths.config.display())))?;
    Ok((header, config))
}

//! Beginning and resuming a run in its folder.

use std::path::Path;

use tdf_config::Config;
use tdf_files::write_atomically;
use tdf_files::{OutFolder, check_folder};
use tdf_tree::Language;

use crate::error::Naming;
use crate::run_info::read_config;
use crate::run_paths::Paths;
use crate::{RunError, RunHeader, grammar};

pub(crate) fn write_config(paths: &Paths, header: &RunHeader, config: &Config) -> Result<(), RunError> {
    let header = toml::to_string(header).map_err(|e| RunError::file("write", &paths.config, &e))?;
    let text = format!("[run]\n{header}\n{}", config.to_toml());
    write_atomically(&paths.config, text.as_bytes()).naming("write", &paths.config)
}

/// Keeps the text of the grammar and what binds names in it beside the configuration, for people and for what has changed since.
pub(crate) fn write_grammar(paths: &Paths, language: &Language) -> Result<(), RunError> {
    if let Some(scope) = language.scope_text() {
        write_atomically(&paths.scope, scope.as_bytes()).naming("write", &paths.scope)?;
    }
    write_atomically(&paths.grammar, language.written().lalrpop.as_bytes()).naming("write", &paths.grammar)
}

/// Removes what a killed process left half-written of its own files.
fn remove_parts(paths: &Paths) -> Result<(), RunError> {
    for file in [
        &paths.config,
        &paths.grammar,
        &paths.scope,
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
        return Err(RunError::NoRun(format!("{name} is a file, not a run folder")));
    }
    check_folder(folder)?;
    if resume && !exists {
        return Err(RunError::NoFolder(format!(
            "{name}: no such folder, so no run to resume; leave out --resume to begin one"
        )));
    }
    let has_run = paths.config.exists() || paths.state.exists();
    if has_run && !resume {
        return Err(RunError::Occupied(format!(
            "{name} already holds a run: --resume continues it, another --run begins one"
        )));
    }
    // The state is written before the network: a network alone came from elsewhere, and training anew would overwrite it.
    if resume && paths.model.exists() && !paths.state.exists() {
        return Err(RunError::NoCheckpoint(format!(
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
            return Err(RunError::NoRun(format!(
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
        language: &Language,
        config: &Config,
        resume: bool,
    ) -> Result<Self, RunError> {
        let locked = OutFolder::claim(folder)?;
        // Another process may have made a run of it in the meantime.
        check_run(folder, resume)?;
        let paths = Paths::new(folder);
        std::fs::create_dir_all(&paths.checkpoints).naming("create", &paths.checkpoints)?;
        remove_parts(&paths)?;
        if paths.config.exists() {
            check_resumable(&paths, header, language, config)?;
        }
        let beginning = match (resume, paths.state.exists()) {
            (false, _) => Beginning::New,
            (true, true) => Beginning::Resumed,
            (true, false) => Beginning::ResumedFromNothing,
        };
        write_config(&paths, header, config)?;
        write_grammar(&paths, language)?;
        Ok(Self {
            paths,
            beginning,
            _folder: locked,
        })
    }
}

/// Whether `config` may continue the run in `paths`.
fn check_resumable(paths: &Paths, header: &RunHeader, language: &Language, config: &Config) -> Result<(), RunError> {
    let (run, old) = read_config(paths)?;
    let folder = paths.root.display();
    if run.domain != header.domain {
        let (theirs, ours) = (&run.domain, &header.domain);
        return Err(RunError::OtherConfig(format!(
            "{folder} is a run on the domain {theirs}, not on {ours}"
        )));
    }
    grammar::check(&paths.root, &run, language)?;
    // Runs without a digest are of an older version, which did not record the size.
    if run.plugin.is_some() && run.size != header.size {
        let size = |size: &Option<String>| size.clone().unwrap_or("the plugin's own".to_owned());
        return Err(RunError::OtherConfig(format!(
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
    Err(RunError::OtherConfig(format!(
        "the run in {folder} was begun with another configuration:{}\nOnly train.steps or train.minutes may be raised; \
         to change more, begin another run",
        differing.concat()
    )))
}

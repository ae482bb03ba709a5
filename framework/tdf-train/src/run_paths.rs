//! The files of a run folder.

use std::path::{Path, PathBuf};

/// The text of the grammar, in a run folder.
pub(crate) const GRAMMAR_FILE: &str = "grammar.lalrpop";

/// The table `scope` of its language, if it has one: the `.toml` beside the grammar.
pub(crate) const SCOPE_FILE: &str = "grammar.toml";

/// The names in a run folder.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    pub root: PathBuf,
    pub config: PathBuf,
    pub grammar: PathBuf,
    /// What binds names in it.
    pub scope: PathBuf,
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
            grammar: root.join(GRAMMAR_FILE),
            scope: root.join(SCOPE_FILE),
            metrics: root.join("metrics.csv"),
            model: checkpoints.join("model.safetensors"),
            best: checkpoints.join("best.safetensors"),
            state: checkpoints.join("state.safetensors"),
            checkpoints,
        }
    }
}

//! A run's network alone, small enough to move, with all that is needed to use it.

use std::path::{Path, PathBuf};

use serde_json::json;
use tdf_decode::Vocabulary;
use tdf_domain::DynDomain;
use tdf_files::{OutFolder, check_folder};
use tdf_grammar::Grammar;
use tdf_model::{CheckpointError, Model, Weights};

use crate::card::Card;
use crate::error::Naming;
use crate::run_folder::{write_config, write_grammar};
use crate::run_paths::Paths;
use crate::{RunError, RunHeader, RunInfo, check_grammar, tokenizer};

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The network's file.
    pub model: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// The card.
    pub card: PathBuf,
}

/// Why a network was not exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A folder or file cannot be read or written.
    #[error("{0}")]
    Run(#[from] RunError),
    /// The network cannot be read or written.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
    /// The grammar has no masks.
    #[error("{0}")]
    Masks(#[from] tdf_decode::MaskError),
}

/// Writes the network of `run` with its parameters as `weights`, its configuration, the text of its grammar, its vocabulary
/// and a model card (`README.md`) to the folder `out`, which search opens as it opens the run. It cannot be trained further.
///
/// The folder names no place on this machine. A domain that is not built in has to be named where the folder is used.
///
/// # Errors
/// A folder that is not empty; a domain of another grammar; what cannot be read or written.
pub fn export(domain: &dyn DynDomain, run: &RunInfo, weights: Weights, out: &Path) -> Result<Exported, ExportError> {
    check_folder(out).map_err(RunError::from)?;
    if OutFolder::is_occupied(out).naming("read", out)? {
        let message = format!("{} is not empty: export to another folder", out.display());
        return Err(RunError::Occupied(message).into());
    }
    // Threads of libtorch are of no use for so little.
    tch::set_num_threads(1);
    let grammar = domain.language().grammar();
    check_grammar(run, domain.language())?;
    let tokenizer = tokenizer(domain)?;
    let (model, info) = Model::load(&run.model, &tokenizer, domain.observation_spec(), tch::Device::Cpu)?;
    let paths = Paths::new(out);
    let _out = OutFolder::claim(out).map_err(RunError::from)?;
    std::fs::create_dir_all(&paths.checkpoints).naming("create", &paths.checkpoints)?;
    model.save_as(&paths.model, &info, weights)?;
    let bytes = std::fs::metadata(&paths.model).naming("read", &paths.model)?.len();
    let metrics = Paths::new(&run.folder).metrics;
    // The card says "not known" of what it does not find there.
    let metrics = tdf_files::read_text(&metrics, tdf_files::TABLE).unwrap_or_default();
    let run = &told(run, domain);
    let card = Card {
        run,
        info: &info,
        metrics: &metrics,
        weights,
        bytes,
        parameters: model.flat().numel(),
        out,
        library: domain.provenance().map(|from| &*from.library),
    };
    let file = out.join("README.md");
    tdf_files::write_atomically(&file, card.text().as_bytes()).naming("write", &file)?;
    let vocabulary = out.join("vocabulary.json");
    tdf_files::write_atomically(&vocabulary, vocabulary_of(grammar).as_bytes()).naming("write", &vocabulary)?;
    write_grammar(&paths, domain.language())?;
    // Last: a folder without it is no run.
    write_config(&paths, &run.header, &run.config)?;
    Ok(Exported {
        model: paths.model,
        bytes,
        card: file,
    })
}

/// The run as others are told of it: names of files, not where they lay on this machine. What an older version did not
/// record, the domain says.
fn told(run: &RunInfo, domain: &dyn DynDomain) -> RunInfo {
    let mut told = run.clone();
    let from = &mut told.config.train.from;
    if let Some(name) = Path::new(from.as_str()).file_name() {
        *from = name.to_string_lossy().into_owned();
    }
    let RunHeader {
        features, size, scope, ..
    } = RunHeader::new(domain);
    let header = &mut told.header;
    header.features = features;
    match domain.provenance() {
        None => (header.origin, header.plugin, header.size, header.scope) = (None, None, None, None),
        Some(from) => {
            let origin = header.origin.as_ref().unwrap_or(&from.origin);
            header.origin = origin.file_name().map(PathBuf::from);
            header.size = header.size.take().or(size);
            header.scope = header.scope.take().or(scope);
        }
    }
    told
}

/// The texts of the ids that the network reads and writes, as JSON.
fn vocabulary_of(grammar: &Grammar) -> String {
    let ids = Vocabulary::new(grammar);
    let tokens: Vec<&str> = grammar.tokens.iter().map(|token| token.text.as_str()).collect();
    format!(
        "{}\n",
        json!({ "tokens": tokens, "end": ids.end().0, "anchor": ids.anchor().0 })
    )
}

//! Domains in processes of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use tdf_domain::{DynDomain, Grammar, Language, Provenance};
use tdf_process::{Command, ProcessDomain, ProcessError, launch};

use crate::LoadError;
use crate::digest::digest;
use crate::exported::DomainOverrides;
use crate::manifest::Manifest;

/// Starts the command of a `.toml` beside the grammar file `path`.
pub(crate) fn launched(
    path: &Path,
    grammar: Grammar,
    manifest: &Manifest,
    words: &[String],
    processes: Option<usize>,
) -> Result<(ProcessDomain, DomainOverrides), LoadError> {
    let scope = manifest.scope.as_deref().unwrap_or_default();
    let language = Language::with_scopes(grammar, &manifest.path.to_string_lossy(), scope)?;
    let folder = manifest.path.parent().filter(|folder| *folder != Path::new(""));
    let command = Command {
        words: words.to_vec(),
        folder: folder.map_or_else(|| PathBuf::from("."), Path::to_owned),
        limit: manifest.limit,
    };
    let most = processes.unwrap_or_else(|| available_parallelism().map_or(1, usize::from));
    let domain = launch(command, most, Arc::new(language)).map_err(|error| fault(path, words, error))?;
    if domain.name != manifest.name {
        return Err(LoadError::NotOffered {
            library: domain.script(),
            name: Some(manifest.name.clone()),
            names: vec![domain.name.to_owned()],
        });
    }
    let overrides = DomainOverrides {
        origin: path.to_owned(),
        limit: manifest.limit,
        size: manifest.size.clone(),
        scope: manifest.scope.clone(),
    };
    Ok((domain, overrides))
}

/// The digest of the file that the command runs; empty if it runs none.
pub(crate) fn digest_of(domain: &ProcessDomain) -> String {
    digest(&domain.script()).unwrap_or_default()
}

/// Opens the domain with names and values of options.
pub(crate) fn open(
    domain: &ProcessDomain,
    options: &[(&str, &str)],
    overrides: &DomainOverrides,
) -> Result<Arc<dyn DynDomain>, LoadError> {
    let script = domain.script();
    // A scope that a run folder records goes before that of the file.
    let language = match &overrides.scope {
        Some(scope) => {
            let file = overrides.origin.with_extension("toml");
            let grammar = Grammar::clone(domain.language().written());
            Arc::new(Language::with_scopes(grammar, &file.to_string_lossy(), scope)?)
        }
        None => Arc::clone(domain.language()),
    };
    let provenance = Provenance {
        origin: overrides.origin.clone(),
        digest: digest_of(domain),
        library: script.clone(),
        size: overrides.size.clone(),
        scope: (overrides.scope.as_ref()).and(language.scope_text()).map(str::to_owned),
    };
    domain
        .open(options, language, overrides.size.as_deref(), provenance)
        .map_err(|error| match error {
            ProcessError::Size(message) => LoadError::File {
                path: overrides.origin.with_extension("toml"),
                message: format!("size: {message}"),
            },
            error => fault(&script, &[], error),
        })
}

fn fault(path: &Path, words: &[String], error: ProcessError) -> LoadError {
    match error {
        ProcessError::Option(error) => LoadError::Option(error),
        error => LoadError::Plugin {
            path: path.to_owned(),
            message: match words {
                [] => format!("it {error}"),
                words => format!("`{}` {error}", words.join(" ")),
            },
        },
    }
}

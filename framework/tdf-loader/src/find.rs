//! From what a user names to a domain.

use std::path::Path;
use std::sync::Arc;

use tdf_domain::{DomainError, DynDomain, Registration, builtin, builtins};
use tdf_grammar::ReadOptions;

use crate::{LoadError, grammar_file};

/// The built-in domain called `domain`, or the one whose grammar is that of the file `grammar` (comments and blanks do
/// not matter), which is read with `options`. If both are given, they have to agree.
///
/// # Errors
/// See [`LoadError`].
pub fn find(
    domain: Option<&str>,
    grammar: Option<&Path>,
    reading: &ReadOptions,
) -> Result<Arc<dyn DynDomain>, LoadError> {
    find_with(domain, grammar, reading, &[])
}

/// [`find`] with names and values of options of the domain.
///
/// # Errors
/// See [`LoadError`].
pub fn find_with(
    domain: Option<&str>,
    grammar: Option<&Path>,
    reading: &ReadOptions,
    options: &[(&str, &str)],
) -> Result<Arc<dyn DynDomain>, LoadError> {
    match (domain, grammar) {
        (None, None) => Err(LoadError::Nothing { known: known() }),
        (Some(name), None) => by_name(name, options),
        (None, Some(path)) => by_grammar(path, reading, options),
        (Some(name), Some(path)) => {
            let domain = by_name(name, options)?;
            if domain.language().grammar().fingerprint == grammar_file(path, reading)?.fingerprint {
                Ok(domain)
            } else {
                Err(LoadError::Both {
                    domain: name.to_owned(),
                    path: path.to_owned(),
                })
            }
        }
    }
}

fn by_name(name: &str, options: &[(&str, &str)]) -> Result<Arc<dyn DynDomain>, LoadError> {
    match builtin(name) {
        Some(registration) => open(registration, options),
        None => Err(unknown(name)),
    }
}

fn by_grammar(path: &Path, reading: &ReadOptions, options: &[(&str, &str)]) -> Result<Arc<dyn DynDomain>, LoadError> {
    let fingerprint = grammar_file(path, reading)?.fingerprint;
    for registration in builtins() {
        let domain = open(registration, &[])?;
        if domain.language().grammar().fingerprint == fingerprint {
            return if options.is_empty() {
                Ok(domain)
            } else {
                open(registration, options)
            };
        }
    }
    Err(LoadError::Foreign {
        path: path.to_owned(),
        known: known(),
    })
}

fn open(registration: &Registration, options: &[(&str, &str)]) -> Result<Arc<dyn DynDomain>, LoadError> {
    registration
        .open_with(options.iter().copied())
        .map_err(|source| match source {
            DomainError::Option(error) => LoadError::Option(error),
            source => LoadError::Domain {
                name: registration.name.to_owned(),
                source,
            },
        })
}

fn known() -> Vec<String> {
    builtins().iter().map(|r| r.name.to_owned()).collect()
}

fn unknown(name: &str) -> LoadError {
    let known = known();
    let lower = name.to_lowercase();
    let best = known
        .iter()
        .map(|k| (strsim::jaro_winkler(&lower, k), k))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let nearest = best.filter(|(likeness, _)| *likeness > 0.7).map(|(_, k)| k.clone());
    LoadError::Unknown {
        name: name.to_owned(),
        nearest,
        known,
    }
}

//! From what a user names to a domain.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tdf_domain::{DomainError, DynDomain, OptionSpec, Registration, builtin, builtins};
use tdf_grammar::Grammar;
use tdf_process::ProcessDomain;
use tdf_reader::ReadOptions;

use crate::exported::{DomainOverrides, ExportedDomain};
use crate::library::{load_library, load_library_within};
use crate::manifest::{PluginSource, manifest_beside};
use crate::{LoadError, build_plugin, command, grammar_file};

/// What a user names: a domain that is built in, a grammar file, a shared library; or a library together with the domain
/// or the grammar that is meant.
///
/// # Examples
///
/// ```
/// use tdf_loader::{DomainSource, find};
/// use tdf_rainbow as _;
///
/// let source = DomainSource { domain: Some("rainbow".into()), ..DomainSource::default() };
/// let domain = find(&source, &mut |line| println!("{line}"))?.open(&[])?;
/// assert!(domain.provenance().is_none(), "it is built in");
/// # Ok::<(), tdf_loader::LoadError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct DomainSource {
    /// Name of a domain.
    pub domain: Option<String>,
    /// A grammar file: of a built-in domain, or with a `.toml` beside it.
    pub grammar: Option<PathBuf>,
    /// A shared library.
    pub plugin: Option<PathBuf>,
    /// How the grammar file is read.
    pub reading: ReadOptions,
}

/// A domain that was found and can be opened.
#[derive(Clone, Debug)]
pub enum ResolvedDomain {
    /// It is linked into the program.
    BuiltIn(&'static Registration),
    /// A shared library offers it.
    Loaded(ExportedDomain, DomainOverrides),
    /// A process of its own offers it.
    Process(ProcessDomain, DomainOverrides),
}

impl ResolvedDomain {
    /// Name on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::BuiltIn(registration) => registration.name,
            Self::Loaded(exported, _) => exported.name,
            Self::Process(domain, _) => domain.name,
        }
    }

    /// The options that it offers.
    pub fn options(&self) -> &'static [OptionSpec] {
        match self {
            Self::BuiltIn(registration) => registration.options,
            Self::Loaded(exported, _) => exported.options,
            Self::Process(domain, _) => domain.options,
        }
    }

    /// The digest of the plugin as [`Provenance::digest`](tdf_domain::Provenance::digest) has it, and what its `.toml` changes; `None`
    /// for a domain that is built in.
    pub fn plugin(&mut self) -> Option<(String, &mut DomainOverrides)> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Loaded(exported, overrides) => Some((exported.digest.clone(), overrides)),
            Self::Process(domain, overrides) => Some((command::digest_of(domain), overrides)),
        }
    }

    /// Opens the domain with names and values of options.
    ///
    /// # Errors
    /// Options that it does not have, a domain that does not open.
    pub fn open(&self, options: &[(&str, &str)]) -> Result<Arc<dyn DynDomain>, LoadError> {
        match self {
            Self::BuiltIn(registration) => open(registration, options),
            Self::Loaded(exported, overrides) => exported.open(options, overrides),
            Self::Process(domain, overrides) => command::open(domain, options, overrides),
        }
    }
}

/// Finds the domain that `source` names. The crate that a `.toml` names is built if it is out of date, and `progress` gets
/// the lines of the compiler.
///
/// # Errors
/// See [`LoadError`].
pub fn find(source: &DomainSource, progress: &mut dyn FnMut(&str)) -> Result<ResolvedDomain, LoadError> {
    match (&source.domain, &source.grammar, &source.plugin) {
        (None, None, None) => Err(LoadError::Nothing { known: known() }),
        (name, grammar, Some(library)) => {
            let exported = pick(load_library(library)?, library, name.as_deref())?;
            if let Some(path) = grammar {
                same_grammar(&exported, path, &source.reading)?;
            }
            Ok(ResolvedDomain::Loaded(exported, DomainOverrides::of(library.clone())))
        }
        (Some(name), None, None) => by_name(name),
        (None, Some(path), None) => by_grammar(path, &source.reading, progress),
        (Some(name), Some(path), None) => {
            let found = by_grammar(path, &source.reading, progress)?;
            if found.name() == name {
                return Ok(found);
            }
            Err(LoadError::Both {
                domain: name.to_owned(),
                path: path.to_owned(),
                other: found.name(),
            })
        }
    }
}

fn by_name(name: &str) -> Result<ResolvedDomain, LoadError> {
    builtin(name).map(ResolvedDomain::BuiltIn).ok_or_else(|| unknown(name))
}

fn by_grammar(path: &Path, reading: &ReadOptions, progress: &mut dyn FnMut(&str)) -> Result<ResolvedDomain, LoadError> {
    let fingerprint = grammar_file(path, reading)?.fingerprint;
    for registration in builtins() {
        if open(registration, &[])?.language().written().fingerprint == fingerprint {
            return Ok(ResolvedDomain::BuiltIn(registration));
        }
    }
    let manifest = manifest_beside(path)?;
    let library = match &manifest.plugin {
        PluginSource::Library(library) => library.clone(),
        PluginSource::Crate(folder) => build_plugin(folder, progress)?,
        PluginSource::Command { words, processes } => {
            let grammar = grammar_file(path, reading)?;
            let (domain, overrides) = command::launched(path, grammar, &manifest, words, *processes)?;
            return Ok(ResolvedDomain::Process(domain, overrides));
        }
    };
    let offers = load_library_within(&library, manifest.limit)?;
    let exported = pick(offers, &library, Some(&manifest.name))?;
    same_grammar(&exported, path, reading)?;
    let overrides = DomainOverrides {
        origin: path.to_owned(),
        limit: manifest.limit,
        size: manifest.size,
        scope: manifest.scope,
    };
    Ok(ResolvedDomain::Loaded(exported, overrides))
}

/// The domain called `name` among `offers`, or the only one.
fn pick(offers: Vec<ExportedDomain>, library: &Path, name: Option<&str>) -> Result<ExportedDomain, LoadError> {
    let names = offers.iter().map(|exported| exported.name.to_owned()).collect();
    let mut offers = offers.into_iter();
    let found = match name {
        Some(name) => offers.find(|exported| exported.name == name),
        None => offers.next().filter(|_| offers.next().is_none()),
    };
    found.ok_or_else(|| LoadError::NotOffered {
        library: library.to_owned(),
        name: name.map(str::to_owned),
        names,
    })
}

/// Refuses a plugin that was built from another text than that in the file `path`.
fn same_grammar(exported: &ExportedDomain, path: &Path, reading: &ReadOptions) -> Result<(), LoadError> {
    let theirs: &Grammar = exported.language().written();
    let mut file = grammar_file(path, reading)?;
    if file.fingerprint != theirs.fingerprint {
        // Without features on the command line those of the plugin count.
        file = grammar_file(path, &ReadOptions::with_features(&theirs.features))?;
    }
    if file.fingerprint == theirs.fingerprint {
        return Ok(());
    }
    Err(LoadError::OtherGrammar {
        path: path.to_owned(),
        fingerprint: file.fingerprint,
        library: exported.library.clone(),
        theirs: theirs.fingerprint.clone(),
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
    let nearest = tdf_grammar::nearest_name(name, known.iter().map(String::as_str), 0.7).map(str::to_owned);
    LoadError::Unknown {
        name: name.to_owned(),
        nearest,
        known,
    }
}

//! Why there is no domain.

use std::path::{Path, PathBuf};

use tdf_domain::{DomainError, OptionError};
use tdf_grammar::{GrammarError, Position};

/// A domain or a grammar file that cannot be used. Every message names what the user gave and what would do.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Neither a name nor a grammar.
    #[error("name a domain with --domain NAME, --grammar FILE or --plugin LIB; there {are}", are = list(.known))]
    Nothing {
        /// Names that exist.
        known: Vec<String>,
    },
    /// Both a name and a grammar, and they do not agree.
    #[error("{}: this grammar is that of the domain {other}, not of {domain}: give one of the two", .path.display())]
    Both {
        /// The name.
        domain: String,
        /// The grammar file.
        path: PathBuf,
        /// Name of the domain with this grammar.
        other: &'static str,
    },
    /// No domain of this name.
    #[error("there is no domain called {name:?}{}; there {are}", suggestion(.nearest), are = list(.known))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The name most like it, if one is alike.
        nearest: Option<String>,
        /// Names that exist.
        known: Vec<String>,
    },
    /// A grammar that no built-in domain has, without a `.toml`.
    #[error(
        "{}: no built-in domain has this grammar, and no table `domain` in {} names its plugin; commands that need no images \
         take a grammar as it is, the others need a plugin: `tdf new` writes one, --plugin LIB names one",
        .path.display(), .manifest.display()
    )]
    Foreign {
        /// The grammar file.
        path: PathBuf,
        /// The `.toml`, which may be missing.
        manifest: PathBuf,
    },
    /// A grammar in a run folder: nothing there says which code is run.
    #[error(
        "{}: no built-in domain has this grammar, and it lies in a run folder. A .toml there names no plugin, since folders \
         are passed on: name the plugin with --plugin LIB, or the grammar file of its crate with --grammar FILE",
        .path.display()
    )]
    InRunFolder {
        /// The grammar file.
        path: PathBuf,
    },
    /// A shared library that is no plugin, or none that can be used.
    #[error("{}: {message}", .path.display())]
    Plugin {
        /// The library.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A plugin that has no domain of this name, or several and none was named.
    #[error("{}", not_offered(.library, .name.as_deref(), .names))]
    NotOffered {
        /// The library.
        library: PathBuf,
        /// What was asked for.
        name: Option<String>,
        /// Names that it has.
        names: Vec<String>,
    },
    /// A plugin with another grammar than the file's.
    #[error(
        "{} has the fingerprint {fingerprint}, the grammar inside {} has {theirs}: the plugin was built from another text; \
         build it again from this file",
        .path.display(), .library.display()
    )]
    OtherGrammar {
        /// The grammar file.
        path: PathBuf,
        /// Its fingerprint.
        fingerprint: String,
        /// The library.
        library: PathBuf,
        /// The fingerprint of the grammar inside.
        theirs: String,
    },
    /// A crate that gives no plugin.
    #[error("the crate in {}: {message}", .folder.display())]
    Crate {
        /// Its folder.
        folder: PathBuf,
        /// Why.
        message: String,
    },
    /// A file that cannot be read.
    #[error("{}: {message}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A file that is not text.
    #[error(
        "{}:{}:{}: not UTF-8 text: the byte at offset {offset} is no character", .path.display(), .position.line,
        .position.column
    )]
    NotText {
        /// The file.
        path: PathBuf,
        /// Offset of the first byte that is wrong.
        offset: usize,
        /// Its place.
        position: Position,
    },
    /// A grammar with errors.
    #[error("{0}")]
    Grammar(#[from] GrammarError),
    /// An option that the domain does not have, or a value that it does not take.
    #[error("{0}")]
    Option(#[from] OptionError),
    /// A built-in domain that does not open.
    #[error("the domain {name} does not open: {source}")]
    Domain {
        /// Its name.
        name: String,
        /// Why.
        source: DomainError,
    },
}

fn list(known: &[String]) -> String {
    match known {
        [] => "are none in this program".to_owned(),
        [only] => format!("is {only}"),
        [others @ .., last] => format!("are {} and {last}", others.join(", ")),
    }
}

fn not_offered(library: &Path, name: Option<&str>, names: &[String]) -> String {
    let (library, names) = (library.display(), names.join(", "));
    match name {
        Some(name) => format!("{library}: the plugin has no domain called {name:?}; it has {names}"),
        None => format!("{library}: the plugin has several domains: name one with --domain: {names}"),
    }
}

fn suggestion(name: &Option<String>) -> String {
    name.as_ref()
        .map(|name| format!(", did you mean {name:?}?"))
        .unwrap_or_default()
}

//! Why there is no domain.

use std::path::PathBuf;

use tdf_domain::{DomainError, OptionError};
use tdf_grammar::{GrammarError, Position};

/// A domain or a grammar file that cannot be used. Every message names what the user gave and what would do.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Neither a name nor a grammar.
    #[error("name a domain with --domain NAME or --grammar FILE; there {are}", are = list(.known))]
    Nothing {
        /// Names that exist.
        known: Vec<String>,
    },
    /// Both a name and a grammar, and they do not agree.
    #[error("--domain {domain} has another grammar than {}: give one of the two", .path.display())]
    Both {
        /// The name.
        domain: String,
        /// The grammar file.
        path: PathBuf,
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
    /// A grammar that no built-in domain has.
    #[error(
        "{}: this grammar belongs to none of the domains that are built in, and plugins for other grammars cannot be \
         loaded yet; commands that need no pictures take it as it is, the others need a built-in domain: there {are}",
        .path.display(), are = list(.known)
    )]
    Foreign {
        /// The grammar file.
        path: PathBuf,
        /// Names that exist.
        known: Vec<String>,
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

fn suggestion(name: &Option<String>) -> String {
    name.as_ref()
        .map(|name| format!(", did you mean {name:?}?"))
        .unwrap_or_default()
}

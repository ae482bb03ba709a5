//! Why there is no new crate.

use std::path::PathBuf;

use crate::NameFault;

/// A crate that cannot be written. Every message names what was given and says what would do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NewError {
    /// A path without a last part, such as `..` or `/`.
    #[error("{}: the last part of the path is the name of the language, such as my-dsl", .path.display())]
    Nameless {
        /// What was given.
        path: PathBuf,
    },
    /// A name that a crate or a domain cannot have.
    #[error("{name:?} cannot be the name of a language: {fault}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        fault: NameFault,
    },
    /// A folder with something in it, or a file in its place.
    #[error("{}: {what}; choose another name, or remove it first", .path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
        /// What is there.
        what: &'static str,
    },
    /// A folder that is not tdf's.
    #[error("{}: no checkout of tdf: {} is missing", .path.display(), .missing.display())]
    NoCheckout {
        /// The folder.
        path: PathBuf,
        /// A file that would be in a checkout.
        missing: PathBuf,
    },
    /// The checkout that this program was built from is gone.
    #[error(
        "the checkout of tdf that this program was built from is not there any more: name one with --path FOLDER, or a \
         repository with --git URL"
    )]
    NoFramework,
    /// A path or an address that cannot stand in a manifest.
    #[error("{0}: only UTF-8 text without control characters can stand in Cargo.toml")]
    Unwritable(String),
    /// Something that the system refuses.
    #[error("{}: {message}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it says.
        message: String,
    },
}

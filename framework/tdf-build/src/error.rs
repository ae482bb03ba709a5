//! What can go wrong in a build script.

use std::path::PathBuf;

use tdf_grammar::{Grammar, GrammarError, Position};

/// Code could not be generated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The grammar file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// The system's message.
        message: String,
    },
    /// A generated file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// The system's message.
        message: String,
    },
    /// `OUT_DIR` is not set: this is not a build script.
    NoOutDir,
    /// The grammar has errors.
    Grammar(GrammarError),
    /// The grammar's labels do not make Rust types.
    Types {
        /// The grammar file.
        file: String,
        /// Place of the alternative.
        position: Position,
        /// Source line of the alternative.
        line: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// LALRPOP does not take the grammar that was generated for it: an error of this crate.
    Lalrpop(String),
}

impl Error {
    /// An error of the alternative at byte `offset`.
    pub(crate) fn types(file: &str, grammar: &Grammar, offset: usize, message: String) -> Self {
        let position = Position::of(&grammar.source, offset);
        let line = grammar
            .source
            .lines()
            .nth(position.line - 1)
            .unwrap_or_default()
            .to_owned();
        Self::Types {
            file: file.to_owned(),
            position,
            line,
            message,
        }
    }
}

impl From<GrammarError> for Error {
    fn from(error: GrammarError) -> Self {
        Self::Grammar(error)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read { path, message } => write!(f, "cannot read the grammar {}: {message}", path.display()),
            Self::Write { path, message } => write!(f, "cannot write {}: {message}", path.display()),
            Self::NoOutDir => f.write_str("OUT_DIR is not set: call this from a build script, or name a folder"),
            Self::Grammar(error) => write!(f, "{error}"),
            Self::Types {
                file,
                position,
                line,
                message,
            } => {
                let Position { line: row, column } = *position;
                writeln!(f, "{file}:{row}:{column}: {message}")?;
                writeln!(f, "{line}")?;
                write!(f, "{:>column$}", '^')
            }
            Self::Lalrpop(message) => write!(f, "LALRPOP refuses the generated grammar: {message}"),
        }
    }
}

impl std::error::Error for Error {}

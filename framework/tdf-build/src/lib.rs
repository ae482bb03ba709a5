//! For build scripts: a grammar in, a typed syntax tree and a LALRPOP parser out.
//!
//! The build script of a plugin is one line:
//!
//! ```no_run
//! // build.rs
//! # #[allow(clippy::needless_doctest_main)]
//! fn main() {
//!     tdf_build::grammar("../../grammars/rainbow.lalrpop");
//! }
//! ```
//!
//! and its `src/lib.rs` takes the result with `tdf_domain::include_grammar!("rainbow")`. Errors of the grammar end the
//! build with file, line, column and a caret. [`Builder`] is for those who want another folder or the error as a value.
//!
//! # What is generated
//!
//! - A rule becomes an `enum` whose variants are named by the labels of its alternatives, or a `struct` if it has one
//!   alternative. Named symbols become named fields; nonterminals without names become tuple fields; literals become
//!   nothing. `///` lines carry over. Names are turned into upper camel case, keywords are escaped.
//! - Alternatives that hold no data become unit variants, and a type whose parts are `Copy` is `Copy`.
//! - `X*` and `X+` become `Vec` (`usize` around a literal), `X?` becomes `Option` (`bool` around a literal), `(A B)`
//!   becomes a tuple of what holds data.
//! - Where a cycle of rules comes back to an earlier rule of the file, or to the same, the part is boxed; all others are
//!   not.
//! - A terminal whose members are all whole numbers in their usual form becomes the smallest integer that holds them,
//!   any other terminal of several members becomes `&'static str`: rules over one terminal are newtypes over that, such
//!   as `Number(u8)`.
//! - `=> <>` makes no node: the rules it joins share one type, named after the first of them, and the others are aliases.
//!   So `Expr`, `Term` and `Factor` of a grammar with precedence levels are one `Expr`, and brackets vanish. On the way
//!   back to text they are put where they are needed. Around a repetition, `=> <>` gives a newtype over `Vec`.
//!
//! All types are `Clone`, `PartialEq`, `Eq`, `Hash`, `Debug`. Those of `pub` rules implement `tdf_domain::Program`,
//! `Display` (canonical text) and `FromStr` (through the LALRPOP parser, or, in a language with open terminals,
//! through the parser of the framework), and have `to_nodes`.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod convert;
mod error;
mod generate;
mod model;
mod names;
mod parser;
mod strict;
mod types;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tdf_grammar::Lr;
use tdf_reader::ReadOptions;

pub use error::Error;
pub use generate::{check_types, parser_grammar, rust_code};
pub use strict::{LALRPOP_VERSION, Limits, Verdict, stock_lalrpop, strict};

/// Generates code for the grammar at `path`, relative to the package; on an error says what is wrong and ends the build.
#[allow(clippy::print_stderr, reason = "a build script talks to the user through its output")]
pub fn grammar(path: impl AsRef<Path>) {
    if let Err(error) = Builder::new(path).generate() {
        eprintln!("\n{error}");
        std::process::exit(1);
    }
}

/// Generates code for one grammar.
///
/// # Examples
///
/// ```
/// let folder = tempfile::tempdir()?;
/// tdf_build::Builder::new("../../grammars/rainbow.lalrpop").out_dir(folder.path()).generate()?;
/// assert!(folder.path().join("rainbow.rs").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    path: PathBuf,
    out_dir: Option<PathBuf>,
    features: BTreeSet<String>,
}

impl Builder {
    /// For the grammar file at `path`, relative to the package.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            out_dir: None,
            features: BTreeSet::new(),
        }
    }

    /// Turns on features that `#[cfg(feature = "...")]` in the grammar asks for. Unlike LALRPOP, no feature of the
    /// package is turned on by itself.
    pub fn features(mut self, features: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.features.extend(features.into_iter().map(Into::into));
        self
    }

    /// Writes into this folder and not into `OUT_DIR`.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Reads the grammar and writes `NAME.rs` and the parser that it includes; tells cargo to watch the grammar.
    ///
    /// # Errors
    /// A file that cannot be read or written, errors of the grammar, and labels that do not make a Rust type.
    #[allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]
    pub fn generate(&self) -> Result<(), Error> {
        let path = &self.path;
        println!("cargo::rerun-if-changed={}", path.display());
        let source = tdf_files::read_text(path, tdf_files::CONFIG).map_err(|error| Error::Read {
            path: path.clone(),
            message: error.to_string(),
        })?;
        let out_dir = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?,
        };
        let options = ReadOptions {
            features: self.features.clone(),
            typed: true,
        };
        let grammar = tdf_reader::read_grammar_with(&path.to_string_lossy(), &source, &options)?;
        // Conflicts are found here, where the message can name the alternatives as the author wrote them.
        let lr = Lr::new(&grammar)?;
        let file = path.to_string_lossy();
        let code = rust_code(&file, &grammar)?;
        if grammar.end_of_member().is_none() {
            let text = generate::parser_of(&file, &grammar, &lr)?;
            parser::run(&grammar.name, &text, &out_dir)?;
        }
        write(&out_dir.join(format!("{}.rs", grammar.name)), &code)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|error| Error::Write {
        path: path.to_owned(),
        message: error.to_string(),
    })
}

//! Reads grammars in the syntax of LALRPOP and of Lark.
//!
//! ```
//! let grammar = tdf_reader::read_grammar("sum.lalrpop", r#"
//!     grammar;
//!     pub Sum: Sum = { "(" "+" <left:Sum> <right:Sum> ")" => Sum::Add { <> }, r"[0-9]" => Sum::Number(<>) };
//! "#)?;
//! assert_eq!(grammar.nonterminals[grammar.start.index()].name, "Sum");
//! # Ok::<(), tdf_reader::GrammarError>(())
//! ```
//!
//! A file passes these steps: tokens (`token.rs`), surface syntax (`parse.rs`), conditions (`cfg.rs`), a draft without macros
//! (`lower.rs`), what has no program (`leave_out.rs`), checks (`check.rs`), the [`Grammar`] (`assemble.rs`). A file in Lark's
//! syntax is converted first, by the crate `tdf-lark`.
//!
//! # What is understood
//!
//! Rules, `pub`, alternatives, literals, regular expressions (those with too many members to list are *open*: written in
//! characters, see [`OpenTerminal`](tdf_grammar::OpenTerminal)), `<name:Symbol>`, `( )`,
//! `* + ?`, macros with conditions, `#[precedence]` and `#[assoc]`, `#[cfg]`, `match { } else { }` (priorities, names,
//! comments to skip), `extern { enum }` (tokens of an outside lexer), `///` lines before rules and alternatives. Types are
//! skipped; actions are labels (see [`Label`](tdf_grammar::Label)). An action that is code leaves everything but a typed tree,
//! see [`Grammar::untyped`]; so do `=>?`, `@L`, `@R` and patterns of several names. Alternatives with `!` are left out.
//!
//! - An alternative without a label is named after its first keyword, else its only nonterminal, else its operator; the
//!   only alternative of a rule after the rule.
//! - `#[inline]`, `X*`, `X?` and groups are nodes of the tree. Where they would have to be decided too early, the
//!   automaton has them inlined into their users, as LALRPOP has all of them (see
//!   [`LrProduction`](tdf_grammar::LrProduction)).
//! - A rule that several macro arguments turn into several nonterminals gives each a name such as `Comma<Expr>`.
//! - Left out, with a warning: members of terminals that no printed program would be read back with, see
//!   [`Grammar::left_out`].
//! - Refused, with a reason: repetitions of repetitions, files of more than 1 MiB.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod any_case;
mod assemble;
mod cfg;
mod characters;
mod check;
mod derivable;
mod draft;
mod external;
mod file;
mod fingerprint;
mod label;
mod lark;
mod leave_out;
mod limits;
mod line_breaks;
mod lower;
mod matching;
mod members;
mod open_terminals;
mod parse;
mod precedence;
mod printable;
mod repetitions;
mod skip;
mod suffixes;
mod surface;
mod token;

use std::collections::BTreeSet;

use tdf_grammar::{Diagnostic, Grammar};

use crate::limits::MAX_SOURCE;

pub use file::{GrammarFileError, read_grammar_file, read_grammar_file_with};
pub use label::operator_name;
pub use tdf_grammar::GrammarError;

/// How to read a grammar file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The features that `#[cfg(feature = "...")]` asks for.
    pub features: BTreeSet<String>,
    /// Whether what keeps a typed syntax tree from being made is an error, reported with all others; see
    /// [`Grammar::untyped`].
    pub typed: bool,
}

impl ReadOptions {
    /// With these features.
    pub fn with_features(features: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            features: features.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

/// Reads the text of a `.lalrpop` or a `.lark` file. `file` is its path, used in messages; its stem names the grammar,
/// its ending tells the syntax.
///
/// # Errors
/// Everything that a generative grammar cannot mean, all findings of the file at once.
///
/// # Examples
///
/// ```
/// use tdf_reader::read_grammar;
///
/// let grammar = read_grammar("bit.lalrpop", r#"grammar; pub Bit = { "0" => Zero, "1" => One };"#)?;
/// assert_eq!(grammar.alternatives.len(), 2);
///
/// let error = read_grammar("bit.lalrpop", r#"grammar; pub Bit = { "0" => Zero, Won };"#).unwrap_err();
/// assert!(error.to_string().contains("Won"));
/// # Ok::<(), tdf_grammar::GrammarError>(())
/// ```
pub fn read_grammar(file: &str, source: &str) -> Result<Grammar, GrammarError> {
    read_grammar_with(file, source, &ReadOptions::default())
}

/// As [`read_grammar`], with options.
///
/// # Errors
/// As [`read_grammar`].
///
/// # Examples
///
/// ```
/// use tdf_reader::{ReadOptions, read_grammar, read_grammar_with};
///
/// let source = r#"grammar; pub Bit = { "0" => Zero, "1" => One, #[cfg(feature = "three")] "2" => Two };"#;
/// let options = ReadOptions::with_features(["three"]);
/// assert_eq!(read_grammar("bit.lalrpop", source)?.tokens.len(), 2);
/// assert_eq!(read_grammar_with("bit.lalrpop", source, &options)?.tokens.len(), 3);
/// # Ok::<(), tdf_grammar::GrammarError>(())
/// ```
pub fn read_grammar_with(file: &str, source: &str, options: &ReadOptions) -> Result<Grammar, GrammarError> {
    // Some editors put a byte order mark before every text.
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    if lark::is_lark(file) {
        return lark::read(file, source, |text| read(file, text, options));
    }
    read(file, source, options)
}

fn read(file: &str, source: &str, options: &ReadOptions) -> Result<Grammar, GrammarError> {
    let mut findings = Vec::new();
    let finish = |findings: Vec<Diagnostic>| Err(GrammarError::new(file, source, findings));
    if source.len() > MAX_SOURCE {
        let message = format!("this is no grammar: {} bytes, where 1 MiB are allowed", source.len());
        return finish(vec![Diagnostic::new(0..0, message)]);
    }
    let mut surface = parse::parse(source, &mut findings);
    cfg::apply(&mut surface, &options.features, &mut findings);
    if !findings.is_empty() {
        return finish(findings);
    }
    line_breaks::apply(&mut surface);
    let mut draft = lower::lower(surface, &mut findings);
    if options.typed {
        findings.extend(draft.untyped.iter().cloned());
    }
    // Checks of the whole are worth nothing while names are missing.
    if !findings.is_empty() {
        return finish(findings);
    }
    leave_out::leave_out(&mut draft, &mut findings);
    if !findings.is_empty() {
        return finish(findings);
    }
    let mut reachable = check::reachable(&draft);
    let mut used = assemble::used_terminals(&draft, &reachable);
    if printable::leave_out_members(&mut draft, &used, &mut findings) {
        // A terminal may have lost its last member.
        leave_out::leave_out(&mut draft, &mut findings);
        reachable = check::reachable(&draft);
        used = assemble::used_terminals(&draft, &reachable);
    }
    if !findings.is_empty() {
        return finish(findings);
    }
    check::check(&draft, &reachable, &mut findings);
    if !findings.is_empty() {
        return finish(findings);
    }
    let mut grammar = assemble::assemble(file, source, &draft, &reachable, &used);
    grammar.features = options.features.clone();
    grammar.warnings = check::warnings(&draft, &reachable, &used);
    Ok(grammar)
}

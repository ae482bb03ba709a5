//! Reading a grammar file: tokens, surface syntax, lowering to a draft, checks, tables.

mod any_case;
mod assemble;
mod cfg;
mod characters;
mod check;
mod derivable;
mod draft;
mod external;
mod fingerprint;
mod label;
mod lark;
mod leave_out;
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

use crate::limits::MAX_SOURCE;
use crate::{Diagnostic, Grammar, GrammarError};

pub use label::operator_name;

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

impl Grammar {
    /// Reads the text of a `.lalrpop` or a `.lark` file. `file` is its path, used in messages; its stem names the grammar,
    /// its ending tells the syntax.
    ///
    /// # Errors
    /// Everything that a generative grammar cannot mean, all findings of the file at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_grammar::Grammar;
    ///
    /// let grammar = Grammar::read("bit.lalrpop", r#"grammar; pub Bit = { "0" => Zero, "1" => One };"#)?;
    /// assert_eq!(grammar.alternatives.len(), 2);
    ///
    /// let error = Grammar::read("bit.lalrpop", r#"grammar; pub Bit = { "0" => Zero, Won };"#).unwrap_err();
    /// assert!(error.to_string().contains("Won"));
    /// # Ok::<(), tdf_grammar::GrammarError>(())
    /// ```
    pub fn read(file: &str, source: &str) -> Result<Self, GrammarError> {
        Self::read_with(file, source, &ReadOptions::default())
    }

    /// As [`Grammar::read`], with options.
    ///
    /// # Errors
    /// As [`Grammar::read`].
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_grammar::{Grammar, ReadOptions};
    ///
    /// let source = r#"grammar; pub Bit = { "0" => Zero, "1" => One, #[cfg(feature = "three")] "2" => Two };"#;
    /// let options = ReadOptions::with_features(["three"]);
    /// assert_eq!(Grammar::read("bit.lalrpop", source)?.tokens.len(), 2);
    /// assert_eq!(Grammar::read_with("bit.lalrpop", source, &options)?.tokens.len(), 3);
    /// # Ok::<(), tdf_grammar::GrammarError>(())
    /// ```
    pub fn read_with(file: &str, source: &str, options: &ReadOptions) -> Result<Self, GrammarError> {
        // Some editors put a byte order mark before every text.
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        if lark::is_lark(file) {
            return lark::read(file, source, |text| read(file, text, options));
        }
        read(file, source, options)
    }
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

//! What `match` skips between tokens: `r"//[^\n]*" => { }`.

use std::collections::BTreeMap;

use regex_syntax::ParserBuilder;
use tdf_grammar::Skips;
use tdf_grammar::{Diagnostic, TerminalText};

use crate::limits::MAX_SKIPS;
use crate::members::only_blanks;
use crate::surface::{File, MatchItem, MatchTarget, SymbolKind};

/// What is skipped beside white space.
#[derive(Debug, Default)]
pub(crate) struct Skipped {
    /// Regular expressions and their branches of the `match` block.
    pub regexes: BTreeMap<TerminalText, usize>,
    /// Said if LALRPOP would not skip white space, which is skipped here in any case.
    pub warning: Option<Diagnostic>,
}

impl Skipped {
    /// What finds it in a text.
    pub fn automata(&self) -> Skips {
        Skips::new(&self.texts())
    }

    /// The regular expressions as texts.
    pub fn texts(&self) -> Vec<String> {
        let regexes = self.regexes.keys();
        regexes
            .map(|(TerminalText::Literal(text) | TerminalText::Regex(text))| text.clone())
            .collect()
    }

    pub fn new(file: &File, findings: &mut Vec<Diagnostic>) -> Self {
        let mut skips = Self::default();
        let mut blanks = false;
        for (branch, item) in file
            .matching
            .iter()
            .enumerate()
            .flat_map(|(b, items)| items.iter().map(move |i| (b, i)))
        {
            let MatchItem::Terminal {
                symbol,
                to: Some(MatchTarget::Skip),
            } = item
            else {
                continue;
            };
            let regex = match &symbol.kind {
                SymbolKind::Literal(text) => regex_syntax::escape(text),
                SymbolKind::Regex(regex) => regex.clone(),
                _ => continue,
            };
            if only_blanks(&regex) {
                blanks = true;
                continue;
            }
            let fault = match ParserBuilder::new().nest_limit(200).build().parse(&regex) {
                Ok(hir) if !hir.properties().look_set().is_empty() => "`^`, `$` and `\\b` mean nothing in a terminal",
                Ok(_) if !Skips::takes(&regex) => "too large a regular expression",
                Ok(_) if skips.regexes.len() == MAX_SKIPS => "too many regular expressions are skipped: join some",
                Ok(_) => {
                    skips.regexes.entry(TerminalText::Regex(regex)).or_insert(branch);
                    continue;
                }
                Err(_) => "not a regular expression",
            };
            findings.push(Diagnostic::new(symbol.span.clone(), fault));
        }
        if let Some(span) = file
            .matching_span
            .clone()
            .filter(|_| !blanks && !skips.regexes.is_empty())
        {
            let message = "white space is skipped too, which LALRPOP does only if nothing else is skipped";
            skips.warning = Some(Diagnostic::new(span, message).help("add r\"\\s+\" => { }"));
        }
        skips
    }
}

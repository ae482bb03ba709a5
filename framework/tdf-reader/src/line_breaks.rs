//! Line breaks as terminals. Programs write them as a word, or as line breaks, see [`Layout`](tdf_grammar::Layout).

use regex_automata::meta::Regex;

use crate::members::only_blanks;
use crate::surface::{File, MatchItem, MatchTarget, Symbol, SymbolKind};

/// How programs write a line break that is a token.
const WORD: &str = "newline";

/// Makes the terminals that match line breaks, and white space at most beside them, that word.
pub(crate) fn apply(file: &mut File) {
    for alternative in file.rules.iter_mut().flat_map(|rule| &mut rule.alternatives) {
        alternative.symbols.iter_mut().for_each(change);
    }
    let external = file.external.as_mut().and_then(|external| external.tokens.as_mut());
    for token in external.into_iter().flatten() {
        change(&mut token.symbol);
    }
    for item in file.matching.iter_mut().flatten() {
        match item {
            MatchItem::Terminal { symbol, to } if *to != Some(MatchTarget::Skip) => change(symbol),
            _ => {}
        }
    }
}

fn change(symbol: &mut Symbol) {
    match &mut symbol.kind {
        SymbolKind::Literal(text) if text.contains('\n') && text.trim().is_empty() => {
            symbol.kind = SymbolKind::Literal(WORD.to_owned());
        }
        SymbolKind::Regex(regex) if is_line_break(regex) => symbol.kind = SymbolKind::Literal(WORD.to_owned()),
        SymbolKind::Macro(_, inside) | SymbolKind::Group(inside) => inside.iter_mut().for_each(change),
        SymbolKind::Repeat(inside, _) => change(inside),
        _ => {}
    }
}

/// Whether a regular expression matches a line break, and no text without one.
fn is_line_break(regex: &str) -> bool {
    // Most terminals need no automaton.
    if !only_blanks(regex) {
        return false;
    }
    let matches = |text: &str| Regex::new(&format!(r"\A(?:{regex})\z")).is_ok_and(|regex| regex.is_match(text));
    ["\n", "\r\n"].into_iter().any(matches) && !["", " ", "\t"].into_iter().any(matches)
}

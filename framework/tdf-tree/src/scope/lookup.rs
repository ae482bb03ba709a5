//! Finds what the table `scope` names in a grammar.

use tdf_grammar::{
    Alternative, AlternativeId, Diagnostic, Grammar, Label, Nonterminal, NonterminalId, NonterminalKind, nearest_name,
};

use super::rules::{Kind, children, holds};
use super::text::Word;

/// Nonterminals that are a name of `kind`, or a repetition of it, or a group of it with parts that cannot hold another.
pub(crate) fn carriers(grammar: &Grammar, kind: &Kind) -> Vec<bool> {
    let holds = holds(grammar, kind.terminal);
    let mut carriers = vec![false; grammar.nonterminals.len()];
    loop {
        let before = carriers.clone();
        for (id, n) in grammar.nonterminals.iter().enumerate() {
            let own = alternatives_of(grammar, NonterminalId::new(id));
            carriers[id] |= match n.kind {
                NonterminalKind::Rule | NonterminalKind::Lexeme => {
                    matches!(own, [only] if only.leaf == Some(kind.terminal))
                }
                NonterminalKind::Star | NonterminalKind::Plus | NonterminalKind::Optional | NonterminalKind::Group => {
                    let parts: Vec<usize> = own
                        .iter()
                        .flat_map(|a| children(grammar, a))
                        .map(|(_, n)| n.index())
                        .collect();
                    // A repetition is a part of itself.
                    let is_other = |part: &usize| holds[*part] && !before[*part] && *part != id;
                    parts.iter().any(|part| before[*part]) && !parts.iter().any(is_other)
                }
                NonterminalKind::Suffix => false,
            };
        }
        if carriers == before {
            return carriers;
        }
    }
}

/// The alternative that `word` names by its label (`Let`), or by rule and label (`Expr::Let`). A finding says that the grammar has
/// no such `what`; `known` are other names that could have been meant.
pub(crate) fn alternative(
    grammar: &Grammar,
    word: &Word,
    what: &str,
    mut known: Vec<String>,
) -> Result<AlternativeId, Diagnostic> {
    let mut found = Vec::new();
    for (id, alternative) in grammar.alternatives.iter().enumerate() {
        let of = &grammar.nonterminals[alternative.nonterminal.index()];
        let Label::Variant(label) = &alternative.label else {
            continue;
        };
        if of.kind != NonterminalKind::Rule {
            continue;
        }
        let long = format!("{}::{label}", of.name);
        let only = of.alternatives.len() == 1 && of.name == word.text;
        if *label == word.text || long == word.text || only {
            found.push((AlternativeId::new(id), long));
        }
        known.push(label.clone());
    }
    match &found[..] {
        [(id, _)] => Ok(*id),
        [] => {
            let help = nearest(&word.text, known.iter().map(String::as_str));
            let message = format!("the grammar has no {what} `{}`", word.text);
            let mut finding = Diagnostic::new(word.span.clone(), message);
            finding.help = help;
            Err(finding)
        }
        several => {
            let names: Vec<&str> = several.iter().map(|(_, name)| name.as_str()).collect();
            let message = format!("several alternatives are called `{}`", word.text);
            let help = format!("write {}", crate::print::list(&names, "or", 8));
            Err(Diagnostic::new(word.span.clone(), message).help(help))
        }
    }
}

/// How the field at `position` is called.
pub(crate) fn field_name(of: &Alternative, position: usize) -> String {
    let fields = of.fields.iter().enumerate();
    let mut named = fields.filter(|(_, field)| field.position as usize == position);
    let name = named
        .next()
        .map(|(at, field)| field.name.clone().unwrap_or_else(|| at.to_string()));
    name.unwrap_or_else(|| position.to_string())
}

/// How `alternative` is called, which may have no label.
pub(crate) fn alternative_name(grammar: &Grammar, alternative: &Alternative) -> String {
    match &alternative.label {
        Label::Variant(label) => label.clone(),
        Label::Transparent | Label::Unnamed => grammar.nonterminals[alternative.nonterminal.index()].name.clone(),
    }
}

/// The rules that are one terminal with finitely many members, other than a literal.
pub(crate) fn rules_of_names(grammar: &Grammar) -> Vec<String> {
    let is_terminal = |n: &&Nonterminal| {
        let own = &grammar.alternatives[n.alternatives.start as usize..n.alternatives.end as usize];
        matches!(own, [Alternative { leaf: Some(terminal), .. }] if !grammar.is_open(*terminal))
    };
    rules(grammar)
        .filter(is_terminal)
        .map(|n| format!("`{}`", n.name))
        .collect()
}

pub(crate) fn alternatives_of(grammar: &Grammar, n: NonterminalId) -> &[Alternative] {
    let range = grammar.nonterminals[n.index()].alternatives.clone();
    &grammar.alternatives[range.start as usize..range.end as usize]
}

pub(crate) fn rules(grammar: &Grammar) -> impl Iterator<Item = &Nonterminal> {
    grammar.nonterminals.iter().filter(|n| n.kind == NonterminalKind::Rule)
}

pub(crate) fn rule(grammar: &Grammar, name: &str) -> Option<NonterminalId> {
    let is_named = |n: &Nonterminal| n.kind == NonterminalKind::Rule && n.name == name;
    grammar.nonterminals.iter().position(is_named).map(NonterminalId::new)
}

pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest_name(name, known, 0.75).map(|nearest| format!("did you mean `{nearest}`?"))
}

pub(crate) fn counted(count: u32, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

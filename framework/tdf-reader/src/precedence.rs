//! `#[precedence]` and `#[assoc]`: a rule becomes one rule per level, as in LALRPOP.
//!
//! The loosest level keeps the name; level 1 of `Expr` is called `Expr1`. Within an alternative the occurrences of the
//! rule itself become the level, or the next tighter one, as the associativity says; and each level but the tightest
//! ends with an alternative that leads to the next tighter one, which is no node of its own.

use std::collections::{BTreeMap, BTreeSet};

use tdf_grammar::Diagnostic;

use crate::surface::{Alternative, Attribute, Code, CodeKind, Name, Rule, Symbol, SymbolKind};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Assoc {
    Left,
    Right,
    None,
    All,
}

/// Replaces the rules that have levels by their levels.
pub(crate) fn expand(rules: Vec<Rule>, findings: &mut Vec<Diagnostic>) -> Vec<Rule> {
    let names: BTreeSet<String> = rules.iter().map(|r| r.name.text.clone()).collect();
    let levelled = |r: &Rule| r.alternatives.iter().any(|a| a.attributes.iter().any(is_precedence));
    let mut expanded: Vec<Rule> = Vec::new();
    let mut clashes: BTreeSet<String> = BTreeSet::new();
    for rule in rules {
        if !levelled(&rule) {
            expanded.push(rule);
            continue;
        }
        match levels(rule) {
            Ok(levels) => {
                // The loosest has the rule's own name.
                for level in levels.iter().skip(1).filter(|l| names.contains(&l.name.text)) {
                    let message = format!(
                        "a level of this rule is called `{}`, as another rule is",
                        level.name.text
                    );
                    findings.push(Diagnostic::new(level.name.span.clone(), message).help("rename the other rule"));
                    clashes.insert(level.name.text.clone());
                }
                expanded.extend(levels);
            }
            Err(d) => findings.push(d),
        }
    }
    expanded.retain(|r| r.level || !clashes.contains(&r.name.text));
    expanded
}

fn is_precedence(attribute: &Attribute) -> bool {
    matches!(attribute.name.text.as_str(), "precedence" | "assoc")
}

/// The value of `#[name(key = "value")]`.
fn argument<'a>(attribute: &'a Attribute, key: &str) -> Option<&'a str> {
    let argument = attribute.arguments.iter().find(|a| a.name.text == key)?;
    argument.value.as_deref()
}

fn levels(rule: Rule) -> Result<Vec<Rule>, Diagnostic> {
    let mut by_level: BTreeMap<u32, Vec<(Assoc, Alternative)>> = BTreeMap::new();
    let mut current: Option<(u32, Assoc)> = None;
    for mut alternative in rule.alternatives {
        // A level takes back the side, wherever the two are written.
        let (sides, others): (Vec<_>, Vec<_>) = alternative.attributes.iter().partition(|a| a.name.text == "assoc");
        for attribute in others.into_iter().chain(sides) {
            let span = attribute.name.span.clone();
            if attribute.name.text == "precedence" {
                let level = argument(attribute, "level").and_then(|l| l.parse().ok());
                let Some(level) = level else {
                    return Err(
                        Diagnostic::new(span, "a precedence needs a level").help("write #[precedence(level = \"1\")]")
                    );
                };
                current = Some((level, Assoc::All));
            } else if attribute.name.text == "assoc" {
                let side = match argument(attribute, "side") {
                    Some("left") => Assoc::Left,
                    Some("right") => Assoc::Right,
                    Some("none") => Assoc::None,
                    Some("all") => Assoc::All,
                    _ => {
                        return Err(Diagnostic::new(span, "the side is one of left, right, none and all")
                            .help("write #[assoc(side = \"left\")]"));
                    }
                };
                current = current.map(|(level, _)| (level, side));
            }
        }
        alternative.attributes.retain(|a| !is_precedence(a));
        let Some((level, assoc)) = current else {
            return Err(Diagnostic::new(
                alternative.span,
                "the first alternative of a rule with levels needs a level too",
            )
            .help("put #[precedence(level = \"0\")] before it"));
        };
        by_level.entry(level).or_default().push((assoc, alternative));
    }
    let mut rules: Vec<Rule> = Vec::new();
    let several = by_level.len() > 1;
    let loosest = by_level.keys().next_back().copied();
    for (level, alternatives) in by_level {
        let text = if Some(level) == loosest {
            rule.name.text.clone()
        } else {
            format!("{}{level}", rule.name.text)
        };
        let tighter = rules.last().map(|r| r.name.text.clone());
        let mut kept = Vec::new();
        for (assoc, mut alternative) in alternatives {
            let inner = match (assoc, &tighter) {
                (Assoc::All, _) => &text,
                (_, Some(tighter)) => tighter,
                (_, None) => {
                    return Err(Diagnostic::new(alternative.span, "the tightest level cannot associate")
                        .help("move the alternative to a looser level, or write #[assoc(side = \"all\")]"));
                }
            };
            let mut outer = matches!(assoc, Assoc::Left | Assoc::Right).then_some(&text);
            substitute(
                &mut alternative.symbols,
                &rule.name.text,
                &mut outer,
                inner,
                assoc == Assoc::Right,
            );
            kept.push(alternative);
        }
        if let Some(tighter) = tighter {
            let span = rule.name.span.clone();
            kept.push(Alternative {
                doc: None,
                attributes: Vec::new(),
                symbols: vec![Symbol::new(SymbolKind::Nonterminal(tighter), span.clone())],
                condition: None,
                action: Some(Code {
                    kind: CodeKind::Plain,
                    text: "<>".to_owned(),
                    span: span.clone(),
                }),
                span,
            });
        }
        rules.push(Rule {
            name: Name {
                text,
                span: rule.name.span.clone(),
            },
            doc: rule.doc.clone(),
            public: rule.public && Some(level) == loosest,
            attributes: rule.attributes.clone(),
            parameters: rule.parameters.clone(),
            alternatives: kept,
            level: several,
        });
    }
    // In the file's order the rule itself comes first, and the levels follow from loose to tight.
    rules.reverse();
    Ok(rules)
}

/// Replaces `name`: its first occurrence (from the right if `backward`) by `outer`, if there is one, others by `inner`.
fn substitute(symbols: &mut [Symbol], name: &str, outer: &mut Option<&String>, inner: &str, backward: bool) {
    let order: Vec<usize> = if backward {
        (0..symbols.len()).rev().collect()
    } else {
        (0..symbols.len()).collect()
    };
    for i in order {
        match &mut symbols[i].kind {
            SymbolKind::Nonterminal(n) if n == name => *n = outer.take().map_or(inner, String::as_str).to_owned(),
            SymbolKind::Group(inside) | SymbolKind::Macro(_, inside) => {
                substitute(inside, name, outer, inner, backward)
            }
            SymbolKind::Repeat(inside, _) => {
                substitute(std::slice::from_mut(inside), name, outer, inner, backward);
            }
            SymbolKind::Nonterminal(_)
            | SymbolKind::Literal(_)
            | SymbolKind::Regex(_)
            | SymbolKind::Location(_)
            | SymbolKind::Error => {}
        }
    }
}

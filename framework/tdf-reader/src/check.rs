//! What makes a draft unusable, what is merely odd in it, and which part of it a program can reach.

use std::collections::BTreeMap;

use tdf_grammar::{Diagnostic, NonterminalKind, TerminalText};

use crate::derivable::derivable;
use crate::draft::{Draft, DraftSymbol};
use crate::limits::MAX_FINDINGS;
use crate::repetitions::without_repetitions;

/// Reports what cannot work in the part of a draft that programs can reach. The rest is left out.
pub(crate) fn check(draft: &Draft, reachable: &[bool], findings: &mut Vec<Diagnostic>) {
    let finite = derivable(draft, &[], |_| true);
    let endless = finite
        .iter()
        .zip(reachable)
        .map(|(finite, reachable)| *reachable && !finite);
    let names = written_names(draft);
    let mut endless_rules = Vec::new();
    for (n, _) in draft.nonterminals.iter().zip(endless).filter(|(_, endless)| *endless) {
        // What is odd about a repetition is odd about its element.
        if n.kind == NonterminalKind::Rule {
            let message = format!("no program of `{}` ever ends", names[&n.span.start]);
            endless_rules.push(
                Diagnostic::new(n.span.clone(), message).help("add an alternative that does not lead back to itself"),
            );
        }
    }
    findings.extend(without_repetitions(endless_rules));
    if findings.is_empty() {
        findings.extend(circles(draft, reachable));
    }
    if !draft.nonterminals.iter().any(|n| n.public) {
        // The start is most often the first rule.
        let span = draft.nonterminals.first().map_or(0..0, |n| n.span.clone());
        findings.push(
            Diagnostic::new(span, "no rule is public").help("write `pub` before the rule that programs start with"),
        );
    }
}

/// For each place in the file the name of the rule there. The levels of a rule have its place, and longer names, which the file
/// does not have.
fn written_names(draft: &Draft) -> BTreeMap<usize, &str> {
    let mut names: BTreeMap<usize, &str> = BTreeMap::new();
    for n in draft.nonterminals.iter().filter(|n| n.kind == NonterminalKind::Rule) {
        let name = names.entry(n.span.start).or_insert(&n.name);
        if n.name.len() < name.len() {
            *name = &n.name;
        }
    }
    names
}

/// Nonterminals that derive themselves and nothing else: every program would have infinitely many trees.
fn circles(draft: &Draft, reachable: &[bool]) -> Vec<Diagnostic> {
    let empty = derivable(draft, &[], |_| false);
    let nullable = |s: &DraftSymbol| matches!(s, DraftSymbol::Nonterminal(n) if empty[*n]);
    let count = draft.nonterminals.len();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (n, next) in draft.nonterminals.iter().zip(&mut next) {
        for alternative in &n.alternatives {
            let solid = alternative.symbols.iter().filter(|s| !nullable(s)).count();
            for symbol in &alternative.symbols {
                if let DraftSymbol::Nonterminal(m) = symbol
                    && solid == usize::from(!nullable(symbol))
                {
                    next.push(*m);
                }
            }
        }
    }
    // Peeling off what leads nowhere leaves the circles and what leads to them; peeling the other way, the circles.
    let mut kept = reachable.to_vec();
    for _ in 0..2 {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut degree = vec![0usize; count];
        for n in (0..count).filter(|n| kept[*n]) {
            for &m in next[n].iter().filter(|m| kept[**m]) {
                before[m].push(n);
                degree[n] += 1;
            }
        }
        let mut open: Vec<usize> = (0..count).filter(|n| kept[*n] && degree[*n] == 0).collect();
        while let Some(n) = open.pop() {
            kept[n] = false;
            for &m in &before[n] {
                degree[m] -= 1;
                if degree[m] == 0 {
                    open.push(m);
                }
            }
        }
        next = before;
    }
    let names = written_names(draft);
    let circle = draft.nonterminals.iter().zip(kept).filter(|(_, kept)| *kept);
    let findings = circle
        .map(|(n, _)| {
            let message = match n.kind {
                NonterminalKind::Plus => format!("`{}` repeats what may be empty", n.name),
                NonterminalKind::Rule => {
                    format!("`{}` derives itself without reading anything", names[&n.span.start])
                }
                _ => format!("`{}` derives itself without reading anything", n.name),
            };
            Diagnostic::new(n.span.clone(), message)
                .help("every program would have infinitely many trees: make the step read a token, or remove it")
        })
        .collect();
    without_repetitions(findings)
}

/// Which nonterminals a public one leads to.
pub(crate) fn reachable(draft: &Draft) -> Vec<bool> {
    let mut reachable: Vec<bool> = draft.nonterminals.iter().map(|n| n.public).collect();
    let mut open: Vec<usize> = (0..reachable.len()).filter(|i| reachable[*i]).collect();
    while let Some(i) = open.pop() {
        for s in draft.nonterminals[i].alternatives.iter().flat_map(|a| &a.symbols) {
            if let DraftSymbol::Nonterminal(n) = s
                && !std::mem::replace(&mut reachable[*n], true)
            {
                open.push(*n);
            }
        }
    }
    reachable
}

/// What works and is most likely not meant.
pub(crate) fn warnings(draft: &Draft, reachable: &[bool], used: &[bool]) -> Vec<Diagnostic> {
    let mut warnings = draft.warnings.clone();
    for (n, _) in draft
        .nonterminals
        .iter()
        .zip(reachable)
        .filter(|(_, reachable)| !**reachable)
    {
        if n.kind == NonterminalKind::Rule && !n.left_out {
            let message = format!("no public rule leads to `{}`", n.name);
            warnings.push(
                Diagnostic::new(n.span.clone(), message).help("it is left out: use it, remove it, or write `pub`"),
            );
        }
    }
    for (t, _) in draft.terminals.iter().zip(used).filter(|(_, used)| **used) {
        let TerminalText::Regex(regex) = &t.text else { continue };
        if let Some(class) = ["\\w", "\\d"].into_iter().find(|c| regex.contains(c)) {
            let (meaning, instead) = match class {
                "\\w" => ("letters, digits and marks", "[A-Za-z0-9_]"),
                _ => ("digits", "[0-9]"),
            };
            let message = format!("{class} means the {meaning} of all scripts; programs are made of the ASCII ones");
            warnings.push(Diagnostic::new(t.span.clone(), message).help(format!("write {instead}")));
        }
    }
    for name in &draft.unused_macros {
        let message = format!("no rule uses the macro `{}`", name.text);
        warnings.push(Diagnostic::new(name.span.clone(), message).help("it is left out unread: use it, or remove it"));
    }
    warnings.sort_by_key(|w| w.span.start);
    let more = warnings.len().saturating_sub(MAX_FINDINGS);
    warnings.truncate(MAX_FINDINGS);
    if let Some(last) = warnings.last_mut().filter(|_| more > 0) {
        last.notes.push(format!("and {more} more warnings"));
    }
    warnings
}

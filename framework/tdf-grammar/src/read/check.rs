//! What makes a draft unusable, and which part of it a program can reach.

use super::draft::{Draft, DraftSymbol};
use crate::Diagnostic;

/// Reports what cannot work.
pub(super) fn check(draft: &Draft, findings: &mut Vec<Diagnostic>) {
    for t in &draft.terminals {
        if t.members.iter().any(String::is_empty) {
            findings.push(
                Diagnostic::error(t.span.clone(), "this terminal matches the empty text")
                    .help("make the symbol optional instead: `X?`"),
            );
        }
    }
    let productive = productive(draft);
    for (n, productive) in draft.nonterminals.iter().zip(productive) {
        if !productive {
            let message = format!("no program of `{}` ever ends", n.name);
            findings.push(
                Diagnostic::error(n.span.clone(), message).help("add an alternative that does not lead back to itself"),
            );
        }
    }
    if !draft.nonterminals.iter().any(|n| n.public) {
        findings.push(
            Diagnostic::error(0..0, "no rule is public").help("write `pub` before the rule that programs start with"),
        );
    }
}

/// Which nonterminals derive a finite string.
fn productive(draft: &Draft) -> Vec<bool> {
    let mut productive = vec![false; draft.nonterminals.len()];
    loop {
        let before = productive.clone();
        for (i, n) in draft.nonterminals.iter().enumerate() {
            productive[i] |= n.alternatives.iter().any(|a| {
                a.symbols.iter().all(|s| match s {
                    DraftSymbol::Terminal(_) => true,
                    DraftSymbol::Nonterminal(n) => productive[*n],
                })
            });
        }
        if productive == before {
            return productive;
        }
    }
}

/// Which nonterminals a public one leads to.
pub(super) fn reachable(draft: &Draft) -> Vec<bool> {
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

//! `!`: what only leads to text that is not in the language is left out.

use std::collections::BTreeSet;

use super::Lowering;
use crate::Diagnostic;
use crate::read::draft::{Draft, DraftSymbol};

impl Lowering<'_, '_> {
    /// Leaves out the nonterminals that have no alternative but for recovery, and whatever cannot do without them.
    pub(super) fn leave_out_recovery(&mut self) {
        if self.recovering.is_empty() {
            return;
        }
        let dead = dead(&self.draft, &self.recovering);
        if dead.is_empty() {
            return;
        }
        for &n in &dead {
            let n = &self.draft.nonterminals[n];
            if n.public && self.findings.is_empty() {
                let message = format!("`{}` has no alternatives", n.name);
                let help = "all of them stand for text that is not in the language (`!`)";
                self.findings.push(Diagnostic::new(n.span.clone(), message).help(help));
            }
        }
        if self.findings.is_empty() {
            remove(&mut self.draft, &dead);
        }
    }
}

/// The nonterminals that derive no text any more, and did so with the alternatives that `recovering` has lost.
fn dead(draft: &Draft, recovering: &[usize]) -> BTreeSet<usize> {
    let (now, before) = (productive(draft, &[]), productive(draft, recovering));
    (0..now.len()).filter(|n| before[*n] && !now[*n]).collect()
}

/// Which nonterminals derive a text if those of `seeds` do (a least fixed point, in linear time).
fn productive(draft: &Draft, seeds: &[usize]) -> Vec<bool> {
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); draft.nonterminals.len()];
    let mut owners: Vec<usize> = Vec::new();
    let mut missing: Vec<usize> = Vec::new();
    let mut open: Vec<usize> = seeds.to_vec();
    for (owner, n) in draft.nonterminals.iter().enumerate() {
        for alternative in &n.alternatives {
            let used = alternative.symbols.iter().filter_map(|s| match s {
                DraftSymbol::Nonterminal(used) => Some(*used),
                DraftSymbol::Terminal(_) => None,
            });
            let mut count = 0;
            for used in used {
                users[used].push(owners.len());
                count += 1;
            }
            if count == 0 {
                open.push(owner);
            }
            owners.push(owner);
            missing.push(count);
        }
    }
    let mut found = vec![false; draft.nonterminals.len()];
    while let Some(n) = open.pop() {
        if std::mem::replace(&mut found[n], true) {
            continue;
        }
        for &alternative in &users[n] {
            missing[alternative] -= 1;
            if missing[alternative] == 0 {
                open.push(owners[alternative]);
            }
        }
    }
    found
}

/// Removes nonterminals and the alternatives that use them.
fn remove(draft: &mut Draft, dead: &BTreeSet<usize>) {
    let mut numbers = Vec::with_capacity(draft.nonterminals.len());
    let mut next = 0;
    for n in 0..draft.nonterminals.len() {
        numbers.push(next);
        next += usize::from(!dead.contains(&n));
    }
    let mut index = 0..;
    draft
        .nonterminals
        .retain(|_| index.next().is_some_and(|n| !dead.contains(&n)));
    let warnings = &mut draft.warnings;
    for n in &mut draft.nonterminals {
        n.alternatives.retain(|a| {
            let lost = |s: &DraftSymbol| matches!(s, DraftSymbol::Nonterminal(m) if dead.contains(m));
            let kept = !a.symbols.iter().any(lost);
            if !kept && n.kind == crate::NonterminalKind::Rule {
                let message = "this leads to text that is not in the language (`!`) only: it is left out";
                warnings.push(Diagnostic::new(a.span.clone(), message));
            }
            kept
        });
        for symbol in n.alternatives.iter_mut().flat_map(|a| &mut a.symbols) {
            if let DraftSymbol::Nonterminal(m) = symbol {
                *m = numbers[*m];
            }
        }
    }
}

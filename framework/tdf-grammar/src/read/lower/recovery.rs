//! `!`: what only leads to text that is not in the language is left out.

use std::collections::BTreeSet;

use super::Lowering;
use crate::Diagnostic;
use crate::read::derivable::derivable;
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
    let derivable = |seeds| derivable(draft, seeds, |_| true);
    let (now, before) = (derivable(&[]), derivable(recovering));
    (0..now.len()).filter(|n| before[*n] && !now[*n]).collect()
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

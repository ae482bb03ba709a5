//! What has no program is left out: alternatives with `!`, rules without alternatives, terminals without members, and
//! what cannot do without them.

use std::collections::BTreeSet;

use super::Lowering;
use crate::read::check::{reachable, without_members};
use crate::read::derivable::derivable;
use crate::read::draft::{Draft, DraftAlternative, DraftSymbol};
use crate::{Diagnostic, NonterminalKind};

impl Lowering<'_, '_> {
    /// Leaves out the nonterminals that have no alternative, or only ones for recovery, and whatever cannot do without
    /// them.
    pub(super) fn leave_out_rules(&mut self) {
        let empty: Vec<usize> = self.empty.iter().map(|(n, _)| *n).collect();
        let roots = [&self.recovering[..], &empty].concat();
        if roots.is_empty() || !self.findings.is_empty() {
            return;
        }
        let every = |_: usize| true;
        let (now, before) = (
            derivable(&self.draft, &[], every),
            derivable(&self.draft, &roots, every),
        );
        let dead: BTreeSet<usize> = (0..now.len()).filter(|n| before[*n] && !now[*n]).collect();
        let public = |n: &&usize| self.draft.nonterminals[**n].public;
        if let Some(&n) = dead.iter().find(public) {
            self.findings.extend(self.empty.drain(..).map(|(_, finding)| finding));
            // A macro has many instances.
            self.findings.dedup_by(|a, b| a.span == b.span);
            if self.findings.is_empty() {
                let n = &self.draft.nonterminals[n];
                let message = format!("`{}` has no alternatives", n.name);
                let help = "all of them stand for text that is not in the language (`!`)";
                self.findings.push(Diagnostic::new(n.span.clone(), message).help(help));
            }
            return;
        }
        let mut said = BTreeSet::new();
        for (n, mut finding) in self.empty.drain(..) {
            if reachable(&self.draft)[n] && said.insert(finding.span.start) {
                finding.help = Some("it is left out, and so is what needs it".to_owned());
                self.draft.warnings.push(finding);
            }
        }
        let message = match empty.is_empty() {
            true => "this leads to text that is not in the language (`!`) only: it is left out",
            false => "this leads to nothing that is in the language: it is left out",
        };
        remove(&mut self.draft, &dead, &BTreeSet::new(), message);
    }
}

/// Leaves out the terminals without members, and whatever cannot do without them.
pub(super) fn leave_out_dead_terminals(draft: &mut Draft, findings: &mut Vec<Diagnostic>) {
    if !findings.is_empty() {
        return;
    }
    let reasons: Vec<_> = draft.terminals.iter().map(without_members).collect();
    let lost: BTreeSet<usize> = (0..reasons.len()).filter(|t| reasons[*t].is_some()).collect();
    if lost.is_empty() {
        return;
    }
    let now = derivable(draft, &[], |t| !lost.contains(&t));
    let before = derivable(draft, &[], |_| true);
    let dead: BTreeSet<usize> = (0..now.len()).filter(|n| before[*n] && !now[*n]).collect();
    // A public rule that is lost is an error, which names the terminals.
    if dead.iter().any(|n| draft.nonterminals[*n].public) {
        return;
    }
    let used = crate::read::assemble::used_terminals(draft, &reachable(draft));
    for (terminal, reason) in draft.terminals.iter().zip(&reasons) {
        let used = used[draft.terminals.iter().position(|t| t.text == terminal.text).unwrap_or_default()];
        if let Some(reason) = reason.filter(|_| used) {
            let message = "this terminal has no members: what needs it is left out";
            draft.warnings.push(Diagnostic::new(terminal.span.clone(), message).help(reason));
        }
    }
    remove(
        draft,
        &dead,
        &lost,
        "this leads to nothing that is in the language: it is left out",
    );
}

/// Removes nonterminals, and the alternatives that use them or `lost` terminals.
fn remove(draft: &mut Draft, dead: &BTreeSet<usize>, lost: &BTreeSet<usize>, message: &str) {
    let is_lost = |s: &DraftSymbol| match s {
        DraftSymbol::Nonterminal(n) => dead.contains(n),
        DraftSymbol::Terminal(t) => lost.contains(t),
    };
    let warnings = &mut draft.warnings;
    // Options and lists of which nothing is left but the empty text.
    let mut vanished = dead.clone();
    for (index, n) in draft.nonterminals.iter_mut().enumerate() {
        let before = n.alternatives.len();
        n.alternatives.retain(|a| {
            let kept = !a.symbols.iter().any(is_lost);
            if !kept && n.kind == NonterminalKind::Rule && !dead.contains(&index) {
                warnings.push(Diagnostic::new(a.span.clone(), message));
            }
            kept
        });
        if n.alternatives.len() < before && matches!(n.kind, NonterminalKind::Star | NonterminalKind::Optional) {
            vanished.insert(index);
        }
    }
    let mut numbers = Vec::with_capacity(draft.nonterminals.len());
    let mut next = 0;
    for n in 0..draft.nonterminals.len() {
        numbers.push(next);
        next += usize::from(!vanished.contains(&n));
    }
    let mut index = 0..;
    draft
        .nonterminals
        .retain(|_| index.next().is_some_and(|n| !vanished.contains(&n)));
    for alternative in draft.nonterminals.iter_mut().flat_map(|n| &mut n.alternatives) {
        drop_symbols(alternative, &vanished);
        for symbol in &mut alternative.symbols {
            if let DraftSymbol::Nonterminal(m) = symbol {
                *m = numbers[*m];
            }
        }
    }
}

/// Takes symbols that read nothing from an alternative, with their fields.
fn drop_symbols(alternative: &mut DraftAlternative, vanished: &BTreeSet<usize>) {
    let gone = |s: &DraftSymbol| matches!(s, DraftSymbol::Nonterminal(n) if vanished.contains(n));
    let symbols = std::mem::take(&mut alternative.symbols);
    let kept_before = |position: u32| symbols.iter().take(position as usize).filter(|s| !gone(s)).count() as u32;
    alternative.fields.retain(|f| !gone(&symbols[f.position as usize]));
    for field in &mut alternative.fields {
        field.position = kept_before(field.position);
    }
    alternative.symbols = symbols.into_iter().filter(|s| !gone(s)).collect();
}

//! What no program has is left out: alternatives with `!`, rules without alternatives, terminals without members, and
//! whatever cannot do without them. A public rule without a program is an error.

use std::collections::BTreeSet;

use tdf_grammar::{Diagnostic, NonterminalKind};

use crate::derivable::derivable;
use crate::draft::{Draft, DraftAlternative, DraftSymbol, DraftTerminal};
use crate::repetitions::without_repetitions;

/// Leaves out of `draft` what no program has, with warnings; reports the public rules of which nothing is left.
pub(crate) fn leave_out(draft: &mut Draft, findings: &mut Vec<Diagnostic>) {
    let roots: Vec<usize> = draft.empty.iter().map(|(n, _)| *n).collect();
    let lost: Vec<bool> = draft.terminals.iter().map(|t| !has_members(t)).collect();
    if roots.is_empty() && draft.recovering.is_empty() && !lost.contains(&true) {
        return;
    }
    let now = derivable(draft, &[], |t| !lost[t]);
    // Rules that never end are a mistake of their own, and stay.
    let before = derivable(draft, &[&roots[..], &draft.recovering].concat(), |_| true);
    let dead: Vec<bool> = now.iter().zip(&before).map(|(now, before)| *before && !now).collect();
    let public = |n: &usize| dead[*n] && draft.nonterminals[*n].public;
    let errors: Vec<usize> = (0..dead.len()).filter(public).collect();
    if errors.is_empty() {
        warn(draft, &lost);
        remove(draft, &dead, &lost);
    } else {
        findings.extend(causes(draft, &dead, errors));
    }
}

/// Why a terminal may have no members.
const NO_MEMBERS: &str =
    "others win all of them, `match` skips them, it matches nothing, or nothing made of printable characters";

/// A finding about a terminal without members.
fn without_members(terminal: &DraftTerminal, message: &str) -> Diagnostic {
    let finding = Diagnostic::new(terminal.span.clone(), message);
    match terminal.unprintable {
        Some(reason) => finding.note(format!("a program cannot have what it matches: {reason}")),
        None => finding.help(NO_MEMBERS),
    }
}

fn has_members(terminal: &DraftTerminal) -> bool {
    match &terminal.open {
        Some(open) => !open.members.is_empty(),
        None => !terminal.members.is_empty(),
    }
}

/// What is to blame for the loss of the nonterminals `open`.
fn causes(draft: &Draft, dead: &[bool], mut open: Vec<usize>) -> Vec<Diagnostic> {
    let public = open.clone();
    let mut nonterminals: BTreeSet<usize> = open.iter().copied().collect();
    let mut terminals = BTreeSet::new();
    while let Some(n) = open.pop() {
        for symbol in draft.nonterminals[n].alternatives.iter().flat_map(|a| &a.symbols) {
            match symbol {
                DraftSymbol::Nonterminal(m) if dead[*m] && nonterminals.insert(*m) => open.push(*m),
                DraftSymbol::Nonterminal(_) => {}
                DraftSymbol::Terminal(t) => {
                    terminals.insert(*t);
                }
            }
        }
    }
    let empty = draft.empty.iter().filter(|(n, _)| nonterminals.contains(n));
    let mut causes: Vec<Diagnostic> = empty.map(|(_, finding)| finding.clone()).collect();
    let terminals = terminals.iter().map(|t| &draft.terminals[*t]);
    let lost = terminals.filter(|t| !has_members(t));
    causes.extend(lost.map(|terminal| without_members(terminal, "this terminal has no members")));
    if causes.is_empty() {
        causes.extend(public.iter().map(|n| {
            let n = &draft.nonterminals[*n];
            let message = format!("`{}` has no alternatives", n.name);
            let help = "all of them stand for text that is not in the language (`!`)";
            Diagnostic::new(n.span.clone(), message).help(help)
        }));
    }
    without_repetitions(causes)
}

/// Says which rules and terminals are left out for their own sake.
fn warn(draft: &mut Draft, lost: &[bool]) {
    let mut warnings: Vec<Diagnostic> = Vec::new();
    for (_, finding) in &draft.empty {
        let help = "it is left out, and so is what needs it";
        warnings.push(Diagnostic::new(finding.span.clone(), finding.message.clone()).help(help));
    }
    for (terminal, _) in draft.terminals.iter().zip(lost).filter(|(_, lost)| **lost) {
        let message = "this terminal has no members: what needs it is left out";
        warnings.push(without_members(terminal, message));
    }
    draft.warnings.extend(warnings);
    draft.warnings = without_repetitions(std::mem::take(&mut draft.warnings));
}

/// Takes the alternatives that use `dead` nonterminals or `lost` terminals out of `draft`, so that nothing leads there.
fn remove(draft: &mut Draft, dead: &[bool], lost: &[bool]) {
    let mut warnings = Vec::new();
    // Options and lists of which nothing but the empty text is left read nothing.
    let mut vanished = vec![false; dead.len()];
    let reachable = super::check::reachable(draft);
    for (index, n) in draft.nonterminals.iter_mut().enumerate() {
        n.left_out |= dead[index] && reachable[index];
        let before = n.alternatives.len();
        n.alternatives.retain(|a| {
            let kept = !a.symbols.iter().any(|s| match s {
                DraftSymbol::Nonterminal(n) => dead[*n],
                DraftSymbol::Terminal(t) => lost[*t],
            });
            if !kept && n.kind == NonterminalKind::Rule && !dead[index] {
                let message = "no program has this alternative: it is left out";
                warnings.push(Diagnostic::new(a.span.clone(), message));
            }
            kept
        });
        let may_be_empty = matches!(n.kind, NonterminalKind::Star | NonterminalKind::Optional);
        vanished[index] = may_be_empty && n.alternatives.len() < before;
    }
    draft.warnings.extend(without_repetitions(warnings));
    for (n, _) in &draft.empty {
        draft.nonterminals[*n].left_out = true;
    }
    for alternative in draft.nonterminals.iter_mut().flat_map(|n| &mut n.alternatives) {
        drop_symbols(alternative, &vanished);
    }
}

/// Takes symbols that read nothing out of an alternative, with their fields.
fn drop_symbols(alternative: &mut DraftAlternative, vanished: &[bool]) {
    let gone = |s: &DraftSymbol| matches!(s, DraftSymbol::Nonterminal(n) if vanished[*n]);
    let symbols = std::mem::take(&mut alternative.symbols);
    alternative.fields.retain(|f| !gone(&symbols[f.position as usize]));
    for field in &mut alternative.fields {
        let before = &symbols[..field.position as usize];
        field.position -= before.iter().filter(|s| gone(s)).count() as u32;
    }
    alternative.symbols = symbols.into_iter().filter(|s| !gone(s)).collect();
}

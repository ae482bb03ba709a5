//! How far programs go: which can have parts of their own size, and the greatest that can be made.

use tdf_grammar::ProductionId;

use super::constants::{CONSTANT_SIZE, Constants};
use super::observables::Observable;
use super::productions::Productions;

/// The kept programs of each nonterminal by size; `None` if all are kept.
type Kept = [Option<Vec<Vec<u128>>>];

/// The greatest size of a program that is made of the programs so far; `None` if there is none.
pub(super) fn greatest(
    productions: &Productions,
    observables: &[Observable],
    constants: &Constants,
    all_kept: &Kept,
) -> Option<usize> {
    // The greatest known size of each nonterminal, as a part of others; `None` before it is known to have a program.
    let mut greatest: Vec<Option<usize>> = Vec::new();
    for (n, kept) in all_kept.iter().enumerate() {
        let literals = (!constants.literals(n).is_empty()).then_some(CONSTANT_SIZE);
        greatest.push(match kept {
            Some(kept) => kept.iter().rposition(|kept| !kept.is_empty()),
            None => literals,
        });
    }
    let roots = || observables.iter().flat_map(|observable| &observable.productions);
    let mut whole = None;
    // A way that is longer than there are nonterminals has one of them twice: then there is no end.
    for _ in 0..=productions.grammar.nonterminals.len() + 1 {
        let mut changed = false;
        let size_of = |greatest: &[Option<usize>], id: ProductionId| {
            let weight = (!constants.replaces(id)).then_some(productions.weights[id.index()] as usize)?;
            let mut places = productions.places(id);
            places.try_fold(weight, |sum, place| Some(sum + greatest[productions.children[place]]?))
        };
        for (index, production) in productions.grammar.productions.iter().enumerate() {
            let n = production.nonterminal.index();
            let size = size_of(&greatest, ProductionId::new(index));
            if all_kept[n].is_none() && size > greatest[n] {
                (greatest[n], changed) = (size, true);
            }
        }
        for &root in roots() {
            let size = size_of(&greatest, root);
            if size > whole {
                (whole, changed) = (size, true);
            }
        }
        if !changed {
            return Some(
                whole
                    .unwrap_or(0)
                    .max(CONSTANT_SIZE * usize::from(!constants.whole().is_empty())),
            );
        }
    }
    None
}

/// The stage of each observable: one more than those of the kept ones of which it can have a part of its own size.
pub(super) fn stages(productions: &Productions, observables: &[Observable], kept: &Kept) -> Vec<usize> {
    let count = productions.grammar.nonterminals.len();
    let weight = |index: usize| productions.weights[index] as usize;
    // The least size of each nonterminal. More than any grammar has stands for none.
    let mut least = vec![usize::MAX; count];
    loop {
        let mut changed = false;
        for (index, production) in productions.grammar.productions.iter().enumerate() {
            let places = productions.places(ProductionId::new(index));
            let size = places.fold(weight(index), |sum, place| {
                sum.saturating_add(least[productions.children[place]])
            });
            let known = &mut least[production.nonterminal.index()];
            changed |= size < *known;
            *known = size.min(*known);
        }
        if !changed {
            break;
        }
    }
    let mut stages = vec![0; count];
    // Programs that are parts of themselves at no size do not exist, so that this is enough.
    for _ in 0..count {
        for (index, production) in productions.grammar.productions.iter().enumerate() {
            for place in productions.places(ProductionId::new(index)) {
                let others = productions
                    .places(ProductionId::new(index))
                    .filter(|other| *other != place);
                let added = others.fold(weight(index), |sum, other| {
                    sum.saturating_add(least[productions.children[other]])
                });
                let (n, child) = (production.nonterminal.index(), productions.children[place]);
                if added == 0 && n != child {
                    stages[n] = stages[n].max(stages[child] + usize::from(kept[child].is_some()));
                }
            }
        }
    }
    let of = |observable: &Observable| stages[observable.nonterminal.index()];
    let mut used: Vec<usize> = observables.iter().map(of).collect();
    used.sort_unstable();
    used.dedup();
    let place = |observable| used.partition_point(|stage| *stage < of(observable));
    observables.iter().map(place).collect()
}

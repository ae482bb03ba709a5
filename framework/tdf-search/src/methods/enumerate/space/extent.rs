//! How far programs go: which can have parts of their own size, and the greatest that can be made.

use tdf_grammar::ProductionId;

use super::{CONSTANT_SIZE, Observable, Space};

impl Space {
    /// The greatest size of a program that is made of the programs so far; `None` if there is none.
    pub(super) fn greatest(&self) -> Option<usize> {
        // The greatest known size of each nonterminal, as a part of others; `None` before it is known to have a program.
        let mut greatest: Vec<Option<usize>> = Vec::new();
        for (n, kept) in self.kept.iter().enumerate() {
            let constants = (!self.constants.literals(n).is_empty()).then_some(CONSTANT_SIZE);
            greatest.push(match kept {
                Some(kept) => kept.iter().rposition(|kept| !kept.is_empty()),
                None => constants,
            });
        }
        let roots = || self.observables.iter().flat_map(|observable| &observable.productions);
        let mut whole = None;
        // A way that is longer than there are nonterminals has one of them twice: then there is no end.
        for _ in 0..=self.programs.len() + 1 {
            let mut changed = false;
            let size_of = |greatest: &[Option<usize>], id: ProductionId| {
                let weight = (!self.constants.replaces(id)).then_some(self.weights[id.index()] as usize)?;
                let mut places = self.places(id);
                places.try_fold(weight, |sum, place| Some(sum + greatest[self.children[place]]?))
            };
            for (index, production) in self.grammar.productions.iter().enumerate() {
                let n = production.nonterminal.index();
                let size = size_of(&greatest, ProductionId::new(index));
                if self.kept[n].is_none() && size > greatest[n] {
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
                        .max(CONSTANT_SIZE * usize::from(!self.constants.whole().is_empty())),
                );
            }
        }
        None
    }
}

/// The stage of each observable: one more than those of the kept ones of which it can have a part of its own size.
pub(super) fn stages(space: &Space) -> Vec<usize> {
    let count = space.programs.len();
    let weight = |index: usize| space.weights[index] as usize;
    // The least size of each nonterminal. More than any grammar has stands for none.
    let mut least = vec![usize::MAX; count];
    loop {
        let mut changed = false;
        for (index, production) in space.grammar.productions.iter().enumerate() {
            let places = space.places(ProductionId::new(index));
            let size = places.fold(weight(index), |sum, place| {
                sum.saturating_add(least[space.children[place]])
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
        for (index, production) in space.grammar.productions.iter().enumerate() {
            for place in space.places(ProductionId::new(index)) {
                let others = space.places(ProductionId::new(index)).filter(|other| *other != place);
                let added = others.fold(weight(index), |sum, other| {
                    sum.saturating_add(least[space.children[other]])
                });
                let (n, child) = (production.nonterminal.index(), space.children[place]);
                if added == 0 && n != child {
                    stages[n] = stages[n].max(stages[child] + usize::from(space.kept[child].is_some()));
                }
            }
        }
    }
    let of = |observable: &Observable| stages[observable.nonterminal.index()];
    let mut used: Vec<usize> = space.observables.iter().map(of).collect();
    used.sort_unstable();
    used.dedup();
    let place = |observable| used.partition_point(|stage| *stage < of(observable));
    space.observables.iter().map(place).collect()
}

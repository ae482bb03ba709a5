//! A recogniser for any context-free grammar that counts readings (Earley 1970): it knows nothing of automata, and is
//! at no loss with what is ambiguous.

use std::collections::{BTreeMap, BTreeSet};

use tdf_grammar::{Grammar, NonterminalId, ProductionId, Symbol, TokenClassId};

/// How many derivations a string has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readings {
    /// It is not in the language.
    None,
    /// One.
    One,
    /// More than one, perhaps infinitely many.
    Several,
}

impl Readings {
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, n) | (n, Self::None) => n,
            _ => Self::Several,
        }
    }

    fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::One, n) | (n, Self::One) => n,
            _ => Self::Several,
        }
    }
}

/// A production, how much of it has been read, and where it began.
type Item = (ProductionId, usize, usize);

/// A nonterminal and the places where it begins and ends.
type Span = (NonterminalId, usize, usize);

/// How often `start` derives `token_classes`.
pub fn readings(grammar: &Grammar, start: NonterminalId, token_classes: &[TokenClassId]) -> Readings {
    let sets = chart(grammar, start, token_classes);
    let mut whole: Vec<(ProductionId, usize, usize)> = Vec::new();
    for (end, set) in sets.iter().enumerate() {
        let done = set
            .iter()
            .filter(|(p, dot, _)| grammar.production(*p).symbols.len() == *dot);
        whole.extend(done.map(|&(p, _, from)| (p, from, end)));
    }
    // The least numbers that fit: a derivation is counted once all below it are.
    let mut counts: BTreeMap<Span, Readings> = BTreeMap::new();
    loop {
        let mut next: BTreeMap<Span, Readings> = BTreeMap::new();
        for &(p, from, end) in &whole {
            let production = grammar.production(p);
            let ways = split(&production.symbols, from, end, token_classes, &counts);
            let sum = next
                .entry((production.nonterminal, from, end))
                .or_insert(Readings::None);
            *sum = sum.plus(ways);
        }
        if next == counts {
            return counts
                .get(&(start, 0, token_classes.len()))
                .copied()
                .unwrap_or(Readings::None);
        }
        counts = next;
    }
}

/// In how many ways `symbols` derive `token_classes[from..end]`, given the numbers for nonterminals.
fn split(
    symbols: &[Symbol],
    from: usize,
    end: usize,
    token_classes: &[TokenClassId],
    counts: &BTreeMap<Span, Readings>,
) -> Readings {
    match symbols.split_first() {
        None if from == end => Readings::One,
        None => Readings::None,
        Some((Symbol::TokenClass(token_class), rest)) if from < end && token_classes[from] == *token_class => {
            split(rest, from + 1, end, token_classes, counts)
        }
        Some((Symbol::TokenClass(_), _)) => Readings::None,
        Some((Symbol::Nonterminal(n), rest)) => {
            (from..=end).fold(Readings::None, |sum, middle| match counts.get(&(*n, from, middle)) {
                Some(&here) if here != Readings::None => {
                    sum.plus(here.times(split(rest, middle, end, token_classes, counts)))
                }
                _ => sum,
            })
        }
    }
}

/// Earley's sets: the items that the beginnings of `token_classes` lead to.
fn chart(grammar: &Grammar, start: NonterminalId, token_classes: &[TokenClassId]) -> Vec<BTreeSet<Item>> {
    let mut sets: Vec<BTreeSet<Item>> = vec![BTreeSet::new(); token_classes.len() + 1];
    sets[0].extend(grammar.productions_of(start).map(|p| (p, 0, 0)));
    for at in 0..=token_classes.len() {
        let mut open: Vec<Item> = sets[at].iter().copied().collect();
        while let Some((p, dot, from)) = open.pop() {
            let production = grammar.production(p);
            let mut found: Vec<Item> = Vec::new();
            match production.symbols.get(dot) {
                Some(Symbol::TokenClass(token_class)) => {
                    if token_classes.get(at) == Some(token_class) {
                        sets[at + 1].insert((p, dot + 1, from));
                    }
                }
                Some(Symbol::Nonterminal(n)) => {
                    found.extend(grammar.productions_of(*n).map(|p| (p, 0, at)));
                    // What is empty may have been completed before this item came.
                    let empty = sets[at].iter().any(|&(q, dot, from)| {
                        let q = grammar.production(q);
                        from == at && q.nonterminal == *n && q.symbols.len() == dot
                    });
                    if empty {
                        found.push((p, dot + 1, from));
                    }
                }
                None => {
                    let waits = Some(&Symbol::Nonterminal(production.nonterminal));
                    let waiting = sets[from]
                        .iter()
                        .filter(|(q, dot, _)| grammar.production(*q).symbols.get(*dot) == waits);
                    found.extend(waiting.map(|&(q, dot, from)| (q, dot + 1, from)));
                }
            }
            for item in found {
                if sets[at].insert(item) {
                    open.push(item);
                }
            }
        }
    }
    sets
}

/// How many of `token_classes` can be read before no program of `start` goes on like this. All nonterminals have programs, so a
/// beginning that some item waits behind can be completed.
pub fn viable(grammar: &Grammar, start: NonterminalId, token_classes: &[TokenClassId]) -> usize {
    let sets = chart(grammar, start, token_classes);
    sets.iter().skip(1).take_while(|set| !set.is_empty()).count()
}

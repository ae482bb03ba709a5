//! Programs listed one by one, straight from the productions.

use std::collections::{BTreeMap, BTreeSet};

use tdf_decode::{DecoderState, Masks};
use tdf_grammar::{AlternativeId, Grammar, NonterminalId, ProductionId, Symbol, TokenId};

/// Programs as tokens, each with its size.
pub type Programs = BTreeMap<Vec<TokenId>, u32>;

/// All programs of each nonterminal of at most `length` tokens, with their sizes under `weights` (one per production): the
/// least fixed point of concatenation. A program with several trees has the size of one of them. `None` if there are more
/// than `most` of one nonterminal.
pub fn programs(grammar: &Grammar, weights: &[u32], length: usize, most: usize) -> Option<Vec<Programs>> {
    let mut all = vec![Programs::new(); grammar.nonterminals.len()];
    loop {
        let before: usize = all.iter().map(Programs::len).sum();
        for (production, &weight) in grammar.productions.iter().zip(weights) {
            let mut partial = Programs::from([(Vec::new(), weight)]);
            for symbol in &production.symbols {
                let parts: Programs = match *symbol {
                    Symbol::TokenClass(token_class) => {
                        let tokens = &grammar.token_classes[token_class.index()].tokens;
                        tokens.iter().map(|&t| (vec![t], 0)).collect()
                    }
                    Symbol::Nonterminal(n) => all[n.index()].clone(),
                };
                let pairs = partial
                    .iter()
                    .flat_map(|left| parts.iter().map(move |right| (left, right)));
                let short = pairs.filter(|((left, _), (right, _))| left.len() + right.len() <= length);
                partial = short
                    .map(|((left, a), (right, b))| ([&left[..], right].concat(), a + b))
                    .collect();
                if partial.len() > 20 * most {
                    return None;
                }
            }
            let known = &mut all[production.nonterminal.index()];
            for (tokens, size) in partial {
                known.entry(tokens).or_insert(size);
            }
            if known.len() > most {
                return None;
            }
        }
        if all.iter().map(Programs::len).sum::<usize>() == before {
            return Some(all);
        }
    }
}

/// All programs of at most `length` tokens that the masks lead to. Panics at a dead end.
pub fn decoded(masks: &Masks, start: NonterminalId, budget: u32, length: usize) -> Programs {
    let mut found = Programs::new();
    let mut open: Vec<(DecoderState, Vec<TokenId>)> = Vec::new();
    open.extend(masks.start(start, budget).map(|state| (state, Vec::new())));
    while let Some((state, tokens)) = open.pop() {
        let allowed = masks.allowed(masks.mask_id(&state));
        assert!(!allowed.is_empty(), "a dead end after {tokens:?}");
        for &id in allowed {
            let token = masks.vocabulary().token(id);
            if token.is_some() && tokens.len() == length {
                continue;
            }
            let mut state = state.clone();
            masks.advance(&mut state, id).unwrap();
            match token {
                Some(token) => open.push((state, [&tokens[..], &[token]].concat())),
                None => drop(found.insert(tokens.clone(), budget.wrapping_sub(state.slack()))),
            }
        }
    }
    found
}

/// A program without the tokens of its leaves: the alternatives of its nodes in pre-order.
pub type Skeleton = Vec<AlternativeId>;

/// `[nonterminal][size]`: all skeletons of this size. `None` if there are more than `most` of one nonterminal.
pub fn skeletons(
    grammar: &Grammar,
    weights: &[u32],
    greatest: u32,
    most: usize,
) -> Option<Vec<Vec<BTreeSet<Skeleton>>>> {
    let mut all = vec![vec![BTreeSet::new(); greatest as usize + 1]; grammar.nonterminals.len()];
    let extent = |all: &[Vec<BTreeSet<Skeleton>>]| all.iter().flatten().map(BTreeSet::len).sum::<usize>();
    loop {
        let before = extent(&all);
        for (index, production) in grammar.productions.iter().enumerate() {
            let mut partial: Vec<(u32, Skeleton)> = vec![(weights[index], vec![production.alternative])];
            for child in children(grammar, ProductionId::new(index)) {
                let mut longer = Vec::new();
                for (size, left) in &partial {
                    for (own, set) in all[child.index()].iter().enumerate() {
                        let size = size + own as u32;
                        if size <= greatest {
                            longer.extend(set.iter().map(|right| (size, [&left[..], right].concat())));
                        }
                    }
                }
                partial = longer;
                if partial.len() > 20 * most {
                    return None;
                }
            }
            let known = &mut all[production.nonterminal.index()];
            for (size, skeleton) in partial.into_iter().filter(|(size, _)| *size <= greatest) {
                known[size as usize].insert(skeleton);
            }
            if known.iter().map(BTreeSet::len).sum::<usize>() > most {
                return None;
            }
        }
        if extent(&all) == before {
            return Some(all);
        }
    }
}

/// The nonterminals of a right-hand side.
pub fn children(grammar: &Grammar, production: ProductionId) -> Vec<NonterminalId> {
    let symbols = grammar.production(production).symbols.iter();
    symbols
        .filter_map(|s| match s {
            Symbol::Nonterminal(n) => Some(*n),
            Symbol::TokenClass(_) => None,
        })
        .collect()
}

//! Derivations by brute force: which strings of token classes a nonterminal derives, without any automaton.

use std::collections::BTreeSet;

use tdf_grammar::{Grammar, Symbol, TokenClassId};

pub type Strings = BTreeSet<Vec<TokenClassId>>;

/// Per nonterminal all strings of at most `length` token classes: the least fixed point over the productions.
pub fn strings(grammar: &Grammar, length: usize) -> Vec<Strings> {
    let mut found: Vec<Strings> = vec![Strings::new(); grammar.nonterminals.len()];
    loop {
        let before: usize = found.iter().map(BTreeSet::len).sum();
        for p in &grammar.productions {
            let mut joined = Strings::from([Vec::new()]);
            for symbol in &p.symbols {
                let one: Vec<Vec<TokenClassId>> = match symbol {
                    Symbol::TokenClass(k) => vec![vec![*k]],
                    Symbol::Nonterminal(n) => found[n.index()].iter().cloned().collect(),
                };
                joined = joined
                    .iter()
                    .flat_map(|l| one.iter().map(move |r| (l, r)))
                    .filter(|(l, r)| l.len() + r.len() <= length)
                    .map(|(l, r)| [l.as_slice(), r].concat())
                    .collect();
            }
            found[p.nonterminal.index()].append(&mut joined);
        }
        if found.iter().map(BTreeSet::len).sum::<usize>() == before {
            return found;
        }
    }
}

/// All strings of at most `length` token classes out of `token_classes`.
pub fn all(token_classes: usize, length: usize) -> Strings {
    let mut all = Strings::from([Vec::new()]);
    let mut last = all.clone();
    for _ in 0..length {
        last = last
            .iter()
            .flat_map(|s| (0..token_classes).map(move |k| [s.as_slice(), &[TokenClassId::new(k)]].concat()))
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

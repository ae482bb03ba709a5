//! Which nonterminals derive a finite string.

use crate::draft::{Draft, DraftSymbol};

/// For each nonterminal whether it derives a string of `allowed` terminals, given that those of `seeds` do: the least fixed
/// point, in time linear in the grammar.
pub(crate) fn derivable(draft: &Draft, seeds: &[usize], allowed: impl Fn(usize) -> bool) -> Vec<bool> {
    let count = draft.nonterminals.len();
    // By alternative: its nonterminal, and how many of its symbols are not known to derive a string.
    let mut alternatives: Vec<(usize, usize)> = Vec::new();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut open: Vec<usize> = seeds.to_vec();
    for (owner, nonterminal) in draft.nonterminals.iter().enumerate() {
        for alternative in &nonterminal.alternatives {
            let mut missing = 0;
            for symbol in &alternative.symbols {
                match symbol {
                    DraftSymbol::Nonterminal(used) => {
                        users[*used].push(alternatives.len());
                        missing += 1;
                    }
                    DraftSymbol::Terminal(terminal) => missing += usize::from(!allowed(*terminal)),
                }
            }
            if missing == 0 {
                open.push(owner);
            }
            alternatives.push((owner, missing));
        }
    }
    let mut found = vec![false; count];
    while let Some(nonterminal) = open.pop() {
        if std::mem::replace(&mut found[nonterminal], true) {
            continue;
        }
        for &user in &users[nonterminal] {
            let (owner, missing) = &mut alternatives[user];
            *missing -= 1;
            if *missing == 0 {
                open.push(*owner);
            }
        }
    }
    found
}

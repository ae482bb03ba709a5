//! Shortest strings of nonterminals.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::{LrProduction, NonterminalId, Symbol, TokenClassId};

/// For every nonterminal the production that a shortest string begins with, and the length of that string.
#[derive(Debug)]
pub(super) struct Shortest {
    best: Vec<u32>,
    length: Vec<u64>,
}

/// The greatest length that is told from larger ones; a nonterminal without one has no string.
const LONGEST: u64 = u64::MAX - 1;

impl Shortest {
    /// Lengths come up in ascending order (D. Knuth, A generalization of Dijkstra's algorithm, 1977).
    pub fn new(nonterminals: usize, productions: &[LrProduction]) -> Self {
        let mut this = Self {
            best: vec![0; nonterminals],
            length: vec![u64::MAX; nonterminals],
        };
        // Per production: nonterminals whose length is not known yet, and the length of the rest.
        let mut open: Vec<(u32, u64)> = vec![(0, 0); productions.len()];
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); nonterminals];
        let mut ready = BinaryHeap::new();
        for (p, number) in productions.iter().zip(0..) {
            let open = &mut open[number as usize];
            for symbol in &p.symbols {
                match symbol {
                    Symbol::TokenClass(_) => open.1 += 1,
                    Symbol::Nonterminal(n) => {
                        open.0 += 1;
                        users[n.index()].push(number);
                    }
                }
            }
            if open.0 == 0 {
                ready.push(Reverse((open.1, number)));
            }
        }
        while let Some(Reverse((length, number))) = ready.pop() {
            let n = productions[number as usize].nonterminal.index();
            if this.length[n] != u64::MAX {
                continue;
            }
            this.length[n] = length;
            this.best[n] = number;
            for &user in &users[n] {
                let open = &mut open[user as usize];
                *open = (open.0 - 1, open.1.saturating_add(length).min(LONGEST));
                if open.0 == 0 {
                    ready.push(Reverse((open.1, user)));
                }
            }
        }
        this
    }

    /// Number of tokens of a shortest string of `symbol`.
    pub fn length(&self, symbol: Symbol) -> u64 {
        match symbol {
            Symbol::TokenClass(_) => 1,
            Symbol::Nonterminal(n) => self.length[n.index()],
        }
    }

    /// Appends the token classes of a shortest string of `symbol`.
    pub fn write(&self, productions: &[LrProduction], symbol: Symbol, out: &mut Vec<u32>) {
        let mut open = vec![symbol];
        while let Some(symbol) = open.pop() {
            match symbol {
                Symbol::TokenClass(k) => out.push(k.0),
                // Deriving nothing may take exponentially many steps.
                Symbol::Nonterminal(n) if self.length[n.index()] == 0 => {}
                Symbol::Nonterminal(n) => open.extend(productions[self.best[n.index()] as usize].symbols.iter().rev()),
            }
        }
    }

    /// The symbols that a shortest string of `nonterminal` that begins with `token_class` is made of, after `token_class` itself; each
    /// stands for one of its shortest strings.
    pub fn behind(&self, productions: &[LrProduction], nonterminal: NonterminalId, token_class: u32) -> Vec<Symbol> {
        // Per nonterminal: the length of such a string, its production, and the place that begins with `token_class`.
        let mut best: Vec<Option<(u32, usize)>> = vec![None; self.length.len()];
        let mut users: Vec<Vec<(u32, usize)>> = vec![Vec::new(); self.length.len()];
        let mut ready = BinaryHeap::new();
        for (p, number) in productions.iter().zip(0..) {
            for (place, &symbol) in p.symbols.iter().enumerate() {
                match symbol {
                    Symbol::TokenClass(k) if k == TokenClassId(token_class) => {
                        ready.push(Reverse((
                            self.around(&p.symbols, place).saturating_add(1),
                            number,
                            place,
                        )));
                    }
                    Symbol::TokenClass(_) => {}
                    Symbol::Nonterminal(n) => users[n.index()].push((number, place)),
                }
                if self.length(symbol) > 0 {
                    break;
                }
            }
        }
        while let Some(Reverse((length, number, place))) = ready.pop() {
            let n = productions[number as usize].nonterminal.index();
            if best[n].is_some() {
                continue;
            }
            best[n] = Some((number, place));
            for &(user, place) in &users[n] {
                let around = self.around(&productions[user as usize].symbols, place);
                ready.push(Reverse((length.saturating_add(around), user, place)));
            }
        }
        let mut at = nonterminal;
        let mut suffixes: Vec<&[Symbol]> = Vec::new();
        while let Some((number, place)) = best[at.index()] {
            let symbols = &productions[number as usize].symbols;
            suffixes.push(&symbols[place + 1..]);
            match symbols[place] {
                Symbol::TokenClass(_) => break,
                Symbol::Nonterminal(n) => at = n,
            }
        }
        suffixes.into_iter().rev().flatten().copied().collect()
    }

    /// Length of all but one symbol.
    fn around(&self, symbols: &[Symbol], place: usize) -> u64 {
        let others = symbols.iter().enumerate().filter(|(i, _)| *i != place);
        others.fold(0, |sum, (_, s)| sum.saturating_add(self.length(*s)))
    }
}

//! What several tests use.

use tdf_grammar::{Action, Grammar, KindId, Lr, NonterminalId};

/// The grammar with this text behind `grammar;`.
pub fn read(rules: &str) -> Grammar {
    let source = format!("grammar;\n{rules}");
    Grammar::read("dir/test.lalrpop", &source).unwrap_or_else(|e| panic!("{e}"))
}

/// Whether the automaton takes `kinds` for a program of `start`. Panics if it does not come to an end.
pub fn accepts(grammar: &Grammar, lr: &Lr, start: NonterminalId, kinds: &[KindId]) -> bool {
    let mut stack = vec![lr.start[start.index()]];
    let mut rest = kinds;
    for _ in 0..1000 {
        match lr.action(*stack.last().unwrap(), rest.first().copied()) {
            Action::Error => return false,
            Action::Accept => {
                assert!(rest.is_empty());
                return true;
            }
            Action::Shift(state) => {
                stack.push(state);
                rest = &rest[1..];
            }
            Action::Reduce(p) => {
                let p = grammar.production(p);
                stack.truncate(stack.len() - p.symbols.len());
                stack.push(lr.goto(*stack.last().unwrap(), p.nonterminal).unwrap());
            }
        }
    }
    panic!("the automaton does not stop");
}

/// A small generator of random numbers (SplitMix64, Steele, Lea and Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

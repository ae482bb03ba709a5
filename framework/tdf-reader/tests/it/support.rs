//! What several tests use.

use tdf_grammar::{Action, Grammar, Lr, NonterminalId, StateId, TokenClassId};
use tdf_reader::ReadOptions;

use crate::oracle::Strings;

/// The grammar with this text behind `grammar;`.
pub fn read(rules: &str) -> Grammar {
    let source = format!("grammar;\n{rules}");
    tdf_reader::read_grammar("dir/test.lalrpop", &source).unwrap_or_else(|e| panic!("{e}"))
}

/// Whether the automaton takes `token_classes` for a program of `start`. Panics if it does not come to an end.
pub fn accepts(lr: &Lr, start: NonterminalId, token_classes: &[TokenClassId]) -> bool {
    let mut stack = vec![lr.start(start)];
    for next in token_classes.iter().map(|k| Some(*k)).chain([None]) {
        match reduce(lr, &mut stack, next) {
            Action::Shift(state) => stack.push(state),
            action => return action == Action::Accept,
        }
    }
    false
}

/// All strings of at most `length` token classes that the automaton takes for a program of `start`. What an automaton refuses it
/// refuses with everything that may follow, so that only beginnings of programs are walked.
pub fn language(grammar: &Grammar, lr: &Lr, start: NonterminalId, length: usize) -> Strings {
    let mut found = Strings::new();
    let mut open: Vec<(Vec<StateId>, Vec<TokenClassId>)> = vec![(vec![lr.start(start)], Vec::new())];
    while let Some((stack, string)) = open.pop() {
        let nexts = (0..grammar.token_classes.len()).map(|k| Some(TokenClassId::new(k)));
        for next in nexts.filter(|_| string.len() < length).chain([None]) {
            let mut stack = stack.clone();
            match reduce(lr, &mut stack, next) {
                Action::Shift(state) => {
                    stack.push(state);
                    let string = string.iter().copied().chain(next).collect();
                    open.push((stack, string));
                }
                Action::Accept => drop(found.insert(string.clone())),
                _ => {}
            }
        }
    }
    found
}

/// Reduces before `next` as long as there is something to reduce; what comes then. Panics if it does not come to an end.
fn reduce(lr: &Lr, stack: &mut Vec<StateId>, next: Option<TokenClassId>) -> Action {
    for _ in 0..1000 {
        match lr.action(*stack.last().unwrap(), next) {
            Action::Reduce(p) => {
                let p = lr.production(p);
                stack.truncate(stack.len() - p.symbols.len());
                stack.push(lr.goto(*stack.last().unwrap(), p.nonterminal).unwrap());
            }
            other => return other,
        }
    }
    panic!("the automaton does not stop");
}

/// What is wrong with a file, up to its automaton and whether it makes a typed tree; empty if nothing is.
pub fn finding(file: &str, source: &str) -> String {
    let typed = ReadOptions {
        typed: true,
        ..ReadOptions::default()
    };
    let built = tdf_reader::read_grammar_with(file, source, &typed).and_then(|g| Lr::new(&g));
    built.err().map_or(String::new(), |e| e.to_string())
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

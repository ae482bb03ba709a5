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

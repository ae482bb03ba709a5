//! The LR(1) automaton against the textbook's construction (Aho, Lam, Sethi and Ullman, section 4.7.2) with one
//! look-ahead per item, on random grammars.

use std::collections::{BTreeMap, BTreeSet};

use tdf_grammar::{Grammar, Lr, NonterminalId, Symbol};

use crate::oracle::{all, strings};
use crate::support::{Random, accepts};

/// Production (`None`: the start, its nonterminal in the second place), dot, look-ahead column.
type Item = (Option<usize>, usize, usize, usize);

struct Textbook<'g> {
    grammar: &'g Grammar,
    nullable: BTreeSet<usize>,
    first: Vec<BTreeSet<usize>>,
}

impl Textbook<'_> {
    fn new(grammar: &Grammar) -> Textbook<'_> {
        // From all derived strings of up to six kinds: enough for the small grammars here.
        let derived = strings(grammar, 6);
        let nullable = (0..derived.len()).filter(|n| derived[*n].contains(&vec![])).collect();
        let first = derived
            .iter()
            .map(|d| d.iter().filter_map(|s| s.first().map(|k| k.index())).collect())
            .collect();
        Textbook {
            grammar,
            nullable,
            first,
        }
    }

    fn symbol(&self, item: &Item) -> Option<Symbol> {
        match item.0 {
            Some(p) => self.grammar.productions[p].symbols.get(item.2).copied(),
            None => (item.2 == 0).then(|| Symbol::Nonterminal(NonterminalId::new(item.1))),
        }
    }

    fn closure(&self, mut items: BTreeSet<Item>) -> BTreeSet<Item> {
        let mut open: Vec<Item> = items.iter().copied().collect();
        while let Some(item) = open.pop() {
            let Some(Symbol::Nonterminal(n)) = self.symbol(&item) else {
                continue;
            };
            let rest: &[Symbol] = item
                .0
                .map_or(&[], |p| &self.grammar.productions[p].symbols[item.2 + 1..]);
            let mut follow = BTreeSet::new();
            let mut empty = true;
            for symbol in rest {
                match symbol {
                    Symbol::Kind(k) => {
                        follow.insert(k.index());
                        empty = false;
                    }
                    Symbol::Nonterminal(m) => {
                        follow.extend(&self.first[m.index()]);
                        empty = self.nullable.contains(&m.index());
                    }
                }
                if !empty {
                    break;
                }
            }
            if empty {
                follow.insert(item.3);
            }
            for p in self.grammar.productions_of(n) {
                for &column in &follow {
                    let new = (Some(p.index()), n.index(), 0, column);
                    if items.insert(new) {
                        open.push(new);
                    }
                }
            }
        }
        items
    }

    /// Number of states, or `None` if there is a conflict.
    fn states(&self) -> Option<usize> {
        let end = self.grammar.kinds.len();
        let mut states: BTreeSet<BTreeSet<Item>> = BTreeSet::new();
        let starts = (0..self.grammar.nonterminals.len()).map(|n| self.closure(BTreeSet::from([(None, n, 0, end)])));
        let mut open: Vec<BTreeSet<Item>> = starts.collect();
        while let Some(state) = open.pop() {
            if !states.insert(state.clone()) {
                continue;
            }
            let mut next: BTreeMap<Symbol, BTreeSet<Item>> = BTreeMap::new();
            let mut reduce: BTreeMap<usize, Option<usize>> = BTreeMap::new();
            for item in &state {
                match self.symbol(item) {
                    // Behind the start nonterminal it does not matter which it was.
                    Some(symbol) => {
                        let n = if item.0.is_some() { item.1 } else { 0 };
                        next.entry(symbol).or_default().insert((item.0, n, item.2 + 1, item.3));
                    }
                    None => {
                        if *reduce.entry(item.3).or_insert(item.0) != item.0 {
                            return None;
                        }
                    }
                }
            }
            if next
                .keys()
                .any(|s| matches!(s, Symbol::Kind(k) if reduce.contains_key(&k.index())))
            {
                return None;
            }
            open.extend(next.into_values().map(|kernel| self.closure(kernel)));
        }
        Some(states.len())
    }
}

fn random_grammar(random: &mut Random) -> String {
    let rules = 1 + random.below(4);
    let mut text = String::from("grammar;\n");
    for rule in 0..rules {
        text += &format!(
            "{}N{rule} = {{",
            if rule == 0 || random.below(3) == 0 { "pub " } else { "" }
        );
        for alternative in 0..1 + random.below(3) {
            let length = random.below(4);
            if length == 0 {
                text += "()";
            }
            for _ in 0..length {
                let repeat = ["", "", "", "", "?", "*", "+"][random.below(7)];
                match random.below(2) {
                    0 => text += &format!(" {}{repeat}", ["\"a\"", "\"b\"", "\"c\"", "r\"[ad]\""][random.below(4)]),
                    _ => text += &format!(" N{}{repeat}", random.below(rules)),
                }
            }
            text += &format!(" => V{alternative}(<>),");
        }
        text += "};\n";
    }
    text
}

#[test]
fn random_grammars() {
    let mut random = Random(5);
    let (mut good, mut conflicts) = (0, 0);
    for _ in 0..20_000 {
        let source = random_grammar(&mut random);
        let Ok(grammar) = Grammar::read("random.lalrpop", &source) else {
            continue;
        };
        if grammar.productions.len() > 14 {
            continue;
        }
        let expected = Textbook::new(&grammar).states();
        match Lr::new(&grammar) {
            Ok(lr) => {
                assert_eq!(Some(lr.states()), expected, "{source}");
                good += 1;
                if good % 8 == 0 {
                    let derived = strings(&grammar, 4);
                    for string in all(grammar.kinds.len(), 4) {
                        for (n, derived) in derived.iter().enumerate() {
                            let taken = accepts(&grammar, &lr, NonterminalId::new(n), &string);
                            assert_eq!(taken, derived.contains(&string), "{string:?} of {source}");
                        }
                    }
                }
            }
            Err(error) => {
                assert_eq!(None, expected, "{source}{error}");
                conflicts += 1;
            }
        }
        if good >= 120 && conflicts >= 60 {
            return;
        }
    }
    panic!("only {good} good grammars and {conflicts} with conflicts");
}

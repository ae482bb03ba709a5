//! The LR(1) automaton against the textbook's construction (Aho, Lam, Sethi and Ullman, section 4.7.2) with one
//! look-ahead per item, on random grammars.

use std::collections::{BTreeMap, BTreeSet};

use tdf_grammar::{Grammar, Lr, NonterminalId, NonterminalKind, Symbol};

use crate::oracle::{all, strings};
use crate::support::{Random, accepts};

/// Production (`None`: the start, its nonterminal in the second place), dot, look-ahead column.
type Item = (Option<usize>, usize, usize, usize);

struct Textbook {
    columns: usize,
    /// Left-hand side and right-hand side.
    productions: Vec<(usize, Vec<Symbol>)>,
    nullable: BTreeSet<usize>,
    first: Vec<BTreeSet<usize>>,
}

impl Textbook {
    fn new(grammar: &Grammar, productions: Vec<(usize, Vec<Symbol>)>) -> Self {
        // From all derived strings of up to six token classes: enough for the small grammars here.
        let derived = strings(grammar, 6);
        let nullable = (0..derived.len()).filter(|n| derived[*n].contains(&vec![])).collect();
        let first = derived
            .iter()
            .map(|d| d.iter().filter_map(|s| s.first().map(|k| k.index())).collect())
            .collect();
        Self {
            columns: grammar.token_classes.len(),
            productions,
            nullable,
            first,
        }
    }

    /// As the grammar stands.
    fn plain(grammar: &Grammar) -> Self {
        let own = grammar
            .productions
            .iter()
            .map(|p| (p.nonterminal.index(), p.symbols.clone()));
        Self::new(grammar, own.collect())
    }

    /// With everything inlined that LALRPOP inlines, choices of a token as well; `None` if something would be inlined into
    /// itself.
    fn inlined(grammar: &Grammar) -> Option<Self> {
        let inline = |n: NonterminalId| {
            let n = &grammar.nonterminals[n.index()];
            n.inline || n.kind == NonterminalKind::Lexeme
        };
        let mut productions: Vec<(usize, Vec<Symbol>)> = Vec::new();
        let own = grammar.productions.iter().rev();
        let mut open: Vec<_> = own.map(|p| (p.nonterminal.index(), p.symbols.clone(), 0)).collect();
        while let Some((lhs, symbols, depth)) = open.pop() {
            let first = symbols
                .iter()
                .position(|s| matches!(s, Symbol::Nonterminal(n) if inline(*n)));
            let Some(place) = first else {
                productions.push((lhs, symbols));
                continue;
            };
            if depth > 20 {
                return None;
            }
            let Symbol::Nonterminal(n) = symbols[place] else {
                unreachable!()
            };
            for p in grammar.productions_of(n) {
                let inner = &grammar.production(p).symbols;
                let symbols = [&symbols[..place], inner, &symbols[place + 1..]].concat();
                open.push((lhs, symbols, depth + 1));
            }
        }
        Some(Self::new(grammar, productions))
    }

    fn symbol(&self, item: &Item) -> Option<Symbol> {
        match item.0 {
            Some(p) => self.productions[p].1.get(item.2).copied(),
            None => (item.2 == 0).then(|| Symbol::Nonterminal(NonterminalId::new(item.1))),
        }
    }

    fn closure(&self, mut items: BTreeSet<Item>) -> BTreeSet<Item> {
        let mut open: Vec<Item> = items.iter().copied().collect();
        while let Some(item) = open.pop() {
            let Some(Symbol::Nonterminal(n)) = self.symbol(&item) else {
                continue;
            };
            let rest: &[Symbol] = item.0.map_or(&[], |p| &self.productions[p].1[item.2 + 1..]);
            let mut follow = BTreeSet::new();
            let mut empty = true;
            for symbol in rest {
                match symbol {
                    Symbol::TokenClass(k) => {
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
            for p in (0..self.productions.len()).filter(|p| self.productions[*p].0 == n.index()) {
                for &column in &follow {
                    let new = (Some(p), n.index(), 0, column);
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
        let end = self.columns;
        let mut states: BTreeSet<BTreeSet<Item>> = BTreeSet::new();
        let starts = (0..self.first.len()).map(|n| self.closure(BTreeSet::from([(None, n, 0, end)])));
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
                .any(|s| matches!(s, Symbol::TokenClass(k) if reduce.contains_key(&k.index())))
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
        let before = match random.below(6) {
            _ if rule == 0 => "pub ",
            0 | 1 => "pub ",
            2 => "#[inline] ",
            _ => "",
        };
        text += &format!("{before}N{rule} = {{");
        for alternative in 0..1 + random.below(3) {
            let length = random.below(4);
            if length == 0 {
                text += "()";
            }
            for _ in 0..length {
                let repeat = ["", "", "", "", "?", "*", "+"][random.below(7)];
                let terminal = ["\"a\"", "\"b\"", "\"c\"", "r\"[ad]\""][random.below(4)];
                match random.below(5) {
                    0 | 1 => text += &format!(" {terminal}{repeat}"),
                    2 if !repeat.is_empty() => text += &format!(" (N{} {terminal}){repeat}", random.below(rules)),
                    _ => text += &format!(" N{}{repeat}", random.below(rules)),
                }
            }
            text += &format!(" => V{alternative}(<>),");
        }
        text += "};\n";
    }
    text
}

/// A grammar is refused if and only if it has a conflict after all inlining; what is not refused is parsed rightly.
#[test]
fn random_grammars() {
    let mut random = Random(5);
    let (mut good, mut inlined, mut conflicts) = (0, 0, 0);
    for _ in 0..60_000 {
        let source = random_grammar(&mut random);
        let Ok(grammar) = tdf_reader::read_grammar("random.lalrpop", &source) else {
            continue;
        };
        if grammar.productions.len() > 14 {
            continue;
        }
        let Some(textbook) = Textbook::inlined(&grammar).filter(|t| t.productions.len() < 30) else {
            continue;
        };
        let plain = Textbook::plain(&grammar).states();
        let expected = textbook.states();
        if plain.is_some() {
            assert!(expected.is_some(), "inlining makes a conflict in {source}");
        }
        let nonterminals = || (0..grammar.nonterminals.len()).map(NonterminalId::new);
        match Lr::new(&grammar) {
            Ok(lr) => {
                assert!(expected.is_some(), "{source}");
                let any = nonterminals().any(|n| lr.is_inlined(n));
                assert_eq!(any, plain.is_none(), "{source}");
                assert!(plain.is_none_or(|states| lr.states() <= states), "{source}");
                good += 1;
                inlined += usize::from(any);
                if any || good % 8 == 0 {
                    let derived = strings(&grammar, 4);
                    for string in all(grammar.token_classes.len(), 4) {
                        for (n, derived) in nonterminals().zip(&derived) {
                            assert_eq!(
                                accepts(&lr, n, &string),
                                derived.contains(&string),
                                "{string:?} of {source}"
                            );
                        }
                    }
                }
            }
            Err(error) => {
                assert_eq!(None, expected, "{source}{error}");
                conflicts += 1;
            }
        }
        if good >= 150 && inlined >= 20 && conflicts >= 50 {
            return;
        }
    }
    panic!("only {good} good grammars, {inlined} with inlining, and {conflicts} with conflicts");
}

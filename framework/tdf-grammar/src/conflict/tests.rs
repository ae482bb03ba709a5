//! Examples against an independent count of derivations, over random grammars.

use std::collections::BTreeMap;

use super::part::{Part, Parts};
use super::path::Path;
use super::{Context, search};
use crate::automaton::Automaton;
use crate::inline::{inlinable, inline};
use crate::{Grammar, NonterminalId, Symbol};

/// How many trees a grammar gives to a string of token classes; straight from its productions.
struct Count<'a> {
    grammar: &'a Grammar,
    token_classes: &'a [u32],
    /// Whether each nonterminal derives the empty string.
    empty: Vec<bool>,
    known: BTreeMap<(NonterminalId, usize, usize), u64>,
}

impl Count<'_> {
    fn of(grammar: &Grammar, nonterminal: NonterminalId, token_classes: &[u32]) -> u64 {
        let mut empty = vec![false; grammar.nonterminals.len()];
        for _ in 0..empty.len() {
            for p in &grammar.productions {
                let all = p
                    .symbols
                    .iter()
                    .all(|s| matches!(s, Symbol::Nonterminal(n) if empty[n.index()]));
                empty[p.nonterminal.index()] |= all;
            }
        }
        let mut count = Count {
            grammar,
            token_classes,
            empty,
            known: BTreeMap::new(),
        };
        count.nonterminal(nonterminal, 0, token_classes.len())
    }

    fn are_empty(&self, symbols: &[Symbol]) -> bool {
        let is_empty = |s: &Symbol| matches!(s, Symbol::Nonterminal(n) if self.empty[n.index()]);
        symbols.iter().all(is_empty)
    }

    /// Ends, since no nonterminal of a grammar derives itself without a token, and nothing is asked of the same tokens
    /// that needs others.
    fn nonterminal(&mut self, n: NonterminalId, begin: usize, end: usize) -> u64 {
        if let Some(&count) = self.known.get(&(n, begin, end)) {
            return count;
        }
        let grammar = self.grammar;
        let productions = grammar.productions_of(n);
        let count = productions
            .map(|p| self.symbols(&grammar.production(p).symbols, begin, end))
            .sum();
        self.known.insert((n, begin, end), count);
        count
    }

    fn symbols(&mut self, symbols: &[Symbol], begin: usize, end: usize) -> u64 {
        match symbols {
            [] => u64::from(begin == end),
            [Symbol::TokenClass(k), rest @ ..] => {
                let fits = begin < end && self.token_classes[begin] == k.0;
                if fits { self.symbols(rest, begin + 1, end) } else { 0 }
            }
            [Symbol::Nonterminal(n), rest @ ..] => {
                let mut count = 0;
                for middle in begin..=end {
                    let fits = (middle > begin || self.empty[n.index()]) && (middle < end || self.are_empty(rest));
                    if fits {
                        let left = self.nonterminal(*n, begin, middle);
                        count += left * if left > 0 { self.symbols(rest, middle, end) } else { 0 };
                    }
                }
                count
            }
        }
    }
}

/// The token classes of a part.
fn text(context: &Context<'_>, parts: &Parts, part: u32, out: &mut Vec<u32>) {
    let productions = &context.automaton.productions;
    match parts.get(part) {
        Part::Symbol(symbol) => context.shortest.write(productions, *symbol, out),
        Part::Beginning(n, token_class) => {
            out.push(*token_class);
            for symbol in context.shortest.behind(productions, *n, *token_class) {
                context.shortest.write(productions, symbol, out);
            }
        }
        Part::Node(_, children) => children.iter().for_each(|c| text(context, parts, *c, out)),
    }
}

fn root(context: &Context<'_>, parts: &Parts, part: u32) -> NonterminalId {
    match parts.get(part) {
        Part::Node(p, _) => context.automaton.productions[*p as usize].nonterminal,
        other => panic!("{other:?} is no reading"),
    }
}

/// The next number of SplitMix64 (Steele, Lea and Flood 2014).
fn random(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as usize >> 1
}

fn random_grammar(state: &mut u64) -> String {
    let rules = 1 + random(state) % 4;
    let mut text = String::from("grammar;\n");
    for rule in 0..rules {
        let before = ["pub ", "", "#[inline] "][if rule == 0 { 0 } else { random(state) % 3 }];
        text += &format!("{before}N{rule} = {{");
        for alternative in 0..1 + random(state) % 3 {
            for _ in 0..random(state) % 4 {
                let repeat = ["", "", "", "?", "*", "+"][random(state) % 6];
                match random(state) % 2 {
                    0 => {
                        text += &format!(
                            " {}{repeat}",
                            ["\"a\"", "\"b\"", "\"c\"", "r\"[ad]\""][random(state) % 4]
                        )
                    }
                    _ => text += &format!(" N{}{repeat}", random(state) % rules),
                }
            }
            text += &format!(" => V{alternative},");
        }
        text += "};\n";
    }
    text
}

/// What is told to have two readings has two trees at least; where two texts are told, both are of the language and
/// begin alike, up to the token of the conflict.
#[test]
fn examples_are_right() {
    let mut state = 11;
    let (mut ambiguous, mut others, mut inlined) = (0, 0, 0);
    for _ in 0..1_200 {
        let source = random_grammar(&mut state);
        let Ok(grammar) = Grammar::read("random.lalrpop", &source) else {
            continue;
        };
        let order = if random(&mut state).is_multiple_of(2) {
            inlinable(&grammar)
        } else {
            Vec::new()
        };
        let Some(productions) = inline(&grammar, &order).ok().filter(|p| p.len() < 200) else {
            continue;
        };
        inlined += usize::from(!order.is_empty());
        let automaton = Automaton::new(&grammar, productions);
        let context = Context::new(&grammar, &automaton);
        let mut explained = 0;
        let conflicts = automaton.conflicts();
        for places in &conflicts {
            let mut found = places
                .iter()
                .filter_map(|c| Some((*c, Path::find(&context, *c, &mut 100_000)?)));
            let Some((conflict, path)) = found.next() else {
                continue;
            };
            explained += 1;
            if let Some(found) = search::ambiguity(&context, conflict, &path, &mut 2_000) {
                let of = found.roots.map(|r| root(&context, &found.parts, r));
                let texts = found.roots.map(|r| {
                    let mut token_classes = Vec::new();
                    text(&context, &found.parts, r, &mut token_classes);
                    token_classes
                });
                assert_eq!((of[0], &texts[0]), (of[1], &texts[1]), "{source}");
                let count = Count::of(&grammar, of[0], &texts[0]);
                assert!(count > 1, "{count} trees for {texts:?} of {source}");
                ambiguous += 1;
            }
            let found = path.texts(&context, conflict);
            let mut beginnings = Vec::new();
            for run in found.roots {
                let mut token_classes = Vec::new();
                text(&context, &found.parts, run, &mut token_classes);
                let count = Count::of(&grammar, root(&context, &found.parts, run), &token_classes);
                assert!(count > 0, "{token_classes:?} of {source}");
                let place = found.place as usize;
                if conflict.column as usize == grammar.token_classes.len() {
                    assert_eq!(token_classes.len(), place, "{source}");
                } else {
                    assert_eq!(
                        token_classes.get(place),
                        Some(&conflict.column),
                        "{token_classes:?} of {source}"
                    );
                }
                token_classes.truncate(place + 1);
                beginnings.push(token_classes);
            }
            assert_eq!(beginnings[0], beginnings[1], "{source}");
            others += 1;
        }
        assert!(explained > 0 || conflicts.is_empty(), "{source}");
    }
    assert!(
        ambiguous > 100 && others > ambiguous && inlined > 50,
        "{ambiguous}, {others}, {inlined}"
    );
}

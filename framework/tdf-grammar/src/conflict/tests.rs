//! Examples against an independent count of derivations, over random grammars.
//!
//! These grammars are made as data: the reader is a crate above this one.

use std::collections::{BTreeMap, BTreeSet};

use super::part::{Part, Parts};
use super::path::Path;
use super::{Context, search};
use crate::automaton::Automaton;
use crate::inline::{inlinable, inline};
use crate::{
    Alternative, AlternativeId, Grammar, Label, Nonterminal, NonterminalId, NonterminalKind, Production, Symbol, Token,
    TokenClass, TokenClassId, TokenId, TokenKind,
};

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

/// A symbol of a random rule: what it is, and how it is repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Repeated(Symbol, Option<NonterminalKind>);

/// A random grammar of up to four rules over four token classes, with repetitions. Not every one is a grammar: see
/// [`is_sound`].
fn random_grammar(state: &mut u64) -> Grammar {
    const REPEATS: [Option<NonterminalKind>; 6] = [
        None,
        None,
        None,
        Some(NonterminalKind::Optional),
        Some(NonterminalKind::Star),
        Some(NonterminalKind::Plus),
    ];
    let rules = 1 + random(state) % 4;
    let mut builder = Builder::default();
    for rule in 0..rules {
        let inline = rule > 0 && random(state).is_multiple_of(3);
        builder.rules.push((NonterminalKind::Rule, inline, Vec::new()));
    }
    for rule in 0..rules {
        for _ in 0..1 + random(state) % 3 {
            let mut symbols = Vec::new();
            for _ in 0..random(state) % 4 {
                let repeat = REPEATS[random(state) % 6];
                let symbol = match random(state) % 2 {
                    0 => Symbol::TokenClass(TokenClassId::new(random(state) % 4)),
                    _ => Symbol::Nonterminal(NonterminalId::new(random(state) % rules)),
                };
                symbols.push(builder.symbol(Repeated(symbol, repeat)));
            }
            builder.rules[rule].2.push(symbols);
        }
    }
    builder.grammar()
}

#[derive(Default)]
struct Builder {
    /// Kind, whether it is inlined, right-hand sides.
    rules: Vec<(NonterminalKind, bool, Vec<Vec<Symbol>>)>,
    repeated: Vec<(Repeated, Symbol)>,
}

impl Builder {
    /// The nonterminal that stands for a repetition, as the reader makes it.
    fn symbol(&mut self, repeated: Repeated) -> Symbol {
        let Repeated(symbol, Some(kind)) = repeated else {
            return repeated.0;
        };
        if let Some((_, made)) = self.repeated.iter().find(|(known, _)| *known == repeated) {
            return *made;
        }
        let inner = match kind {
            NonterminalKind::Star => self.symbol(Repeated(symbol, Some(NonterminalKind::Plus))),
            _ => symbol,
        };
        let made = Symbol::Nonterminal(NonterminalId::new(self.rules.len()));
        let alternatives = match kind {
            NonterminalKind::Plus => vec![vec![symbol], vec![made, symbol]],
            _ => vec![vec![], vec![inner]],
        };
        self.rules.push((kind, kind != NonterminalKind::Plus, alternatives));
        self.repeated.push((repeated, made));
        made
    }

    fn grammar(self) -> Grammar {
        let (mut nonterminals, mut alternatives, mut productions) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (kind, inline, rules)) in self.rules.into_iter().enumerate() {
            let first = productions.len() as u32;
            for symbols in rules {
                let id = productions.len() as u32;
                alternatives.push(Alternative {
                    nonterminal: NonterminalId::new(at),
                    label: Label::Variant(format!("V{id}")),
                    fields: Vec::new(),
                    productions: id..id + 1,
                    leaf: None,
                    doc: None,
                    offset: 0,
                    length: 0,
                });
                productions.push(Production {
                    nonterminal: NonterminalId::new(at),
                    alternative: AlternativeId::new(id as usize),
                    symbols,
                    leaf: false,
                });
            }
            let of = first..productions.len() as u32;
            nonterminals.push(Nonterminal {
                name: format!("N{at}"),
                doc: None,
                public: at == 0,
                kind,
                inline,
                alternatives: of.clone(),
                productions: of,
            });
        }
        let token = |(class, text): (usize, &str)| Token {
            text: text.to_owned(),
            token_class: TokenClassId::new(class),
            kind: TokenKind::Word,
            ignores_case: false,
        };
        let class = |token| TokenClass {
            tokens: vec![TokenId::new(token)],
        };
        Grammar {
            name: "random".to_owned(),
            file: "random.lalrpop".to_owned(),
            source: String::new(),
            lalrpop: String::new(),
            fingerprint: String::new(),
            start: NonterminalId::new(0),
            nonterminals,
            alternatives,
            productions,
            terminals: Vec::new(),
            token_classes: (0..4).map(class).collect(),
            tokens: ["a", "b", "c", "d"].into_iter().enumerate().map(token).collect(),
            characters: Vec::new(),
            features: BTreeSet::new(),
            skips: Vec::new(),
            reserved: Vec::new(),
            reserved_in_any_case: Vec::new(),
            left_out: Vec::new(),
            warnings: Vec::new(),
            untyped: Vec::new(),
        }
    }
}

/// Whether every nonterminal can be reached and derives something, and none derives itself alone.
fn is_sound(grammar: &Grammar) -> bool {
    let count = grammar.nonterminals.len();
    let mut derives = vec![false; count];
    let mut empty = vec![false; count];
    let mut reached = vec![false; count];
    reached[grammar.start.index()] = true;
    // One more production in each round at least, or it is the last.
    for _ in 0..=grammar.productions.len() {
        for p in &grammar.productions {
            let of = p.nonterminal.index();
            let parts = |known: &[bool], token| {
                let holds = |s: &Symbol| matches!(s, Symbol::Nonterminal(n) if known[n.index()]);
                p.symbols
                    .iter()
                    .all(|s| holds(s) || (token && matches!(s, Symbol::TokenClass(_))))
            };
            derives[of] |= parts(&derives, true);
            empty[of] |= parts(&empty, false);
            if reached[of] {
                nonterminals(&p.symbols).for_each(|n| reached[n] = true);
            }
        }
    }
    // Which nonterminal derives which one alone, by Warshall's algorithm.
    let mut alone = vec![vec![false; count]; count];
    for p in &grammar.productions {
        for (at, symbol) in p.symbols.iter().enumerate() {
            let others = p.symbols.iter().enumerate().filter(|(other, _)| *other != at);
            let vanish = others
                .map(|(_, s)| s)
                .all(|s| matches!(s, Symbol::Nonterminal(n) if empty[n.index()]));
            if let (Symbol::Nonterminal(n), true) = (symbol, vanish) {
                alone[p.nonterminal.index()][n.index()] = true;
            }
        }
    }
    for middle in 0..count {
        for from in 0..count {
            for to in 0..count {
                alone[from][to] |= alone[from][middle] && alone[middle][to];
            }
        }
    }
    derives.iter().chain(&reached).all(|holds| *holds) && (0..count).all(|n| !alone[n][n])
}

fn nonterminals(symbols: &[Symbol]) -> impl Iterator<Item = usize> {
    symbols.iter().filter_map(|s| match s {
        Symbol::Nonterminal(n) => Some(n.index()),
        Symbol::TokenClass(_) => None,
    })
}

/// What is told to have two readings has two trees at least; where two texts are told, both are of the language and
/// begin alike, up to the token of the conflict.
#[test]
fn examples_are_right() {
    let mut state = 11;
    let (mut ambiguous, mut others, mut inlined) = (0, 0, 0);
    for _ in 0..2_000 {
        let grammar = random_grammar(&mut state);
        if !is_sound(&grammar) {
            continue;
        }
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
                assert_eq!((of[0], &texts[0]), (of[1], &texts[1]), "{grammar}");
                let count = Count::of(&grammar, of[0], &texts[0]);
                assert!(count > 1, "{count} trees for {texts:?} of {grammar}");
                ambiguous += 1;
            }
            let found = path.texts(&context, conflict);
            let mut beginnings = Vec::new();
            for run in found.roots {
                let mut token_classes = Vec::new();
                text(&context, &found.parts, run, &mut token_classes);
                let count = Count::of(&grammar, root(&context, &found.parts, run), &token_classes);
                assert!(count > 0, "{token_classes:?} of {grammar}");
                let place = found.place as usize;
                if conflict.column as usize == grammar.token_classes.len() {
                    assert_eq!(token_classes.len(), place, "{grammar}");
                } else {
                    assert_eq!(
                        token_classes.get(place),
                        Some(&conflict.column),
                        "{token_classes:?} of {grammar}"
                    );
                }
                token_classes.truncate(place + 1);
                beginnings.push(token_classes);
            }
            assert_eq!(beginnings[0], beginnings[1], "{grammar}");
            others += 1;
        }
        assert!(explained > 0 || conflicts.is_empty(), "{grammar}");
    }
    assert!(
        ambiguous > 100 && others > ambiguous && inlined > 50,
        "{ambiguous}, {others}, {inlined}"
    );
}

//! Acceptance over grammars that nobody thought of.

use rand::RngExt as _;
use tdf_decode::Masks;
use tdf_grammar::{
    Alternative, AlternativeId, Grammar, Kind, KindId, Label, Nonterminal, NonterminalId, NonterminalSort, Production,
    Symbol, Terminal, TerminalText, Token, TokenId,
};
use tdf_tree::{Language, Rng, stream};

use crate::common::check_acceptance;

/// A few nonterminals with a few short productions over three literals.
fn random_grammar(rng: &mut Rng) -> Grammar {
    let texts = ["a", "b", "c"];
    let count = rng.random_range(1..=4);
    let (mut nonterminals, mut alternatives, mut productions) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..count {
        let first = productions.len() as u32;
        for _ in 0..rng.random_range(1..=3) {
            let id = productions.len() as u32;
            let symbols = (0..rng.random_range(0..=3)).map(|_| {
                if rng.random_range(0..2) == 0 {
                    Symbol::Nonterminal(NonterminalId::new(rng.random_range(0..count)))
                } else {
                    Symbol::Kind(KindId::new(rng.random_range(0..texts.len())))
                }
            });
            productions.push(Production {
                nonterminal: NonterminalId::new(n),
                alternative: AlternativeId(id),
                symbols: symbols.collect(),
                leaf: false,
            });
            alternatives.push(Alternative {
                nonterminal: NonterminalId::new(n),
                label: Label::Variant(format!("P{id}")),
                fields: Vec::new(),
                productions: id..id + 1,
                leaf: None,
                doc: None,
                offset: 0,
            });
        }
        let range = first..productions.len() as u32;
        nonterminals.push(Nonterminal {
            name: format!("N{n}"),
            doc: None,
            public: true,
            sort: NonterminalSort::Rule,
            alternatives: range.clone(),
            productions: range,
        });
    }
    let token = |i: usize| Token { text: texts[i].to_owned(), kind: KindId::new(i) };
    let terminal =
        |i: usize| Terminal { text: TerminalText::Literal(texts[i].to_owned()), tokens: vec![TokenId::new(i)] };
    Grammar {
        name: "random".to_owned(),
        file: "random.lalrpop".to_owned(),
        source: String::new(),
        fingerprint: String::new(),
        start: NonterminalId(0),
        nonterminals,
        alternatives,
        productions,
        terminals: (0..texts.len()).map(terminal).collect(),
        kinds: (0..texts.len()).map(|i| Kind { tokens: vec![TokenId::new(i)] }).collect(),
        tokens: (0..texts.len()).map(token).collect(),
    }
}

/// Whether every nonterminal derives some string, as the reader of grammars makes sure.
fn is_productive(grammar: &Grammar) -> bool {
    let mut productive = vec![false; grammar.nonterminals.len()];
    for _ in 0..grammar.nonterminals.len() {
        for p in &grammar.productions {
            let derives = |s: &Symbol| match *s {
                Symbol::Kind(_) => true,
                Symbol::Nonterminal(n) => productive[n.index()],
            };
            if p.symbols.iter().all(derives) {
                productive[p.nonterminal.index()] = true;
            }
        }
    }
    productive.iter().all(|&p| p)
}

#[test]
fn masks_lead_to_exactly_the_programs_within_the_budget() {
    let seed = std::env::var("TDF_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(7);
    println!("TDF_SEED={seed}");
    let (mut grammars, mut recursive) = (0, 0);
    for index in 0..4_000 {
        let mut rng = stream(seed, index);
        let grammar = random_grammar(&mut rng);
        let weights: Vec<u32> = grammar.productions.iter().map(|_| rng.random_range(0..=3)).collect();
        if !is_productive(&grammar) {
            continue;
        }
        let Ok(language) = Language::new(grammar) else { continue };
        let masks = Masks::with_weights(&language, &weights).unwrap();
        let name = format!("grammar {index} of seed {seed}: {:#?}, weights {weights:?}", language.grammar().productions);
        let budgets = [0, 1, 2, 3, 5, 8, Masks::UNBOUNDED];
        let count = check_acceptance(&name, language.grammar(), &masks, &weights, budgets, 6);
        grammars += 1;
        recursive += usize::from(count > 100);
    }
    assert!(grammars > 300 && recursive > 50, "{grammars} grammars, {recursive} of them with many programs");
}

//! The programs that masks lead to are exactly those within the budget.

use tdf_decode::{Masks, VocabularyId};
use tdf_tree::{Language, Size};

use crate::common::{CSG2D, Programs, RAINBOW, TINYSVG, TOYS, check_acceptance, decode, language};

fn check(name: &str, language: &Language, size: &Size, budgets: impl IntoIterator<Item = u32>, length: usize) -> usize {
    let masks = Masks::new(language, size).unwrap();
    check_acceptance(name, language.grammar(), &masks, size.weights(), budgets, length)
}

#[test]
fn toy_grammars_by_nodes_and_tokens() {
    for (name, source) in TOYS {
        let language = language(source);
        let grammar = language.grammar();
        let nodes = check(
            name,
            &language,
            &Size::nodes(grammar),
            (0..=8).chain([Masks::UNBOUNDED]),
            7,
        );
        let tokens = check(
            name,
            &language,
            &Size::tokens(grammar),
            (0..=6).chain([Masks::UNBOUNDED]),
            7,
        );
        assert!(nodes > 20 && tokens > 20, "{name}: {nodes}, {tokens}");
    }
}

/// Weighs each production by a number of its own, so that rivals differ.
#[test]
fn toy_grammars_by_uneven_weights() {
    for (name, source) in TOYS {
        let language = language(source);
        let weights: Vec<u32> = (0..language.grammar().productions.len() as u32)
            .map(|p| (p * 7 + 3) % 5)
            .collect();
        let masks = Masks::with_weights(&language, &weights).unwrap();
        let count = check_acceptance(
            name,
            language.grammar(),
            &masks,
            &weights,
            (0..12).chain([Masks::UNBOUNDED]),
            7,
        );
        assert!(count > 20, "{name}: {count}");
    }
}

/// Without any weight every program is of size zero, and there is no end of them.
#[test]
fn toy_grammars_without_weights() {
    for (name, source) in TOYS {
        let language = language(source);
        let weights = vec![0; language.grammar().productions.len()];
        let masks = Masks::with_weights(&language, &weights).unwrap();
        check_acceptance(name, language.grammar(), &masks, &weights, [0, 1, Masks::UNBOUNDED], 6);
    }
}

/// The shipped grammars with fewer tokens, so that all programs can be listed.
#[test]
fn shipped_grammars_with_few_tokens() {
    let two_colours = |source: &str| -> String {
        let drop = ["green", "yellow", "purple", "orange", "black", "white", "none"];
        source
            .lines()
            .filter(|l| !drop.iter().any(|c| l.contains(&format!("\"{c}\""))))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let rainbow = language(&two_colours(RAINBOW));
    let csg2d = language(
        &CSG2D
            .replace("1[0-5]|[1-9]", "1")
            .replace("45|90|135|180|225|270|315", "45"),
    );
    let tinysvg = language(&two_colours(TINYSVG).replace("[0-9]", "0"));

    let all = usize::MAX;
    let primitives = |l: &Language, names: &[&str]| Size::primitives(l.grammar(), names).unwrap();
    assert!(check("rainbow", &rainbow, &primitives(&rainbow, &["Box", "Ball"]), 0..=3, all) > 500);
    assert!(check("rainbow", &rainbow, &Size::nodes(rainbow.grammar()), 0..=10, all) > 500);
    assert!(check("rainbow", &rainbow, &Size::tokens(rainbow.grammar()), 0..=20, all) > 500);
    assert!(check("csg2d", &csg2d, &primitives(&csg2d, &["Circle", "Quad"]), 0..=2, all) > 3_000);
    assert!(check("csg2d", &csg2d, &Size::nodes(csg2d.grammar()), 0..=12, all) > 1_000);
    assert!(check("csg2d", &csg2d, &Size::tokens(csg2d.grammar()), 0..=16, all) > 500);
    // Moves are not counted: a bound on the length is needed as well.
    assert!(check("tinysvg", &tinysvg, &Size::nodes(tinysvg.grammar()), 0..=14, all) > 100);
    assert!(check("tinysvg", &tinysvg, &Size::tokens(tinysvg.grammar()), 0..=22, all) > 100);
    let weights: Vec<u32> = (0..tinysvg.grammar().productions.len())
        .map(|p| u32::from(p < 2))
        .collect();
    let masks = Masks::with_weights(&tinysvg, &weights).unwrap();
    assert!(check_acceptance("tinysvg", tinysvg.grammar(), &masks, &weights, 0..=2, 23) > 100);
}

/// The costs of the two lists grow apart with each `a`, so the classes have to be bounded.
#[test]
fn rivals_that_grow_apart() {
    let language = language(
        r#"grammar; pub S = { <L> => Left(<>), <M> => Right(<>) };
           L = { "a" <L> "x" => L(<>), "x" => L0 }; M = { "a" <M> "y" => M(<>), "y" => M0 };"#,
    );
    let size = Size::weighted(language.grammar(), &[("L", 1), ("M", 2), ("L0", 1), ("M0", 1)]).unwrap();
    let masks = Masks::new(&language, &size).unwrap();
    assert!(masks.greatest_slack() >= 1000, "{}", masks.greatest_slack());
    check_acceptance(
        "apart",
        language.grammar(),
        &masks,
        size.weights(),
        (0..30).chain([900, Masks::UNBOUNDED]),
        40,
    );

    let id = |text| language.grammar().tokens.iter().position(|t| t.text == text).unwrap();
    let id = |text| VocabularyId(id(text) as u32);
    let (a, y) = (id("a"), id("y"));
    let mut endless = masks.start(language.grammar().start, Masks::UNBOUNDED).unwrap();
    for _ in 0..5_000 {
        masks.advance(&mut endless, a).unwrap();
    }
    assert_eq!(
        masks.allowed(masks.mask_id(&endless)).len(),
        3,
        "a, x and y at any depth"
    );

    // Now `a^n x^(n+1)` is of size 0 and `a^n y^(n+1)` of size n. Up to the greatest slack that is exact, and a greater
    // budget is cut down to it.
    let masks = Masks::with_weights(&language, &[0, 0, 0, 0, 1, 0]).unwrap();
    let greatest = masks.greatest_slack();
    for budget in [greatest - 1, greatest, greatest + 1, 1_000_000] {
        let mut state = masks.start(language.grammar().start, budget).unwrap();
        for n in 0..3 * greatest {
            let mask = masks.mask_id(&state);
            assert_eq!(
                masks.allows(mask, y),
                n <= budget.min(greatest),
                "y after {n} of budget {budget}"
            );
            masks.advance(&mut state, a).unwrap();
        }
    }
}

#[test]
fn a_budget_below_the_least_size_has_no_start() {
    let rainbow = language(RAINBOW);
    let size = Size::nodes(rainbow.grammar());
    let masks = Masks::new(&rainbow, &size).unwrap();
    let scene = rainbow.grammar().start;
    assert_eq!(masks.least(scene), 2);
    assert!(masks.start(scene, 1).is_none());
    assert_eq!(masks.start(scene, 2).unwrap().slack(), 0);
}

#[test]
fn an_id_that_is_not_allowed_is_an_error_and_changes_nothing() {
    let rainbow = language(RAINBOW);
    let masks = Masks::new(&rainbow, &Size::nodes(rainbow.grammar())).unwrap();
    let mut state = masks.start(rainbow.grammar().start, 9).unwrap();
    let mut ids = Vec::new();
    while !state.is_done() {
        let mask = masks.mask_id(&state);
        for id in (0..=masks.vocabulary().len() as u32 + 1).chain([u32::MAX]) {
            let id = VocabularyId(id);
            if !masks.allows(mask, id) {
                assert_eq!(masks.advance(&mut state, id).unwrap_err().id, id);
                assert_eq!(masks.mask_id(&state), mask);
            }
        }
        let first = masks.allowed(mask)[0];
        masks.advance(&mut state, first).unwrap();
        ids.push(first);
    }
    assert!(ids.len() > 2, "{ids:?}");
    assert!(masks.advance(&mut state, ids[0]).is_err(), "the state is done");
}

/// All programs of each nonterminal of at most `length` tokens, with their depths: the least fixpoint.
fn depths(grammar: &tdf_grammar::Grammar, most: u32, length: usize) -> Vec<Programs> {
    use tdf_grammar::{NonterminalKind, Symbol};
    let mut all = vec![Programs::new(); grammar.nonterminals.len()];
    loop {
        let mut changed = false;
        for production in &grammar.productions {
            let mut partial = Programs::from([(Vec::new(), 0)]);
            for symbol in &production.symbols {
                let parts: Programs = match *symbol {
                    Symbol::TokenClass(token_class) => grammar.token_classes[token_class.index()]
                        .tokens
                        .iter()
                        .map(|&t| (vec![t], 0))
                        .collect(),
                    Symbol::Nonterminal(n) => all[n.index()].clone(),
                };
                let pairs = partial.iter().flat_map(|l| parts.iter().map(move |r| (l, r)));
                let short = pairs.filter(|(l, r)| l.0.len() + r.0.len() <= length);
                partial = short.map(|(l, r)| ([&l.0[..], r.0].concat(), *l.1.max(r.1))).collect();
            }
            let kind = grammar.nonterminals[production.nonterminal.index()].kind;
            let own = u32::from(!matches!(kind, NonterminalKind::Plus | NonterminalKind::Suffix));
            let known = &mut all[production.nonterminal.index()];
            for (tokens, below) in partial.into_iter().filter(|(_, below)| below + own <= most) {
                changed |= known.insert(tokens, below + own) != Some(below + own);
            }
        }
        if !changed {
            return all;
        }
    }
}

/// Under a budget of depth the masks lead to exactly the programs that are no deeper.
#[test]
fn toy_grammars_by_depth() {
    const MOST: u32 = 5;
    let mut count = 0;
    for (name, source) in TOYS {
        let language = language(source);
        let expected = depths(language.grammar(), MOST, 7);
        let (parted, size) = tdf_tree::by_depth(language.grammar(), MOST).unwrap();
        let parted = Language::new(parted).unwrap_or_else(|e| panic!("{name}: {e}"));
        let masks = Masks::new(&parted, &size).unwrap();
        for (n, expected) in expected.iter().enumerate() {
            let start = tdf_grammar::NonterminalId::new(n);
            for budget in 0..=MOST {
                let mut wanted = expected.clone();
                wanted.retain(|_, depth| *depth <= budget);
                let found = decode(&masks, start, budget, 7);
                assert_eq!(found, wanted, "{name}, nonterminal {n}, depth {budget}");
                count += found.len();
            }
        }
    }
    assert!(count > 5_000, "{count}");
}

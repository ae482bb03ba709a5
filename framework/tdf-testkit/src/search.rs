//! Noise, the way back, and masks.

use std::sync::Arc;

use rand::RngExt as _;
use tdf_decode::Masks;
use tdf_domain::Domain;
use tdf_tree::{EditPath, Mutator, NodeChoice, NoiseOptions, PathOptions};

use crate::Fixture;

/// The paper's sigma_small (section 3.1), or the least that works where a language needs larger edits: as trainings have it.
fn small<D: Domain + Default>(fixture: &Fixture<D>) -> u32 {
    EditPath::least_max_edit_size(fixture.grammar(), fixture.size()).max(2)
}

/// The edits of a path lead from one program to another.
pub fn edit_paths<D: Domain + Default>(fixture: &Fixture<D>) {
    let grammar = Arc::clone(fixture.erased.language().grammar());
    let options = PathOptions {
        max_edit_size: small(fixture),
    };
    let finder = match EditPath::new(grammar, fixture.size().clone(), options) {
        Ok(finder) => finder,
        Err(error) => panic!("{error}"),
    };
    let mut rng = fixture.rng(2);
    let programs = fixture.programs(fixture.erased.start(), 60);
    for (from, to) in programs.iter().zip(programs.iter().skip(7)) {
        let context = || {
            let print = |t: &tdf_tree::Tree| fixture.language().print(t.nodes());
            format!("from {} to {} {}", print(from), print(to), fixture.again())
        };
        let mut tree = from.clone();
        for edit in finder.find(from, to, &mut rng) {
            edit.apply(&mut tree);
        }
        assert!(
            &tree == to,
            "the path ends at {}: {}",
            fixture.language().print(tree.nodes()),
            context()
        );
        assert!(
            finder.find(to, to, &mut rng).is_empty(),
            "there is a path from a program to itself: {}",
            context()
        );
    }
}

/// Mutations give other programs, of the language.
pub fn mutations<D: Domain + Default>(fixture: &Fixture<D>) {
    let language = fixture.language();
    let options = NoiseOptions {
        max_edit_size: small(fixture),
        choice: NodeChoice::Size,
    };
    let mutator = Mutator::new(Arc::clone(language.grammar()), fixture.size().clone(), options);
    let mut rng = fixture.rng(3);
    for mut tree in fixture.programs(fixture.erased.start(), 100) {
        let before = tree.clone();
        let changed = mutator.mutate(&mut tree, &mut rng);
        let text = language.print(tree.nodes());
        let context = || format!("{} became {text} {}", language.print(before.nodes()), fixture.again());
        assert_eq!(
            changed,
            tree != before,
            "what a mutation says of itself is wrong: {}",
            context()
        );
        assert!(
            language.parse(fixture.erased.start(), &text).as_ref() == Ok(&tree),
            "not of the language: {}",
            context()
        );
    }
}

/// Random walks along the masks end in programs within the budget.
pub fn masks<D: Domain + Default>(fixture: &Fixture<D>) {
    const STEPS: usize = 100_000;
    let language = fixture.language();
    let masks = match Masks::new(language, fixture.size()) {
        Ok(masks) => masks,
        Err(error) => panic!("the language has no masks: {error}"),
    };
    let end = masks.vocabulary().end();
    let mut rng = fixture.rng(4);
    for start in fixture.nonterminals() {
        let least = fixture.least[start.index()];
        if let Some(too_small) = least.checked_sub(1) {
            assert!(
                masks.start(start, too_small).is_none(),
                "{} has a program below its least",
                fixture.name(start)
            );
        }
        for walk in 0..60 {
            let budget = least + walk % 8;
            let Some(mut state) = masks.start(start, budget) else {
                panic!(
                    "{} has no program of size {budget}, its least is {least}",
                    fixture.name(start)
                );
            };
            let mut tokens = Vec::new();
            while !state.is_done() {
                let allowed = masks.allowed(masks.mask_id(&state));
                assert!(
                    !allowed.is_empty(),
                    "a dead end after {tokens:?} in {} {}",
                    fixture.name(start),
                    fixture.again()
                );
                let id = allowed[rng.random_range(0..allowed.len())];
                masks.advance(&mut state, id).expect("the mask allows it");
                if id != end {
                    tokens.push(tdf_grammar::TokenId(id));
                }
                assert!(
                    tokens.len() < STEPS,
                    "no end after {STEPS} tokens of {}",
                    fixture.name(start)
                );
            }
            match language.parse_tokens(start, &tokens) {
                Ok(tree) => {
                    let size = fixture.size().of(tree.nodes());
                    assert!(
                        size <= budget,
                        "{} is of size {size}, over {budget}",
                        language.print(tree.nodes())
                    );
                }
                Err(at) => panic!(
                    "{tokens:?} is no {}, wrong at {at} {}",
                    fixture.name(start),
                    fixture.again()
                ),
            }
        }
    }
}

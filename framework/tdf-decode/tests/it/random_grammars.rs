//! Acceptance over grammars that nobody thought of.

use std::fmt::Write as _;

use rand::RngExt as _;
use tdf_decode::Masks;
use tdf_tree::{Language, Rng, rng_stream};

use crate::common::check_acceptance;

/// A few rules with a few short alternatives over four literals.
fn random_grammar(rng: &mut Rng) -> String {
    let rules = rng.random_range(1..=4);
    let mut source = String::from("grammar;\n");
    let mut alternatives = 0;
    for rule in 0..rules {
        write!(source, "pub N{rule} = {{").unwrap();
        for _ in 0..rng.random_range(1..=4) {
            for _ in 0..rng.random_range(0..=3) {
                if rng.random_range(0..3) == 0 {
                    write!(source, " N{}", rng.random_range(0..rules)).unwrap();
                } else {
                    write!(source, " {:?}", ["a", "b", "c", "d"][rng.random_range(0..4)]).unwrap();
                }
            }
            write!(source, " => P{alternatives},").unwrap();
            alternatives += 1;
        }
        source += " };\n";
    }
    source
}

#[test]
fn masks_lead_to_exactly_the_programs_within_the_budget() {
    // TDF_SEED=n tries others.
    let seed = std::env::var("TDF_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(7);
    let (mut grammars, mut recursive) = (0, 0);
    for index in 0..8_000 {
        let mut rng = rng_stream(seed, index);
        let source = random_grammar(&mut rng);
        // Rules that derive nothing and conflicts are errors.
        let Ok(grammar) = tdf_reader::read_grammar("random.lalrpop", &source) else {
            continue;
        };
        let Ok(language) = Language::new(grammar) else { continue };
        let weights: Vec<u32> = language
            .grammar()
            .productions
            .iter()
            .map(|_| rng.random_range(0..=3))
            .collect();
        let masks = Masks::with_weights(&language, &weights).unwrap();
        let name = format!("grammar {index} of seed {seed}, weights {weights:?}:\n{source}");
        let budgets = [0, 1, 2, 3, 5, 8, Masks::UNBOUNDED];
        let count = check_acceptance(&name, language.grammar(), &masks, &weights, budgets, 6);
        grammars += 1;
        recursive += usize::from(count > 100);
    }
    assert!(
        grammars > 300 && recursive > 40,
        "{grammars} grammars, {recursive} of them with many programs"
    );
}

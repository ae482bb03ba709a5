//! Names in scope in languages that nobody thought of.

use std::collections::BTreeSet;

use rand::RngExt as _;
use tdf_decode::{Masks, VocabularyId};
use tdf_tests::brute::decoded;
use tdf_tests::scopes::{Canonical, Toy, listing, random};
use tdf_tree::{Sampler, Size, Weighting, rng_stream};

/// `TDF_SEED=n` tries other languages.
#[test]
fn random_languages_bind_names_as_the_evaluator_says() {
    let seed = std::env::var("TDF_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(11);
    let (mut accepted, mut refused, mut programs) = (0, 0, 0);
    let [mut with_rest, mut with_blocks, mut with_bodies, mut with_kinds] = [0; 4];
    for index in 0..400 {
        let mut rng = rng_stream(seed, index);
        match random(&mut |end: usize| rng.random_range(0..end)) {
            Ok(toy) => {
                accepted += 1;
                programs += check(&toy);
                let of = &toy.meaning;
                with_rest += usize::from(of.binds.iter().any(|binds| binds.rest));
                with_blocks += usize::from(!of.blocks.is_empty());
                with_bodies += usize::from(of.binds.iter().any(|binds| !binds.bodies.is_empty()));
                with_kinds += usize::from(of.binds.iter().any(|binds| binds.kind == 1));
            }
            Err(error) => {
                // Not an accident of the generator: a finding about the table.
                assert!(error.contains("\ntoy.toml:"), "seed {seed}, language {index}: {error}");
                refused += 1;
            }
        }
    }
    assert!(accepted > 80 && refused > 20, "{accepted} accepted, {refused} refused");
    assert!(programs > 4000, "{programs} programs");
    let traits = [with_rest, with_blocks, with_bodies, with_kinds];
    assert!(traits.iter().all(|&languages| languages > 10), "{traits:?}");
}

/// Compares the language with the evaluator. Returns how many programs were listed.
fn check(toy: &Toy) -> usize {
    let said = || format!("{}\n{}", toy.source, toy.toml);
    let scoped = toy.scoped.grammar();
    let (start, size) = (scoped.start, Size::nodes(scoped));
    let masks = Masks::new(&toy.scoped, &size).unwrap_or_else(|e| panic!("{e} of {}", said()));

    // All programs, as large as there are few.
    let mut count = 0;
    let mut most = 0;
    let mut classes: BTreeSet<Canonical> = BTreeSet::new();
    for nodes in 1..=8 {
        let Some(listed) = listing(toy.grammar(), nodes)
            .pop()
            .filter(|all| count + all.len() < 600)
        else {
            break;
        };
        count += listed.len();
        most = nodes;
        for program in listed {
            let text = toy.plain.print(&program);
            let read = toy.scoped.parse(start, &text);
            match (toy.meaning(&program), read) {
                (Ok(meaning), Ok(tree)) => {
                    assert_eq!(toy.meaning(&toy.scoped.to_written(tree.nodes())).as_ref(), Ok(&meaning));
                    classes.insert(meaning);
                }
                (Err(_), Err(_)) => {}
                (meaning, read) => panic!("{text}: {meaning:?}, but {read:?} of\n{}", said()),
            }
        }
    }
    let found = decoded(&masks, start, most, usize::MAX);
    let found: Vec<Canonical> = found
        .keys()
        .map(|tokens| {
            let tree = toy.plain.parse_tokens(toy.grammar().start, tokens).unwrap();
            toy.meaning(tree.nodes())
                .unwrap_or_else(|slip| panic!("{slip:?} of\n{}", said()))
        })
        .collect();
    assert_eq!(found.len(), classes.len(), "up to {most} nodes of\n{}", said());
    assert_eq!(
        found.into_iter().collect::<BTreeSet<_>>(),
        classes,
        "up to {most} nodes of\n{}",
        said()
    );

    // Larger ones at random.
    let sampler = Sampler::new(scoped, &size, 30, Weighting::Skeletons);
    let Ok(sizes) = sampler.feasible(start, 1..=30) else {
        return count;
    };
    let mut rng = rng_stream(2, 0);
    let mut tokens = Vec::new();
    for _ in 0..20 {
        let tree = sampler.sample(start, &sizes, &mut rng);
        let written = toy.scoped.to_written(tree.nodes());
        let text = toy.scoped.print(tree.nodes());
        assert!(toy.meaning(&written).is_ok(), "{text} of\n{}", said());
        assert_eq!(text, toy.plain.print(&written));
        assert_eq!(
            toy.scoped.parse(start, &text).as_ref(),
            Ok(&tree),
            "{text} of\n{}",
            said()
        );
        tokens.clear();
        toy.scoped.tokens(tree.nodes(), &mut tokens);
        let mut state = masks.start(start, size.of(tree.nodes())).unwrap();
        for &token in &tokens {
            let id = VocabularyId(token.0);
            masks
                .advance(&mut state, id)
                .unwrap_or_else(|e| panic!("{e}: {text} of\n{}", said()));
        }
        let id = masks.vocabulary().end();
        assert!(
            masks.advance(&mut state, id).is_ok() && state.is_done(),
            "{text} of\n{}",
            said()
        );
    }
    count
}

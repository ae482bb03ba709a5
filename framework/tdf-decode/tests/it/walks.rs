//! Long random walks over the shipped grammars.

use rand::RngExt as _;
use tdf_decode::{DecoderState, Masks};
use tdf_grammar::{NonterminalId, TokenId};
use tdf_tree::rng_stream;

use crate::common::shipped;

#[test]
fn always_finish_within_the_budget_and_parse() {
    for (language, size) in shipped() {
        let grammar = language.grammar();
        let masks = Masks::new(&language, &size).unwrap();
        let mut rng = rng_stream(1, 0);
        let mut tokens: Vec<TokenId> = Vec::new();
        for round in 0..3_000 {
            let start = NonterminalId::new(round % grammar.nonterminals.len());
            let budget = masks.least(start) + rng.random_range(0..12);
            let mut state = masks.start(start, budget).unwrap();
            tokens.clear();
            while !state.is_done() {
                let allowed = masks.allowed(masks.mask_id(&state));
                let id = allowed[rng.random_range(0..allowed.len())];
                let slack = state.slack();
                masks.advance(&mut state, id).unwrap();
                assert!(state.slack() <= slack);
                tokens.extend(masks.vocabulary().token(id));
            }
            let tree = language
                .parse_tokens(start, &tokens)
                .expect("masks lead to programs only");
            assert_eq!(size.of(tree.nodes()) + state.slack(), budget);
        }
    }
}

#[test]
fn skipping_is_taking_what_is_forced() {
    for (language, size) in shipped() {
        let masks = Masks::new(&language, &size).unwrap();
        let mut rng = rng_stream(2, 0);
        for _ in 0..500 {
            let mut quick = masks.start(language.grammar().start, 4).unwrap();
            let mut slow = quick.clone();
            let (mut tokens, mut expected) = (Vec::new(), Vec::new());
            let take = |state: &mut DecoderState, tokens: &mut Vec<TokenId>, id| {
                masks.advance(state, id).unwrap();
                tokens.extend(masks.vocabulary().token(id));
            };
            loop {
                let mask = masks.skip_forced(&mut quick, &mut tokens);
                while let Some(id) = masks.forced(&slow) {
                    take(&mut slow, &mut expected, id);
                }
                assert_eq!((&quick, &tokens), (&slow, &expected));
                let Some(mask) = mask else { break };
                assert_eq!(mask, masks.mask_id(&slow));
                let allowed = masks.allowed(mask);
                assert!(allowed.len() > 1);
                let id = allowed[rng.random_range(0..allowed.len())];
                take(&mut quick, &mut tokens, id);
                take(&mut slow, &mut expected, id);
            }
            assert!(quick.is_done());
            assert!(language.parse_tokens(language.grammar().start, &tokens).is_ok());
        }
    }
}

#[test]
fn the_matrix_holds_all_masks() {
    for (language, size) in shipped() {
        let masks = Masks::new(&language, &size).unwrap();
        let matrix = masks.matrix();
        let width = masks.vocabulary().end().index() + 1;
        assert_eq!(matrix.len(), masks.mask_count() * width);
        for (mask, row) in matrix.chunks(width).enumerate() {
            let mask = tdf_decode::MaskId(mask as u32);
            assert!((0..width).all(|id| (row[id] == 1) == masks.allows(mask, tdf_decode::VocabularyId(id as u32))));
        }
        assert!(
            masks.class_count() <= 300 && masks.mask_count() <= 24,
            "{} {}",
            masks.class_count(),
            masks.mask_count()
        );
    }
}

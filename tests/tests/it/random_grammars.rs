//! Grammars that nobody thought of.

use std::collections::BTreeMap;

use rand::RngExt as _;
use tdf_grammar::TokenClassId;
use tdf_tests::agree::{Verdict, check};
use tdf_tests::earley::{Readings, readings, viable};
use tdf_tests::random::Source;
use tdf_tree::rng_stream;

/// Reader, parser, masks and sampler agree with what does without them. `TDF_SEED=n` tries other grammars.
#[test]
fn everything_agrees() {
    let seed = std::env::var("TDF_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(11);
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for index in 0..600 {
        let mut rng = rng_stream(seed, index);
        let mut choose = |end: usize| rng.random_range(0..end);
        let source = Source::random(&mut choose);
        *verdicts.entry(check(&source, &mut choose)).or_default() += 1;
    }
    for verdict in [Verdict::Ambiguous, Verdict::Conflict, Verdict::Small, Verdict::Large] {
        assert!(verdicts.get(&verdict).is_some_and(|&n| n > 30), "{verdicts:?}");
    }
}

/// The oracle itself, on grammars whose readings are known.
#[test]
fn readings_are_counted() {
    let cases = [
        (r#"pub S = { "a" <S> => More(<>), "b" => Stop };"#, "aab", Readings::One),
        (r#"pub S = { <S> <S> => Two(<>), "a" => One };"#, "aa", Readings::One),
        (
            r#"pub S = { <S> <S> => Two(<>), "a" => One };"#,
            "aaa",
            Readings::Several,
        ),
        (
            r#"pub S = { <T> "a" => S(<>) }; T = { () => Nothing, <T> "a" => More(<>) };"#,
            "aaa",
            Readings::One,
        ),
        (
            r#"pub S = { <T> <T> "b" => S(<>) }; T = { () => Nothing, "a" => A };"#,
            "b",
            Readings::One,
        ),
        (
            r#"pub S = { <T> <T> "b" => S(<>) }; T = { () => Nothing, "a" => A };"#,
            "ab",
            Readings::Several,
        ),
        (
            r#"pub S = { "a" <S> "b" => S(<>), () => Nothing };"#,
            "aabb",
            Readings::One,
        ),
        (
            r#"pub S = { "a" <S> "b" => S(<>), () => Nothing };"#,
            "aab",
            Readings::None,
        ),
    ];
    for (rules, text, expected) in cases {
        let grammar =
            tdf_reader::read_grammar("toy.lalrpop", &format!("grammar; {rules}")).unwrap_or_else(|e| panic!("{e}"));
        let token_class = |c: char| {
            grammar
                .tokens
                .iter()
                .find(|t| t.text == c.to_string())
                .map(|t| t.token_class)
        };
        let token_classes: Vec<TokenClassId> = text.chars().filter_map(token_class).collect();
        assert_eq!(
            readings(&grammar, grammar.start, &token_classes),
            expected,
            "{text} of {rules}"
        );
        assert_eq!(
            viable(&grammar, grammar.start, &token_classes),
            text.len(),
            "{text} of {rules}"
        );
    }
}

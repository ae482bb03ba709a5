//! The LR(1) tables against brute-force derivation.

use tdf_grammar::{Lr, NonterminalId};

use crate::oracle::{all, strings};
use crate::support::{accepts, read};

/// Compares the automaton with the derivations, for every nonterminal as start and every string of token classes up to `length`.
fn check(rules: &str, length: usize) {
    let grammar = read(rules);
    let lr = Lr::new(&grammar).unwrap_or_else(|e| panic!("{e}"));
    let derived = strings(&grammar, length);
    for (n, derived) in derived.iter().enumerate() {
        let name = &grammar.nonterminals[n].name;
        for string in all(grammar.token_classes.len(), length) {
            let taken = accepts(&lr, NonterminalId::new(n), &string);
            assert_eq!(taken, derived.contains(&string), "{name} on {string:?} of\n{grammar}");
        }
    }
}

#[test]
fn left_recursion() {
    check(
        r#"pub E: E = { <E> "+" <T> => Add(<>), T }; T = { "n", "(" <E> ")" => Brackets(<>) };"#,
        6,
    );
}

#[test]
fn right_recursion() {
    check(r#"pub L = { "a" <L> => More(<>), "b" };"#, 8);
}

#[test]
fn empty_rules() {
    check(
        r#"pub S = <A> "x" <B> <C>; A = { () => Nothing, "a" }; B = { () => Nothing, "b" <B> => More(<>) }; C = <A> <D>; D = { () => Nothing, "d" <D> => More(<>) };"#,
        5,
    );
}

#[test]
fn lr1_but_not_lalr1() {
    // The textbook grammar: merging the states of equal cores would conflict.
    check(
        r#"pub S = { "a" <E> "c" => One(<>), "a" <F> "d" => Two(<>), "b" <F> "c" => Three(<>), "b" <E> "d" => Four(<>) };
           E = "e" => E; F = "e" => F;"#,
        4,
    );
}

#[test]
fn overlapping_terminals() {
    check(
        r#"pub S = { "a" <r"[0-3]"> => A(<>), "b" <r"[2-5]"> => B(<>), "c" "3" };"#,
        3,
    );
    check(
        r#"pub S = { "a" <X> => A(<>), "b" <Y> => B(<>) }; X = r"[0-3]"; Y = { r"[2-5]" => Low, r"[6-9]" => High };"#,
        3,
    );
}

#[test]
fn repetitions_and_groups() {
    check(r#"pub S = "(" <X*> ")" <X?>; X = { "a", "b" <X+> ";" => B(<>) };"#, 5);
    check(r#"pub S = <("a" ",")*> <"b"?>;"#, 6);
    check(r#"pub S = <r"[ab]"+> "c"?;"#, 5);
}

#[test]
fn several_starts_and_cycles_over_rules() {
    check(
        r#"pub A = { "a" <B> => A(<>), "x" }; pub B = { "b" <A> => B(<>), "y" };"#,
        6,
    );
}

#[test]
fn precedence_levels() {
    check(
        r#"pub E = { #[precedence(level="0")] "n", "(" <E> ")" => Brackets(<>),
                    #[precedence(level="1")] #[assoc(side="left")] <E> "*" <E> => Multiply(<>),
                    #[precedence(level="2")] #[assoc(side="right")] <E> "^" <E> => Power(<>),
                    #[precedence(level="3")] #[assoc(side="none")] <E> "<" <E> => Less(<>) };"#,
        5,
    );
}

#[test]
fn macros() {
    check(
        r#"Comma<E>: Vec<E> = { E => One(<>), <Comma<E>> "," <E> => More(<>) };
           Tier<Op, Next> = { <Tier<Op, Next>> Op <Next> if Op == "+" => Sum(<>), <Tier<Op, Next>> Op <Next> if Op != "+" => Other(<>), Next => <> };
           pub S = { "(" <Comma<T>> ")" => S(<>), "[" <Tier<"+", Tier<"*", T>>> "]" => U(<>) };  T = { "a", "b" };"#,
        4,
    );
}

#[test]
fn states_are_numbered_alike_every_time() {
    let rules =
        r#"pub E = { <E> "+" <T> => Add(<>), T }; T = { r"[0-9]" => Number(<>), "(" <E> ")" => Brackets(<>) };"#;
    let (a, b) = (Lr::new(&read(rules)).unwrap(), Lr::new(&read(rules)).unwrap());
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
}

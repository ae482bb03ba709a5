//! Texts that can be read in two ways, or not with one token of look-ahead.

use expect_test::expect;

use super::check;

#[test]
fn dangling_else() {
    check(
        r#"pub S = { "if" "x" <S> => If(<>), "if" "x" <S> "else" <S> => IfElse(<>), "skip" };"#,
        expect![[r#"
            bad.lalrpop:2:11: error: ambiguous: `if x if x skip else skip` can be read as `if x (if x skip) else skip` or as `if x (if x skip else skip)`
              |
            2 | pub S = { "if" "x" <S> => If(<>), "if" "x" <S> "else" <S> => IfElse(<>), "skip" };
              |           ^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: after `if x if x skip` and before `else`, either this is complete: S = "if" "x" S
              = note: or this goes on at the dot: S = "if" "x" S . "else" S
              = help: put brackets or a keyword around one of the two, or use #[precedence] and #[assoc] if they are operators"#]],
    );
}

#[test]
fn ambiguous_operator() {
    check(
        r#"pub E = { <E> "+" <E> => Add(<>), "n" };"#,
        expect![[r#"
            bad.lalrpop:2:11: error: ambiguous: `n + n + n` can be read as `(n + n) + n` or as `n + (n + n)`
              |
            2 | pub E = { <E> "+" <E> => Add(<>), "n" };
              |           ^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: after `n + n` and before `+`, either this is complete: E = E "+" E
              = note: or this goes on at the dot: E = E . "+" E
              = help: put brackets or a keyword around one of the two, or use #[precedence] and #[assoc] if they are operators"#]],
    );
}

#[test]
fn two_rules_for_one_text() {
    check(
        r#"pub S = { A => A(<>), B => B(<>) };
A = r"[wx]" => A(<>);
B = r"[xy]" => B(<>);"#,
        expect![[r#"
            bad.lalrpop:4:5: error: ambiguous: `x` can be read as `B[x]` or as `A[x]`
              |
            4 | B = r"[xy]" => B(<>);
              |     ^^^^^^^^^^^^^^^^
              |
              = note: after `x` and before the end, either this is complete: B = "x"
              = note: or this is complete: A = "x"
              = help: say the common part in one rule only, or let a keyword tell the two apart"#]],
    );
}

#[test]
fn optional_twice() {
    check(
        r#"pub S = <A?> <A?>;
A = "a";"#,
        expect![[r#"
            bad.lalrpop:2:9: error: ambiguous: `a` can be read as `A?[] A?[a]` or as `A?[a] A?[]`
              |
            2 | pub S = <A?> <A?>;
              |         ^^^^
              |
              = note: at the start, before `a`, either this is left out: A? = (nothing)
              = note: or this goes on at the dot: A = . "a"
              = help: let what may be left out begin with a token of its own, or say the common part in one rule only"#]],
    );
}

#[test]
fn two_tokens_of_look_ahead() {
    check(
        r#"pub S = <R*>;
R = <N> ":" <N*>;
N = "n";"#,
        expect![[r#"
            bad.lalrpop:3:5: error: not LR(1): after `n :` and before `n`, it depends on what comes later how to go on
              |
            3 | R = <N> ":" <N*>;
              |     ^^^^^^^^^^^^
              |
              = note: either this is complete: R = N ":", as in `(n :) n :`
              = note: or this goes on at the dot: R = N ":" . N+, as in `n : (n) n :`
              = help: one token has to be enough to decide: end the first with a token of its own, such as ";", or begin what follows with one

            bad.lalrpop:3:5: error: not LR(1): after `n : n` and before `n`, it depends on what comes later how to go on
              |
            3 | R = <N> ":" <N*>;
              |     ^^^^^^^^^^^^
              |
              = note: either this is complete: R = N ":" N+, as in `(n : n) n :`
              = note: or this goes on at the dot: N+ = N+ . N, as in `n : n (n) n :`
              = help: one token has to be enough to decide: end the first with a token of its own, such as ";", or begin what follows with one"#]],
    );
}

#[test]
fn alternatives_of_one_text() {
    check(
        r#"pub S = { "a" "b" => Left, "a" "b" => Right };"#,
        expect![[r#"
        bad.lalrpop:2:28: error: ambiguous: `a b` can be read as `S::Right[a b]` or as `S::Left[a b]`
          |
        2 | pub S = { "a" "b" => Left, "a" "b" => Right };
          |                            ^^^^^^^^^^^^^^^^^
          |
          = note: after `a b` and before the end, in two ways this is complete: S = "a" "b"
          = help: say the common part in one rule only, or let a keyword tell the two apart"#]],
    );
}

#[test]
fn parts_that_may_be_left_out() {
    check(
        r#"pub S = { A => One(<>), B => Two(<>) };
A = { () => NoA, "a" };
B = { () => NoB, "b" };"#,
        expect![[r#"
            bad.lalrpop:4:7: error: ambiguous: no token at all can be read as `B[]` or as `A[]`
              |
            4 | B = { () => NoB, "b" };
              |       ^^^^^^^^^
              |
              = note: at the start, before the end, either this is left out: B = (nothing)
              = note: or this is left out: A = (nothing)
              = help: let what may be left out begin with a token of its own, or say the common part in one rule only"#]],
    );
}

#[test]
fn brackets_of_the_language() {
    check(
        r#"pub E = { "fn" <V> "." <E> => Function(<>), <E> <P> => Apply(<>), P => <> };
P = { V => <>, "(" <E> ")" => <> };
V = r"[a-c]";"#,
        expect![[r#"
            bad.lalrpop:2:11: error: ambiguous: `fn a . a ( a )` can be read as `[fn a . a] ( a )` or as `fn a . [a ( a )]`
              |
            2 | pub E = { "fn" <V> "." <E> => Function(<>), <E> <P> => Apply(<>), P => <> };
              |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: after `fn a . a` and before `(`, either this is complete: E = "fn" V "." E
              = note: or this goes on at the dot: E = E . P
              = help: put brackets or a keyword around one of the two, or use #[precedence] and #[assoc] if they are operators"#]],
    );
}

#[test]
fn many_optional_parts_of_one_kind() {
    let parts: String = (0..40).map(|_| "<A?> ").collect();
    check(
        &format!("pub S = {parts};\nA = {{ \"a\" }};"),
        expect![[r#"
            bad.lalrpop:2:9: error: ambiguous: `a` can be read as `A?[] A?[a]` or as `A?[a] A?[]`
              |
            2 | pub S = <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> <A?> ...
              |         ^^^^
              |
              = note: at the start, before `a`, either this is left out: A? = (nothing)
              = note: or this goes on at the dot: A = . "a"
              = help: let what may be left out begin with a token of its own, or say the common part in one rule only"#]],
    );
}

#[test]
fn inlining_that_solves_a_conflict() {
    check(
        r#"pub S = { <Mark> "a" "x" => One(<>), <Other> "a" "y" => Two(<>) };
Mark = "!";
Other = "!";"#,
        expect![[r#"
            bad.lalrpop:4:9: error: not LR(1): after `!` and before `a`, it depends on what comes later how to go on
              |
            4 | Other = "!";
              |         ^^^
              |
              = note: either this is complete: Other = "!", as in `(!) a y`
              = note: or this is complete: Mark = "!", as in `(!) a x`
              = help: write `#[inline]` before `Mark` and before `Other`: with it the grammar has no conflict"#]],
    );
}

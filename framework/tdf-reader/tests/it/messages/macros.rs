//! Macros, conditions and levels of precedence.

use expect_test::expect;

use super::check;

#[test]
fn macro_without_arguments() {
    check(
        r#"pub S = Comma;
Comma<E> = { E => One(<>) };"#,
        expect![[r#"
            bad.lalrpop:2:9: error: `Comma` is a macro and needs its arguments
              |
            2 | pub S = Comma;
              |         ^^^^^
              |
              = help: write `Comma<E>`"#]],
    );
}

#[test]
fn macro_with_wrong_arguments() {
    check(
        r#"pub S = Comma<"a", "b">;
Comma<E> = { E => One(<>) };"#,
        expect![[r#"
            bad.lalrpop:2:9: error: `Comma` takes 1 argument, not 2
              |
            2 | pub S = Comma<"a", "b">;
              |         ^^^^^^^^^^^^^^^
              |
              = help: it is declared as `Comma<E>`"#]],
    );
}

#[test]
fn endless_macro() {
    check(
        r#"pub S = M<"a">;
M<X> = { X => One(<>), "b" <M<(X X)>> => More(<>) };"#,
        expect![[r#"
            bad.lalrpop:3:28: error: the instances of this macro have no end
              |
            3 | M<X> = { X => One(<>), "b" <M<(X X)>> => More(<>) };
              |                            ^^^^^^^^^^
              |
              = help: a macro may use itself only with the arguments it was given"#]],
    );
}

#[test]
fn condition_on_no_literal() {
    check(
        r#"pub S = M<T>;
M<X> = { X if X == "a" => One(<>) };
T = "t";"#,
        expect![[r#"
            bad.lalrpop:3:15: error: conditions compare literals, and this argument is none
              |
            3 | M<X> = { X if X == "a" => One(<>) };
              |               ^
              |
              = help: give the macro a literal, such as `Name<"text">`"#]],
    );
}

#[test]
fn levels_without_a_start() {
    check(
        r#"pub E = { "n", #[precedence(level="1")] <E> "+" <E> => Add(<>) };"#,
        expect![[r#"
            bad.lalrpop:2:11: error: the first alternative of a rule with levels needs a level too
              |
            2 | pub E = { "n", #[precedence(level="1")] <E> "+" <E> => Add(<>) };
              |           ^^^
              |
              = help: put #[precedence(level = "0")] before it"#]],
    );
}

#[test]
fn tightest_level_associates() {
    check(
        r#"pub E = { #[precedence(level="0")] #[assoc(side="left")] <E> "+" <E> => Add(<>), "n" };"#,
        expect![[r#"
            bad.lalrpop:2:58: error: the tightest level cannot associate
              |
            2 | pub E = { #[precedence(level="0")] #[assoc(side="left")] <E> "+" <E> => Add(<>), "n" };
              |                                                          ^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: move the alternative to a looser level, or write #[assoc(side = "all")]"#]],
    );
}

#[test]
fn bad_level() {
    check(
        r#"pub E = { #[precedence(level="x")] "n" };"#,
        expect![[r#"
            bad.lalrpop:2:13: error: a precedence needs a level
              |
            2 | pub E = { #[precedence(level="x")] "n" };
              |             ^^^^^^^^^^
              |
              = help: write #[precedence(level = "1")]"#]],
    );
}

#[test]
fn bad_side() {
    check(
        r#"pub E = { #[precedence(level="1")] #[assoc(side="up")] "n" };"#,
        expect![[r#"
            bad.lalrpop:2:38: error: the side is one of left, right, none and all
              |
            2 | pub E = { #[precedence(level="1")] #[assoc(side="up")] "n" };
              |                                      ^^^^^
              |
              = help: write #[assoc(side = "left")]"#]],
    );
}

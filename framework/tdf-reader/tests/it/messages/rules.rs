//! Rules and alternatives: their names, and what they derive.

use expect_test::expect;

use super::check;

#[test]
fn undefined_rules_all_at_once() {
    check(
        r#"pub Shape = { "a" <Numbr> => A(<>), "b" <Xyz> => B(<>) };
Number = r"[0-9]";"#,
        expect![[r#"
            bad.lalrpop:2:19: error: there is no rule called `Numbr`
              |
            2 | pub Shape = { "a" <Numbr> => A(<>), "b" <Xyz> => B(<>) };
              |                   ^^^^^^^
              |
              = help: did you mean `Number`?

            bad.lalrpop:2:41: error: there is no rule called `Xyz`
              |
            2 | pub Shape = { "a" <Numbr> => A(<>), "b" <Xyz> => B(<>) };
              |                                         ^^^^^"#]],
    );
}

#[test]
fn two_rules_of_one_name() {
    check(
        r#"pub S = "a";
S = "b";"#,
        expect![[r#"
            bad.lalrpop:3:1: error: a second rule called `S`
              |
            3 | S = "b";
              | ^
              |
              = help: join the two, with their alternatives in `{ }`"#]],
    );
}

#[test]
fn no_public_rule() {
    check(
        r#"S = "a";"#,
        expect![[r#"
            bad.lalrpop:2:1: error: no rule is public
              |
            2 | S = "a";
              | ^
              |
              = help: write `pub` before the rule that programs start with"#]],
    );
}

#[test]
fn endless_rules() {
    check(
        r#"pub S = { "a" <T> => A(<>), "b" };
T = "c" <T>;"#,
        expect![[r#"
            bad.lalrpop:3:1: error: no program of `T` ever ends
              |
            3 | T = "c" <T>;
              | ^
              |
              = help: add an alternative that does not lead back to itself"#]],
    );
}

#[test]
fn derives_itself() {
    check(
        r#"pub S = { T => <>, "a" };
T = { S => <>, "b" };"#,
        expect![[r#"
            bad.lalrpop:2:5: error: `S` derives itself without reading anything
              |
            2 | pub S = { T => <>, "a" };
              |     ^
              |
              = help: every program would have infinitely many trees: make the step read a token, or remove it

            bad.lalrpop:3:1: error: `T` derives itself without reading anything
              |
            3 | T = { S => <>, "b" };
              | ^
              |
              = help: every program would have infinitely many trees: make the step read a token, or remove it"#]],
    );
}

#[test]
fn repeats_what_may_be_empty() {
    check(
        r#"pub S = <X*>;
X = "x"?;"#,
        expect![[r#"
            bad.lalrpop:2:9: error: `X+` repeats what may be empty
              |
            2 | pub S = <X*>;
              |         ^^^^
              |
              = help: every program would have infinitely many trees: make the step read a token, or remove it"#]],
    );
}

#[test]
fn two_alternatives_of_one_name() {
    check(
        r#"pub S = { "a" => A, "b" => A };"#,
        expect![[r#"
            bad.lalrpop:2:21: error: a second alternative of `S` is called `A`
              |
            2 | pub S = { "a" => A, "b" => A };
              |                     ^^^^^^^^^
              |
              = help: give each its own label, such as `=> Name { <> }`"#]],
    );
}

#[test]
fn two_fields_of_one_name() {
    check(
        r#"pub S = <a:T> <a:T> => S { <> };
T = "t";"#,
        expect![[r#"
            bad.lalrpop:2:16: error: a second symbol called `a`
              |
            2 | pub S = <a:T> <a:T> => S { <> };
              |                ^
              |
              = help: the fields of a node need distinct names"#]],
    );
}

#[test]
fn no_name_for_an_alternative() {
    check(
        r#"pub S = { "(" <S> <S> ")", "0" };"#,
        expect![[r#"
            bad.lalrpop:2:11: error: nothing here gives this alternative a name
              |
            2 | pub S = { "(" <S> <S> ")", "0" };
              |           ^^^^^^^^^^^^^^^
              |
              = help: add a label, such as `=> Name { <> }`

            bad.lalrpop:2:28: error: nothing here gives this alternative a name
              |
            2 | pub S = { "(" <S> <S> ")", "0" };
              |                            ^^^
              |
              = help: add a label, such as `=> Name { <> }`"#]],
    );
}

#[test]
fn faults_in_two_rules() {
    check(
        r#"pub S = { "a" "b" => ) };
T = = "b";
U = "c"
V = "d";"#,
        expect![[r#"
            bad.lalrpop:2:22: error: expected `,` or `}` after the alternative, found `)`
              |
            2 | pub S = { "a" "b" => ) };
              |                      ^

            bad.lalrpop:3:5: error: expected a symbol, found `=`
              |
            3 | T = = "b";
              |     ^

            bad.lalrpop:5:3: error: expected `;`, found `=`
              |
            5 | V = "d";
              |   ^
              |
              = help: a rule ends with `;`, several alternatives stand in `{ }`"#]],
    );
}

/// The levels of a rule have names that the file does not have.
#[test]
fn a_rule_with_levels_without_end() {
    check(
        r#"pub E = { #[precedence(level="0")] "(" <E> ")" => B(<>), #[precedence(level="1")] "-" <E> => M(<>) };"#,
        expect![[r#"
            bad.lalrpop:2:5: error: no program of `E` ever ends
              |
            2 | pub E = { #[precedence(level="0")] "(" <E> ")" => B(<>), #[precedence(level="1")] "-" <E> => M(<>) };
              |     ^
              |
              = help: add an alternative that does not lead back to itself"#]],
    );
}

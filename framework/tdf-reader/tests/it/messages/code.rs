//! What is written for parsers: actions, places, recovery, lexers of its own.

use expect_test::expect;

use super::check;

#[test]
fn actions_that_are_no_labels() {
    check(
        r#"pub S = { <a:S> "+" <b:S> => Box::new(Op(a, b)), "a" => vec![], "b" <S> => <>.into(), "c" <S> <S> => <> };"#,
        expect![[r#"
            bad.lalrpop:2:27: error: this action names no variant
              |
            2 | pub S = { <a:S> "+" <b:S> => Box::new(Op(a, b)), "a" => vec![], "b" <S> => <>.into(), "c" <S> <S> => <> };
              |                           ^^^^^^^^^^^^^^^^^^^^^
              |
              = help: an action is a label: `=> Name { <> }`, `=> Name(<>)`, `=> Name` or `=> <>`

            bad.lalrpop:2:54: error: this action names no variant
              |
            2 | pub S = { <a:S> "+" <b:S> => Box::new(Op(a, b)), "a" => vec![], "b" <S> => <>.into(), "c" <S> <S> => <> };
              |                                                      ^^^^^^^^^
              |
              = help: an action is a label: `=> Name { <> }`, `=> Name(<>)`, `=> Name` or `=> <>`

            bad.lalrpop:2:73: error: a conversion fits only around a single terminal
              |
            2 | :S> "+" <b:S> => Box::new(Op(a, b)), "a" => vec![], "b" <S> => <>.into(), "c" <S> <S> => <> };
              |                                                             ^^^^^^^^^^^^
              |
              = help: an action is a label: `=> Name { <> }`, `=> Name(<>)`, `=> Name` or `=> <>`

            bad.lalrpop:2:99: error: `<>` alone needs exactly one nonterminal
              |
            2 | Op(a, b)), "a" => vec![], "b" <S> => <>.into(), "c" <S> <S> => <> };
              |                                                             ^^^^^^
              |
              = help: an action is a label: `=> Name { <> }`, `=> Name(<>)`, `=> Name` or `=> <>`"#]],
    );
}

#[test]
fn fallible_action() {
    check(
        r#"pub S = "a" =>? Ok(S);"#,
        expect![[r#"
            bad.lalrpop:2:13: error: an action that may fail (`=>?`) would make programs of this grammar invalid after the fact
              |
            2 | pub S = "a" =>? Ok(S);
              |             ^^^
              |
              = help: say what is valid in the rules, and use `=>`"#]],
    );
}

#[test]
fn places_in_the_text() {
    check(
        r#"pub S = <l:@L> "a" => S;
T = "a" =>@R;"#,
        expect![[r#"
            bad.lalrpop:2:12: error: places in the text (`@L`, `@R`) mean nothing in a program that is generated
              |
            2 | pub S = <l:@L> "a" => S;
              |            ^^
              |
              = help: remove it

            bad.lalrpop:3:9: error: places in the text (`@L`, `@R`) mean nothing in a program that is generated
              |
            3 | T = "a" =>@R;
              |         ^^^^
              |
              = help: remove it"#]],
    );
}

#[test]
fn error_recovery() {
    check(
        r#"pub S = { "a", ! => Bad };"#,
        expect![[r#"
            bad.lalrpop:2:16: warning: `!` stands for text that is not in the language: this alternative is left out
              |
            2 | pub S = { "a", ! => Bad };
              |                ^^^^^^^^^"#]],
    );
}

#[test]
fn extern_tokens() {
    check(
        r#"extern { enum T { "a" => T::A } }
pub S = "a";"#,
        expect![[r#"
            bad.lalrpop:2:1: error: `extern` describes a lexer outside this file, whose tokens cannot be generated from it
              |
            2 | extern { enum T { "a" => T::A } }
              | ^^^^^^
              |
              = help: write the terminals as literals and regular expressions"#]],
    );
}

#[test]
fn unknown_attributes() {
    check(
        r#"#[cfg(featur = "x")]
pub S = "a";
#[inlin]
T = "b";"#,
        expect![[r#"
            bad.lalrpop:2:7: error: unknown condition `featur`
              |
            2 | #[cfg(featur = "x")]
              |       ^^^^^^
              |
              = help: known are feature = "name", and not(...), all(...) and any(...) of conditions"#]],
    );
}

#[test]
fn tuple_pattern() {
    check(
        r#"pub S = <(a, b): T>;
T = "x" "y";"#,
        expect![[r#"
            bad.lalrpop:2:10: error: patterns of several names are not supported
              |
            2 | pub S = <(a, b): T>;
              |          ^
              |
              = help: name the symbols one by one"#]],
    );
}

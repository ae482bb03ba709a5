//! What the reader says about files that it cannot use.

use expect_test::{Expect, expect};
use tdf_grammar::{Grammar, Lr, ReadOptions};

fn message(source: &str) -> String {
    let typed = ReadOptions {
        typed: true,
        ..ReadOptions::default()
    };
    match Grammar::read_with("bad.lalrpop", source, &typed) {
        Err(e) => e.to_string(),
        Ok(g) => {
            let mut texts: Vec<String> = g
                .warnings
                .iter()
                .map(|w| w.render("warning", &g.file, &g.source))
                .collect();
            if let Err(e) = Lr::new(&g) {
                texts.push(e.to_string());
            }
            texts.join("\n\n")
        }
    }
}

fn check(rules: &str, expected: Expect) {
    expected.assert_eq(&message(&format!("grammar;\n{rules}")));
}

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

#[test]
fn digits_of_all_scripts() {
    check(
        r#"pub S = { r"\d" => A(<>), r"(?i)key" => B(<>) };"#,
        expect![[r#"
            bad.lalrpop:2:11: warning: 750 of the 760 members of this terminal are not ASCII
              |
            2 | pub S = { r"\d" => A(<>), r"(?i)key" => B(<>) };
              |           ^^^^^
              |
              = help: \d means the digits of all scripts: write [0-9]

            bad.lalrpop:2:27: warning: 4 of the 12 members of this terminal are not ASCII
              |
            2 | pub S = { r"\d" => A(<>), r"(?i)key" => B(<>) };
              |                           ^^^^^^^^^^
              |
              = help: (?i) adds the Kelvin sign to k and the long s to s: write (?i-u)"#]],
    );
}

#[test]
fn bad_regex() {
    check(
        r#"pub S = r"[a-";"#,
        expect![[r#"
            bad.lalrpop:2:9: error: not a regular expression: unclosed character class
              |
            2 | pub S = r"[a-";
              |         ^^^^^^"#]],
    );
}

#[test]
fn anchors() {
    check(
        r#"pub S = r"^a|b";"#,
        expect![[r#"
            bad.lalrpop:2:9: error: `^`, `$` and `\b` mean nothing in a terminal
              |
            2 | pub S = r"^a|b";
              |         ^^^^^^^
              |
              = help: remove it"#]],
    );
}

#[test]
fn nothing_matches() {
    check(
        r#"pub S = r"[a&&b]|[c&&d]";"#,
        expect![[r#"
            bad.lalrpop:2:9: error: this terminal has no members
              |
            2 | pub S = r"[a&&b]|[c&&d]";
              |         ^^^^^^^^^^^^^^^^
              |
              = help: `match` gives them all to others or skips them, or it matches nothing"#]],
    );
}

#[test]
fn empty_terminals() {
    check(
        r#"pub S = { "" => A, r"a?" => B };"#,
        expect![[r#"
            bad.lalrpop:2:11: error: this terminal matches the empty text
              |
            2 | pub S = { "" => A, r"a?" => B };
              |           ^^
              |
              = help: make the symbol optional instead: `X?`

            bad.lalrpop:2:20: error: this terminal matches the empty text
              |
            2 | pub S = { "" => A, r"a?" => B };
              |                    ^^^^^
              |
              = help: make the symbol optional instead: `X?`"#]],
    );
}

#[test]
fn blanks_in_terminals() {
    check(
        r#"pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };"#,
        expect![[r#"
            bad.lalrpop:2:11: error: this terminal is made of white space, which the lexer skips
              |
            2 | pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };
              |           ^^^
              |
              = help: remove it

            bad.lalrpop:2:21: error: a member of this terminal begins or ends with white space, which the lexer skips
              |
            2 | pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };
              |                     ^^^^
              |
              = help: remove the blanks

            bad.lalrpop:2:32: error: a member of this terminal begins or ends with white space, which the lexer skips
              |
            2 | pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };
              |                                ^^^^^
              |
              = help: remove the blanks

            bad.lalrpop:2:44: error: a member of this terminal contains a line break, a tab or a control character
              |
            2 | pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };
              |                                            ^^^^^^
              |
              = help: use single spaces"#]],
    );
}

#[test]
fn words_within_a_token() {
    check(
        r#"pub S = { "not" => A, "not in" => B };"#,
        expect![[r#"
            bad.lalrpop:2:23: error: `not in` cannot be told from `not` and what may follow it
              |
            2 | pub S = { "not" => A, "not in" => B };
              |                       ^^^^^^^^
              |
              = help: write the words as terminals of their own"#]],
    );
}

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
A = "x" => A;
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
fn words_of_two_terminals() {
    check(
        r#"pub S = { <A> ":" => One(<>), <B> ";" => Two(<>) };
A = r"[a-z]+";
B = r"[a-c]+";"#,
        expect![[r#"
            bad.lalrpop:4:5: error: not LR(1): after `a` and before the end of the word, it depends on what comes later how to go on
              |
            4 | B = r"[a-c]+";
              |     ^^^^^^^^^
              |
              = note: either this is complete: r"[a-c]+", as in `a ;`
              = note: or this is complete: r"[a-z]+", as in `a :`
              = help: let a keyword before the word tell the two apart, or let no word be both"#]],
    );
    check(
        r#"pub S = { A => One(<>), B => Two(<>) };
A = r"[a-z]+";
B = r"[a-c]+";"#,
        expect![[r#"
            bad.lalrpop:4:5: error: ambiguous: `a` can be read as `B[a]` or as `A[a]`
              |
            4 | B = r"[a-c]+";
              |     ^^^^^^^^^
              |
              = note: after `a` and before the end of the word, either this is complete: r"[a-c]+"
              = note: or this is complete: r"[a-z]+"
              = help: let a keyword before the word tell the two apart, or let no word be both"#]],
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

#[test]
fn string_without_end() {
    check(
        r#"pub S = "a;
"#,
        expect![[r#"
            bad.lalrpop:2:9: error: this string does not end
              |
            2 | pub S = "a;
              |         ^
              |
              = help: close it with `"`"#]],
    );
}

#[test]
fn regex_without_end() {
    check(
        r#"pub S = r#"a";
"#,
        expect![[r##"
            bad.lalrpop:2:9: error: this regular expression does not end
              |
            2 | pub S = r#"a";
              |         ^
              |
              = help: close it with `"#`"##]],
    );
}

#[test]
fn unknown_escape() {
    check(
        r#"pub S = "a\q";"#,
        expect![[r#"
            bad.lalrpop:2:11: error: unknown escape in a string
              |
            2 | pub S = "a\q";
              |           ^^
              |
              = help: known are \\, \", \n, \r, \t, \0 and \x with two digits"#]],
    );
}

#[test]
fn comment_without_end() {
    check(
        r#"pub S = "a"; /* more"#,
        expect![[r#"
            bad.lalrpop:2:14: error: this comment does not end
              |
            2 | pub S = "a"; /* more
              |              ^
              |
              = help: close it with `*/`"#]],
    );
}

#[test]
fn stray_character() {
    check(
        r#"pub S = "a" $ "b";"#,
        expect![[r#"
            bad.lalrpop:2:13: error: `$` has no place in a grammar file
              |
            2 | pub S = "a" $ "b";
              |             ^
              |
              = help: remove it, or quote it"#]],
    );
}

#[test]
fn action_without_end() {
    check(
        r#"pub S = "a" => S(;"#,
        expect![[r#"
            bad.lalrpop:2:15: error: a bracket in this action is never closed
              |
            2 | pub S = "a" => S(;
              |               ^
              |
              = help: close it"#]],
    );
}

#[test]
fn repetition_twice() {
    check(
        r#"pub S = "a"*+;"#,
        expect![[r#"
            bad.lalrpop:2:13: error: a repetition of a repetition is ambiguous
              |
            2 | pub S = "a"*+;
              |             ^
              |
              = help: write one of `*`, `+` and `?`"#]],
    );
}

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

#[test]
fn match_without_the_rest() {
    check(
        r#"match { "a" }
pub S = { "a", "b" };"#,
        expect![[r#"
            bad.lalrpop:3:16: error: this terminal is not in the `match` block
              |
            3 | pub S = { "a", "b" };
              |                ^^^
              |
              = help: add it there, or add `_` for all others"#]],
    );
}

#[test]
fn match_lists_twice() {
    check(
        r#"match { "a", "b" => X, "c" => X } else { "a" }
pub S = "a" X;"#,
        expect![[r#"
            bad.lalrpop:2:24: error: a second terminal for `X`
              |
            2 | match { "a", "b" => X, "c" => X } else { "a" }
              |                        ^^^
              |
              = help: join the two: r"one|other"

            bad.lalrpop:2:42: error: this terminal is listed twice
              |
            2 | match { "a", "b" => X, "c" => X } else { "a" }
              |                                          ^^^
              |
              = help: remove one of the two"#]],
    );
}

#[test]
fn match_takes_all() {
    check(
        r#"match { r"[a-c]" } else { "a" }
pub S = { r"[a-c]" => A, "a" => B };"#,
        expect![[r#"
            bad.lalrpop:3:26: error: this terminal has no members
              |
            3 | pub S = { r"[a-c]" => A, "a" => B };
              |                          ^^^
              |
              = help: `match` gives them all to others or skips them, or it matches nothing"#]],
    );
}

#[test]
fn no_grammar_at_all() {
    let files = [
        "",
        "\n\n",
        "fn main() {}",
        "\0\u{1}ELF",
        "grammar",
        "grammar pub S = \"a\";",
        "grammar;",
    ];
    let texts: Vec<String> = files.into_iter().map(message).collect();
    expect![[r#"
        bad.lalrpop:1:1: error: expected `grammar;`, found the end of the file
          |
        1 |
          | ^
          |
          = help: a grammar file begins with the line `grammar;`

        bad.lalrpop:3:1: error: expected `grammar;`, found the end of the file
          |
        3 |
          | ^
          |
          = help: a grammar file begins with the line `grammar;`

        bad.lalrpop:1:1: error: expected `grammar;`, found `fn`
          |
        1 | fn main() {}
          | ^^
          |
          = help: a grammar file begins with the line `grammar;`

        bad.lalrpop:1:1: error: '\0' has no place in a grammar file
          |
        1 | ␀␁ELF
          | ^
          |
          = help: remove it, or quote it

        bad.lalrpop:1:8: error: expected `;` after `grammar`, found the end of the file
          |
        1 | grammar
          |        ^

        bad.lalrpop:1:15: error: expected `;` after `grammar`, found `=`
          |
        1 | grammar pub S = "a";
          |               ^

        bad.lalrpop:1:1: error: no rule is public
          |
        1 | grammar;
          | ^
          |
          = help: write `pub` before the rule that programs start with"#]]
    .assert_eq(&texts.join("\n\n"));
}

#[test]
fn long_lines_are_cut() {
    let source = format!(
        "grammar; pub S = {} Missing {};",
        "\"a\" ".repeat(500),
        "\"b\" ".repeat(500)
    );
    expect![[r#"
        bad.lalrpop:1:2019: error: there is no rule called `Missing`
          |
        1 | a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a"  Missing "b" "b" "b" "b" "b" "b" "b" "b" "b" "b" "b" "b" "b" "b" "b" "b" "...
          |                                                             ^^^^^^^"#]].assert_eq(&message(&source));
}

//! Literals, regular expressions and `match` blocks.

use expect_test::expect;

use super::check;

#[test]
fn digits_of_all_scripts() {
    check(
        r#"pub S = { r"\d" => A(<>), r"(?i)key" => B(<>) };"#,
        expect![[r#"
            bad.lalrpop:2:11: warning: \d means the digits of all scripts; programs are made of the ASCII ones
              |
            2 | pub S = { r"\d" => A(<>), r"(?i)key" => B(<>) };
              |           ^^^^^
              |
              = help: write [0-9]"#]],
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
              = help: others win all of them, `match` skips them, it matches nothing, or nothing made of printable characters"#]],
    );
}

#[test]
fn empty_terminals() {
    check(
        r#"pub S = { "" => A, r"a?" => B };"#,
        expect![[r#"
            bad.lalrpop:2:11: warning: this terminal has no members: what needs it is left out
              |
            2 | pub S = { "" => A, r"a?" => B };
              |           ^^
              |
              = note: a program cannot have what it matches: the empty text cannot be told from nothing

            bad.lalrpop:2:11: warning: no program has this alternative: it is left out
              |
            2 | pub S = { "" => A, r"a?" => B };
              |           ^^^^^^^"#]],
    );
}

#[test]
fn blanks_in_terminals() {
    check(
        r#"pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };"#,
        expect![[r#"
            bad.lalrpop:2:11: error: this terminal has no members
              |
            2 | pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };
              |           ^^^
              |
              = note: a program cannot have what it matches: white space between tokens is skipped

            bad.lalrpop:2:21: error: this terminal has no members
              |
            2 | pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };
              |                     ^^^^
              |
              = note: a program cannot have what it matches: white space between tokens is skipped

            bad.lalrpop:2:32: error: this terminal has no members
              |
            2 | pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };
              |                                ^^^^^
              |
              = note: a program cannot have what it matches: white space between tokens is skipped

            bad.lalrpop:2:44: error: this terminal has no members
              |
            2 | pub S = { " " => A, " a" => B, "b\n" => C, "c\td" => D };
              |                                            ^^^^^^
              |
              = note: a program cannot have what it matches: a program has one line, and no tabs or control characters inside tokens"#]],
    );
}

#[test]
fn text_that_matches_everything() {
    check(
        r#"pub S = <r".*">;"#,
        expect![[r#"
        bad.lalrpop:2:9: warning: this terminal matches the empty text, which is left out
          |
        2 | pub S = <r".*">;
          |         ^^^^^^^
          |
          = note: the empty text cannot be told from nothing
          = help: if it may be absent, let it match one character at least, and write `?` behind it

        bad.lalrpop:2:9: warning: members such as " " are left out
          |
        2 | pub S = <r".*">;
          |         ^^^^^^^
          |
          = note: white space between tokens is skipped
          = help: remove the white space from the terminal

        bad.lalrpop:2:9: warning: members such as "! " are left out
          |
        2 | pub S = <r".*">;
          |         ^^^^^^^
          |
          = note: they begin with a token and a blank, and what follows the blank may be the next token
          = help: let it have no blanks, or put quotes around its text"#]],
    );
}

#[test]
fn quoted_text_that_has_its_quote() {
    check(
        r##"pub S = { <r#"".*""#> => Text(<>), "(" <S> ")" => Brackets(<>) };"##,
        expect![[r##"
            bad.lalrpop:2:11: warning: members such as "\"\" \"" are left out
              |
            2 | pub S = { <r#"".*""#> => Text(<>), "(" <S> ")" => Brackets(<>) };
              |           ^^^^^^^^^^^
              |
              = note: they begin with a token and a blank, and what follows the blank may be the next token
              = help: let the text inside have no ": `[^"]*` instead of `.*`"##]],
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
            bad.lalrpop:3:26: warning: this terminal has no members: what needs it is left out
              |
            3 | pub S = { r"[a-c]" => A, "a" => B };
              |                          ^^^
              |
              = help: others win all of them, `match` skips them, it matches nothing, or nothing made of printable characters

            bad.lalrpop:3:26: warning: no program has this alternative: it is left out
              |
            3 | pub S = { r"[a-c]" => A, "a" => B };
              |                          ^^^^^^^^^"#]],
    );
}

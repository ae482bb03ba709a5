//! Files that are no grammars by their syntax.

use expect_test::expect;

use super::{check, message};

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

/// A byte order mark and carriage returns change no position.
#[test]
fn marks_and_line_ends_of_other_editors() {
    let source = "grammar; // a comment\n/// A row.\npub Row = {\n    \"a\" <Missing> => Row(<>) };\n";
    let expected = super::message(source);
    assert!(
        expected.starts_with("bad.lalrpop:4:9: error: there is no rule called `Missing`"),
        "{expected}"
    );
    for ends in ["\r\n", "\r"] {
        let other = format!("\u{feff}{}", source.replace('\n', ends));
        assert_eq!(super::message(&other), expected, "{ends:?}");
    }
    let good = |ends: &str| source.replace("<Missing>", "\"b\"").replace('\n', ends);
    let read = |source: &str| tdf_reader::read_grammar("good.lalrpop", source).unwrap_or_else(|e| panic!("{e}"));
    for ends in ["\r\n", "\r"] {
        let grammar = read(&good(ends));
        assert_eq!(grammar.fingerprint, read(&good("\n")).fingerprint, "{ends:?}");
        assert_eq!(grammar.nonterminals[0].doc.as_deref(), Some("A row."), "{ends:?}");
    }
}

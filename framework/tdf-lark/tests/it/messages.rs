//! What is said of faulty grammars.

use expect_test::expect;
use tdf_lark::{Options, convert};

fn errors(lark: &str) -> String {
    let error = convert("test.lark", lark, &Options::default())
        .map(|converted| converted.text)
        .unwrap_err();
    error.to_string()
}

#[test]
fn syntax() {
    let lark = "start: \"a\nb: 'x'\n";
    expect![[r#"
        test.lark:1:8: error: this string has no end
          |
        1 | start: "a
          |        ^
          |
          = help: close it with `"` on the same line"#]]
    .assert_eq(&errors(lark));
    let lark = "start \"a\"\na: b)\n%include x\nb: \"z\"..\"a\"\nc: \"ab\"..\"c\"\nd: a ~ 3..2\ne: a ~ 2000\nf.x: a\n%import common\n";
    expect![[r#"
        test.lark:1:7: error: found a string, expected `:`
          |
        1 | start "a"
          |       ^^^

        test.lark:2:5: error: found `)`, expected the end of the line
          |
        2 | a: b)
          |     ^

        test.lark:3:1: error: unknown directive `%include`
          |
        3 | %include x
          | ^^^^^^^^
          |
          = help: known are %ignore, %import, %declare, %override and %extend

        test.lark:4:4: error: this range is empty: its first character comes after its last
          |
        4 | b: "z".."a"
          |    ^^^^^^^^

        test.lark:5:4: error: a range goes from one character to another
          |
        5 | c: "ab".."c"
          |    ^^^^^^^^^

        test.lark:6:8: error: this repeats from 3 to 2 times
          |
        6 | d: a ~ 3..2
          |        ^
          |
          = help: the second number is at least the first, and not 0

        test.lark:7:8: error: too many repetitions
          |
        7 | e: a ~ 2000
          |        ^^^^
          |
          = help: at most 1000 are allowed

        test.lark:8:3: error: found `x`, expected a priority
          |
        8 | f.x: a
          |   ^

        test.lark:9:15: error: found the end of the line, expected `.` and the name of a rule or terminal
          |
        9 | %import common
          |               ^"#]]
    .assert_eq(&errors(lark));
}

#[test]
fn names() {
    let lark = "start: a B c{x} d\nd{x}: x\nd2: d{a, b}\nT: U\nU: T\nV: start\nX: Y \"a\" -> z\nY{p}: \"a\"\nr: V X Y T\nr: \"b\"\n\
        %extend s: \"x\"\n%import common.NOTHING\n%import nowhere.X\n%import common.WS -> ws\n";
    expect![[r#"
        test.lark:10:1: error: a second definition of `r`
           |
        10 | r: "b"
           | ^
           |
           = help: join the two with `|`; %override and %extend change what is imported

        test.lark:11:9: error: there is no `s` to change
           |
        11 | %extend s: "x"
           |         ^
           |
           = help: import it first, or remove the directive

        test.lark:12:16: error: common has no `NOTHING`
           |
        12 | %import common.NOTHING
           |                ^^^^^^^

        test.lark:13:1: error: nowhere.lark: No such file or directory (os error 2)
           |
        13 | %import nowhere.X
           | ^^^^^^^^^^^^^^^^^
           |
           = help: `common` and `unicode` are built in; other grammars are files beside this one

        test.lark:14:22: error: a terminal is imported as a terminal, a rule as a rule
           |
        14 | %import common.WS -> ws
           |                      ^^
           |
           = help: terminals are written in capitals"#]]
    .assert_eq(&errors(lark));
    let lark = "start: a B c{x} d\nd{x}: x\nd2: d{a, b}\nT: U\nU: T\nV: start\nX: \"a\" -> z\nY{p}: \"a\"\nr: V X Y T";
    expect![[r#"
        test.lark:1:8: error: there is no rule `a`
          |
        1 | start: a B c{x} d
          |        ^

        test.lark:1:10: error: there is no terminal `B`
          |
        1 | start: a B c{x} d
          |          ^

        test.lark:1:12: error: there is no rule `c`
          |
        1 | start: a B c{x} d
          |            ^

        test.lark:1:17: error: `d` takes 1 arguments, in braces
          |
        1 | start: a B c{x} d
          |                 ^

        test.lark:3:5: error: `d` takes 1 arguments, not 2
          |
        3 | d2: d{a, b}
          |     ^

        test.lark:5:4: error: `T` is made of itself
          |
        5 | U: T
          |    ^

        test.lark:6:4: error: a terminal cannot use the rule `start`
          |
        6 | V: start
          |    ^^^^^

        test.lark:7:11: error: a terminal has no names for its alternatives
          |
        7 | X: "a" -> z
          |           ^
          |
          = help: remove `->` and the name

        test.lark:8:3: error: terminals with parameters are not supported
          |
        8 | Y{p}: "a"
          |   ^"#]]
    .assert_eq(&errors(lark));
}

/// What is made of a terminal with a fault has no fault of its own.
#[test]
fn a_fault_is_told_once() {
    expect![[r#"
        test.lark:3:4: error: this regular expression cannot be used: a `]` is missing
          |
        3 | B: /[a/
          |    ^^^^"#]]
    .assert_eq(&errors("start: A B\nA: B \"a\"\nB: /[a/\n"));
}

#[test]
fn properties() {
    expect![[r#"
        test.lark:1:8: error: this regular expression cannot be used: `\p{nothing}` is unknown
          |
        1 | start: /\p{nothing}/ | /[\pL]/ | /\p{L/
          |        ^^^^^^^^^^^^^

        test.lark:1:24: error: this regular expression cannot be used: `\p` needs a name in braces
          |
        1 | start: /\p{nothing}/ | /[\pL]/ | /\p{L/
          |                        ^^^^^^^

        test.lark:1:34: error: this regular expression cannot be used: a `}` is missing
          |
        1 | start: /\p{nothing}/ | /[\pL]/ | /\p{L/
          |                                  ^^^^^^"#]]
    .assert_eq(&errors(r"start: /\p{nothing}/ | /[\pL]/ | /\p{L/"));
}

#[test]
fn regular_expressions() {
    let lark = r#"start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" "#;
    expect![[r#"
        test.lark:1:8: error: this regular expression cannot be used: references to groups and atomic groups are not supported
          |
        1 | start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |        ^^^^^^^^

        test.lark:1:19: error: this regular expression cannot be used: possessive repetitions such as `x*+` are not supported
          |
        1 | start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                   ^^^^^

        test.lark:1:27: error: this regular expression cannot be used: a `]` is missing
          |
        1 | start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                           ^^^^

        test.lark:1:34: error: this regular expression cannot be used: a `)` is missing
          |
        1 | start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                                  ^^^^

        test.lark:1:41: error: this regular expression cannot be used: a `)` closes nothing
          |
        1 | start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                                         ^^^^

        test.lark:1:48: error: this regular expression cannot be used: `*` repeats nothing
          |
        1 | start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                                                ^^^

        test.lark:1:54: error: this regular expression cannot be used: unknown escape `\q`
          |
        1 | start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                                                      ^^^^

        test.lark:1:61: error: this regular expression cannot be used: the flag `l` is not supported
          |
        1 | start: /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                                                             ^^^^

        test.lark:1:68: error: this regular expression cannot be used: references to groups are not supported
          |
        1 | /(?P=a)/ | /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                                                             ^^^^^^^

        test.lark:1:78: error: an empty string is no token
          |
        1 |  /a++/ | /[a/ | /(a/ | /a)/ | /*/ | /\q/ | /a/l | /(a)\1/ | "" 
          |                                                             ^^"#]].assert_eq(&errors(lark));
}

#[test]
fn a_grammar_without_rules() {
    expect![[r#"
        test.lark:1:1: error: this grammar has no rules
          |
        1 | A: "x"
          | ^"#]]
    .assert_eq(&errors("A: \"x\""));
    let options = Options {
        start: Some("b".to_owned()),
    };
    let error = convert("test.lark", "a: \"x\"", &options)
        .map(|converted| converted.text)
        .unwrap_err();
    expect![[r#"
        test.lark:1:1: error: there is no rule `b` to begin with
          |
        1 | a: "x"
          | ^"#]]
    .assert_eq(&error.to_string());
}

#[test]
fn a_file_that_imports_itself() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("main.lark");
    let text = "start: \"x\"\n%import .main.start -> again";
    std::fs::write(&main, text).unwrap();
    let error = convert(main.to_str().unwrap(), text, &Options::default())
        .map(|converted| converted.text)
        .unwrap_err();
    assert!(error.to_string().contains("grammars import each other"), "{error}");
}

/// Whatever the text is, it is converted or refused.
#[test]
fn broken_copies_of_a_good_grammar() {
    let good = include_str!("broken.lark");
    assert!(convert("good.lark", good, &Options::default()).is_ok());
    let mut refused = 0;
    for at in (0..good.len()).filter(|at| good.is_char_boundary(*at)) {
        let without = format!("{}{}", &good[..at], good[at..].chars().skip(1).collect::<String>());
        refused += usize::from(convert("cut.lark", &without, &Options::default()).is_err());
        refused += usize::from(convert("cut.lark", &good[..at], &Options::default()).is_err());
        for more in ["(", "\"", "/", "|", "\n", "é"] {
            let with = format!("{}{more}{}", &good[..at], &good[at..]);
            refused += usize::from(convert("more.lark", &with, &Options::default()).is_err());
        }
    }
    assert!(refused > good.len(), "{refused}");
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("(", ")"), ("[", "]")] {
        let lark = format!("start: {}\"x\"{}", open.repeat(100_000), close.repeat(100_000));
        assert!(errors(&lark).contains("nested more than"), "{open}");
    }
    let lark = format!("start: /{}x{}/", "(".repeat(100_000), ")".repeat(100_000));
    assert!(errors(&lark).contains("nested more than"));
    let chain: String = (0..20_000).map(|n| format!("T{n}: T{}\n", n + 1)).collect();
    let lark = format!("start: T0\n{chain}");
    assert!(errors(&lark).contains("made of"));
    let doubled: String = (0..40).map(|n| format!("T{n}: T{} T{}\n", n + 1, n + 1)).collect();
    let lark = format!("start: T0\n{doubled}T40: \"x\"");
    assert!(errors(&lark).contains("too large"));
}

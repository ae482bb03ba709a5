//! Converted grammars are read by tdf-grammar, and mean what the Lark file does.

use tdf_lark::{Options, convert};
use tdf_tree::Language;

/// Whether the language of `lark` has these programs, and not `others`.
fn accepts(lark: &str, programs: &[&str], others: &[&str]) {
    let converted = convert("test.lark", lark, &Options::default()).unwrap_or_else(|error| panic!("{error}"));
    let grammar = tdf_reader::read_grammar("test.lalrpop", &converted.text).unwrap_or_else(|error| panic!("{error}"));
    let start = grammar.start;
    let language = Language::new(grammar).unwrap_or_else(|error| panic!("{error}"));
    for text in programs {
        assert!(language.parse(start, text).is_ok(), "{text}");
    }
    for text in others {
        assert!(language.parse(start, text).is_err(), "{text}");
    }
}

#[test]
fn a_lazy_repetition_ends_at_the_first_end() {
    accepts(
        "start: (COMMENT | \"x\")+\nCOMMENT: \"/*\" /(.|\\n)*?/ \"*/\"\n%ignore \" \"",
        &["/**/", "/***/ x /* ** / */", "/*x*/x/*y*/"],
        &["/*", "/*/", "/* */ */", "/* x"],
    );
    accepts(
        r#"
            start: STRING ("+" STRING)*
            STRING: /(r?b?)"(?!"").*?(?<!\\)(\\\\)*?"/i
            %ignore " "
        "#,
        &[r#""" + "a""#, r#"R"\"" + "\\""#, r#""a" + B"b""#],
        &[r#"""""#, r#""\""#, r#""a"b"#],
    );
    accepts(
        r#"
            start: LONG
            LONG: /""".*?(?<!\\)(\\\\)*?"""/s
            %ignore " "
        "#,
        &[r#""""""""#, r#""""a"b""\"""""#, "\"\"\"a\"\"\""],
        &[r#""""a"""b""""#, r#""""a\""""#],
    );
}

#[test]
fn classes_by_property() {
    accepts(
        r#"
            start: NAME ("." /<\P{L}>/)*
            NAME: /[\p{XID_Start}_][\p{XID_Continue}]*/
            %ignore " "
        "#,
        &["a", "_b1", "a . <1>"],
        &["1", "a . <b>"],
    );
}

#[test]
fn keywords_and_priorities() {
    accepts(
        r#"
            start: "if" NAME | HEX | NUMBER NAME
            NAME: /[a-z][a-z0-9]*/
            HEX.1: /0x[0-9a-f]+/
            NUMBER: /[0-9]+/
            %ignore " "
        "#,
        &["if iff", "0x1f", "0 y"],
        &["if if", "iff", "0x1f 2"],
    );
}

#[test]
fn brackets_mean_what_they_say() {
    accepts(
        "start: \"a\" \" \" ~ 1..3 (\"x\" | \"y\") ~ 3..5 _sep{\"b\", \" \"}\n_sep{x, d}: x (d x)*",
        &["a x y x b", "a x x x y y b b b"],
        &["a x y b", "a x x x x x x b", "a x x x"],
    );
    accepts(
        r#"
            start: ("a" | "b" "c")+ ["d" | "e"] ("f" ~ 2..4) (("g"*)+)?
            %ignore " "
        "#,
        &["a f f", "a b c d f f f", "b c e f f f f g g g"],
        &["f f", "a d e f f", "a f", "a f f f f f", "b f f"],
    );
    accepts(
        "start: _list{\"x\", \",\"} | _list{y, \";\"}\ny: \"y\" | \"(\" start \")\"\n_list{item, sep}: item (sep item)*\n%ignore \" \"",
        &["x", "x, x", "y; (x, x); (y)"],
        &["x; x", "y, y", "x, y", ""],
    );
}

/// Findings of the reader stand where their cause does in the Lark file.
#[test]
fn findings_lead_back() {
    let lark = "start: a | b\na: \"x\"\nb: \"x\"\n%ignore \" \"\n";
    let converted = convert("test.lark", lark, &Options::default()).unwrap();
    let grammar = tdf_reader::read_grammar("test.lalrpop", &converted.text).unwrap();
    let error = Language::new(grammar).unwrap_err();
    let origin = converted.origin(&error.diagnostics[0].span);
    assert_eq!(&lark[origin], "\"x\"");

    let lark = "start: /[ab]*a[ab]{14}/ \"b\"\n%ignore \" \"\n";
    let converted = convert("test.lark", lark, &Options::default()).unwrap();
    let error = tdf_reader::read_grammar("test.lalrpop", &converted.text).unwrap_err();
    let origin = converted.origin(&error.diagnostics[0].span);
    assert_eq!(&lark[origin], "/[ab]*a[ab]{14}/");
}

/// A byte order mark and carriage returns change no position.
#[test]
fn marks_and_line_ends_of_other_editors() {
    let lark = "start: \"a\" b\n// a comment\nb: NAMES\n";
    let position = |text: &str| tdf_reader::read_grammar("test.lark", text).unwrap_err().to_string();
    assert!(
        position(lark).starts_with("test.lark:3:4: error: there is no terminal `NAMES`"),
        "{}",
        position(lark)
    );
    for ends in ["\r\n", "\r"] {
        let other = format!("\u{feff}{}", lark.replace('\n', ends));
        assert_eq!(position(&other), position(lark), "{ends:?}");
        let good = other.replace("NAMES", "\"c\"");
        assert_eq!(
            tdf_reader::read_grammar("test.lark", &good).unwrap().tokens.len(),
            2,
            "{ends:?}"
        );
    }
}

/// A hundred keywords that Lark reads in any case are a hundred tokens.
#[test]
fn keywords_in_any_case() {
    let keywords: String = (0..100).map(|i| format!("  | \"keyword{i}x\"i NAME\n")).collect();
    let lark = format!("start: \"select\"i NAME\n{keywords}NAME: /[a-z_][a-z0-9_]*/i\n%ignore \" \"\n");
    let grammar = tdf_reader::read_grammar("test.lark", &lark).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(grammar.tokens.iter().filter(|t| t.ignores_case).count(), 101);
    let language = Language::new(grammar).unwrap_or_else(|e| panic!("{e}"));
    let start = language.grammar().start;
    let tree = language.parse(start, "SELECT Selected").unwrap();
    assert_eq!(language.print(tree.nodes()), "select Selected");
    assert!(language.parse(start, "keyWORD7x KEYword7X").is_err());
}

//! Keywords that are read in any case.

use std::time::{Duration, Instant};

use tdf_grammar::{Grammar, Lexer, Lr, TokenKind};

use crate::support::read;

/// A hundred keywords of six letters and more.
fn keywords() -> Vec<String> {
    let parts = [
        "select", "insert", "update", "delete", "values", "create", "having", "groups", "orders", "limits",
    ];
    parts
        .iter()
        .flat_map(|a| ["", "ing", "s", "ed", "able", "ion", "or", "al", "ful", "less"].map(|b| format!("{a}{b}")))
        .collect()
}

/// The words of a text, in the form that the grammar gives them.
fn cut(grammar: &Grammar, lexer: &Lexer, text: &str) -> Option<Vec<String>> {
    let tokens: Vec<_> = lexer.lex(text).ok()?.iter().map(|l| l.token).collect();
    Some(grammar.words(&tokens))
}

#[test]
fn a_hundred_keywords_beside_names() {
    let listed: String = keywords()
        .iter()
        .enumerate()
        .map(|(i, k)| format!("r\"(?i-u){k}\" => K{i}, "))
        .collect();
    let used: String = (0..100).map(|i| format!("K{i} <Name> => A{i}(<>), ")).collect();
    let source = format!(
        "grammar; match {{ {listed} }} else {{ _ }} pub S = {{ {used} \"!\" => End }}; Name = r\"(?i)[a-z_][a-z0-9_]*\";"
    );
    let began = Instant::now();
    let grammar = tdf_reader::read_grammar("sql.lalrpop", &source).unwrap_or_else(|e| panic!("{e}"));
    // Less than a second in an optimised build. A form a token would not end at all.
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert!(Lr::new(&grammar).is_ok());
    let words = grammar.tokens.iter().filter(|t| t.kind == TokenKind::Word);
    assert_eq!(words.filter(|t| t.ignores_case).count(), 100);
    assert_eq!(grammar.tokens.len(), 101 + grammar.characters.len() + 1);
    // The automaton of names has a state for each beginning of a keyword, and a few more.
    let states: usize = grammar
        .terminals
        .iter()
        .filter_map(|t| Some(t.open.as_ref()?.members.states()))
        .sum();
    assert!(states < 1_000, "{states}");
    let lexer = Lexer::new(&grammar);
    let of = |words: &[&str]| Some(words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        cut(&grammar, &lexer, "SELECT Selected sElEcTeD2"),
        of(&["select", "selected", "sElEcTeD2"])
    );
    assert_eq!(cut(&grammar, &lexer, "seLECTing_ x"), of(&["seLECTing_", "x"]));
}

/// Each terminal wins what it wins if all forms are listed.
#[test]
fn ranks() {
    for (rules, text, words) in [
        (
            r#"pub S = { r"(?i)go" => A, "GO" => B, r"[a-zA-Z]+" => C(<>) };"#,
            "GO go Go g",
            "GO|go|go|g",
        ),
        (
            r#"pub S = { r"(?i)go" => A, "go" => B, r"[a-z]{1,2}" => C(<>) };"#,
            "GO go gi",
            "GO|go|gi",
        ),
        (
            r#"match { r"[a-z]+" } else { _ } pub S = { r"(?i)go" => A, r"[a-z]+" => B(<>) };"#,
            "GO go Go",
            "GO|go|GO",
        ),
        (
            r#"match { r"(?i)go" } else { _ } pub S = { r"[a-z]+" => B(<>) };"#,
            "gone",
            "gone",
        ),
        (
            r#"match { r"(?i)go" } else { "GO", _ } pub S = { r"(?i)go" => A, r"[A-Z]+" => B(<>) };"#,
            "GO G",
            "go|G",
        ),
        (
            r#"pub S = { r"(?i)go" => A, "x" r"(?i)GO" => B, "." => C };"#,
            "Go x gO .",
            "go|x|go|.",
        ),
        (
            r#"pub S = { r"(?i)(end-if|go\.)" => A(<>), "." => C };"#,
            "END-if Go. .",
            "end-if|go.|.",
        ),
        (
            r#"pub S = { r"(?i)not in" => A, r"(?i)not" => B, "in" => C };"#,
            "NOT IN Not  in",
            "not in|not|in",
        ),
    ] {
        let grammar = read(rules);
        let found = cut(&grammar, &Lexer::new(&grammar), text);
        assert_eq!(
            found.map(|words| words.join("|")).as_deref(),
            Some(words),
            "{text} of {rules}"
        );
    }
    // What a reserved word is made of stands in no program, in any case.
    let grammar = read(r#"match { r"(?i)go" } else { _ } pub S = { r"[A-Z]+" => B(<>) };"#);
    assert_eq!(cut(&grammar, &Lexer::new(&grammar), "GO"), None);
}

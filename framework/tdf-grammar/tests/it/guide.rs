//! The examples of `docs/grammars.md`: each is read, and what the page says about it is what the reader says.

use expect_test::expect_file;
use tdf_grammar::{Grammar, Lr};

use crate::support::finding;

const FILE: &str = "example.lalrpop";

/// What stands below an example: its message, or its normal form, and what keeps it from being typed.
fn answer(example: &str, tag: &str) -> String {
    let source = format!("grammar;\n{example}");
    let message = finding(FILE, &source);
    assert_eq!(
        message.is_empty(),
        tag == "lalrpop",
        "of this example of the page:\n{example}\n{message}"
    );
    if tag == "lalrpop,fails" {
        return message + "\n";
    }
    let grammar = Grammar::read(FILE, &source).unwrap_or_else(|e| panic!("{e}"));
    assert!(Lr::new(&grammar).is_ok());
    let warnings = grammar
        .warnings
        .iter()
        .map(|w| format!("\n{}\n", w.render("warning", FILE, &source)));
    let reasons = grammar.require_typed().err().map(|e| format!("\n{e}\n"));
    grammar.to_string() + &warnings.collect::<String>() + &reasons.unwrap_or_default()
}

/// Whether an example waits for its message.
fn fails(example: &Option<(String, String)>) -> bool {
    matches!(example, Some((_, tag)) if tag == "lalrpop,fails")
}

#[test]
fn examples() {
    let path = format!("{}/../../docs/grammars.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut renewed = String::new();
    let mut example: Option<(String, String)> = None;
    let mut lines = page.lines();
    let (mut good, mut bad) = (0, 0);
    while let Some(line) = lines.next() {
        renewed += line;
        renewed.push('\n');
        let Some(tag) = line.strip_prefix("```") else {
            assert!(line.is_empty() || !fails(&example), "no message before {line:?}");
            if !line.is_empty() {
                example = None;
            }
            continue;
        };
        let block: String = lines
            .by_ref()
            .take_while(|l| *l != "```")
            .map(|l| format!("{l}\n"))
            .collect();
        match (tag, example.take()) {
            ("lalrpop" | "lalrpop,fails" | "lalrpop,untyped", before) => {
                assert!(!fails(&before), "no message before {block}");
                *if tag == "lalrpop,fails" { &mut bad } else { &mut good } += 1;
                // Read even if nothing is said about it.
                answer(&block, tag);
                renewed += &block;
                example = Some((block, tag.to_owned()));
            }
            ("text", Some((source, tag))) => renewed += &answer(&source, &tag),
            (other, _) => panic!("a block of {other:?} that nothing checks: {block}"),
        }
        renewed += "```\n";
    }
    assert!(!fails(&example), "the last example has no message");
    assert!(
        good >= 10 && bad >= 10,
        "{good} examples that are read, {bad} that are refused"
    );
    expect_file![path].assert_eq(&renewed);
}

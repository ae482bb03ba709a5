//! The examples of `docs/grammars.md`: each is read, and what the page says about it is what the reader says.

use expect_test::expect_file;
use tdf_grammar::{Grammar, Lr};

use crate::support::finding;

const FILE: &str = "example.lalrpop";

/// What stands below an example: its message, or its normal form.
fn answer(example: &str, fails: bool) -> String {
    let source = format!("grammar;\n{example}");
    let message = finding(FILE, &source);
    assert_eq!(
        !message.is_empty(),
        fails,
        "of this example of the page:\n{example}\n{message}"
    );
    if fails {
        return message + "\n";
    }
    let grammar = Grammar::read(FILE, &source).unwrap_or_else(|e| panic!("{e}"));
    assert!(Lr::new(&grammar).is_ok());
    let warnings = grammar
        .warnings
        .iter()
        .map(|w| format!("\n{}\n", w.render("warning", FILE, &source)));
    grammar.to_string() + &warnings.collect::<String>()
}

#[test]
fn examples() {
    let path = format!("{}/../../docs/grammars.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut renewed = String::new();
    let mut example: Option<(String, bool)> = None;
    let mut lines = page.lines();
    let (mut good, mut bad) = (0, 0);
    while let Some(line) = lines.next() {
        renewed += line;
        renewed.push('\n');
        let Some(tag) = line.strip_prefix("```") else {
            assert!(
                line.is_empty() || !matches!(example, Some((_, true))),
                "no message before {line:?}"
            );
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
            ("lalrpop" | "lalrpop,fails", before) => {
                assert!(!matches!(before, Some((_, true))), "no message before {block}");
                let fails = tag == "lalrpop,fails";
                *if fails { &mut bad } else { &mut good } += 1;
                // Read even if nothing is said about it.
                answer(&block, fails);
                renewed += &block;
                example = Some((block, fails));
            }
            ("text", Some((source, fails))) => renewed += &answer(&source, fails),
            (other, _) => panic!("a block of {other:?} that nothing checks: {block}"),
        }
        renewed += "```\n";
    }
    assert!(!matches!(example, Some((_, true))), "the last example has no message");
    assert!(
        good >= 10 && bad >= 10,
        "{good} examples that are read, {bad} that are refused"
    );
    expect_file![path].assert_eq(&renewed);
}

//! The examples of `docs/grammars.md` and `docs/other-grammars.md`: each is read, and what the page says about it is what
//! the reader says.

use expect_test::expect_file;
use tdf_grammar::Lr;

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
    let grammar = tdf_reader::read_grammar(FILE, &source).unwrap_or_else(|e| panic!("{e}"));
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

/// What stands below an example in Lark's syntax: the same in LALRPOP's, and what was left out.
fn converted(source: &str) -> String {
    const FILE: &str = "example.lark";
    let grammar = tdf_reader::read_grammar(FILE, source).unwrap_or_else(|error| panic!("{error}"));
    assert!(Lr::new(&grammar).is_ok());
    let warnings = grammar
        .warnings
        .iter()
        .map(|w| format!("\n{}\n", w.render("warning", FILE, source)));
    grammar.lalrpop.clone() + &warnings.collect::<String>()
}

#[test]
fn examples() {
    let (good, bad) = examples_of("grammars.md");
    assert!(
        good >= 10 && bad >= 10,
        "{good} examples that are read, {bad} that are refused"
    );
}

#[test]
fn grammars_in_other_syntaxes() {
    let (good, bad) = examples_of("other-grammars.md");
    assert!(
        good >= 5 && bad == 0,
        "{good} examples that are read, {bad} that are refused"
    );
}

/// How many examples of a page are read, and how many are refused.
fn examples_of(page: &str) -> (usize, usize) {
    let path = format!("{}/../../docs/{page}", env!("CARGO_MANIFEST_DIR"));
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
            ("lark", _) => {
                good += 1;
                converted(&block);
                renewed += &block;
                example = Some((block, tag.to_owned()));
            }
            // Grammars that the following example says in LALRPOP's syntax, and commands.
            ("antlr" | "ebnf" | "js" | "sh", _) => renewed += &block,
            ("text", Some((source, tag))) if tag == "lark" => renewed += &converted(&source),
            ("text", Some((source, tag))) => renewed += &answer(&source, &tag),
            (other, _) => panic!("a block of {other:?} that nothing checks: {block}"),
        }
        renewed += "```\n";
    }
    assert!(!fails(&example), "the last example has no message");
    expect_file![path].assert_eq(&renewed);
    (good, bad)
}

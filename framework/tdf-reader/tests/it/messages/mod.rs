//! What the reader says about files that it cannot use.

mod code;
mod conflicts;
mod macros;
mod rules;
mod syntax;
mod terminals;

use expect_test::Expect;
use tdf_grammar::Lr;
use tdf_reader::ReadOptions;

fn message(source: &str) -> String {
    let typed = ReadOptions {
        typed: true,
        ..ReadOptions::default()
    };
    match tdf_reader::read_grammar_with("bad.lalrpop", source, &typed) {
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

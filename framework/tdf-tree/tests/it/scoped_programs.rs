//! What is said of names in programs.

use expect_test::{Expect, expect};
use tdf_tree::Language;

fn language(grammar: &str, toml: &str) -> Language {
    let grammar = tdf_reader::read_grammar("toy.lalrpop", grammar).unwrap_or_else(|e| panic!("{e}"));
    Language::with_scopes(grammar, "toy.toml", toml).unwrap_or_else(|e| panic!("{e}"))
}

/// Statements and expressions, with texts and numbers that are open in characters.
fn statements() -> Language {
    language(
        r##"grammar;
        pub Program = <stmts:Stmt*> "return" <value:Expr> => Program { <> };
        Stmt = {
            <name:Name> "=" <value:Expr> ";" => Assign { <> },
            "if" <test:Expr> "{" <then:Stmt*> "}" => If { <> },
        };
        Expr = {
            <Name> => Var(<>),
            r"-?[0-9]+" => Number,
            r#""[^"]*""# => Text,
            "[" <Expr*> "]" => List(<>),
            "fold" "(" <acc:Name> <item:Name> "." <step:Expr> ")" => Fold { <> },
        };
        Name = r"[a-d]|total|x[0-9]" => Name;
        "##,
        r#"[scope]
        names = "Name"
        levels = 3
        binders = [{ alternative = "Assign", name = "name", rest = true },
            { alternative = "Fold", name = ["acc", "item"], body = "step" }]
        references = ["Var"]
        blocks = ["If"]
        "#,
    )
}

fn refused(language: &Language, text: &str, expected: Expect) {
    match language.parse(language.grammar().start, text) {
        Ok(tree) => panic!("{text} is read as {}", language.print(tree.nodes())),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

#[test]
fn names_that_are_not_bound() {
    let language = statements();
    refused(
        &language,
        "return a",
        expect!["1:8: `a` is not bound here: no name of `Name` is in scope"],
    );
    refused(
        &language,
        "x7 = 1; return x8",
        expect!["1:16: `x8` is not bound here: in scope is `x7`"],
    );
    refused(
        &language,
        "x7 = 1; b = [x7 x7]; x7 = b;\nreturn [x7 b\n    total]",
        expect!["3:5: `total` is not bound here: in scope are `b` and `x7`"],
    );
    // It is bound by the statement that it stands in.
    refused(
        &language,
        "a = a; return a",
        expect!["1:5: `a` is not bound here: no name of `Name` is in scope"],
    );
    // The block has ended.
    refused(
        &language,
        "if 1 {\n  a = \"( a\";\n}\nreturn a",
        expect!["4:8: `a` is not bound here: no name of `Name` is in scope"],
    );
    refused(
        &language,
        "return [fold(a b. [a b]) b]",
        expect!["1:26: `b` is not bound here: no name of `Name` is in scope"],
    );
}

#[test]
fn one_name_too_many() {
    let language = statements();
    refused(
        &language,
        "a = 1; b = 2; c = 3; d = 4; return a",
        expect!["1:22: `d` is one name too many: at most 3 of `Name` can be in scope at once"],
    );
    refused(
        &language,
        "a = \"two ) a b\";\nb = -12;\nreturn fold(a b. b)",
        expect![
            "3:15: `b` is one name too many: at most 3 of `Name` can be in scope at once, and a name that is bound again counts again"
        ],
    );
}

/// A name that is bound again counts again: the one before it is out of reach.
#[test]
fn a_name_may_be_bound_again() {
    let language = statements();
    let start = language.grammar().start;
    let program = language.parse(start, "d = 1; d = [d]; d = d; return d").unwrap();
    expect!["a = 1; b = [a]; c = b; return c"].assert_eq(&language.print(program.nodes()));
    refused(
        &language,
        "d = 1; d = 2; d = 3; d = 4; return d",
        expect![
            "1:22: `d` is one name too many: at most 3 of `Name` can be in scope at once, and a name that is bound again counts again"
        ],
    );
}

/// What the grammar does not allow is said as in a language without names in scope.
#[test]
fn texts_that_are_no_programs() {
    let language = statements();
    refused(
        &language,
        "a = 1 return a",
        expect![[r#"1:7: found "return", expected ";""#]],
    );
    refused(
        &language,
        "return ?",
        expect![[r##"1:8: found "?", expected "[", "fold", r"[a-d]|total|x[0-9]", r#""[^"]*""# or r"-?[0-9]+""##]],
    );
    refused(
        &language,
        "",
        expect![[r#"1:1: found the end of the program, expected "return", "if" or r"[a-d]|total|x[0-9]""#]],
    );
    refused(
        &language,
        "return e",
        expect![[r##"1:8: found "e", expected "[", "fold", r"[a-d]|total|x[0-9]", r#""[^"]*""# or r"-?[0-9]+""##]],
    );
    refused(
        &language,
        "return",
        expect![[
            r##"1:7: found the end of the program, expected "[", "fold", r"[a-d]|total|x[0-9]", r#""[^"]*""# or r"-?[0-9]+""##
        ]],
    );
}

/// A part of a program has the names in scope that it would have there.
#[test]
fn parts_of_programs() {
    let language = statements();
    let grammar = language.grammar();
    let names = |n| language.names_in_scope(n).to_vec();
    let parts = grammar
        .nonterminals
        .iter()
        .enumerate()
        .filter(|(_, n)| n.name == "Expr");
    let parts: Vec<_> = parts.map(|(n, _)| tdf_grammar::NonterminalId::new(n)).collect();
    let levels: Vec<_> = parts.iter().map(|n| names(*n)).collect();
    expect!["[[0], [1], [2], [3]]"].assert_eq(&format!("{levels:?}"));
    let two = parts[levels.iter().position(|level| level == &[2]).unwrap()];
    let tree = language.parse(two, "[a b]").unwrap();
    expect!["[a b]"].assert_eq(&language.print(tree.nodes()));
    let error = language.parse(two, "[a c]").unwrap_err();
    expect!["1:4: `c` is not bound here: in scope are `a` and `b`"].assert_eq(&error.to_string());
}

/// Every public rule is read from the start, whether or not it binds names for what would follow.
#[test]
fn public_rules() {
    let language = language(
        r#"grammar;
        pub Program = <stmts:Stmt*> "return" <value:Expr> => Program { <> };
        pub Stmt = <name:Name> "=" <value:Expr> ";" => Assign { <> };
        pub Expr = { <Name> => Var(<>), "0" => Zero };
        Name = r"[a-d]";"#,
        r#"[scope]
        names = "Name"
        inputs = 1
        binders = [{ alternative = "Assign", name = "name", rest = true }]
        "#,
    );
    let read = |rule: &str, text: &str| {
        let start = language.grammar().nonterminal(rule).unwrap();
        let tree = language.parse(start, text).map_err(|e| e.to_string())?;
        Ok::<String, String>(language.print(tree.nodes()))
    };
    assert_eq!(read("Program", "c = a; return c"), Ok("b = a; return b".to_owned()));
    assert_eq!(read("Stmt", "c = a;"), Ok("b = a;".to_owned()));
    assert_eq!(read("Expr", "a"), Ok("a".to_owned()));
    let error = "1:5: `b` is not bound here: in scope is `a`";
    assert_eq!(read("Stmt", "c = b;"), Err(error.to_owned()));
}

/// Every nonterminal reads what it prints, also one that is a name to bind.
#[test]
fn every_nonterminal_reads_what_it_prints() {
    let language = statements();
    let grammar = language.grammar();
    let size = tdf_tree::Size::nodes(grammar);
    let sampler = tdf_tree::Sampler::new(grammar, &size, 30, tdf_tree::Weighting::Rules);
    let mut rng = crate::rng(3);
    for start in (0..grammar.nonterminals.len()).map(tdf_grammar::NonterminalId::new) {
        // What follows the first character of a text is no text of its own.
        if grammar.nonterminals[start.index()].kind == tdf_grammar::NonterminalKind::Suffix {
            continue;
        }
        let sizes = sampler.feasible(start, 0..=30).unwrap();
        for _ in 0..5 {
            let tree = sampler.sample(start, &sizes, &mut rng);
            crate::assert_well_formed(grammar, &tree, start);
            let text = language.print(tree.nodes());
            assert_eq!(language.parse(start, &text).as_ref(), Ok(&tree), "{text}");
        }
    }
}

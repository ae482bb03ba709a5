//! Grammars that were written for parsers, and what `tdf check` says of a file.

use expect_test::expect;
use serde_json::Value;

use crate::tool::{TestDir, repository};

/// Actions that are code, a lexer outside of the file, comments, a feature.
const CALCULATOR: &str = r#"use crate::ast::Expr;
grammar<'a>(arena: &'a Arena<Expr>);
match { r"\s+" => { }, r"//[^\n]*" => { }, _ }
pub Sum: i64 = { <l:Sum> <at:@L> "+" <r:Factor> => l + r, Factor, #[cfg(feature = "minus")] <l:Sum> "-" <r:Factor> => l - r };
Factor: i64 = { <l:Factor> "/" <r:Atom> =>? divide(l, r), Atom };
Atom: i64 = { <n:r"[0-9]"> => n.parse().unwrap(), "(" <Sum> ")", ! => 0 };
"#;

#[test]
fn grammars_of_parsers_are_languages() {
    let dir = TestDir::new();
    dir.write("calculator.lalrpop", CALCULATOR);
    let checked = dir.tdf("check calculator.lalrpop");
    expect![[r#"
        calculator.lalrpop:6:66: warning: `!` stands for text that is not in the language: this alternative is left out
          |
        6 |  i64 = { <n:r"[0-9]"> => n.parse().unwrap(), "(" <Sum> ")", ! => 0 };
          |                                                             ^^^^^^^

    "#]]
    .assert_eq(&checked.err);
    let out = checked.ok();
    assert!(
        out.contains("\ntyped AST: no\n  calculator.lalrpop:4:30: places in the text"),
        "{out}"
    );
    assert!(
        out.contains("\n  calculator.lalrpop:5:41: an action that may fail"),
        "{out}"
    );

    let programs = dir.tdf("sample --grammar calculator.lalrpop -n 30 --size 1..=12").ok();
    assert!(
        programs.contains('/') && !programs.contains("//") && !programs.contains('-'),
        "{programs}"
    );
    dir.write("p.txt", &programs);
    assert_eq!(dir.tdf("parse --grammar calculator.lalrpop p.txt").ok(), programs);
    dir.write("c.txt", "1 + // one\n2/ 3//x\n");
    assert_eq!(
        dir.tdf("parse --grammar calculator.lalrpop c.txt").fails(1),
        "c.txt:1:11: error: found the end of the program, expected r\"[0-9]\" or \"(\"\n"
    );
    let sum = dir.tdf("parse --grammar calculator.lalrpop --feature minus s.txt");
    assert!(sum.fails(1).contains("s.txt"), "there is no such file");
    dir.write("s.txt", "1-2//x\n");
    assert_eq!(
        dir.tdf("parse --grammar calculator.lalrpop --feature minus s.txt").ok(),
        "1 - 2\n"
    );
    assert!(
        dir.tdf("parse --grammar calculator.lalrpop s.txt")
            .fails(1)
            .contains("s.txt:1:2: error")
    );
    assert_eq!(
        dir.tdf("mask --grammar calculator.lalrpop 1/").ok(),
        dir.tdf("mask --grammar calculator.lalrpop 1+2/").ok()
    );
    dir.tdf("mutate --grammar calculator.lalrpop --max-edit-size 6 p.txt")
        .ok();
    dir.tdf("path --grammar calculator.lalrpop --max-edit-size 12 1+2 (3)")
        .ok();
    // Without --max-edit-size edits are as large as the grammar needs them.
    dir.tdf("path --grammar calculator.lalrpop 1+2 (3)").ok();
    dir.tdf("mutate --grammar calculator.lalrpop p.txt").ok();
    let error = dir
        .tdf("path --grammar calculator.lalrpop --max-edit-size 2 1+2 (3)")
        .fails(1);
    assert!(
        error.contains("--max-edit-size 2: edits of size 2 are too small"),
        "{error}"
    );
}

#[test]
fn check_says_whether_there_are_typed_trees() {
    let dir = TestDir::new();
    dir.write("calculator.lalrpop", CALCULATOR);
    let check = |arguments: &str| -> Value {
        serde_json::from_str(&dir.tdf(&format!("check --json {arguments}")).ok()).expect("JSON")
    };
    let calculator = check("calculator.lalrpop");
    assert_eq!(calculator["typed"], false);
    assert_eq!(calculator["productions"], 6);
    assert_eq!(check("--feature minus calculator.lalrpop")["productions"], 7);
    let of = |severity: &str| {
        let all = calculator["diagnostics"].as_array().expect("a list").iter();
        all.filter(|d| d["severity"] == severity).collect::<Vec<_>>()
    };
    assert_eq!(of("warning").len(), 1);
    let first = of("information")[0];
    assert_eq!(
        first["message"],
        "places in the text (`@L`, `@R`) mean nothing in a program that is generated"
    );
    assert_eq!(
        (&first["start"]["line"], &first["start"]["column"]),
        (&4.into(), &30.into())
    );
    let rainbow = repository("grammars/rainbow.lalrpop");
    let rainbow = check(&rainbow.display().to_string());
    assert_eq!(rainbow["typed"], true);
    assert_eq!(rainbow["diagnostics"].as_array().map(Vec::len), Some(0));
    assert_eq!(rainbow["strict"], Value::Null);
    // Two rules that would become one type.
    dir.write(
        "twice.lalrpop",
        "grammar;\npub Top = <a_b> <aB>;\na_b = { \"a\", \"b\" };\naB = { \"c\", \"d\" };\n",
    );
    let twice = &check("twice.lalrpop")["diagnostics"][0];
    assert_eq!(
        twice["message"],
        "the rules a_b and aB would both become the type AB: rename one"
    );
    assert_eq!(
        (&twice["start"]["line"], &twice["start"]["column"]),
        (&4.into(), &8.into())
    );
}

#[test]
fn strict_asks_lalrpop() {
    let dir = TestDir::new();
    for name in ["csg2d", "rainbow", "tinysvg"] {
        let grammar = repository(&format!("grammars/{name}.lalrpop"));
        let out = dir.tdf(&format!("check --strict {}", grammar.display())).ok();
        assert!(
            out.contains("\nLALRPOP 0.23 takes the file as it is\n"),
            "{name}: {out}"
        );
    }
    dir.write("calculator.lalrpop", CALCULATOR);
    assert!(
        dir.tdf("check --strict --json --feature minus calculator.lalrpop")
            .ok()
            .contains("\"strict\":true")
    );
    // No type beside a label.
    dir.write("loose.lalrpop", "grammar;\npub Row = { \"a\" => A, \"b\" => B };\n");
    dir.tdf("check loose.lalrpop").ok();
    expect![[r#"
        loose.lalrpop: error: LALRPOP 0.23 does not take this file as it is

        loose.lalrpop:2:13: 2:20 error: cannot infer types if there is custom action code
          pub Row = { "a" => A, "b" => B };
                      ~~~~~~~~
    "#]]
    .assert_eq(&dir.tdf("check --strict loose.lalrpop").fails(1));
    // LALRPOP panics on it.
    dir.write("panic.lalrpop", "grammar;\npub Row: #\"x\"?# = \"x\" => 0;\n");
    let err = dir.tdf("check --strict panic.lalrpop").err;
    assert!(
        err.starts_with("panic.lalrpop: error: LALRPOP 0.23 comes to no end\n\nLALRPOP crashed"),
        "{err}"
    );
}

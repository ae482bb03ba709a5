//! Languages with names in scope, and the messages about their tables.

use expect_test::Expect;
use tdf_tree::Language;

pub const LET: &str = r#"
grammar;
pub Expr = {
    "(" "let" <name:Name> <value:Expr> <body:Expr> ")" => Let { <> },
    "(" "fold" <list:Expr> <acc:Name> <item:Name> <step:Expr> ")" => Fold { <> },
    <left:Expr> "+" <right:Atom> => Add { <> },
    Atom => Atom,
};
Atom = {
    <Name> => Var(<>),
    <text:r"[0-9]+"> => Number { <> },
    <Color> => Color(<>),
};
Name = r"[a-d]";
Color = { "red" => Red, "blue" => Blue };
"#;

pub const STATEMENTS: &str = r#"
grammar;
pub Program = <stmts:Stmt*> "return" <value:Expr> => Program { <> };
Stmt = {
    <name:Name> "=" <value:Expr> ";" => Assign { <> },
    "if" <test:Expr> "{" <then:Stmt*> "}" => If { <> },
    "call" <f:Function> ";" => Call { <> },
};
Expr = {
    <Name> => Var(<>),
    "0" => Zero,
    "{" <stmts:Stmt*> "give" <value:Expr> "}" => Block { <> },
};
Name = r"[a-d]";
Function = r"[c-f]" => Function(<>);
"#;

pub const LET_BINDER: &str = r#"binders = [{ alternative = "Let", name = "name", body = "body" }]"#;

/// What is said of `toml`, which is a mistake.
pub fn refused(grammar: &str, toml: &str, expected: Expect) {
    let grammar = tdf_reader::read_grammar("toy.lalrpop", grammar).unwrap_or_else(|e| panic!("{e}"));
    match Language::with_scopes(grammar, "toy.toml", toml) {
        Ok(_) => panic!("no mistake in {toml}"),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

/// The same for a table with these lines.
pub fn table(grammar: &str, lines: &str, expected: Expect) {
    refused(grammar, &format!("[scope]\n{lines}\n"), expected);
}

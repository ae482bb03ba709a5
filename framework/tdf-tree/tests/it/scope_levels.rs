//! What is said of numbers of names, of references and of kinds of names.

use expect_test::expect;

use crate::scope_support::{LET, LET_BINDER, STATEMENTS, refused, table};

#[test]
fn numbers_of_names() {
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\nlevels = 5"),
        expect![[r#"
        toy.toml:4:10: error: 5 names cannot be in scope at once: `Name` has 4 members
          |
        4 | levels = 5
          |          ^"#]],
    );
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\nlevels = 0"),
        expect![[r#"
            toy.toml:4:10: error: `levels` is at least 1: names that are never in scope cannot be used
              |
            4 | levels = 0
              |          ^"#]],
    );
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\ninputs = 5"),
        expect![[r#"
        toy.toml:4:10: error: 5 names cannot be in scope from the start: `Name` has 4 members
          |
        4 | inputs = 5
          |          ^"#]],
    );
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\nlevels = 2\ninputs = 3"),
        expect![[r#"
        toy.toml:5:10: error: 3 names cannot be in scope from the start: `levels` is 2
          |
        5 | inputs = 3
          |          ^"#]],
    );
    // All are in scope from the start.
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\ninputs = 4"),
        expect![[r#"
            toy.toml:3:28: error: `Let` can never bind its names
              |
            3 | binders = [{ alternative = "Let", name = "name", body = "body" }]
              |                            ^^^^^
              |
              = help: at most 4 of `Name` can be in scope at once, 4 are in scope from the start, and it binds 1: raise `levels`, or add members to the terminal"#]],
    );
    table(
        LET,
        r#"names = "Name"
levels = 1
binders = [{ alternative = "Fold", name = ["acc", "item"], body = "step" }]"#,
        expect![[r#"
            toy.toml:4:28: error: `Fold` can never bind its names
              |
            4 | binders = [{ alternative = "Fold", name = ["acc", "item"], body = "step" }]
              |                            ^^^^^^
              |
              = help: at most 1 of `Name` can be in scope at once, and it binds 2: raise `levels`, or add members to the terminal"#]],
    );
}

#[test]
fn references() {
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\nreferences = [\"Var\"]"),
        expect![[r#"
            toy.toml:4:14: error: `Fold` of `Expr` holds a name, but neither binds nor refers
              |
            4 | references = ["Var"]
              |              ^^^^^^^
              |
              = help: add "Fold" to `references`, or to `binders`"#]],
    );
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\nreferences = [\"Var\", \"Number\"]"),
        expect![[r#"
            toy.toml:4:14: error: `Fold` of `Expr` holds a name, but neither binds nor refers
              |
            4 | references = ["Var", "Number"]
              |              ^^^^^^^^^^^^^^^^^
              |
              = help: add "Fold" to `references`, or to `binders`

            toy.toml:4:22: error: `Number` has no name of `Name` to refer to
              |
            4 | references = ["Var", "Number"]
              |                      ^^^^^^^^
              |
              = help: list the alternatives that hold a name which they do not bind"#]],
    );
    table(
        LET,
        "names = \"Name\"\nreferences = [\"Var\", \"Fold\", \"Let\"]",
        expect![[r#"
            toy.toml:3:15: error: `Var` refers to a name, but none is ever in scope there
              |
            3 | references = ["Var", "Fold", "Let"]
              |               ^^^^^
              |
              = help: add it, or the alternative around it, to `binders`; or give the program names with `inputs`

            toy.toml:3:22: error: `Fold` refers to a name, but none is ever in scope there
              |
            3 | references = ["Var", "Fold", "Let"]
              |                      ^^^^^^
              |
              = help: add it, or the alternative around it, to `binders`; or give the program names with `inputs`

            toy.toml:3:30: error: `Let` refers to a name, but none is ever in scope there
              |
            3 | references = ["Var", "Fold", "Let"]
              |                              ^^^^^
              |
              = help: add it, or the alternative around it, to `binders`; or give the program names with `inputs`"#]],
    );
    // There is no other program than a reference.
    table(
        r#"grammar; pub Expr = { "let" <name:Name> <value:Expr> <body:Expr> => Let { <> }, <Name> => Var(<>) };
        Name = r"[a-b]";"#,
        &format!("names = \"Name\"\n{LET_BINDER}"),
        expect![[r#"
            toy.toml:2:9: error: there is no program of `Expr`: each refers to a name where none is in scope
              |
            2 | names = "Name"
              |         ^^^^^^
              |
              = help: give the rule an alternative without names, or the program names with `inputs`"#]],
    );
    // The value is always a name, and none is in scope.
    table(
        r#"grammar; pub Expr = { "let" <name:Name> <value:Var> <body:Expr> => Let { <> }, <Var> => Get(<>), "0" => Zero };
        Var = <Name> => Var(<>); Name = r"[a-b]";"#,
        &format!("names = \"Name\"\n{LET_BINDER}"),
        expect![[r#"
            toy.toml:3:28: error: `Let` can never bind its names
              |
            3 | binders = [{ alternative = "Let", name = "name", body = "body" }]
              |                            ^^^^^
              |
              = help: a part of it always refers to a name where none is in scope, or it stands only where no name is left"#]],
    );
    // The reference stands where no binder reaches.
    table(
        r#"grammar; pub Top = { "let" <name:Name> <body:Expr> => Let { <> }, "use" <Name> => Use(<>) };
        Expr = { <Name> => Var(<>) }; Name = r"[a-b]";"#,
        &format!("names = \"Name\"\n{LET_BINDER}\nreferences = [\"Var\", \"Use\"]"),
        expect![[r#"
            toy.toml:4:22: error: `Use` refers to a name, but none is ever in scope there
              |
            4 | references = ["Var", "Use"]
              |                      ^^^^^
              |
              = help: add it, or the alternative around it, to `binders`; or give the program names with `inputs`"#]],
    );
}

#[test]
fn kinds_of_names() {
    refused(
        STATEMENTS,
        r#"[[scope]]
names = "Name"
binders = [{ alternative = "Assign", name = "name", rest = true }]
blocks = ["Block", "If"]
[[scope]]
names = "Function"
inputs = 1
"#,
        expect![[r#"
    toy.toml:6:9: error: `Function` and `Name` have members in common
      |
    6 | names = "Function"
      |         ^^^^^^^^^^
      |
      = help: names of two kinds are told apart by their texts, such as r"[a-h]" and r"f[0-3]""#]],
    );
    refused(
        LET,
        r#"[[scope]]
names = "Name"
[[scope]]
names = "Name"
"#,
        expect![[r#"
            toy.toml:4:9: error: there are two tables `scope` of `Name`
              |
            4 | names = "Name"
              |         ^^^^^^
              |
              = help: one table lists all binders of its names"#]],
    );
}

#[test]
fn names_that_multiply_the_grammar() {
    let kinds = ["a", "b", "c", "d"];
    let binders: String = kinds
        .iter()
        .map(|k| format!("\"let\" <name:Name{k}> <body:Expr> => Let{k} {{ <> }},\n<Name{k}> => Var{k}(<>),\n"))
        .collect();
    let names: String = kinds
        .iter()
        .map(|k| format!("Name{k} = r\"{k}([0-9]|1[0-9]|2[0-9])\";\n"))
        .collect();
    let grammar = format!("grammar;\npub Expr = {{\n{binders}\"0\" => Zero }};\n{names}");
    let tables: String = kinds.iter().map(|k| format!("[[scope]]\nnames = \"Name{k}\"\nbinders = [{{ alternative = \"Let{k}\", name = \"name\", body = \"body\" }}]\n")).collect();
    refused(
        &grammar,
        &tables,
        expect![[r#"
            toy.toml:2:9: error: names in scope make more than 200000 productions of the grammar: one for each number of names in scope
              |
            2 | names = "Namea"
              |         ^^^^^^^
              |
              = help: allow fewer names at once with `levels`"#]],
    );
}

/// Numbers of names that would take minutes are refused at once.
#[test]
fn many_names() {
    let many = LET.replace("[a-d]", "x[0-9]{3}");
    assert_ne!(many, LET);
    table(
        &many,
        &format!("names = \"Name\"\n{LET_BINDER}"),
        expect![[r#"
        toy.toml:2:9: error: `Name` has 1000 members: say how many names can be in scope at once
          |
        2 | names = "Name"
          |         ^^^^^^
          |
          = help: `levels = 8` allows eight names; at most 256 can be in scope"#]],
    );
    table(
        &many,
        &format!("names = \"Name\"\nlevels = 257\n{LET_BINDER}"),
        expect![[r#"
            toy.toml:3:10: error: 257 names cannot be in scope at once: at most 256 can
              |
            3 | levels = 257
              |          ^^^"#]],
    );
    let grammar = tdf_reader::read_grammar("toy.lalrpop", &many).unwrap();
    let toml = format!("[scope]\nnames = \"Name\"\nlevels = 2\n{LET_BINDER}\n");
    let language = tdf_tree::Language::with_scopes(grammar, "toy.toml", &toml).unwrap();
    let start = language.grammar().start;
    let text = language.print(
        language
            .parse(start, "(let x999 1 (let x077 x999 x077))")
            .unwrap()
            .nodes(),
    );
    assert_eq!(text, "(let x000 1 (let x001 x000 x001))");
}

/// An entry of `references` that is none is told once, without what follows from it.
#[test]
fn references_that_are_none() {
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\nreferences = [\"Varr\"]"),
        expect![[r#"
            toy.toml:4:15: error: the grammar has no rule or alternative `Varr`
              |
            4 | references = ["Varr"]
              |               ^^^^^^
              |
              = help: did you mean `Var`?"#]],
    );
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\nreferences = [\"Expr\"]"),
        expect![[r#"
            toy.toml:4:15: error: `Expr` is a rule with several alternatives
              |
            4 | references = ["Expr"]
              |               ^^^^^^
              |
              = help: name those of its alternatives that refer to names"#]],
    );
    // A binder that refers to a name, as in three-address code.
    let moves = r#"
        grammar;
        pub Code = { <first:Move> <rest:Code> => Then { <> }, "end" => End };
        Move = { <to:Name> "=" <from:Name> => Copy { <> }, <to:Name> "=" "1" => One(<>) };
        Name = r"[a-d]";
    "#;
    table(
        moves,
        "names = \"Name\"\nbinders = [{ alternative = \"Copy\", name = \"to\", rest = true }, { alternative = \"One\", name = \"to\", \
         rest = true }]\nreferences = []",
        expect![[r#"
            toy.toml:4:14: error: the field `from` of the binder `Copy` refers to a name
              |
            4 | references = []
              |              ^^
              |
              = help: add "Copy" to `references`, too"#]],
    );
}

/// A rule and an alternative of one name: the alternative is meant.
#[test]
fn references_that_are_rules_as_well() {
    let source = r#"
        grammar;
        pub Expr = { "(" "let" <name:Name> <body:Expr> ")" => Let { <> }, <Atom> => Simple(<>) };
        Atom = { <Name> => Atom(<>), "0" => Zero };
        Name = r"[a-d]";
    "#;
    let grammar = tdf_reader::read_grammar("toy.lalrpop", source).unwrap();
    let toml = format!("[scope]\nnames = \"Name\"\n{LET_BINDER}\nreferences = [\"Atom\"]\n");
    let language = tdf_tree::Language::with_scopes(grammar, "toy.toml", &toml).unwrap();
    assert!(language.parse(language.grammar().start, "(let d d)").is_ok());
}

/// A binder cannot be the block that its own fields need.
#[test]
fn binders_that_recur() {
    table(
        LET,
        "names = \"Name\"\nbinders = [{ alternative = \"Let\", name = \"name\", body = \"body\", rest = true }]",
        expect![[r#"
            toy.toml:3:28: error: names bound in the field `value` of the binder `Let` stay in scope behind it
              |
            3 | binders = [{ alternative = "Let", name = "name", body = "body", rest = true }]
              |                            ^^^^^
              |
              = help: put the name into a rule of its own, and let that rule bind it with `rest = true`"#]],
    );
}

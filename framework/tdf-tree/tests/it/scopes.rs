//! What is said of mistakes in the table `scope`. `scoped_programs.rs` has those in programs.

use expect_test::expect;

use crate::scope_support::{LET, LET_BINDER, STATEMENTS, table};

#[test]
fn names_with_one_member() {
    let grammar = |name: &str| {
        format!(
            r#"grammar; pub Expr = {{ "let" <x:Name> <y:Expr> => Let {{ <> }}, <Name> => Var(<>), <Key> => Key(<>), "0" => Zero }};
            Name = {name}; Key = {{ "k" => K }};"#
        )
    };
    table(
        &grammar(r#"r"a""#),
        "names = \"Name\"",
        expect![[r#"
            toy.toml:2:9: error: `Name` has only one member, `a`: names need at least two
              |
            2 | names = "Name"
              |         ^^^^^^
              |
              = help: names are the members of one terminal, such as r"[a-h]""#]],
    );
    table(
        &grammar(r#""a""#),
        "names = \"Name\"",
        expect![[r#"
            toy.toml:2:9: error: `Name` has only one member, `a`: names need at least two
              |
            2 | names = "Name"
              |         ^^^^^^
              |
              = help: names are the members of one terminal, such as r"[a-h]""#]],
    );
    table(
        &grammar(r#""a""#),
        "names = \"k\"",
        expect![[r#"
            toy.toml:2:9: error: `k` has only one member, `k`: names need at least two
              |
            2 | names = "k"
              |         ^^^
              |
              = help: names are the members of one terminal, such as r"[a-h]""#]],
    );
}

#[test]
fn alternatives_and_fields_that_do_not_exist() {
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Lett", name = "name", body = "body" }]"#,
        expect![[r#"
    toy.toml:3:28: error: the grammar has no alternative `Lett`
      |
    3 | binders = [{ alternative = "Lett", name = "name", body = "body" }]
      |                            ^^^^^^
      |
      = help: did you mean `Let`?"#]],
    );
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Lambda", name = "name", body = "body" }]"#,
        expect![[r#"
            toy.toml:3:28: error: the grammar has no alternative `Lambda`
              |
            3 | binders = [{ alternative = "Lambda", name = "name", body = "body" }]
              |                            ^^^^^^^^"#]],
    );
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Let", name = "nam", body = "rest" }]"#,
        expect![[r#"
    toy.toml:3:42: error: `Let` has no field `nam`
      |
    3 | binders = [{ alternative = "Let", name = "nam", body = "rest" }]
      |                                          ^^^^^
      |
      = help: did you mean `name`?

    toy.toml:3:56: error: `Let` has no field `rest`
      |
    3 | binders = [{ alternative = "Let", name = "nam", body = "rest" }]
      |                                                        ^^^^^^
      |
      = help: its fields are name, value and body"#]],
    );
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Var", name = "1", body = "0" }]"#,
        expect![[r#"
            toy.toml:3:42: error: `Var` has no field `1`
              |
            3 | binders = [{ alternative = "Var", name = "1", body = "0" }]
              |                                          ^^^
              |
              = help: its only field is 0"#]],
    );
    table(
        LET,
        &format!("names = \"Name\"\n{LET_BINDER}\nreferences = [\"Vra\"]\nblocks = [\"Bloc\"]"),
        expect![[r#"
            toy.toml:5:11: error: the grammar has no rule or alternative `Bloc`
              |
            5 | blocks = ["Bloc"]
              |           ^^^^^^"#]],
    );
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Red", name = "name", body = "body" }]"#,
        expect![[r#"
    toy.toml:3:42: error: `Red` has no field `name`
      |
    3 | binders = [{ alternative = "Red", name = "name", body = "body" }]
      |                                          ^^^^^^
      |
      = help: it has no fields

    toy.toml:3:57: error: `Red` has no field `body`
      |
    3 | binders = [{ alternative = "Red", name = "name", body = "body" }]
      |                                                         ^^^^^^
      |
      = help: it has no fields"#]],
    );
    // Two rules have an alternative of this label.
    table(
        r#"grammar; pub Expr = { "let" <x:Name> <y:Type> => Let { <> }, <Name> => Var(<>) };
        Type = { "type" <y:Expr> => Let { <> }, "int" => Int }; Name = r"[a-b]";"#,
        r#"names = "Name"
binders = [{ alternative = "Let", name = "x", body = "y" }]"#,
        expect![[r#"
            toy.toml:3:28: error: several alternatives are called `Let`
              |
            3 | binders = [{ alternative = "Let", name = "x", body = "y" }]
              |                            ^^^^^
              |
              = help: write Expr::Let or Type::Let"#]],
    );
}

#[test]
fn binders_that_cannot_bind() {
    // The value stands between name and body.
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Let", name = "value", body = "body" }]"#,
        expect![[r#"
            toy.toml:3:42: error: the field `value` of `Let` is no name of `Name`
              |
            3 | binders = [{ alternative = "Let", name = "value", body = "body" }]
              |                                          ^^^^^^^
              |
              = help: the field with a name is `name`"#]],
    );
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Fold", name = ["acc", "item"], body = "list" }]"#,
        expect![[r#"
    toy.toml:3:67: error: the field `list` of `Fold` stands before the name
      |
    3 | s = [{ alternative = "Fold", name = ["acc", "item"], body = "list" }]
      |                                                             ^^^^^^
      |
      = help: programs are written from left to right: a name is bound before it is in scope"#]],
    );
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Fold", name = "acc", body = ["acc", "step"] }]"#,
        expect![[r#"
    toy.toml:3:58: error: the field `acc` of `Fold` cannot be a name and a body
      |
    3 | binders = [{ alternative = "Fold", name = "acc", body = ["acc", "step"] }]
      |                                                          ^^^^^"#]],
    );
    table(
        LET,
        r#"names = "Name"
binders = [{ alternative = "Let", name = "name", body = "body" },
    { alternative = "Let", name = "name", body = "value" }]"#,
        expect![[r#"
            toy.toml:4:21: error: `Let` stands twice among the binders
              |
            4 |     { alternative = "Let", name = "name", body = "value" }]
              |                     ^^^^^
              |
              = help: a binder of several names lists them: name = ["first", "second"]; a name with another body needs a rule of its own"#]],
    );
    table(
        r#"grammar; pub Expr = { "let" <x:Name> <color:Color> => Let { <> }, <Name> => Var(<>) };
        Color = { "red" => Red, "blue" => Blue }; Name = r"[a-b]";"#,
        r#"names = "Name"
binders = [{ alternative = "Let", name = "x", body = "color" }]"#,
        expect![[r#"
            toy.toml:3:54: error: no name of `Name` can stand in the field `color` of `Let`
              |
            3 | binders = [{ alternative = "Let", name = "x", body = "color" }]
              |                                                      ^^^^^^^"#]],
    );
    table(
        STATEMENTS,
        r#"names = "Name"
binders = [{ alternative = "Assign", name = "name", rest = true }]"#,
        expect![[r#"
            toy.toml:3:28: error: names bound in the field `value` of the binder `Assign` stay in scope behind it
              |
            3 | binders = [{ alternative = "Assign", name = "name", rest = true }]
              |                            ^^^^^^^^
              |
              = help: add "Block" to `blocks`: its names end with it"#]],
    );
}

#[test]
fn a_binder_that_is_a_block() {
    table(
        STATEMENTS,
        r#"names = "Name"
binders = [{ alternative = "Assign", name = "name", rest = true }]
blocks = ["Stmt", "Block"]"#,
        expect![[r#"
            toy.toml:3:28: error: `Assign` has `rest = true`, but it is among `blocks`: its names end with it
              |
            3 | binders = [{ alternative = "Assign", name = "name", rest = true }]
              |                            ^^^^^^^^"#]],
    );
}

/// A group with a name to bind and an expression with others: which of them are bound is not plain.
#[test]
fn groups_with_names_to_bind_and_to_refer_to() {
    table(
        r#"grammar; pub Expr = { "let" <pairs:(<Name> "=" <Expr>)+> "in" <body:Expr> => Let { <> }, <Name> => Var(<>), "0" => Zero };
        Name = r"[a-b]";"#,
        r#"names = "Name"
binders = [{ alternative = "Let", name = "pairs", body = "body" }]"#,
        expect![[r#"
            toy.toml:3:42: error: the field `pairs` of `Let` is no name of `Name`
              |
            3 | binders = [{ alternative = "Let", name = "pairs", body = "body" }]
              |                                          ^^^^^^^
              |
              = help: other names can stand in it, too: make it a rule, and that rule a binder with `rest = true`"#]],
    );
}

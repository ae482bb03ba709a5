//! What is said of mistakes in the table `scope`. `scoped_programs.rs` has those in programs.

use expect_test::{Expect, expect};
use tdf_tree::Language;

const LET: &str = r#"
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

const STATEMENTS: &str = r#"
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

const LET_BINDER: &str = r#"binders = [{ alternative = "Let", name = "name", body = "body" }]"#;

/// What is said of `toml`, which is a mistake.
fn refused(grammar: &str, toml: &str, expected: Expect) {
    let grammar = tdf_reader::read_grammar("toy.lalrpop", grammar).unwrap_or_else(|e| panic!("{e}"));
    match Language::with_scopes(grammar, "toy.toml", toml) {
        Ok(_) => panic!("no mistake in {toml}"),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

/// The same for a table with these lines.
fn table(grammar: &str, lines: &str, expected: Expect) {
    refused(grammar, &format!("[scope]\n{lines}\n"), expected);
}

#[test]
fn the_file_is_no_toml() {
    refused(
        LET,
        "[scope]\nnames = \"Name\nlevels = 2\n",
        expect![[r#"
        toy.toml:2:14: error: invalid basic string, expected `"`
          |
        2 | names = "Name
          |              ^"#]],
    );
    refused(
        LET,
        "[scope\n",
        expect![[r#"
        toy.toml:1:7: error: unclosed table, expected `]`
          |
        1 | [scope
          |       ^"#]],
    );
}

#[test]
fn values_of_other_types() {
    refused(
        LET,
        "scope = 3\n",
        expect![[r#"
            toy.toml:1:9: error: `scope` is a table or a list of tables, not an integer
              |
            1 | scope = 3
              |         ^"#]],
    );
    refused(
        LET,
        "scope = [3]\n",
        expect![[r#"
            toy.toml:1:10: error: `scope` is a table or a list of tables, not an integer
              |
            1 | scope = [3]
              |          ^"#]],
    );
    table(
        LET,
        "names = [\"Name\"]",
        expect![[r#"
            toy.toml:2:9: error: `names` is a string, not an array
              |
            2 | names = ["Name"]
              |         ^^^^^^^^"#]],
    );
    table(
        LET,
        "names = \"Name\"\nbinders = \"Let\"",
        expect![[r#"
        toy.toml:3:11: error: `binders` is a list of tables, not a string
          |
        3 | binders = "Let"
          |           ^^^^^"#]],
    );
    table(
        LET,
        "names = \"Name\"\nbinders = [\"Let\"]",
        expect![[r#"
            toy.toml:3:12: error: a binder is a table, not a string
              |
            3 | binders = ["Let"]
              |            ^^^^^
              |
              = help: write { alternative = "...", name = "...", body = "..." }"#]],
    );
    table(
        LET,
        "names = \"Name\"\nreferences = \"Var\"",
        expect![[r#"
        toy.toml:3:14: error: `references` is a list of names, not a string
          |
        3 | references = "Var"
          |              ^^^^^"#]],
    );
    table(
        LET,
        "names = \"Name\"\ninputs = -1\nlevels = 1.5",
        expect![[r#"
        toy.toml:3:10: error: `inputs` is a number of names: 0, 1, 2, ...
          |
        3 | inputs = -1
          |          ^^

        toy.toml:4:10: error: `levels` is a number of names: 0, 1, 2, ...
          |
        4 | levels = 1.5
          |          ^^^"#]],
    );
    table(
        LET,
        "names = \"Name\"\nbinders = [{ alternative = \"Let\", name = 0, rest = \"yes\" }]",
        expect![[r#"
            toy.toml:3:42: error: `name` is a string, not an integer
              |
            3 | binders = [{ alternative = "Let", name = 0, rest = "yes" }]
              |                                          ^
              |
              = help: write the number of a field without a name as "0"

            toy.toml:3:52: error: `rest` is true or false, not a string
              |
            3 | binders = [{ alternative = "Let", name = 0, rest = "yes" }]
              |                                                    ^^^^^"#]],
    );
}

#[test]
fn keys_that_do_not_exist_or_are_missing() {
    table(
        LET,
        "name = \"Name\"",
        expect![[r#"
            toy.toml:2:1: error: the table `scope` has no key `name`
              |
            2 | name = "Name"
              | ^^^^
              |
              = help: did you mean `names`?"#]],
    );
    table(
        LET,
        "names = \"Name\"\nlevel = 2\ncolour = 3",
        expect![[r#"
        toy.toml:3:1: error: the table `scope` has no key `level`
          |
        3 | level = 2
          | ^^^^^
          |
          = help: did you mean `levels`?

        toy.toml:4:1: error: the table `scope` has no key `colour`
          |
        4 | colour = 3
          | ^^^^^^
          |
          = help: its keys are names, binders, references, inputs, levels, blocks"#]],
    );
    table(
        LET,
        "names = \"Name\"\nbinders = [{ alternative = \"Let\", names = \"name\", bodies = \"body\" }]",
        expect![[r#"
            toy.toml:3:35: error: a binder has no key `names`
              |
            3 | binders = [{ alternative = "Let", names = "name", bodies = "body" }]
              |                                   ^^^^^
              |
              = help: did you mean `name`?

            toy.toml:3:51: error: a binder has no key `bodies`
              |
            3 | binders = [{ alternative = "Let", names = "name", bodies = "body" }]
              |                                                   ^^^^^^
              |
              = help: did you mean `body`?"#]],
    );
    table(
        LET,
        "names = \"Name\"\nbinders = [{ name = \"name\", body = \"body\" }]",
        expect![[r#"
        toy.toml:3:12: error: a binder needs `alternative`: the alternative that binds
          |
        3 | binders = [{ name = "name", body = "body" }]
          |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"#]],
    );
    table(
        LET,
        "names = \"Name\"\nbinders = [{ alternative = \"Let\", name = \"name\" }]",
        expect![[r#"
        toy.toml:3:12: error: a binder needs `body`: the fields in which its names are in scope
          |
        3 | binders = [{ alternative = "Let", name = "name" }]
          |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write `rest = true` for a statement whose names are in scope in the statements behind it"#]],
    );
    table(
        LET,
        "names = \"Name\"\nbinders = [{ alternative = \"Let\", name = [], body = [] }]",
        expect![[r#"
            toy.toml:3:12: error: a binder needs `body`: the fields in which its names are in scope
              |
            3 | binders = [{ alternative = "Let", name = [], body = [] }]
              |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: write `rest = true` for a statement whose names are in scope in the statements behind it

            toy.toml:3:42: error: `name` is empty: a binder binds at least one name
              |
            3 | binders = [{ alternative = "Let", name = [], body = [] }]
              |                                          ^^"#]],
    );
}

#[test]
fn names_that_are_none() {
    table(
        LET,
        "names = \"Nam\"",
        expect![[r#"
        toy.toml:2:9: error: the grammar has no rule or terminal `Nam`
          |
        2 | names = "Nam"
          |         ^^^^^
          |
          = help: did you mean `Name`?"#]],
    );
    table(
        LET,
        "names = \"Identifier\"",
        expect![[r#"
            toy.toml:2:9: error: the grammar has no rule or terminal `Identifier`
              |
            2 | names = "Identifier"
              |         ^^^^^^^^^^^^
              |
              = help: the rules of one terminal are `Name`"#]],
    );
    table(
        LET,
        "names = \"Color\"",
        expect![[r#"
        toy.toml:2:9: error: the rule `Color` is more than one terminal
          |
        2 | names = "Color"
          |         ^^^^^^^
          |
          = help: names are the members of one terminal, such as r"[a-h]""#]],
    );
    table(
        LET,
        "names = \"[0-9]+\"",
        expect![[r#"
        toy.toml:2:9: error: `[0-9]+` has too many members to be names: r"[0-9]+"
          |
        2 | names = "[0-9]+"
          |         ^^^^^^^^
          |
          = help: names are the members of a terminal with few of them, such as r"[a-h]" or r"x[0-7]""#]],
    );
    table(
        LET,
        "names = \"Expr\"",
        expect![[r#"
        toy.toml:2:9: error: the rule `Expr` is more than one terminal
          |
        2 | names = "Expr"
          |         ^^^^^^
          |
          = help: names are the members of one terminal, such as r"[a-h]""#]],
    );
}

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
          = help: a binder of several names lists them: name = ["first", "second"]"#]],
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

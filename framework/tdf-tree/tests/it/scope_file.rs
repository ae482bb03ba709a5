//! A table `scope` whose form is wrong: one message for each kind of mistake, with file, line and column.

use expect_test::expect;

use crate::scope_support::{LET, refused, table};

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

//! Small languages with names in scope, each with one trait that can go wrong.

use super::table::{Binds, Meaning, NameKind};
use super::toy::Toy;

fn kind(regex: &str, inputs: usize, levels: usize) -> NameKind {
    NameKind {
        regex: regex.to_owned(),
        inputs,
        levels,
    }
}

fn binds(label: &str, kind: usize, names: &[usize], bodies: &[usize]) -> Binds {
    Binds {
        label: label.to_owned(),
        kind,
        names: names.to_vec(),
        bodies: bodies.to_vec(),
        rest: false,
    }
}

fn rest(label: &str, kind: usize, names: &[usize]) -> Binds {
    Binds {
        rest: true,
        ..binds(label, kind, names, &[])
    }
}

fn toy(name: &str, source: &str, toml: &str, kinds: Vec<NameKind>, binds: Vec<Binds>, blocks: &[&str]) -> Toy {
    let meaning = Meaning {
        kinds,
        binds,
        blocks: blocks.iter().map(|&block| block.to_owned()).collect(),
    };
    let toml = format!("[scope]\n{toml}").replacen("[scope]\n[[scope]]", "[[scope]]", 1);
    Toy::new(name, source, &toml, meaning).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The languages, each with the number of nodes up to which its programs are few enough to list.
pub fn toys() -> Vec<(Toy, u32)> {
    let mut all = expressions();
    all.extend(kinds());
    all.extend(statements());
    all
}

fn expressions() -> Vec<(Toy, u32)> {
    const LET: &str = r#"grammar; pub Expr = {
        "(" "let" <name:Name> <value:Expr> <body:Expr> ")" => Let { <> }, <Name> => Var(<>), "0" => Zero };
        Name = r"[a-c]";"#;
    const LET_TOML: &str = r#"names = "Name"
        binders = [{ alternative = "Let", name = "name", body = "body" }]"#;
    vec![
        (
            toy(
                "let",
                LET,
                LET_TOML,
                vec![kind("[a-c]", 0, 3)],
                vec![binds("Let", 0, &[0], &[2])],
                &[],
            ),
            12,
        ),
        (
            toy(
                "two inputs",
                LET,
                &format!("{LET_TOML}\ninputs = 2"),
                vec![kind("[a-c]", 2, 3)],
                vec![binds("Let", 0, &[0], &[2])],
                &[],
            ),
            12,
        ),
        (
            toy(
                "fewer levels than members",
                LET,
                &format!("{LET_TOML}\nlevels = 2"),
                vec![kind("[a-c]", 0, 2)],
                vec![binds("Let", 0, &[0], &[2])],
                &[],
            ),
            12,
        ),
        (
            toy(
                "let, and a function with two parameters",
                r#"grammar; pub Expr = {
                    "(" "fold" <list:Expr> <acc:Name> <item:Name> <body:Expr> ")" => Fold { <> },
                    "(" "let" <name:Name> <value:Expr> <body:Expr> ")" => Let { <> },
                    <Name> => Var(<>), "0" => Zero };
                    Name = r"[a-c]";"#,
                r#"names = "Name"
                binders = [{ alternative = "Let", name = "name", body = "body" },
                    { alternative = "Fold", name = ["acc", "item"], body = "body" }]
                references = ["Var"]"#,
                vec![kind("[a-c]", 0, 3)],
                vec![binds("Let", 0, &[0], &[2]), binds("Fold", 0, &[1, 2], &[3])],
                &[],
            ),
            11,
        ),
        (
            toy(
                "a list of parameters",
                r#"grammar; pub Expr = {
                    "fn" <params:Name+> "." <body:Expr> => Fn { <> }, "(" <f:Expr> <x:Expr> ")" => Apply { <> },
                    <Name> => Var(<>) };
                    Name = r"[a-c]";"#,
                r#"names = "Name"
                binders = [{ alternative = "Fn", name = "params", body = "body" }]"#,
                vec![kind("[a-c]", 0, 3)],
                vec![binds("Fn", 0, &[0], &[1])],
                &[],
            ),
            13,
        ),
        (
            toy(
                "an optional name, and parameters with types",
                r#"grammar; pub Expr = {
                    "fn" <params:(<Name> ":" <Type>)*> "." <body:Expr> => Fn { <> },
                    "some" <value:Expr> "as" <name:Name?> "in" <body:Expr> => Some { <> },
                    <Name> => Var(<>), "0" => Zero };
                    Type = { "i" => Int, "l" => List }; Name = r"[a-b]";"#,
                r#"names = "Name"
                binders = [{ alternative = "Fn", name = "params", body = "body" },
                    { alternative = "Some", name = "name", body = "body" }]"#,
                vec![kind("[a-b]", 0, 2)],
                vec![binds("Fn", 0, &[0], &[1]), binds("Some", 0, &[1], &[2])],
                &[],
            ),
            12,
        ),
        (
            toy(
                "a terminal in place of a rule of names",
                r#"grammar; pub Expr = {
                    "(" "let" <name:r"[a-b]"> <value:Expr> <body:Expr> ")" => Let { <> },
                    r"[a-b]" => Var(<>), r"[0-1]" => Number(<>) };"#,
                r#"names = "[a-b]"
                binders = [{ alternative = "Let", name = "name", body = "body" }]
                references = ["Var"]"#,
                vec![kind("[a-b]", 0, 2)],
                vec![binds("Let", 0, &[0], &[2])],
                &[],
            ),
            10,
        ),
        (
            toy(
                "two bodies, a recursive one, and a terminal that shares members",
                r#"grammar; pub Expr = {
                    "(" "rec" <name:Name> <value:Expr> <body:Expr> ")" => Rec { <> },
                    <Expr> "." <Key> => Get(<>), <Name> => Var(<>) };
                    Name = r"[a-c]"; Key = r"[b-d]" => Key(<>);"#,
                r#"names = "Name"
                binders = [{ alternative = "Rec", name = "name", body = ["value", "body"] }]"#,
                vec![kind("[a-c]", 0, 3)],
                vec![binds("Rec", 0, &[0], &[1, 2])],
                &[],
            ),
            12,
        ),
    ]
}

fn kinds() -> Vec<(Toy, u32)> {
    vec![
        (
            toy(
                "variables and functions",
                r#"grammar; pub Expr = {
                    "let" <x:Var> "=" <value:Expr> "in" <body:Expr> => Let { <> },
                    "def" <f:Fun> <x:Var> "=" <value:Expr> "in" <body:Expr> => Def { <> },
                    <f:Fun> "(" <x:Expr> ")" => Call { <> }, <Var> => Get(<>), "0" => Zero };
                    Var = r"[a-b]"; Fun = r"f[0-1]";"#,
                r#"[[scope]]
                names = "Var"
                binders = [{ alternative = "Let", name = "x", body = "body" },
                    { alternative = "Def", name = "x", body = "value" }]
                [[scope]]
                names = "Fun"
                binders = [{ alternative = "Def", name = "f", body = ["value", "body"] }]"#,
                vec![kind("[a-b]", 0, 2), kind("f[0-1]", 0, 2)],
                vec![
                    binds("Let", 0, &[0], &[2]),
                    binds("Def", 0, &[1], &[2]),
                    binds("Def", 1, &[0], &[2, 3]),
                ],
                &[],
            ),
            11,
        ),
        (
            toy(
                "statements of two kinds",
                r#"grammar; pub File = <items:Item*> => File { <> };
                    Item = { <x:Var> "=" <value:Expr> ";" => Assign { <> },
                        "def" <f:Fun> <x:Var> "=" <value:Expr> ";" => Def { <> }, <Expr> ";" => Print(<>) };
                    Expr = { <f:Fun> "(" <x:Expr> ")" => Call { <> }, <Var> => Get(<>), "0" => Zero };
                    Var = r"[a-b]"; Fun = r"[f-g]";"#,
                r#"[[scope]]
                names = "Var"
                binders = [{ alternative = "Assign", name = "x", rest = true },
                    { alternative = "Def", name = "x", body = "value" }]
                [[scope]]
                names = "Fun"
                inputs = 1
                binders = [{ alternative = "Def", name = "f", rest = true }]"#,
                vec![kind("[a-b]", 0, 2), kind("[f-g]", 1, 2)],
                vec![
                    rest("Assign", 0, &[0]),
                    binds("Def", 0, &[1], &[2]),
                    rest("Def", 1, &[0]),
                ],
                &[],
            ),
            14,
        ),
    ]
}

fn statements() -> Vec<(Toy, u32)> {
    const ASSIGN: &str = r#"names = "Name"
        binders = [{ alternative = "Assign", name = "name", rest = true }]"#;
    let list = |program: &str| {
        format!(
            r#"grammar; {program}
            Stmt = {{ <name:Name> "=" <value:Expr> ";" => Assign {{ <> }}, "print" <Expr> ";" => Print(<>) }};
            Expr = {{ <Name> => Var(<>), "0" => Zero, "-" <Expr> => Minus(<>) }};
            Name = r"[a-b]";"#
        )
    };
    let assigning = |name: &str, program: &str| {
        toy(
            name,
            &list(program),
            ASSIGN,
            vec![kind("[a-b]", 0, 2)],
            vec![rest("Assign", 0, &[0])],
            &[],
        )
    };
    vec![
        (
            assigning(
                "statements, at least one, and a result",
                r#"pub Program = <stmts:Stmt+> "return" <value:Expr> => Program { <> };"#,
            ),
            13,
        ),
        (
            assigning(
                "statements and a result",
                r#"pub Program = <stmts:Stmt*> "return" <value:Expr> => Program { <> };"#,
            ),
            14,
        ),
        (
            assigning(
                "statements in a list that recurs on the right",
                r#"pub Program = { <Stmt> <Program> => Then(<>), "return" <value:Expr> => Return { <> } };"#,
            ),
            14,
        ),
        (
            toy(
                "blocks, and a loop that binds",
                r#"grammar; pub Program = <Stmt+> => Program(<>);
                    Stmt = { <name:Name> "=" <value:Expr> ";" => Assign { <> }, "print" <Expr> ";" => Print(<>),
                        "if" <test:Expr> "{" <then:Stmt*> "}" => If { <> },
                        "for" <name:Name> "{" <body:Stmt*> "}" => For { <> } };
                    Expr = { <Name> => Var(<>), "0" => Zero };
                    Name = r"[a-b]";"#,
                r#"names = "Name"
                binders = [{ alternative = "Assign", name = "name", rest = true },
                    { alternative = "For", name = "name", body = "body" }]
                references = ["Var"]
                blocks = ["If"]"#,
                vec![kind("[a-b]", 0, 2)],
                vec![rest("Assign", 0, &[0]), binds("For", 0, &[0], &[1])],
                &["If"],
            ),
            14,
        ),
        (
            toy(
                "branches that are a rule of their own, and several names at once",
                r#"grammar; pub Program = <Stmt+> => Program(<>);
                    Stmt = { <names:Name+> "=" <value:Expr> ";" => Assign { <> },
                        "if" <test:Expr> <then:Block> "else" <other:Block> => If { <> } };
                    Block = "{" <Stmt*> "}" => Block(<>);
                    Expr = { <Name> => Var(<>), "0" => Zero };
                    Name = r"[a-b]";"#,
                r#"names = "Name"
                binders = [{ alternative = "Assign", name = "names", rest = true }]
                blocks = ["Block"]"#,
                vec![kind("[a-b]", 0, 2)],
                vec![rest("Assign", 0, &[0])],
                &["Block"],
            ),
            20,
        ),
        (
            toy(
                "functions with statements, whose body may recur",
                r#"grammar; pub Program = <stmts:Stmt*> "return" <value:Expr> => Program { <> };
                    Stmt = { <name:Name> "=" <value:Expr> ";" => Assign { <> } };
                    Expr = { <Name> => Var(<>), "0" => Zero, "fn" <param:Name> "{" <body:Program> "}" => Fn { <> } };
                    Name = r"[a-b]";"#,
                r#"names = "Name"
                binders = [{ alternative = "Assign", name = "name", rest = true },
                    { alternative = "Fn", name = "param", body = "body" }]
                blocks = ["Program"]"#,
                vec![kind("[a-b]", 0, 2)],
                vec![rest("Assign", 0, &[0]), binds("Fn", 0, &[0], &[1])],
                &["Program"],
            ),
            19,
        ),
        (
            toy(
                "statements whose names are in scope in their own part, too",
                r#"grammar; pub Program = <stmts:Stmt+> => Program { <> };
                    Stmt = { "rec" <name:Name> "=" <value:Expr> ";" => Rec { <> }, "print" <Expr> ";" => Print(<>) };
                    Expr = { <Name> => Var(<>), "0" => Zero };
                    Name = r"[a-c]";"#,
                r#"names = "Name"
                inputs = 1
                binders = [{ alternative = "Rec", name = "name", body = "value", rest = true }]"#,
                vec![kind("[a-c]", 1, 3)],
                vec![Binds {
                    bodies: vec![1],
                    ..rest("Rec", 0, &[0])
                }],
                &[],
            ),
            20,
        ),
        (
            toy(
                "a start symbol whose programs bind names for each other",
                r#"grammar; pub Stmt = { <name:Name> "=" <value:Expr> ";" => Assign { <> }, "print" <Expr> ";" => Print(<>),
                        "both" <first:Stmt> <second:Stmt> => Both { <> } };
                    Expr = { <Name> => Var(<>), "0" => Zero };
                    Name = r"[a-b]";"#,
                ASSIGN,
                vec![kind("[a-b]", 0, 2)],
                vec![rest("Assign", 0, &[0])],
                &[],
            ),
            14,
        ),
    ]
}

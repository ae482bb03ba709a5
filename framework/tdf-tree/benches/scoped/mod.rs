//! Languages with names in scope, for the benchmarks of this crate and of `tdf-decode`.

/// A grammar, its table `scope`, and what the size of its programs counts.
pub struct Scoped {
    pub name: &'static str,
    pub text: &'static str,
    pub scope: &'static str,
    pub primitives: &'static [&'static str],
}

pub const LANGUAGES: &[Scoped] = &[
    Scoped {
        name: "let",
        text: LET,
        scope: LET_SCOPE,
        primitives: &["Let", "Fn", "Fold", "Apply"],
    },
    Scoped {
        name: "lists",
        text: LISTS,
        scope: LISTS_SCOPE,
        primitives: &["Call"],
    },
];

/// `let`, functions and folds, with 8 names at once.
const LET: &str = r#"
grammar;
pub Expr = {
    "(" "let" <name:Name> <value:Expr> <body:Expr> ")" => Let { <> },
    "(" "fn" <name:Name> <body:Expr> ")" => Fn { <> },
    "(" "fold" <list:Expr> <init:Expr> <acc:Name> <item:Name> <step:Expr> ")" => Fold { <> },
    "(" <op:Op> <left:Expr> <right:Expr> ")" => Apply { <> },
    <Name> => Var(<>),
    r"[0-9]" => Number,
};
Op = { "+" => Add, "-" => Subtract, "*" => Multiply };
Name = r"[a-h]";
"#;

const LET_SCOPE: &str = r#"
[scope]
names = "Name"
binders = [
    { alternative = "Let", name = "name", body = "body" },
    { alternative = "Fn", name = "name", body = "body" },
    { alternative = "Fold", name = ["acc", "item"], body = "step" },
]
references = ["Var"]
"#;

/// Statements over lists, in the manner of DeepCoder: each binds a name for those behind it.
const LISTS: &str = r#"
grammar;
pub Program = <stmts:Stmt+> "return" <value:Name> => Program { <> };
Stmt = <name:Name> "=" <value:Call> ";" => Stmt { <> };
Call = {
    <f:OfList> <xs:Name> => OfList { <> },
    <f:OfNumber> <n:Name> <xs:Name> => OfNumber { <> },
    "map" <f:Map> <xs:Name> => Map { <> },
    "filter" <f:Test> <xs:Name> => Filter { <> },
    "count" <f:Test> <xs:Name> => Count { <> },
    "zipwith" <f:Binary> <xs:Name> <ys:Name> => ZipWith { <> },
    "scanl1" <f:Binary> <xs:Name> => Scan { <> },
};
OfList = { "head" => Head, "last" => Last, "minimum" => Minimum, "maximum" => Maximum, "reverse" => Reverse, "sort" => Sort, "sum" => Sum };
OfNumber = { "take" => Take, "drop" => Drop, "access" => Access };
Map = { "+1" => Increment, "-1" => Decrement, "*2" => Double, "/2" => Halve, "*-1" => Negate, "**2" => Square, "*3" => Triple, "/3" => Third, "*4" => Quadruple, "/4" => Quarter };
Test = { ">0" => Positive, "<0" => Negative, "odd" => Odd, "even" => Even };
Binary = { "+" => Add, "-" => Subtract, "*" => Multiply, "min" => Min, "max" => Max };
Name = r"[a-h]";
"#;

const LISTS_SCOPE: &str = r#"
[scope]
names = "Name"
inputs = 2
binders = [{ alternative = "Stmt", name = "name", rest = true }]
references = ["OfList", "OfNumber", "Map", "Filter", "Count", "ZipWith", "Scan", "Program"]
"#;

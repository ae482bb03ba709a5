//! What grammar files mean, in the normal form.

use expect_test::{Expect, expect};
use tdf_grammar::Label;

use crate::support::read;

fn check(rules: &str, expected: Expect) {
    expected.assert_eq(&read(rules).to_string());
}

#[test]
fn labels_and_fields() {
    check(
        r#"pub Shape: Shape = {
            "(" "Circle" <r:Number> <Number> ")" => Shape::Circle { <> },
            "(" <op:Operator> <l:Shape> <r:Shape> ")" => Box::new(ast::Shape::Combine(<>)),
            "{" <Shape> "}" => <>,
            "Dot",
            Number,
            "no_colour" => Shape::NoColour,
        };
        Operator = { "+", "-" => Operator::Minus, "NOT IN" };
        Number = r"1[0-2]|[0-9]" => Number(<>.parse().unwrap());"#,
        expect![[r#"
            pub Shape
                Circle: "(" "Circle" r=Number Number ")"
                Combine: "(" op=Operator l=Shape r=Shape ")"
                <>: "{" Shape "}"
                Dot: "Dot"
                Number: Number
                NoColour: "no_colour"
            Operator
                Add: "+"
                Minus: "-"
                NotIn: "NOT IN"
            Number
                Number: r"1[0-2]|[0-9]" (13 tokens)
            tokens ( Circle ) { } Dot no_colour + - NOT IN 0|1|2|3|4|5|6|7|8|9|10|11|12
        "#]],
    );
}

#[test]
fn leaves_kinds_and_lexemes() {
    check(
        r#"pub S = { "a" <x:r"[0-3]"> => A { <> }, <r"[2-5]"> ":" <r"[2-5]"> => B(<>), r"[0-9]|1[0-2]" => C(<>.into()), "3" => D };"#,
        expect![[r#"
            pub S
                A: "a" x=r"[0-3]"
                B: r"[2-5]" ":" r"[2-5]"
                C: r"[0-9]|1[0-2]" (12 tokens, 4 token classes)
                D: "3"
            r"[0-3]"
                Lexeme: r"[0-3]" (3 tokens, 2 token classes)
            r"[2-5]"
                Lexeme: r"[2-5]" (3 tokens, 2 token classes)
            tokens a 0|1 2 4|5 : 6|7|8|9|10|11|12 3
        "#]],
    );
}

#[test]
fn repetitions() {
    check(
        r#"pub S = "(" <X*> <y:X?> ")" <(<X> ",")+> <r"[01]"*>;
           X = "x";"#,
        expect![[r#"
            pub S
                S: "(" X* y=X? ")" (X ",")+ r"[01]"*
            X
                X: "x"
            X*
                None: (nothing)
                Some: X+
            X+
                First: X
                Next: X+ X
            X?
                None: (nothing)
                Some: X
            (X ",")
                Group: X ","
            (X ",")+
                First: (X ",")
                Next: (X ",")+ (X ",")
            r"[01]"
                Lexeme: r"[01]" (2 tokens)
            r"[01]"*
                None: (nothing)
                Some: r"[01]"+
            r"[01]"+
                First: r"[01]"
                Next: r"[01]"+ r"[01]"
            tokens ( ) , 0|1 x
        "#]],
    );
}

#[test]
fn levels() {
    check(
        r#"pub E = { #[precedence(level="1")] r"[0-9]" => Number(<>), "(" <E> ")" => Brackets(<>),
                    #[precedence(level="2")] #[assoc(side="left")] <l:E> "*" <r:E> => Multiply { <> },
                    #[precedence(level="3")] <l:E> "+" <r:E> => Add { <> }, #[assoc(side="right")] <l:E> "^" <r:E> => Power { <> } };"#,
        expect![[r#"
            pub E
                Add: l=E "+" r=E
                Power: l=E2 "^" r=E
                <>: E2
            E2
                Multiply: l=E2 "*" r=E1
                <>: E1
            E1
                Number: r"[0-9]" (10 tokens)
                Brackets: "(" E1 ")"
            tokens 0|1|2|3|4|5|6|7|8|9 ( ) * + ^
        "#]],
    );
}

#[test]
fn macros() {
    check(
        r#"pub S = { "(" <Comma<Name>> ")" => List(<>), "[" <Comma<r"[0-9]">> "]" => Numbers(<>) };
           Comma<E>: Vec<E> = <first:E> <rest:("," <E>)*> => Comma { <> };
           Name = { "a", "b" };"#,
        expect![[r#"
            pub S
                List: "(" Comma<Name> ")"
                Numbers: "[" Comma<r"[0-9]"> "]"
            Name
                A: "a"
                B: "b"
            Comma<Name>
                Comma: first=Name rest=("," Name)*
            Comma<r"[0-9]">
                Comma: first=r"[0-9]" rest=("," r"[0-9]")*
            ("," Name)
                Group: "," Name
            ("," Name)*
                None: (nothing)
                Some: ("," Name)+
            ("," Name)+
                First: ("," Name)
                Next: ("," Name)+ ("," Name)
            r"[0-9]"
                Lexeme: r"[0-9]" (10 tokens)
            ("," r"[0-9]")
                Group: "," r"[0-9]"
            ("," r"[0-9]")*
                None: (nothing)
                Some: ("," r"[0-9]")+
            ("," r"[0-9]")+
                First: ("," r"[0-9]")
                Next: ("," r"[0-9]")+ ("," r"[0-9]")
            tokens ( ) [ 0|1|2|3|4|5|6|7|8|9 ] , a b
        "#]],
    );
}

#[test]
fn matching() {
    check(
        r#"match { "if", "0" } else { r"[a-z]f|x" => NAME, r"[0-2]" => DIGIT, r"\s*" => { } } else { _ }
           pub S = { "if" <n:NAME> => If { <> }, DIGIT => Digit(<>), "0" => Zero, ";" => End };"#,
        expect![[r#"
            pub S
                If: "if" n=r"[a-z]f|x"
                Digit: r"[0-2]" (2 tokens)
                Zero: "0"
                End: ";"
            r"[a-z]f|x"
                Lexeme: r"[a-z]f|x" (26 tokens)
            tokens if af|bf|cf|df|ef|ff|gf|hf|jf|kf|lf|mf|nf|of|pf|qf|rf|sf|tf|uf|vf|wf|x|xf|yf|zf 1|2 0 ;
        "#]],
    );
}

#[test]
fn names_and_docs() {
    let g = tdf_reader::read_grammar(
        "some/where/my-dsl.lalrpop",
        "//! About the file.\n\ngrammar;\n// no doc\n/// First line.\n///   Second.\n#[inline]\npub S: S = {\n /// A letter.\n \"a\" => A,\n /* none */ \"b\" => B };",
    )
    .unwrap();
    assert_eq!(
        (g.name.as_str(), g.file.as_str()),
        ("my-dsl", "some/where/my-dsl.lalrpop")
    );
    assert_eq!(g.nonterminals[0].doc.as_deref(), Some("First line.\n  Second."));
    assert_eq!(g.alternatives[0].doc.as_deref(), Some("A letter."));
    assert_eq!(g.alternatives[1].doc, None);
    assert_eq!(g.alternatives[1].label, Label::Variant("B".to_owned()));
}

#[test]
fn the_fingerprint_is_of_the_meaning() {
    let base = read(r#"pub S = { "a" <S> => A(<>), r"[0-9]" => N(<>) };"#).fingerprint;
    assert_eq!(base.len(), 64);
    for same in [
        "// hi\npub   S: Box<T> = { \"a\" <S>=>A(<>),\n r\"[0-9]\" => S::N(<>), };",
        "/// doc\npub S = { \"a\" <S> => Box::new(A(<>)), r#\"[0-9]\"# => N(<>.parse().unwrap()) };",
    ] {
        assert_eq!(read(same).fingerprint, base, "{same}");
    }
    for other in [
        r#"pub S = { "b" <S> => A(<>), r"[0-9]" => N(<>) };"#,
        r#"pub S = { "a" <S> => B(<>), r"[0-9]" => N(<>) };"#,
        r#"pub S = { "a" <s:S> => A { <> }, r"[0-9]" => N(<>) };"#,
        r#"pub S = { "a" <S> => A(<>), r"[0-8]" => N(<>) };"#,
        r#"pub T = { "a" <T> => A(<>), r"[0-9]" => N(<>) };"#,
        r#"pub S = { r"[0-9]" => N(<>), "a" <S> => A(<>) };"#,
        r#"pub S = { "a" <S> => A(<>), r"[0-9]" => N(<>), r"1[0-9]" => M(<>) };"#,
    ] {
        assert_ne!(read(other).fingerprint, base, "{other}");
    }
}

#[test]
fn members_are_in_natural_order() {
    let g = read(r#"pub S = { r"1[0-2]|[0-9]|-[12]|-1[05]|0\.5|x|abc?" => N(<>) };"#);
    let texts: Vec<&str> = g.tokens.iter().map(|t| t.text.as_str()).collect();
    assert_eq!(
        texts.join(" "),
        "-15 -10 -2 -1 0 0.5 1 2 3 4 5 6 7 8 9 10 11 12 ab abc x"
    );
}

#[test]
fn overlaps() {
    let g = read(r#"pub S = { "a" <r"[0-3]"> => A(<>), <r"[2-5]"> => B(<>), "3" => C };"#);
    let overlaps: Vec<String> = g
        .overlaps()
        .iter()
        .map(|o| {
            let tokens: Vec<&str> = o.tokens.iter().map(|t| g.text(*t)).collect();
            format!(
                "{} {}: {}",
                g.terminals[o.terminals.0.index()].text,
                g.terminals[o.terminals.1.index()].text,
                tokens.join(" ")
            )
        })
        .collect();
    expect![[r#"r"[0-3]" r"[2-5]": 2"#]].assert_eq(&overlaps.join("\n"));
}

#[test]
fn overlaps_of_spelled_terminals() {
    let g = read(r#"pub S = { "a" <r"[0-3]+"> => A(<>), "b" <r"[2-5]+(\.[0-9])?"> => B(<>), "c" <r"x+"> => C(<>) };"#);
    let overlaps = g.overlaps();
    assert_eq!(overlaps.len(), 1);
    assert_eq!(
        overlaps[0].terminals,
        (tdf_grammar::TerminalId(1), tdf_grammar::TerminalId(3))
    );
    assert_eq!(g.words(&overlaps[0].tokens), ["2"]);
}

#[test]
fn unreachable_rules_are_left_out() {
    let g = read(r#"pub S = "a"; Lost = "z" <Found>; Found = "y";"#);
    assert_eq!((g.nonterminals.len(), g.tokens.len()), (1, 1));
    let warnings: Vec<String> = g
        .warnings
        .iter()
        .map(|w| w.render("warning", &g.file, &g.source))
        .collect();
    expect![[r#"
        dir/test.lalrpop:2:14: warning: no public rule leads to `Lost`
          |
        2 | pub S = "a"; Lost = "z" <Found>; Found = "y";
          |              ^^^^
          |
          = help: it is left out: use it, remove it, or write `pub`

        dir/test.lalrpop:2:34: warning: no public rule leads to `Found`
          |
        2 | pub S = "a"; Lost = "z" <Found>; Found = "y";
          |                                  ^^^^^
          |
          = help: it is left out: use it, remove it, or write `pub`"#]]
    .assert_eq(&warnings.join("\n\n"));
}

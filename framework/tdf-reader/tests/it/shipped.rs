//! The grammars in `grammars/`.

use expect_test::{Expect, expect};
use tdf_grammar::{Grammar, Lexer, Lr, TokenClassId};

use crate::support::accepts;

fn shipped(name: &str) -> Grammar {
    let path = format!("{}/../../grammars/{name}.lalrpop", env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    tdf_reader::read_grammar(&path, &source).unwrap_or_else(|e| panic!("{e}"))
}

fn check(name: &str, programs: &[(&str, &str)], others: &[(&str, &str)], normal_form: Expect) {
    let grammar = shipped(name);
    let lr = Lr::new(&grammar).unwrap_or_else(|e| panic!("{e}"));
    let lexer = Lexer::new(&grammar);
    let takes = |(start, text): &(&str, &str)| {
        let tokens = lexer.lex(text).ok()?;
        let token_classes: Vec<TokenClassId> = tokens
            .iter()
            .map(|t| grammar.tokens[t.token.index()].token_class)
            .collect();
        Some(accepts(&lr, grammar.nonterminal(start)?, &token_classes))
    };
    for program in programs {
        assert_eq!(takes(program), Some(true), "{program:?}");
    }
    for other in others {
        assert_ne!(takes(other), Some(true), "{other:?}");
    }
    assert!(grammar.warnings.is_empty());
    normal_form.assert_eq(&format!(
        "{grammar}{} productions, {} states\n",
        grammar.productions.len(),
        lr.states()
    ));
}

#[test]
fn rainbow() {
    check(
        "rainbow",
        &[
            ("Scene", "(Arrange h (Box red)(Ball blue))"),
            ("Color", "red"),
            ("Direction", "v"),
        ],
        &[
            ("Scene", "(Box none)"),
            ("Scene", "(Box red"),
            ("Color", "h"),
            ("Scene", ""),
        ],
        expect![[r#"
            pub Scene
                Box: "(" "Box" color=Color ")"
                Ball: "(" "Ball" color=Color ")"
                Arrange: "(" "Arrange" direction=Direction first=Scene second=Scene ")"
            Direction
                Horizontal: "h"
                Vertical: "v"
            Color
                Red: "red"
                Green: "green"
                Blue: "blue"
                Yellow: "yellow"
                Purple: "purple"
                Orange: "orange"
                Black: "black"
                White: "white"
            tokens ( Box ) Ball Arrange h v red green blue yellow purple orange black white
            13 productions, 26 states
        "#]],
    );
}

#[test]
fn csg2d() {
    check(
        "csg2d",
        &[
            ("Shape", "(- (Circle 3 8 8) (+ (Quad 8 8 4 6 45) (Circle 15 0 0)))"),
            ("Angle", "0"),
            ("Angle", "315"),
            ("Number", "0"),
            ("Number", "15"),
        ],
        &[
            ("Shape", "(Quad 8 8 4 6 44)"),
            ("Shape", "(Quad 8 8 4 6 3)"),
            ("Shape", "(Circle 1 2 45)"),
            ("Angle", "1"),
            ("Number", "45"),
            ("Shape", "(Circle 1 2 3) 4"),
        ],
        expect![[r#"
            pub Shape
                Circle: "(" "Circle" r=Number x=Number y=Number ")"
                Quad: "(" "Quad" x=Number y=Number w=Number h=Number theta=Angle ")"
                Combine: "(" op=Operator left=Shape right=Shape ")"
            Operator
                Add: "+"
                Subtract: "-"
            Number
                Number: r"0|1[0-5]|[1-9]" (16 tokens, 2 token classes)
            Angle
                Angle: r"0|45|90|135|180|225|270|315" (8 tokens, 2 token classes)
            tokens ( Circle ) Quad + - 0 1|2|3|4|5|6|7|8|9|10|11|12|13|14|15 45|90|135|180|225|270|315
            9 productions, 28 states
        "#]],
    );
}

#[test]
fn tinysvg() {
    check(
        "tinysvg",
        &[(
            "Picture",
            "(Move (Arrange h (Rectangle 3 4 red none 2) (Ellipse 1 2 none none 0) 1) + 2 - 1)",
        )],
        &[
            ("Picture", "(Move (Rectangle 3 4 red none 2) 2 + 1 -)"),
            ("Number", "10"),
        ],
        expect![[r#"
            pub Picture
                Rectangle: "(" "Rectangle" width=Number height=Number fill=Color stroke=Color border=Number ")"
                Ellipse: "(" "Ellipse" width=Number height=Number fill=Color stroke=Color border=Number ")"
                Arrange: "(" "Arrange" direction=Direction first=Picture second=Picture gap=Number ")"
                Move: "(" "Move" picture=Picture dx_sign=Sign dx=Number dy_sign=Sign dy=Number ")"
            Direction
                Horizontal: "h"
                Vertical: "v"
            Sign
                Plus: "+"
                Minus: "-"
            Color
                Red: "red"
                Green: "green"
                Blue: "blue"
                Yellow: "yellow"
                Purple: "purple"
                Orange: "orange"
                Black: "black"
                White: "white"
                None: "none"
            Number
                Number: r"[0-9]" (10 tokens)
            tokens ( Rectangle ) Ellipse Arrange Move h v + - red green blue yellow purple orange black white none 0|1|2|3|4|5|6|7|8|9
            18 productions, 48 states
        "#]],
    );
}

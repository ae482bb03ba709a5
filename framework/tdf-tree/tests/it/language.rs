//! Parse and print.

use expect_test::{Expect, expect};
use tdf_tree::{ParseError, Tree};

use crate::{CSG2D, Case, RAINBOW, TINYSVG, all, assert_well_formed, bush, infix, rng, turtle};

#[test]
fn what_is_printed_is_parsed_again_for_every_nonterminal() {
    for case in all() {
        let (sampler, mut rng) = (case.sampler(8), rng(1));
        for index in 0..case.grammar().nonterminals.len() {
            let start = tdf_grammar::NonterminalId::new(index);
            let sizes = sampler.feasible(start, 0..=8).unwrap();
            let rounds = if start == case.grammar().start { 3000 } else { 500 };
            for _ in 0..rounds {
                let tree = sampler.sample(start, &sizes, &mut rng);
                assert_well_formed(case.grammar(), &tree, start);
                // What follows the first character of a name is no text that the lexer could know.
                if case.grammar().nonterminals[index].kind != tdf_grammar::NonterminalKind::Suffix {
                    let text = case.print(tree.nodes());
                    let again = case
                        .language
                        .parse(start, &text)
                        .unwrap_or_else(|e| panic!("{text}: {e}"));
                    assert_eq!(again, tree, "{text}");
                }
                let mut tokens = Vec::new();
                case.language.tokens(tree.nodes(), &mut tokens);
                assert_eq!(case.language.parse_tokens(start, &tokens), Ok(tree));
            }
        }
    }
}

fn check_print(case: &Case, text: &str, canonical: Expect) {
    canonical.assert_eq(&case.print(case.parse(text).nodes()));
}

#[test]
fn canonical_text() {
    let [csg2d, tinysvg, rainbow] = crate::papers();
    check_print(
        &rainbow,
        "(Arrange\th(Box red)\n ( Ball blue ) )",
        expect!["(Arrange h (Box red) (Ball blue))"],
    );
    check_print(
        &csg2d,
        "(+(Circle 3 8 8)(Quad 8 8 4 6 45))",
        expect!["(+ (Circle 3 8 8) (Quad 8 8 4 6 45))"],
    );
    check_print(
        &tinysvg,
        "(Move(Rectangle 6 7 orange red 6)-1+1)",
        expect!["(Move (Rectangle 6 7 orange red 6) - 1 + 1)"],
    );
    check_print(&infix(), "1+2*(3+4)", expect!["1 + 2 * (3 + 4)"]);
    check_print(
        &turtle(),
        "repeat 12{go 3;pen();}pen(up);",
        expect!["repeat 12 {go 3; pen ();} pen (up);"],
    );
    check_print(&turtle(), "", expect![""]);
    check_print(
        &bush(),
        "spread a leaf b wrap leaf c leaf a",
        expect!["spread a leaf b wrap leaf c leaf a"],
    );
}

#[test]
fn reference_programs_are_canonical() {
    // A few lines of each language as the reference renders write them.
    for (name, grammar, primitives, text) in [
        (
            "csg2d",
            CSG2D,
            &["Circle", "Quad"][..],
            "(+ (- (Circle 14 6 6) (Quad 9 5 12 4 225)) (Circle 3 12 12))",
        ),
        (
            "rainbow",
            RAINBOW,
            &["Box", "Ball"],
            "(Arrange v (Ball white) (Arrange h (Ball red) (Box red)))",
        ),
        (
            "tinysvg",
            TINYSVG,
            &["Rectangle", "Ellipse", "Move"],
            "(Arrange v (Move (Ellipse 8 7 purple purple 1) + 8 + 0) (Rectangle 4 5 purple green 3) 9)",
        ),
    ] {
        let case = Case::new(name, grammar, primitives);
        assert_eq!(case.print(case.parse(text).nodes()), text);
    }
}

/// Tokens that are beginnings of each other, brackets in odd company.
#[test]
fn blanks_where_the_lexer_needs_them() {
    let text = r#"
        grammar;
        pub Item = {
            "(" <Item*> ")" => List,
            "(*" <Item> "*)" => Comment,
            "*" => Star,
            "f(" <Item> ")" => Call,
            "if" => If,
            "i" => I,
            "f" => F,
            r"[0-9]|10" => Number,
        };
    "#;
    let case = Case::new("odd", text, &["Item"]);
    check_print(&case, "( * )", expect!["( * )"]);
    check_print(
        &case,
        "( * i f if 1 0 10 f(10) (* (i) *) )",
        expect!["( * i f if 1 0 10 f(10) (* (i) *))"],
    );
    let sampler = case.sampler(6);
    let start = case.grammar().start;
    let sizes = sampler.feasible(start, 1..=6).unwrap();
    let mut rng = rng(2);
    for _ in 0..5000 {
        let tree = sampler.sample(start, &sizes, &mut rng);
        assert_eq!(case.parse(&case.print(tree.nodes())), tree);
    }
}

fn check_error(case: &Case, text: &str, expected: Expect) {
    let error: ParseError = case.language.parse(case.grammar().start, text).unwrap_err();
    expected.assert_eq(&format!("{error}"));
}

#[test]
fn errors_say_what_was_found_and_what_was_expected() {
    let [csg2d, tinysvg, rainbow] = crate::papers();
    check_error(
        &rainbow,
        "",
        expect![[r#"1:1: found the end of the program, expected "(""#]],
    );
    check_error(
        &rainbow,
        "(Bx red)",
        expect![[r#"1:2: found "Bx", expected "Box", "Ball" or "Arrange""#]],
    );
    check_error(
        &rainbow,
        "(Arrange h (Box red)\n  (Ball\n",
        expect![[
            r#"2:8: found the end of the program, expected "red", "green", "blue", "yellow", "purple", "orange", "black" or "white""#
        ]],
    );
    check_error(
        &rainbow,
        "(Box red) (Box red)",
        expect![[r#"1:11: found "(", expected the end of the program"#]],
    );
    check_error(
        &rainbow,
        "(Box red) ???",
        expect![[r#"1:11: found "???", expected the end of the program"#]],
    );
    check_error(
        &csg2d,
        "(Circle 3 90 8)",
        expect![[r#"1:11: found "90", expected r"0|1[0-5]|[1-9]""#]],
    );
    check_error(
        &csg2d,
        "(Circle 3 9 8 8)",
        expect![[r#"1:15: found "8", expected ")""#]],
    );
    check_error(
        &tinysvg,
        "(Rectangle 1 2 pink",
        expect![[
            r#"1:16: found "pink", expected "red", "green", "blue", "yellow", "purple", "orange", "black" or 2 others"#
        ]],
    );
    check_error(
        &infix(),
        "1 + 2 3",
        expect![[r#"1:7: found "3", expected "+", "*" or the end of the program"#]],
    );
    check_error(
        &infix(),
        "(1 + 2",
        expect![[r#"1:7: found the end of the program, expected "+", "*" or ")""#]],
    );
    check_error(
        &infix(),
        "1 + ",
        expect![[r#"1:4: found the end of the program, expected r"[0-9]" or "(""#]],
    );
    check_error(
        &infix(),
        "1 + é(2)",
        expect![[r#"1:5: found "é", expected r"[0-9]" or "(""#]],
    );
}

#[test]
fn the_first_bad_token_is_named() {
    let case = infix();
    let start = case.grammar().start;
    let tokens: Vec<_> = case
        .language
        .lexer()
        .lex("1 + 2 * * 3")
        .unwrap()
        .iter()
        .map(|l| l.token)
        .collect();
    assert_eq!(case.language.parse_tokens(start, &tokens), Err(4));
    assert_eq!(case.language.parse_tokens(start, &tokens[..4]), Err(4));
    assert!(case.language.parse_tokens(start, &tokens[..3]).is_ok());
    assert_eq!(case.language.parse_tokens(start, &[]), Err(0));
}

/// Nothing may recurse over the depth of a tree.
#[test]
fn deep_programs_do_not_overflow_the_stack() {
    let deep = 200_000;
    let case = infix();
    let text = format!("{}1{}", "(".repeat(deep), ")".repeat(deep));
    let tree = case.parse(&text);
    assert_eq!(case.size.of(tree.nodes()), deep as u32 + 1);
    assert_eq!(case.print(tree.nodes()), text);
    let error = case
        .language
        .parse(case.grammar().start, &text[..deep + 1])
        .unwrap_err();
    assert_eq!(error.offset, deep + 1);
    let long = format!("1{}", " + 1".repeat(deep));
    assert_eq!(case.print(case.parse(&long).nodes()), long);
    let mut other: Tree = case.parse(&text.replace('1', "2"));
    let options = tdf_tree::PathOptions { max_edit_size: 2 };
    let finder = tdf_tree::EditPath::new(case.grammar().clone(), case.size.clone(), options).unwrap();
    for edit in finder.find(&other.clone(), &tree, &mut rng(1)) {
        edit.apply(&mut other);
    }
    assert_eq!(other, tree);
}

#[test]
fn spelled_terminals() {
    let case = crate::notes();
    for (text, canonical) in [
        ("let  lets=let_;", "let lets = let_;"),
        ("let x=-1.50 ;", "let x = -1.50;"),
        ("call f( )", "call f ()"),
        (r#"call letlet("a \" b")"#, r#"call letlet ("a \" b")"#),
        ("let x=[1 2.5[a\"b\"]];", r#"let x = [1 2.5 [a "b"]];"#),
    ] {
        assert_eq!(case.print(case.parse(text).nodes()), canonical);
    }
}

#[test]
fn random_notes() {
    let case = crate::notes();
    let (sampler, mut rng) = (case.sampler(4), rng(7));
    let sizes = sampler.feasible(case.grammar().start, 2..=4).unwrap();
    let mut lines: Vec<String> = (0..12)
        .map(|_| case.print(sampler.sample(case.grammar().start, &sizes, &mut rng).nodes()))
        .collect();
    lines.push(String::new());
    expect![[r#"
        let xqYiQCFeFFr = ZCGG;
        let ea = [90.53550739];
        call oJNbW (["La"])
        call mFiyG (AV)
        let QQ = UY;
        call VWJe0 ([QWay])
        let Kk8u2L = [["9i-z6D5"]];
        let jlz65yQ = ["D1" 7297];
        call AABnkN ([QC])
        let bDIwI9 = [2321 XA];
        let MJ4pRN = ["Fh+" "8"];
        call b ([79])
    "#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn errors_in_spelled_terminals() {
    let case = crate::notes();
    let error = |text: &str| case.language.parse(case.grammar().start, text).unwrap_err().to_string();
    expect![[r#"1:5: found "12", expected r"[A-Za-z_][A-Za-z0-9_]*""#]].assert_eq(&error("let 12 = x;"));
    expect![[r#"1:5: found "let", a keyword of the grammar and so no r"[A-Za-z_][A-Za-z0-9_]*", expected r"[A-Za-z_][A-Za-z0-9_]*""#]].assert_eq(&error("let let = x;"));
    expect![[r#"1:9: "an_identifier_of_thirty_..." has 31 characters; of r"[A-Za-z_][A-Za-z0-9_]*" programs have members of at most 16"#]].assert_eq(&error("let x = an_identifier_of_thirty_letters;"));
    expect![[r#"1:12: found the end of the program, expected ";""#]].assert_eq(&error("let x = abc"));
    expect![[r##"1:9: found "\"abc", expected ")", "[", r#""([^"\\]|\\["\\])*""#, r"-?[0-9]+(\.[0-9]+)?" or r"[A-Za-z_][A-Za-z0-9_]*""##]].assert_eq(&error("call f (\"abc) \\"));
    expect![[r#"1:13: found "2.5", expected ";""#]].assert_eq(&error("let x = 1.5 2.5;"));
}

fn language(rules: &str) -> tdf_tree::Language {
    let grammar = tdf_reader::read_grammar("test.lalrpop", &format!("grammar; {rules}"));
    tdf_tree::Language::new(grammar.unwrap_or_else(|e| panic!("{e}"))).unwrap_or_else(|e| panic!("{e}"))
}

/// What the parser says of words that a terminal matches and yet has not.
#[test]
fn words_that_are_no_members() {
    let language = language(
        r##"match { "kind", r"(?i)of", r"[0-9]+", "unused" } else { _ }
        pub S = { "kind" <Name> ";" => A(<>), r"(?i)of" <r"[0-9]+"> => B(<>), ";" => C, <r";[^\n]*"> "!" => D(<>) };
        Name = r"[a-z]+";"##,
    );
    let error = |text: &str| language.parse(language.grammar().start, text).unwrap_err().to_string();
    for (text, expected) in [
        (
            "kind kind;",
            r##"1:6: found "kind", a keyword of the grammar and so no r"[a-z]+", expected r"[a-z]+""##,
        ),
        (
            "kind of;",
            r##"1:6: found "of", a keyword of the grammar and so no r"[a-z]+", expected r"[a-z]+""##,
        ),
        (
            "kind unused;",
            r##"1:6: found "unused", a keyword of the grammar and so no r"[a-z]+", expected r"[a-z]+""##,
        ),
        ("kind 12;", r##"1:6: found "12", expected r"[a-z]+""##),
        (
            "; a comment",
            r##"1:3: found "a", expected the end of the program; r";[^\n]*" matches "; a comment", but programs cannot have this member"##,
        ),
        (
            ";a comment",
            r##"1:4: found "comment", expected "!"; r";[^\n]*" matches ";a comment", but programs cannot have this member"##,
        ),
    ] {
        assert_eq!(error(text), expected);
    }
}

#[test]
fn marks_and_line_ends_of_other_editors() {
    let language = language(r#"pub S = { "a" "b" "c" => S };"#);
    let start = language.grammar().start;
    assert!(language.parse(start, "\u{feff}a\r\nb\rc").is_ok());
    for ends in ["\n", "\r\n", "\r"] {
        let error = language
            .parse(start, &format!("\u{feff}a{ends}b c{ends} x"))
            .unwrap_err();
        assert_eq!((error.position.line, error.position.column), (3, 2), "{ends:?}");
        let error = language.parse(start, &format!("\u{feff}x{ends}")).unwrap_err();
        assert_eq!((error.position.line, error.position.column), (1, 1), "{ends:?}");
    }
}

//! Sizes.

use expect_test::{Expect, expect};
use tdf_grammar::{Grammar, NonterminalKind, TokenKind};
use tdf_tree::Size;

use crate::{BUSH, Case, INFIX, RAINBOW, TINYSVG, TURTLE, all, infix, papers, turtle};

fn read(text: &str) -> Grammar {
    tdf_reader::read_grammar("test.lalrpop", text).unwrap()
}

fn sizes(case: &Case, text: &str, size: &Size) -> u32 {
    size.of(case.parse(text).nodes())
}

#[test]
fn names_are_labels_or_rules() {
    let [csg2d, tinysvg, rainbow] = papers();
    let text = "(Arrange h (Box red) (Arrange v (Box red) (Ball red)))";
    assert_eq!(sizes(&rainbow, text, &rainbow.size), 3);
    let boxes = Size::weighted(rainbow.grammar(), &[("Box", 5), ("Arrange", 1)]).unwrap();
    assert_eq!(sizes(&rainbow, text, &boxes), 12);
    let colours = Size::primitives(rainbow.grammar(), &["Scene", "Color"]).unwrap();
    assert_eq!(sizes(&rainbow, text, &colours), 8);
    // The more specific name holds, in any order.
    for names in [
        [("Scene", 1), ("Scene::Arrange", 3)],
        [("Scene::Arrange", 3), ("Scene", 1)],
    ] {
        assert_eq!(
            sizes(&rainbow, text, &Size::weighted(rainbow.grammar(), &names).unwrap()),
            9
        );
    }
    assert_eq!(sizes(&csg2d, "(+ (Circle 3 8 8) (Quad 8 8 4 6 45))", &csg2d.size), 2);
    assert_eq!(
        sizes(&tinysvg, "(Move (Rectangle 6 7 orange red 6) - 1 + 1)", &tinysvg.size),
        2
    );
    assert_eq!(
        sizes(&turtle(), "repeat 3 {go 3; turn left;} pen();", &turtle().size),
        4
    );
}

#[test]
fn tokens_and_nodes() {
    for case in all() {
        let (tokens, nodes) = (Size::tokens(case.grammar()), Size::nodes(case.grammar()));
        let sampler = case.sampler(5);
        let start = case.grammar().start;
        let sizes = sampler.feasible(start, 0..=5).unwrap();
        let mut rng = crate::rng(3);
        for _ in 0..200 {
            let tree = sampler.sample(start, &sizes, &mut rng);
            let mut out = Vec::new();
            case.language.tokens(tree.nodes(), &mut out);
            // The ends of names are no characters, and what follows the first character is no node of its own.
            out.retain(|t| case.grammar().tokens[t.index()].kind != TokenKind::End);
            assert_eq!(tokens.of(tree.nodes()) as usize, out.len());
            let kind = |n: &&tdf_tree::Node| {
                let rule = case.grammar().production(n.production).nonterminal;
                case.grammar().nonterminals[rule.index()].kind
            };
            let own = tree
                .nodes()
                .iter()
                .filter(|n| kind(n) != NonterminalKind::Suffix)
                .count();
            assert_eq!(nodes.of(tree.nodes()) as usize, own);
        }
    }
}

#[test]
fn least_sizes() {
    let least = |case: &Case, size: &Size| {
        let rules = case.grammar().nonterminals.iter().zip(size.least(case.grammar()));
        rules
            .map(|(n, least)| format!("{} {least}", n.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let [csg2d, ..] = papers();
    expect!["Shape 1, Operator 0, Number 0, Angle 0"].assert_eq(&least(&csg2d, &csg2d.size));
    expect!["Shape 6, Operator 1, Number 1, Angle 1"].assert_eq(&least(&csg2d, &Size::tokens(csg2d.grammar())));
    expect!["Expr 3, Term 2, Factor 1"].assert_eq(&least(&infix(), &Size::nodes(infix().grammar())));
}

fn check_refused(text: &str, primitives: &[&str], message: Expect) {
    message.assert_eq(&Size::primitives(&read(text), primitives).unwrap_err().message);
}

#[test]
fn unknown_names_get_the_nearest() {
    check_refused(
        RAINBOW,
        &["Bax"],
        expect!["the grammar has no alternative or rule `Bax`; did you mean `Box`?"],
    );
    check_refused(
        RAINBOW,
        &["scene"],
        expect!["the grammar has no alternative or rule `scene`; did you mean `Scene`?"],
    );
    check_refused(
        RAINBOW,
        &["Zzz"],
        expect![
            "the grammar has no alternative or rule `Zzz`; its alternatives are Box, Ball, Arrange, Horizontal, Vertical, Red, Green and 6 others"
        ],
    );
    let heavy = Size::weighted(&read(RAINBOW), &[("Box", 4_000_000_000)]).unwrap_err();
    expect!["the weight of `Box` is 4000000000; the greatest allowed is 10000"].assert_eq(&heavy.message);
}

#[test]
fn recursion_that_does_not_grow_is_refused() {
    check_refused(
        TINYSVG,
        &["Rectangle", "Ellipse"],
        expect![
            "infinitely many programs have the same size: `Picture` leads by `Move` back to `Picture`, and nothing on the way is counted; count `Move` too, or measure nodes or tokens"
        ],
    );
    check_refused(
        RAINBOW,
        &["Ball"],
        expect![
            "infinitely many programs have the same size: `Scene` leads by `Arrange` back to `Scene`, and nothing on the way is counted; count `Arrange` too, or measure nodes or tokens"
        ],
    );
    check_refused(
        INFIX,
        &["Number"],
        expect![
            "infinitely many programs have the same size: `Expr` leads by `Sum` to `Term` by `Product` to `Factor` by `Parens` back to `Expr`, and nothing on the way is counted; count `Parens` or `Product` or `Sum` too, or measure nodes or tokens"
        ],
    );
    check_refused(
        TURTLE,
        &["Go", "Repeat"],
        expect![
            "infinitely many programs have the same size: `Command+` leads back to `Command+`, and nothing on the way is counted; count `Command` too, or measure nodes or tokens"
        ],
    );
    check_refused(
        BUSH,
        &[],
        expect![
            "infinitely many programs have the same size: `Bush` leads by `Wrap` back to `Bush`, and nothing on the way is counted; count `Wrap` too, or measure nodes or tokens"
        ],
    );
}

#[test]
fn sizes_as_people_write_them() {
    let [csg2d, ..] = papers();
    let tree = csg2d.parse("(+ (Circle 3 8 8) (Quad 8 8 4 6 45))");
    let size = |text: &str| {
        Size::parse(csg2d.grammar(), text)
            .map(|s| s.of(tree.nodes()))
            .map_err(|e| e.to_string())
    };
    assert_eq!(size("nodes"), Ok(Size::nodes(csg2d.grammar()).of(tree.nodes())));
    assert_eq!(size("tokens"), Ok(17));
    assert_eq!(size("Circle,Quad"), Ok(2));
    assert_eq!(size("Circle = 5, Shape::Quad=2"), Ok(7));
    expect!["the grammar has no alternative or rule `Qud`; did you mean `Quad`?"].assert_eq(&size("Qud").unwrap_err());
    expect!["`Quad=two` is no weight: write a name, or a name with one, such as Quad=2"]
        .assert_eq(&size("Circle,Quad=two").unwrap_err());
}

/// Nodes on the longest way down; the links of a repetition and the characters of a name count nothing.
fn depth(case: &Case, tree: &tdf_tree::Tree, at: tdf_tree::NodeId) -> u32 {
    let rule = case.grammar().production(tree.node(at).production).nonterminal;
    let kind = case.grammar().nonterminals[rule.index()].kind;
    let own = u32::from(!matches!(kind, NonterminalKind::Plus | NonterminalKind::Suffix));
    own + tree
        .children(at)
        .map(|child| depth(case, tree, child))
        .max()
        .unwrap_or(0)
}

#[test]
fn depth_as_a_size() {
    for case in all() {
        let (parted, size) = tdf_tree::by_depth(case.grammar(), 8).unwrap();
        let sampler = tdf_tree::Sampler::new(&parted, &size, 8, tdf_tree::Weighting::Rules);
        let parted = tdf_tree::Language::new(parted).unwrap();
        let start = case.grammar().start;
        let mut rng = crate::rng(5);
        for exact in sampler.feasible(start, 0..=8).unwrap() {
            for _ in 0..50 {
                let tree = sampler.sample(start, &[exact], &mut rng);
                let text = parted.print(tree.nodes());
                let tree = case.parse(&text);
                assert_eq!(
                    depth(&case, &tree, tdf_tree::NodeId::ROOT),
                    exact,
                    "{} {text}",
                    case.name
                );
            }
        }
    }
    let [csg2d, ..] = papers();
    let refused = |most: u32| tdf_tree::by_depth(csg2d.grammar(), most).unwrap_err().to_string();
    expect!["no program of `Shape` is at most 1 deep"].assert_eq(&refused(1));
    expect!["measured by depth the grammar has more than 50000 productions: ask for less depth"]
        .assert_eq(&refused(1000));
    expect!["a depth of 4000 is too great: allowed is up to 1000"].assert_eq(&refused(4000));
}

//! Edit paths.

use expect_test::{Expect, expect};
use tdf_tree::{Edit, EditPath, Mutator, NoiseOptions, PathOptions, Size, Tree};

use crate::{Case, all, assert_well_formed, bush, infix, papers, rng, turtle};

fn finder(case: &Case, max_edit_size: u32) -> EditPath {
    EditPath::new(case.grammar().clone(), case.size.clone(), PathOptions { max_edit_size }).unwrap()
}

/// Applies a path; checks every edit on the way.
fn walk(case: &Case, from: &Tree, to: &Tree, path: &[Edit], max_edit_size: u32) {
    let mut current = from.clone();
    let mut sites = Vec::new();
    for edit in path {
        assert_ne!(&current, to, "the path goes on behind its target");
        assert!(case.size.of(&edit.replacement) <= max_edit_size);
        tdf_tree::EditSites::new(case.grammar()).collect(&current, &case.size, &mut sites);
        assert!(sites.iter().any(|site| site.node == edit.node), "not a site");
        assert_ne!(current.subtree(edit.node), edit.replacement, "an edit without effect");
        edit.apply(&mut current);
        assert_well_formed(case.grammar(), &current, case.grammar().start);
    }
    assert_eq!(&current, to);
}

#[test]
fn paths_lead_from_any_program_to_any_other() {
    for case in all() {
        let (sampler, mut rng) = (case.sampler(12), rng(21));
        let start = case.grammar().start;
        let sizes = sampler.feasible(start, 0..=12).unwrap();
        let least = least_bound(&case);
        for max_edit_size in [least, least + 1, 5] {
            let finder = finder(&case, max_edit_size);
            for _ in 0..700 {
                let from = sampler.sample(start, &sizes, &mut rng);
                let to = sampler.sample(start, &sizes, &mut rng);
                walk(&case, &from, &to, &finder.find(&from, &to, &mut rng), max_edit_size);
                assert!(finder.find(&to, &to, &mut rng).is_empty());
                first_edits_bring_nearer(&case, &finder, &from, &to, max_edit_size);
            }
        }
    }
}

/// All first edits together, from last to first, and then the same again.
fn first_edits_bring_nearer(case: &Case, finder: &EditPath, from: &Tree, to: &Tree, max_edit_size: u32) {
    let mut rng = rng(22);
    let mut current = from.clone();
    for _ in 0..=to.nodes().len() {
        let edits = finder.first_edits(&current, to, &mut rng);
        assert_eq!(edits.is_empty(), current == *to);
        for pair in edits.windows(2) {
            assert!(pair[0].node.0 + current.node(pair[0].node).len <= pair[1].node.0);
        }
        for edit in edits.iter().rev() {
            assert!(case.size.of(&edit.replacement) <= max_edit_size);
            edit.apply(&mut current);
        }
    }
    assert_eq!(&current, to);
}

/// The least bound that is accepted, and that all below it are refused.
fn least_bound(case: &Case) -> u32 {
    let accepted = |max_edit_size: &u32| {
        EditPath::new(
            case.grammar().clone(),
            case.size.clone(),
            PathOptions {
                max_edit_size: *max_edit_size,
            },
        )
        .is_ok()
    };
    (0..10).find(accepted).unwrap()
}

#[test]
fn noise_is_undone() {
    for case in all() {
        let options = NoiseOptions {
            max_edit_size: 2,
            choice: Default::default(),
        };
        let mutator = Mutator::new(case.grammar().clone(), case.size.clone(), options);
        let max_edit_size = least_bound(&case).max(2);
        let (finder, sampler, mut rng) = (finder(&case, max_edit_size), case.sampler(8), rng(23));
        let start = case.grammar().start;
        let sizes = sampler.feasible(start, 2..=8).unwrap();
        for round in 0..1500 {
            let to = sampler.sample(start, &sizes, &mut rng);
            let mut from = to.clone();
            for _ in 0..round % 5 + 1 {
                mutator.mutate(&mut from, &mut rng);
            }
            walk(&case, &from, &to, &finder.find(&from, &to, &mut rng), max_edit_size);
        }
    }
}

fn check_path(case: &Case, max_edit_size: u32, from: &str, to: &str, expected: Expect) {
    let (mut current, to) = (case.parse(from), case.parse(to));
    let mut lines = Vec::new();
    for edit in finder(case, max_edit_size).find(&current, &to, &mut rng(31)) {
        lines.push(format!(
            "{} -> {}",
            case.print(current.subtree(edit.node)),
            case.print(&edit.replacement)
        ));
        edit.apply(&mut current);
    }
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn paths_to_look_at() {
    let [csg2d, tinysvg, rainbow] = papers();
    check_path(
        &rainbow,
        2,
        "(Box red)",
        "(Ball red)",
        expect!["(Box red) -> (Ball red)"],
    );
    check_path(&rainbow, 2, "(Box red)", "(Box blue)", expect!["red -> blue"]);
    check_path(
        &rainbow,
        2,
        "(Box red)",
        "(Arrange v (Box red) (Arrange h (Ball blue) (Ball white)))",
        expect![[r#"
            (Box red) -> (Arrange v (Box red) (Box black))
            (Box black) -> (Arrange h (Ball blue) (Ball white))"#]],
    );
    check_path(
        &rainbow,
        4,
        "(Box red)",
        "(Arrange v (Arrange v (Ball black) (Ball green)) (Arrange h (Arrange h (Box white) (Ball blue)) (Ball white)))",
        expect![[r#"
            (Box red) -> (Arrange v (Arrange v (Ball black) (Ball green)) (Arrange h (Ball white) (Ball white)))
            (Ball white) -> (Arrange h (Box white) (Ball blue))"#]],
    );
    check_path(
        &csg2d,
        2,
        "(+ (Circle 1 2 3) (Quad 1 2 3 4 45))",
        "(- (Circle 1 2 4) (- (Circle 5 5 5) (Circle 6 6 6)))",
        expect![[r#"
            (Quad 1 2 3 4 45) -> (- (Circle 5 5 5) (Circle 6 6 6))
            + -> -
            3 -> 4"#]],
    );
    check_path(
        &tinysvg,
        2,
        "(Ellipse 1 2 red red 3)",
        "(Move (Move (Rectangle 1 2 blue none 3) + 1 - 2) - 3 + 4)",
        expect![[r#"
            (Ellipse 1 2 red red 3) -> (Move (Rectangle 8 8 green none 3) - 3 + 4)
            (Rectangle 8 8 green none 3) -> (Move (Rectangle 1 2 blue none 3) + 1 - 2)"#]],
    );
    check_path(
        &infix(),
        2,
        "1",
        "2 * 3 * 4 + 5",
        expect![[r#"
        1 -> 4 + 5
        4 -> 8 * 4
        8 -> 2 * 3"#]],
    );
    check_path(
        &infix(),
        3,
        "1 + 2",
        "(1 + 2) * 3",
        expect![[r#"
        1 + 2 -> 8 * 3
        8 -> (1 + 2)"#]],
    );
    check_path(
        &turtle(),
        2,
        "",
        "go 3; repeat 4 {go 1; turn left;} pen(up);",
        expect![[r#"
             -> turn right; pen (up);
            turn right; -> go 3; pen ();
            pen (); -> repeat 4 {pen ();}
            pen (); -> go 1; turn left;"#]],
    );
    check_path(
        &bush(),
        3,
        "leaf a",
        "spread c leaf a fork leaf b leaf c wrap leaf a",
        expect![[r#"
            leaf a -> spread c leaf a leaf b leaf c
            leaf b -> fork leaf b leaf c
            leaf c -> wrap leaf a"#]],
    );
}

#[test]
fn bounds_that_are_too_small_are_refused() {
    let message = |case: &Case, max_edit_size| {
        EditPath::new(case.grammar().clone(), case.size.clone(), PathOptions { max_edit_size })
            .unwrap_err()
            .message
    };
    let [_, _, rainbow] = papers();
    expect![
        "edits of size 1 are too small: no such edit can make `Arrange` of `Scene`; the least bound that works is 2"
    ]
    .assert_eq(&message(&rainbow, 1));
    expect!["edits of size 2 are too small: no such edit can make `Spread` of `Bush`; the least bound that works is 3"]
        .assert_eq(&message(&bush(), 2));
    let nodes = Case {
        size: Size::nodes(infix().grammar()),
        ..infix()
    };
    expect![
        "edits of size 2 are too small: no such edit can make `Parens` of `Factor`; the least bound that works is 6"
    ]
    .assert_eq(&message(&nodes, 2));
}

/// Mean lengths after 1 to 5 steps of noise, and between random programs.
///
/// The public code's: csg2d 1.7 3.3 4.2 4.5 4.7, 7.2; tinysvg 2.8 4.0 6.1 7.4 7.1, 11.4; rainbow 1.2 1.9 2.6 3.0 3.2, 5.3.
/// Its TinySVG has other shapes and its tightening copies only parts of size zero.
#[test]
fn mean_lengths() {
    let mut lines = Vec::new();
    for case in papers() {
        let options = NoiseOptions {
            max_edit_size: 2,
            choice: Default::default(),
        };
        let mutator = Mutator::new(case.grammar().clone(), case.size.clone(), options);
        let (finder, sampler, mut rng) = (finder(&case, 2), case.sampler(8), rng(24));
        let start = case.grammar().start;
        let sizes = sampler.feasible(start, 2..=8).unwrap();
        let mut sums = [0; 6];
        let rounds = 4000;
        for _ in 0..rounds {
            let to = sampler.sample(start, &sizes, &mut rng);
            let mut from = to.clone();
            for sum in &mut sums[..5] {
                mutator.mutate(&mut from, &mut rng);
                *sum += finder.find(&from, &to, &mut rng).len();
            }
            let other = sampler.sample(start, &sizes, &mut rng);
            sums[5] += finder.find(&other, &to, &mut rng).len();
        }
        let means = sums.map(|sum| format!("{:.2}", sum as f64 / f64::from(rounds)));
        lines.push(format!("{}: {}; {}", case.name, means[..5].join(" "), means[5]));
    }
    expect![[r#"
        csg2d: 1.73 3.04 3.87 4.47 4.91; 6.70
        tinysvg: 1.65 2.64 3.30 3.77 4.11; 5.55
        rainbow: 1.15 1.92 2.50 2.93 3.27; 5.00"#]]
    .assert_eq(&lines.join("\n"));
}

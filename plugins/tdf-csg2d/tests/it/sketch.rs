//! Hand-drawn observations.

use tdf_csg2d::Csg2dSketch;
use tdf_testkit::{Fixture, deep};

mod conforms {
    use super::*;

    tdf_testkit::conformance!(Csg2dSketch);
}

fn sketch(fixture: &Fixture<Csg2dSketch>, text: &str, seed: u64) -> Vec<u8> {
    let mut image = vec![7; fixture.erased.canvas().bytes()];
    let program = &fixture.read(text)[0];
    fixture
        .erased
        .observe_target(program.nodes(), seed, &mut image)
        .unwrap();
    image
}

fn ink(image: &[u8]) -> usize {
    image.iter().filter(|&&v| v < 230).count()
}

#[test]
fn sketching_allocates_nothing() {
    tdf_testkit::steady(&Fixture::<Csg2dSketch>::new());
}

#[test]
fn deep_programs_are_refused() {
    let fixture = Fixture::<Csg2dSketch>::new();
    deep(&fixture, |count| {
        format!(
            "{}(Circle 4 8 8){}",
            "(- ".repeat(count),
            " (Circle 2 8 8))".repeat(count)
        )
    });
}

#[test]
fn programs_of_thousands_of_primitives_are_refused() {
    let fixture = Fixture::<Csg2dSketch>::new();
    let half = (0..9).fold("(Circle 1 2 3)".to_owned(), |half, _| format!("(+ {half} {half})"));
    let program = &fixture.read(&format!("(+ {half} (+ {half} {half}))"))[0];
    let mut image = vec![0; fixture.erased.canvas().bytes()];
    let error = fixture
        .erased
        .observe_target(program.nodes(), 0, &mut image)
        .unwrap_err();
    let expected = "the program has 1536 circles and quads; programs of at most 1000 can be sketched";
    assert_eq!(error.to_string(), expected);
}

/// Lines lie near the edge of the image, along all of it.
#[test]
fn sketches_follow_the_edge_of_the_image() {
    let fixture = Fixture::<Csg2dSketch>::new();
    let side = 128;
    let (mut near, mut lines, mut drawn, mut edges) = (0, 0, 0, 0);
    for (seed, program) in fixture.programs(fixture.erased.start(), 300).iter().enumerate() {
        let plain = fixture.render(program);
        let mut sketch = plain.clone();
        fixture
            .erased
            .observe_target(program.nodes(), seed as u64, &mut sketch)
            .unwrap();
        let white = |at: usize| plain[at] > 127;
        let edge: Vec<usize> = (0..side * (side - 1))
            .filter(|&at| at % side < side - 1 && (white(at) != white(at + 1) || white(at) != white(at + side)))
            .collect();
        let lined: Vec<usize> = (0..sketch.len()).filter(|&at| sketch[at] < 230).collect();
        let apart = |a: usize, b: usize| (a % side).abs_diff(b % side).max((a / side).abs_diff(b / side));
        let reach = 9;
        near += lined
            .iter()
            .filter(|&&a| edge.iter().any(|&b| apart(a, b) <= reach))
            .count();
        drawn += edge
            .iter()
            .filter(|&&a| lined.iter().any(|&b| apart(a, b) <= reach))
            .count();
        lines += lined.len();
        edges += edge.len();
    }
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    // The rest are slivers that noise opens or closes, and what lies beyond the rim.
    assert!(share(near, lines) > 0.9, "{}", share(near, lines));
    assert!(share(drawn, edges) > 0.9, "{}", share(drawn, edges));
}

#[test]
fn only_the_outline_of_the_whole_is_drawn() {
    let fixture = Fixture::<Csg2dSketch>::new();
    let mean = |text: &str| (0..40).map(|seed| ink(&sketch(&fixture, text, seed))).sum::<usize>() as f64 / 40.0;
    let square = mean("(Quad 8 8 8 8 0)");
    assert!((150.0..600.0).contains(&square), "{square}");
    // What is inside another shape, or taken from nothing, leaves no line.
    for text in [
        "(+ (Quad 8 8 8 8 0) (Circle 2 8 8))",
        "(- (Quad 8 8 8 8 0) (Circle 1 1 14))",
    ] {
        assert!((mean(text) / square - 1.0).abs() < 0.1, "{text}");
    }
    // A hole is outlined.
    assert!(mean("(- (Quad 8 8 8 8 0) (Circle 2 8 8))") > 1.2 * square);
    assert!(mean("(- (Quad 8 8 4 4 0) (Circle 9 8 8))") < 0.01 * square);
    assert_eq!(ink(&sketch(&fixture, "(Circle 0 8 8)", 1)), 0);
}

#[test]
fn the_program_at_hand_is_seen_plain_or_sketched() {
    let [plain, sketched] = ["plain", "sketch"].map(|current| Fixture::<Csg2dSketch>::with(&[("current", current)]));
    let program = &plain.read("(- (Quad 8 8 8 8 0) (Circle 2 8 8))")[0];
    let view = |fixture: &Fixture<Csg2dSketch>, seed| {
        let mut image = plain.render(program);
        fixture
            .erased
            .observe_current(program.nodes(), seed, &mut image)
            .unwrap();
        image
    };
    assert_eq!(view(&plain, 1), plain.render(program));
    assert_eq!(
        view(&sketched, 1),
        sketch(&plain, "(- (Quad 8 8 8 8 0) (Circle 2 8 8))", 1)
    );
}

/// Flat and tree meaning have different outlines.
#[test]
fn composition_decides_the_outline() {
    let [tree, flat] = ["tree", "flat"].map(|value| Fixture::<Csg2dSketch>::with(&[("composition", value)]));
    let text = "(- (Quad 8 8 12 12 0) (- (Quad 8 8 8 8 0) (Circle 2 8 8)))";
    let chain = "(- (- (Quad 8 8 12 12 0) (Quad 8 8 8 8 0)) (Circle 2 8 8))";
    assert_eq!(sketch(&flat, text, 3), sketch(&tree, chain, 3));
    assert_ne!(sketch(&tree, text, 3), sketch(&tree, chain, 3));
}

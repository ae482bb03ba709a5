//! Hand-drawn observations.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tdf_csg2d::Csg2dSketch;
use tdf_csg2d::ast::Shape;
use tdf_domain::{Canvas, Domain, Grammar, RenderError, Size, SizeError};
use tdf_testkit::{Fixture, deep, distances};

mod conforms {
    use super::*;

    tdf_testkit::conformance!(Csg2dSketch);
}

/// Sketches with the distance for colour images.
#[derive(Default)]
struct ByPixels(Csg2dSketch);

impl Domain for ByPixels {
    type Program = Shape;
    const NAME: &'static str = "by-pixels";
    const OBSERVATION_MODEL: bool = true;

    fn canvas(&self) -> Canvas {
        self.0.canvas()
    }

    fn render(&self, program: &Shape, image: &mut [u8]) -> Result<(), RenderError> {
        self.0.render(program, image)
    }

    fn observe_target(&self, program: &Shape, seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        self.0.observe_target(program, seed, image)
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        self.0.size(grammar)
    }
}

/// The conformance suite tells a distance by which a blank image is the best.
#[test]
fn sketches_need_a_distance_for_lines() {
    let fixture = Fixture::<ByPixels>::new();
    let panic = catch_unwind(AssertUnwindSafe(|| distances(&fixture))).expect_err("the check passes");
    let said = panic.downcast_ref::<String>().expect("a message");
    assert!(
        said.starts_with("`distance` ranks a blank canvas before another observation"),
        "{said}"
    );
}

/// A small error of the hand is a small distance, another program is further away, and a blank image the furthest.
#[test]
fn sketches_of_one_program_are_near() {
    let fixture = Fixture::<Csg2dSketch>::new();
    let blank = vec![255; fixture.erased.observation_spec().bytes()];
    let target = sketch(&fixture, "(Circle 4 6 8)", 1);
    let away = |image: &[u8]| fixture.erased.distance(image, &target);
    let other = |text| (2..12).map(|seed| away(&sketch(&fixture, text, seed))).sum::<f64>() / 10.0;
    let steps = ["(Circle 4 6 8)", "(Circle 4 7 8)", "(Circle 4 8 8)", "(Circle 2 9 8)"].map(other);
    assert!(steps.is_sorted() && away(&blank) > 32.0 && steps[3] < 20.0, "{steps:?}");
    assert!(steps[0] < 4.0, "{steps:?}");
}

fn sketch(fixture: &Fixture<Csg2dSketch>, text: &str, seed: u64) -> Vec<u8> {
    let mut image = vec![7; fixture.erased.observation_spec().bytes()];
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
    let mut image = vec![0; fixture.erased.observation_spec().bytes()];
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

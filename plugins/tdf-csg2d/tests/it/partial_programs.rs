//! Programs that grow shape by shape.

use tdf_csg2d::{Csg2d, Csg2dSketch};
use tdf_data::piecewise_plan;
use tdf_domain::Tree;
use tdf_testkit::Fixture;

/// The steps of a program: a shape more each time, the last draws what flat composition makes of the program.
#[test]
fn the_pieces_of_a_program_draw_what_flat_composition_draws() {
    let (tree, flat) = (
        Fixture::<Csg2d>::new(),
        Fixture::<Csg2d>::with(&[("composition", "flat")]),
    );
    let plan = piecewise_plan(&*tree.erased, 8).expect("csg2d grows");
    assert_eq!(plan.max_pieces(), 8);
    let size = tree.erased.size();
    for shapes in 1..=8 {
        for program in tree.programs_of_size(shapes, 60) {
            let pieces = plan.split(&program);
            assert_eq!(pieces.len(), shapes as usize);
            assert!(plan.fits(size, &pieces));
            let mut partial: Option<Tree> = None;
            for (number, parts) in pieces.iter().enumerate() {
                let holes = plan.holes(partial.is_some());
                assert_eq!(holes.len(), parts.len());
                for (hole, part) in holes.iter().zip(parts) {
                    let text = tree.language().print(part.nodes());
                    let read = tree.language().parse(hole.nonterminal, &text);
                    assert_eq!(read.as_ref(), Ok(part), "{text}");
                }
                let grown = plan.join(partial.as_ref(), parts);
                let text = tree.language().print(grown.nodes());
                let read = tree.language().parse(tree.erased.start(), &text);
                assert_eq!(read.as_ref(), Ok(&grown), "{text}");
                assert_eq!(size.of(grown.nodes()), number as u32 + 1);
                partial = Some(grown);
            }
            let last = partial.expect("a program");
            assert_eq!(plan.build(&pieces).as_ref(), Some(&last));
            // Tree composition of what was grown against the flat composition of the program: two renderers.
            assert_eq!(tree.render(&last), flat.render(&program));
            assert_eq!(plan.split(&last), pieces);
        }
    }
}

#[test]
fn what_stands_in_front_of_a_shape_is_its_operator() {
    let fixture = Fixture::<Csg2d>::new();
    let plan = piecewise_plan(&*fixture.erased, 8).expect("csg2d grows");
    let text = "(- (Circle 5 6 6) (+ (- (Quad 9 8 6 9 45) (Circle 1 2 3)) (Circle 3 8 9)))";
    let program = fixture.read(text).remove(0);
    let words: Vec<String> = plan
        .split(&program)
        .iter()
        .map(|parts| {
            let texts = parts.iter().map(|part| fixture.language().print(part.nodes()));
            texts.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        words,
        [
            "(Circle 5 6 6)",
            "- (Quad 9 8 6 9 45)",
            "- (Circle 1 2 3)",
            "+ (Circle 3 8 9)"
        ]
    );
    let grown = plan.build(&plan.split(&program)).expect("a program");
    assert_eq!(
        fixture.language().print(grown.nodes()),
        "(+ (- (- (Circle 5 6 6) (Quad 9 8 6 9 45)) (Circle 1 2 3)) (Circle 3 8 9))"
    );
}

#[test]
fn sketches_grow_too() {
    let fixture = Fixture::<Csg2dSketch>::new();
    assert!(piecewise_plan(&*fixture.erased, 8).is_ok());
}

//! Programs nested beyond all measure come back as an error, not as an overflow of the stack.

use tdf_csg2d::{Csg2d, ast::Shape};
use tdf_domain::MAX_DEPTH;
use tdf_testkit::Fixture;

/// `count` differences, nested to the left or to the right.
fn nested(count: usize, left: bool) -> String {
    let (before, after) = if left {
        ("(- ", " (Circle 2 8 8))")
    } else {
        ("(- (Circle 4 8 8) ", ")")
    };
    format!("{}(Circle 4 8 8){}", before.repeat(count), after.repeat(count))
}

#[test]
fn a_deep_program_is_refused() {
    let fixture = Fixture::<Csg2d>::new();
    let mut picture = vec![0; fixture.erased.canvas().bytes()];
    for left in [true, false] {
        let text = nested(100_000, left);
        let tree = fixture.language().parse(fixture.erased.start(), &text).unwrap();
        let error = fixture.erased.render(tree.nodes(), &mut picture).unwrap_err();
        // The circle and its numbers are below the last difference.
        let expected = "the program is nested 100002 levels deep; programs of at most 500 levels can be drawn";
        assert_eq!(error.to_string(), expected);
        assert!(fixture.erased.svg(tree.nodes()).is_none());
        let error = text.parse::<Shape>().unwrap_err();
        assert_eq!(error.message, "the program is nested more than 500 levels deep");
    }
}

#[test]
fn the_deepest_program_is_drawn() {
    let fixture = Fixture::<Csg2d>::new();
    let mut picture = vec![0; fixture.erased.canvas().bytes()];
    for left in [true, false] {
        let text = nested(MAX_DEPTH as usize - 2, left);
        let tree = fixture.language().parse(fixture.erased.start(), &text).unwrap();
        fixture.erased.render(tree.nodes(), &mut picture).unwrap();
        // A ring is left over, or, since 498 is even, the whole disc.
        assert_eq!(picture[64 * 128 + 64], if left { 0 } else { 255 });
        assert_eq!(picture[64 * 128 + 64 + 24], 255);
        assert_eq!(text.parse::<Shape>().unwrap().to_string(), text);
        assert!(nested(MAX_DEPTH as usize - 1, left).parse::<Shape>().is_err());
    }
}

//! Programs nested beyond all measure come back as an error, not as an overflow of the stack.

use tdf_domain::MAX_DEPTH;
use tdf_rainbow::{Rainbow, ast::Scene};
use tdf_testkit::Fixture;

/// A row of `count + 1` boxes, nested to the left or to the right.
fn row(count: usize, left: bool) -> String {
    let (before, after) = if left {
        ("(Arrange h ", " (Box red))")
    } else {
        ("(Arrange h (Box red) ", ")")
    };
    format!("{}(Box red){}", before.repeat(count), after.repeat(count))
}

#[test]
fn a_deep_program_is_refused() {
    let fixture = Fixture::<Rainbow>::new();
    let mut picture = vec![0; fixture.erased.canvas().bytes()];
    for left in [true, false] {
        let text = row(100_000, left);
        let tree = fixture.language().parse(fixture.erased.start(), &text).unwrap();
        let error = fixture.erased.render(tree.nodes(), &mut picture).unwrap_err();
        // Box and colour below the last arrangement.
        let expected = "the program is nested 100002 levels deep; programs of at most 500 levels can be drawn";
        assert_eq!(error.to_string(), expected);
        assert!(fixture.erased.svg(tree.nodes()).is_none());
        let error = text.parse::<Scene>().unwrap_err();
        assert_eq!(error.message, "the program is nested more than 500 levels deep");
    }
}

#[test]
fn the_deepest_program_is_drawn() {
    let fixture = Fixture::<Rainbow>::new();
    let mut picture = vec![0; fixture.erased.canvas().bytes()];
    for left in [true, false] {
        let text = row(MAX_DEPTH as usize - 2, left);
        let tree = fixture.language().parse(fixture.erased.start(), &text).unwrap();
        fixture.erased.render(tree.nodes(), &mut picture).unwrap();
        assert!(picture.chunks(3).any(|pixel| pixel == [255, 0, 0]));
        assert_eq!(text.parse::<Scene>().unwrap().to_string(), text);
        let deeper = row(MAX_DEPTH as usize - 1, left);
        assert!(deeper.parse::<Scene>().is_err());
    }
}

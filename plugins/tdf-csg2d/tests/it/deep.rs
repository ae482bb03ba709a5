//! Programs nested beyond all measure come back as an error, not as an overflow of the stack.

use tdf_csg2d::Csg2d;
use tdf_testkit::{Fixture, deep};

#[test]
fn deep_programs_are_refused() {
    let fixture = Fixture::<Csg2d>::new();
    let shape = "(Circle 4 8 8)";
    let left = |count| format!("{}{shape}{}", "(- ".repeat(count), " (Circle 2 8 8))".repeat(count));
    let right = |count| format!("{}{shape}{}", format!("(- {shape} ").repeat(count), ")".repeat(count));
    deep(&fixture, left);
    deep(&fixture, right);
}

/// The deepest programs keep their meaning.
#[test]
fn deep_programs_mean_what_they_say() {
    let fixture = Fixture::<Csg2d>::new();
    let centre = |text: &str| {
        let image = fixture.render(&fixture.read(text)[0]);
        assert_eq!(image[64 * 128 + 64 + 24], 255);
        image[64 * 128 + 64]
    };
    // A ring is left over, or, since 498 is even, the whole disc.
    let disc = "(Circle 4 8 8)";
    assert_eq!(
        centre(&format!(
            "{}{disc}{}",
            "(- ".repeat(498),
            " (Circle 2 8 8))".repeat(498)
        )),
        0
    );
    assert_eq!(
        centre(&format!(
            "{}{disc}{}",
            format!("(- {disc} ").repeat(498),
            ")".repeat(498)
        )),
        255
    );
}

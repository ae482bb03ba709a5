//! Programs nested beyond all measure come back as an error, not as an overflow of the stack.

use tdf_testkit::{Fixture, deep};
use tdf_tinysvg::TinySvg;

#[test]
fn deep_programs_are_refused() {
    let fixture = Fixture::<TinySvg>::new();
    let shape = "(Ellipse 1 2 red none 1)";
    let nested = |before: String, after: &str, count| format!("{}{shape}{}", before.repeat(count), after.repeat(count));
    deep(&fixture, |count| nested("(Move ".to_owned(), " + 1 - 1)", count));
    deep(&fixture, |count| {
        nested("(Arrange h ".to_owned(), " (Rectangle 1 1 red none 1) 3)", count)
    });
    deep(&fixture, |count| nested(format!("(Arrange v {shape} "), " 3)", count));
}

//! Programs nested beyond all measure come back as an error, not as an overflow of the stack.

use tdf_rainbow::Rainbow;
use tdf_testkit::{Fixture, deep};

#[test]
fn deep_programs_are_refused() {
    let fixture = Fixture::<Rainbow>::new();
    let left = |count| {
        format!(
            "{}(Box red){}",
            "(Arrange h ".repeat(count),
            " (Box red))".repeat(count)
        )
    };
    let right = |count| {
        format!(
            "{}(Box red){}",
            "(Arrange h (Box red) ".repeat(count),
            ")".repeat(count)
        )
    };
    deep(&fixture, left);
    deep(&fixture, right);
}

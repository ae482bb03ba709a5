//! tdf can work with the language, and the images are what they should be.

use my_dsl::{Dsl, ast::Scene};
use tdf_domain::Domain as _;

// What tdf relies on, checked on random programs: a test function for each promise.
tdf_testkit::conformance!(Dsl);

/// Red, green and blue of a pixel.
fn pixel(program: &str, column: usize, row: usize) -> [u8; 3] {
    let program: Scene = program.parse().unwrap();
    let mut image = vec![0; Dsl.canvas().bytes()];
    Dsl.render(&program, &mut image).unwrap();
    let at = 3 * (row * Dsl.canvas().width as usize + column);
    [image[at], image[at + 1], image[at + 2]]
}

#[test]
fn halves_are_where_they_should_be() {
    let program = "(Beside (Tile red) (Above (Disc blue) (Tile green)))";
    assert_eq!(pixel(program, 16, 32), [220, 50, 47]);
    assert_eq!(pixel(program, 48, 16), [40, 90, 200]);
    assert_eq!(pixel(program, 34, 2), [255; 3], "discs are round");
    assert_eq!(pixel(program, 34, 61), [60, 160, 80]);
}

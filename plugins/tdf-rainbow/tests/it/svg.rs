//! The SVG document of a scene shows the scene's picture.

use tdf_rainbow::Rainbow;
use tdf_testkit::{Fixture, svg_pictures};

#[test]
fn resvg_draws_the_same_picture() {
    let fixture = Fixture::<Rainbow>::new();
    let mut programs = fixture.programs(fixture.erased.start(), 200);
    programs.extend(fixture.read(include_str!("../golden/programs.txt")));
    svg_pictures(&fixture, &programs);
}

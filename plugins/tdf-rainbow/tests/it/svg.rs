//! The SVG document of a scene shows the scene's image.

use tdf_rainbow::Rainbow;
use tdf_testkit::{Fixture, svg_images};

#[test]
fn resvg_draws_the_same_image() {
    let fixture = Fixture::<Rainbow>::new();
    let mut programs = fixture.programs(fixture.erased.start(), 200);
    programs.extend(fixture.read(include_str!("../golden/programs.txt")));
    svg_images(&fixture, &programs);
}

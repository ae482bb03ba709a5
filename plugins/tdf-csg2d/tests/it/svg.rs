//! The SVG document of a program shows the program's image.

use tdf_csg2d::Csg2d;
use tdf_testkit::{Fixture, svg_images};

#[test]
fn resvg_draws_the_same_image() {
    let fixture = Fixture::<Csg2d>::new();
    let mut programs = fixture.programs(fixture.erased.start(), 200);
    programs.extend(fixture.read(include_str!("../golden/programs.txt")));
    svg_images(&fixture, &programs);
}

//! The SVG document of a program shows the program's picture.

use tdf_csg2d::Csg2d;
use tdf_testkit::{Fixture, svg_pictures};

#[test]
fn resvg_draws_the_same_picture() {
    let fixture = Fixture::<Csg2d>::new();
    let mut programs = fixture.programs(fixture.erased.start(), 200);
    programs.extend(fixture.read(include_str!("../golden/programs.txt")));
    svg_pictures(&fixture, &programs);
}

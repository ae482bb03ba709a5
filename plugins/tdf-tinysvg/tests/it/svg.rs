//! The SVG document of a program shows the program's image.

use tdf_testkit::{Fixture, svg_images};
use tdf_tinysvg::TinySvg;

#[test]
fn resvg_draws_the_same_image() {
    for canvas in ["128", "224", "100", "333"] {
        let fixture = Fixture::<TinySvg>::with(&[("canvas", canvas)]);
        let mut programs = fixture.programs(fixture.erased.start(), 100);
        programs.extend(fixture.read(include_str!("../golden/programs.txt")));
        svg_images(&fixture, &programs);
    }
}

/// Every form of every border, shapes without width and height among them.
#[test]
fn resvg_draws_every_shape() {
    for canvas in ["128", "224"] {
        let fixture = Fixture::<TinySvg>::with(&[("canvas", canvas)]);
        let mut text = String::new();
        for form in ["Rectangle", "Ellipse"] {
            for (w, h) in [(0, 0), (0, 9), (9, 0), (1, 1), (1, 8), (9, 2), (7, 7)] {
                for border in 0..10 {
                    for fill in ["none", "blue"] {
                        text.push_str(&format!("({form} {w} {h} {fill} red {border})\n"));
                    }
                }
            }
        }
        svg_images(&fixture, &fixture.read(&text));
    }
}

//! The SVG document of a program shows the program's picture.

use resvg::{tiny_skia, usvg};
use tdf_csg2d::Csg2d;
use tdf_testkit::Fixture;

/// What resvg draws: grey, rows from the top.
fn rasterise(document: &str) -> Vec<u8> {
    let tree = usvg::Tree::from_str(document, &usvg::Options::default()).unwrap();
    let size = tree.size().to_int_size();
    let mut pixmap = tiny_skia::Pixmap::new(size.width(), size.height()).unwrap();
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixmap.as_mut());
    assert!(
        pixmap
            .data()
            .chunks(4)
            .all(|p| p[3] == 255 && p[0] == p[1] && p[1] == p[2]),
        "all pixels are grey"
    );
    pixmap.data().chunks(4).map(|p| p[0]).collect()
}

#[test]
fn resvg_draws_the_same_picture() {
    let fixture = Fixture::<Csg2d>::new();
    let start = fixture.erased.start();
    let mut programs = fixture.programs(start, 200);
    let golden = include_str!("../golden/programs.txt");
    programs.extend(
        golden
            .lines()
            .map(|line| fixture.language().parse(start, line).unwrap()),
    );
    let mut failures = Vec::new();
    for tree in programs {
        let mut picture = vec![0; fixture.erased.canvas().bytes()];
        fixture.erased.render(tree.nodes(), &mut picture).unwrap();
        let drawn = rasterise(&fixture.erased.svg(tree.nodes()).unwrap());
        assert_eq!(drawn.len(), picture.len());
        let different = picture.iter().zip(&drawn).filter(|(a, b)| a.abs_diff(**b) > 2).count();
        if different * 100 > picture.len() {
            failures.push(format!(
                "{different} pixels differ: {}",
                fixture.language().print(tree.nodes())
            ));
        }
    }
    assert!(failures.is_empty(), "{} {}", failures.join("\n"), fixture.again());
}

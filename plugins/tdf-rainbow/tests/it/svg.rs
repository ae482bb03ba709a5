//! The SVG document of a scene shows the scene's picture.

use resvg::{tiny_skia, usvg};
use tdf_rainbow::Rainbow;
use tdf_testkit::Fixture;

/// What resvg draws: RGB, rows from the top.
fn rasterise(document: &str) -> Vec<u8> {
    let tree = usvg::Tree::from_str(document, &usvg::Options::default()).unwrap();
    let size = tree.size().to_int_size();
    let mut pixmap = tiny_skia::Pixmap::new(size.width(), size.height()).unwrap();
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixmap.as_mut());
    assert!(
        pixmap.data().chunks(4).all(|p| p[3] == 255),
        "the picture has no see-through pixels"
    );
    pixmap.data().chunks(4).flat_map(|p| [p[0], p[1], p[2]]).collect()
}

#[test]
fn resvg_draws_the_same_picture() {
    let fixture = Fixture::<Rainbow>::new();
    let start = fixture.erased.start();
    let mut programs = fixture.programs(start, 200);
    let golden = include_str!("../golden/programs.txt");
    programs.extend(
        golden
            .lines()
            .map(|line| fixture.language().parse(start, line).unwrap()),
    );
    for tree in programs {
        let mut picture = vec![0; fixture.erased.canvas().bytes()];
        fixture.erased.render(tree.nodes(), &mut picture).unwrap();
        let drawn = rasterise(&fixture.erased.svg(tree.nodes()).unwrap());
        assert_eq!(drawn.len(), picture.len());
        let differs = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 2);
        let different = picture.chunks(3).zip(drawn.chunks(3)).filter(differs).count();
        assert!(
            different <= 40,
            "{different} of 4096 pixels differ: {}",
            fixture.language().print(tree.nodes())
        );
    }
}

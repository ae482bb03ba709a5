//! The domain keeps its promises, and its images are the reference images.

mod deep;
mod shapes;
mod svg;

use tdf_tinysvg::TinySvg;

#[global_allocator]
static ALLOCATOR: tdf_testkit::Counting = tdf_testkit::Counting;

tdf_testkit::conformance!(TinySvg);
tdf_testkit::golden!(TinySvg, "tests/golden", [("canvas", "224")]);

#[test]
fn drawing_allocates_nothing() {
    tdf_testkit::steady(&tdf_testkit::Fixture::<TinySvg>::new());
}

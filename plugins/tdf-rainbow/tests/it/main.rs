//! The domain keeps its promises, and its images are the reference images.

mod deep;
mod svg;
mod text;

use tdf_rainbow::Rainbow;

#[global_allocator]
static ALLOCATOR: tdf_testkit::Counting = tdf_testkit::Counting;

tdf_testkit::conformance!(Rainbow);
tdf_testkit::golden!(Rainbow, "tests/golden");

#[test]
fn drawing_allocates_nothing() {
    tdf_testkit::steady(&tdf_testkit::Fixture::<Rainbow>::new());
}

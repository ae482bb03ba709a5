//! The domain keeps its promises, and its images are the reference images.

mod deep;
mod flat;
mod golden;
mod partial_programs;
mod shapes;
mod sketch;
mod svg;

use tdf_csg2d::Csg2d;

#[global_allocator]
static ALLOCATOR: tdf_testkit::Counting = tdf_testkit::Counting;

tdf_testkit::conformance!(Csg2d);

#[test]
fn drawing_allocates_nothing() {
    tdf_testkit::steady(&tdf_testkit::Fixture::<Csg2d>::new());
}

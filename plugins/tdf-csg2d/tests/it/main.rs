//! The domain keeps its promises, and its pictures are the reference pictures.

mod deep;
mod flat;
mod golden;
mod shapes;
mod sketch;
mod svg;

use tdf_csg2d::Csg2d;

tdf_testkit::conformance!(Csg2d);

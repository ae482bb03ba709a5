//! Sketching programs of eight primitives.

use tdf_csg2d::Csg2dSketch;

tdf_testkit::bench!(Csg2dSketch);

//! Drawing and comparing programs of eight primitives.

use tdf_csg2d::Csg2d;

tdf_testkit::bench!(Csg2d);

//! Drawing and comparing programs of eight primitives.

use tdf_tinysvg::TinySvg;

tdf_testkit::bench!(TinySvg);

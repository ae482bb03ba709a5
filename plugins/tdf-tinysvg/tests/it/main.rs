//! The domain keeps its promises, and its pictures are the reference pictures.

mod deep;
mod shapes;
mod svg;

use tdf_tinysvg::TinySvg;

tdf_testkit::conformance!(TinySvg);
tdf_testkit::golden!(TinySvg, "tests/golden", [("canvas", "224")]);

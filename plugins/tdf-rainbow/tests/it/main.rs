//! The domain keeps its promises, and its pictures are the reference pictures.

mod deep;
mod svg;
mod text;

use tdf_rainbow::Rainbow;

tdf_testkit::conformance!(Rainbow);
tdf_testkit::golden!(Rainbow, "tests/golden");

//! Drawing and comparing programs of eight primitives.

use tdf_rainbow::Rainbow;

tdf_testkit::bench!(Rainbow);

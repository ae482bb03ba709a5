//! Generated syntax trees and parsers, over grammars of all sorts.

mod shape;

mod commas {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::commas::File>);
}
mod csg2d {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::csg2d::Shape>);
}
mod tinysvg {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::tinysvg::Picture>);
}
mod ladder {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::ladder::Expr>);
}
mod shapes {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::shapes::File>);
}
mod notes {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::notes::Note>);
}
mod mutual {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::mutual::Tree>);
}

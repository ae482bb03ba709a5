//! Generated syntax trees and parsers, over grammars of all sorts.

mod lark;
mod random_grammars;
mod scopes;
mod scopes_random;
mod shape;
mod signatures;
mod told;

mod calculator {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::calculator::Start>);
}
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
mod clashes {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::clashes::Self_>);
}
mod cycles {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::cycles::Item>);
}
mod docs {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::docs::Day>);
}
mod flags {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::flags::Order>);
}
mod open_names {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::open_names::Some>);
}
mod groups {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::groups::Table>);
}
mod levels {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::levels::Expr>);
}
mod lists {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::lists::Library>);
}
mod numbers {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::numbers::Numbers>);
}
mod options {
    tdf_testkit::conformance!(tdf_tests::Blind<tdf_tests::types::options::Order>);
}

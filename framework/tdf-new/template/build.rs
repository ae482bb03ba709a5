//! Generates the syntax tree and the parser.

fn main() {
    tdf_build::grammar("my-dsl.lalrpop");
}

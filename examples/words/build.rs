//! Generates the syntax tree.

fn main() {
    tdf_build::grammar("words.lalrpop");
}

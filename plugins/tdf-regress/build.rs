//! Generates the syntax tree.

fn main() {
    tdf_build::grammar("../../grammars/regress.lalrpop");
}

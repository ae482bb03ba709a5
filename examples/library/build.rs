//! Generates the syntax tree of the program `domain`.

fn main() {
    tdf_build::grammar("bars.lalrpop");
}

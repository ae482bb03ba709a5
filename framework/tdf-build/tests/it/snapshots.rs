//! Generated code for two toy grammars; `UPDATE_EXPECT=1` renews it.

use expect_test::expect_file;
use tdf_grammar::Grammar;

/// Reads `NAME.lalrpop` beside the snapshots.
fn read(name: &str, source: &str) -> Grammar {
    match Grammar::read(&format!("{name}.lalrpop"), source) {
        Ok(grammar) => grammar,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn lamps() {
    let grammar = read("lamps", include_str!("lamps.lalrpop"));
    expect_file!["lamps.expected.rs"].assert_eq(&tdf_build::rust_code("lamps.lalrpop", &grammar).unwrap());
    expect_file!["lamps.expected.lalrpop"].assert_eq(&tdf_build::parser_grammar("lamps.lalrpop", &grammar).unwrap());
}

#[test]
fn sums() {
    let grammar = read("sums", include_str!("sums.lalrpop"));
    expect_file!["sums.expected.rs"].assert_eq(&tdf_build::rust_code("sums.lalrpop", &grammar).unwrap());
}

#[test]
fn notes() {
    let grammar = read("notes", include_str!("notes.lalrpop"));
    expect_file!["notes.expected.rs"].assert_eq(&tdf_build::rust_code("notes.lalrpop", &grammar).unwrap());
}

//! Generated code; `UPDATE_EXPECT=1` renews it.

use std::path::Path;

use expect_test::expect_file;
use tdf_grammar::Grammar;

/// Reads `NAME.lalrpop` beside the snapshots.
fn read(name: &str, source: &str) -> Grammar {
    match tdf_reader::read_grammar(&format!("{name}.lalrpop"), source) {
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

/// The types of the grammars in `tests/grammars/types`, a trait each; `tdf-tests` compiles and runs all of the code.
#[test]
fn types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/grammars/types");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|e| e == "lalrpop"))
        .collect();
    files.sort();
    assert!(files.len() >= 10, "{files:?}");
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let grammar = read(name, &std::fs::read_to_string(&file).unwrap());
        let code = tdf_build::rust_code(&file.to_string_lossy(), &grammar).unwrap_or_else(|e| panic!("{e}"));
        // What can be done with the types follows behind them, and is the same for all.
        let types = code.split("\nimpl ").next().unwrap();
        let types = types.replace(
            "#[allow(missing_docs, non_snake_case, non_camel_case_types, clippy::all)]\n",
            "",
        );
        expect_file![file.with_extension("rs.expected")].assert_eq(&types);
    }
}

//! The grammars of `tests/grammars`: a trait each, those that are read and those that are refused.
//!
//! Beside each file stands what is expected of it; `UPDATE_EXPECT=1` renews it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use tdf_grammar::{Grammar, Label, Lr, NonterminalId};
use tdf_reader::ReadOptions;

use crate::oracle::{Strings, strings};
use crate::support::{finding, language};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/grammars")
        .join(name)
}

/// The files of a folder with this extension, by name.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == extension));
    files.sort();
    files
}

/// Calls `describe` with the name and text of every grammar of a folder, and compares what it says.
fn check(name: &str, describe: impl Fn(&str, &str) -> String) {
    let folder = folder(name);
    let grammars = files(&folder, "lalrpop");
    assert!(
        grammars.len() >= 40,
        "{} grammars in {}",
        grammars.len(),
        folder.display()
    );
    for path in &grammars {
        let source = std::fs::read_to_string(path).unwrap();
        assert!(
            source.starts_with("// ") || source.starts_with("/* "),
            "{} does not begin with what it shows",
            path.display()
        );
        let file = path.file_name().unwrap().to_string_lossy();
        expect_file![path.with_extension("expected")].assert_eq(&describe(&file, &source));
    }
    for path in files(&folder, "expected") {
        let grammar = path.with_extension("lalrpop");
        assert!(grammars.contains(&grammar), "{} is of no grammar", path.display());
    }
}

#[test]
fn passing() {
    check("pass", |file, source| {
        let features = source.lines().next().and_then(|l| l.strip_prefix("// features: "));
        let options = ReadOptions {
            features: features
                .into_iter()
                .flat_map(str::split_whitespace)
                .map(str::to_owned)
                .collect(),
            typed: false,
        };
        let grammar = tdf_reader::read_grammar_with(file, source, &options).unwrap_or_else(|e| panic!("{e}"));
        let lr = Lr::new(&grammar).unwrap_or_else(|e| panic!("{e}"));
        let counts = compare(&grammar, &lr);
        let mut text = grammar.to_string();
        let (productions, states) = (grammar.productions.len(), lr.states());
        let _ = writeln!(text, "{productions} productions, {states} states");
        let _ = writeln!(text, "strings of token_classes by length:{counts}");
        for n in &grammar.nonterminals {
            if let Some(doc) = &n.doc {
                let _ = writeln!(text, "doc of {}: {doc:?}", n.name);
            }
        }
        for a in &grammar.alternatives {
            if let (Some(doc), Label::Variant(label)) = (&a.doc, &a.label) {
                let _ = writeln!(text, "doc of {label}: {doc:?}");
            }
        }
        for warning in &grammar.warnings {
            let _ = writeln!(text, "\n{}", warning.render("warning", file, source));
        }
        if let Err(reasons) = grammar.require_typed() {
            let _ = writeln!(text, "\nuntyped:\n{reasons}");
        }
        text
    });
}

/// Strings of token classes that are enough to be sure of a grammar.
const ENOUGH: usize = 300;

/// Checks for every nonterminal as start that the automaton takes the strings that are derived by brute force, and no
/// others; of all strings up to a length that is as large as time allows. The result counts those of the start.
fn compare(grammar: &Grammar, lr: &Lr) -> String {
    let mut counts = String::new();
    for length in 0..=9 {
        let derived = strings(grammar, length);
        for (n, derived) in derived.iter().enumerate() {
            let taken = language(grammar, lr, NonterminalId::new(n), length);
            let name = &grammar.nonterminals[n].name;
            assert_eq!(&taken, derived, "{name} up to {length} token classes of\n{grammar}");
        }
        let start = &derived[grammar.start.index()];
        let _ = write!(counts, " {}", start.iter().filter(|s| s.len() == length).count());
        if derived.iter().map(Strings::len).sum::<usize>() > ENOUGH {
            break;
        }
    }
    counts
}

#[test]
fn failing() {
    check("fail", |file, source| {
        let message = finding(file, source);
        assert!(!message.is_empty(), "{file} is read without an error");
        message + "\n"
    });
}

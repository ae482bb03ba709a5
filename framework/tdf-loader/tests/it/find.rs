//! What users name, and what they are told.

use std::path::Path;
use std::sync::Arc;

use expect_test::expect;
use tdf_domain::DynDomain;
use tdf_grammar::Grammar;
use tdf_loader::{DomainSource, LoadError};
use tdf_rainbow as _;
use tdf_reader::ReadOptions;

use crate::common::{check, write};

fn find(domain: Option<&str>, grammar: Option<&Path>) -> Result<Arc<dyn DynDomain>, LoadError> {
    let source = DomainSource {
        domain: domain.map(str::to_owned),
        grammar: grammar.map(Path::to_owned),
        ..DomainSource::default()
    };
    tdf_loader::find(&source, &mut |line| panic!("nothing is to be built here: {line}"))?.open(&[])
}

fn grammar_file(path: &Path) -> Result<Grammar, LoadError> {
    tdf_loader::grammar_file(path, &ReadOptions::default())
}

const RAINBOW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../grammars/rainbow.lalrpop");

#[test]
fn by_name() {
    assert_eq!(find(Some("rainbow"), None).unwrap().name(), "rainbow");
    let none = Path::new("/");
    check(
        find(None, None),
        none,
        expect![
            "name a domain with --domain NAME, --grammar FILE or --plugin LIB; there are csg2d, csg2d-sketch, formulas, lists, logo, plot, rainbow, regress, tinysvg, words and words-text"
        ],
    );
    check(
        find(Some("Rainbo"), None),
        none,
        expect![[
            r#"there is no domain called "Rainbo", did you mean "rainbow"?; there are csg2d, csg2d-sketch, formulas, lists, logo, plot, rainbow, regress, tinysvg, words and words-text"#
        ]],
    );
    check(
        find(Some("xyz"), None),
        none,
        expect![[
            r#"there is no domain called "xyz"; there are csg2d, csg2d-sketch, formulas, lists, logo, plot, rainbow, regress, tinysvg, words and words-text"#
        ]],
    );
}

#[test]
fn by_grammar() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(find(None, Some(Path::new(RAINBOW))).unwrap().name(), "rainbow");
    // Comments and blanks make no other grammar, nor does the name of the file.
    let source = std::fs::read_to_string(RAINBOW).unwrap();
    let copy = write(
        folder,
        "copy.lalrpop",
        format!("// a copy\n{}", source.replace(" => ", "   => ")).as_bytes(),
    );
    assert_eq!(find(None, Some(&copy)).unwrap().name(), "rainbow");
    assert_eq!(find(Some("rainbow"), Some(&copy)).unwrap().name(), "rainbow");

    let other = write(
        folder,
        "other.lalrpop",
        b"grammar;\npub A: A = { \"a\" => A::One, \"b\" => A::Two };\n",
    );
    check(
        find(None, Some(&other)),
        folder,
        expect![
            "DIR/other.lalrpop: no built-in domain has this grammar, and no table `domain` in DIR/other.toml names its plugin; commands that need no images take a grammar as it is, the others need a plugin: `tdf new` writes one, --plugin LIB names one"
        ],
    );
    check(
        find(Some("rainbow"), Some(&other)),
        folder,
        expect![
            "DIR/other.lalrpop: no built-in domain has this grammar, and no table `domain` in DIR/other.toml names its plugin; commands that need no images take a grammar as it is, the others need a plugin: `tdf new` writes one, --plugin LIB names one"
        ],
    );
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(grammar_file(Path::new(RAINBOW)).unwrap().name, "rainbow");
    check(
        grammar_file(&folder.join("none.lalrpop")),
        folder,
        expect!["DIR/none.lalrpop: there is no such file"],
    );
    check(
        grammar_file(folder),
        folder,
        expect!["DIR: this is a directory; a grammar is a .lalrpop or a .lark file"],
    );
    let empty = write(folder, "empty.lalrpop", b" \n\n");
    check(
        grammar_file(&empty),
        folder,
        expect!["DIR/empty.lalrpop: this file is empty; a grammar begins with `grammar;` and has a `pub` rule"],
    );
    let binary = write(folder, "binary.lalrpop", b"grammar;\npub \xff\xfe");
    check(
        grammar_file(&binary),
        folder,
        expect!["DIR/binary.lalrpop:2:5: not UTF-8 text: the byte at offset 13 is no character"],
    );
    let unfinished = write(folder, "unfinished.lalrpop", b"grammar;\npub A = ");
    let message = grammar_file(&unfinished).unwrap_err().to_string();
    assert!(message.contains("unfinished.lalrpop:2:"), "{message}");
}

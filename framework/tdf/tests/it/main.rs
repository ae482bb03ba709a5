//! Tests over the public interface.

use tdf::GrammarFileError;

#[test]
fn a_grammar_file_is_read_or_says_why_not() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../grammars");
    let grammar = tdf::read_grammar_file(format!("{folder}/rainbow.lalrpop")).unwrap();
    assert_eq!(grammar.name, "rainbow");
    let missing = tdf::read_grammar_file(format!("{folder}/missing.lalrpop")).unwrap_err();
    assert!(matches!(missing, GrammarFileError::File { .. }), "{missing}");
    assert!(
        missing.to_string().ends_with("missing.lalrpop: there is no such file"),
        "{missing}"
    );
}

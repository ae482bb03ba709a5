//! LALRPOP processes what is generated from the grammars of `tests/grammars/pass`.

use crate::strict::grammars;

#[test]
fn what_is_generated_is_processed() {
    let folder = tempfile::tempdir().unwrap();
    let mut counts = [0; 3];
    for path in grammars("tests/grammars/pass") {
        let grammar =
            tdf_reader::read_grammar(&path.to_string_lossy(), &std::fs::read_to_string(&path).unwrap()).unwrap();
        let result = tdf_build::Builder::new(&path).out_dir(folder.path()).generate();
        let typed = grammar.untyped.is_empty() && tdf_build::check_types(&grammar.file, &grammar).is_ok();
        assert_eq!(result.is_ok(), typed, "{}: {:?}", path.display(), result.err());
        if !typed {
            counts[0] += 1;
            continue;
        }
        // A language with open terminals has no LALRPOP parser.
        let parser = folder.path().join(format!("{}_parser.rs", grammar.name));
        let spelled = grammar.end_of_member().is_some();
        assert_eq!(parser.exists(), !spelled, "{}", path.display());
        counts[if spelled { 1 } else { 2 }] += 1;
    }
    let [untyped, spelled, processed] = counts;
    assert!(
        processed >= 40,
        "{processed} processed, {spelled} spelled, {untyped} without typed trees"
    );
}

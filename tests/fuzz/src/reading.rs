//! A text as a grammar file.

use tdf_decode::Masks;
use tdf_grammar::{Grammar, GrammarError, NonterminalId};
use tdf_tree::{Language, Sampler, Size, Weighting, rng_stream};

/// Larger grammars are left to the benchmarks: a fuzzer wants thousands of executions a second.
const MAX_PRODUCTIONS: usize = 200;
const MAX_TOKENS: usize = 1000;

/// Reads `source`, a grammar in Lark's syntax, and does with the result what the commands do. What it is converted to is the
/// same grammar.
pub fn digest_lark(source: &str) {
    digest("fuzz.lark", source);
    if let Ok(grammar) = tdf_reader::read_grammar("fuzz.lark", source) {
        let converted = tdf_reader::read_grammar("fuzz.lalrpop", &grammar.lalrpop);
        assert_eq!(converted.map(|g| g.fingerprint).ok(), Some(grammar.fingerprint));
    }
}

/// Reads `source`, the text of `file`, and does with the result what the commands do.
pub fn digest(file: &str, source: &str) {
    let grammar = match tdf_reader::read_grammar(file, source) {
        Ok(grammar) => grammar,
        Err(error) => return shown(&error, source),
    };
    for warning in &grammar.warnings {
        warning.render("warning", &grammar.file, source);
    }
    let normal_form = grammar.to_string();
    assert!(!normal_form.is_empty());
    let again = tdf_reader::read_grammar(file, source).map(|g| g.fingerprint);
    assert_eq!(again.ok().as_ref(), Some(&grammar.fingerprint));
    assert_eq!(grammar.overlaps().len(), grammar.overlaps().len());
    if grammar.productions.len() > MAX_PRODUCTIONS || grammar.tokens.len() > MAX_TOKENS {
        return;
    }
    match Language::new(grammar) {
        Ok(language) => digest_language(&language),
        Err(error) => shown(&error, source),
    }
}

/// The message has findings, and every one points into the text.
pub(crate) fn shown(error: &GrammarError, source: &str) {
    assert!(!error.diagnostics.is_empty());
    for finding in &error.diagnostics {
        assert!(
            finding.span.start <= finding.span.end && finding.span.end <= source.len(),
            "{finding:?}"
        );
        assert!(
            !finding.message.is_empty() && !finding.message.contains('\n'),
            "{finding:?}"
        );
    }
    assert!(error.to_string().contains("error: "));
}

/// Generates code, and a few programs that are read back.
fn digest_language(language: &Language) {
    let grammar = language.grammar().clone();
    // The generator may refuse a grammar, but only with a message.
    if let Err(error) = tdf_build::rust_code(&grammar.file, &grammar) {
        assert!(!error.to_string().is_empty());
    }
    let size = Size::tokens(&grammar);
    let masks = Masks::new(language, &size);
    let sampler = Sampler::new(&grammar, &size, 12, Weighting::Rules);
    let mut rng = rng_stream(0, 0);
    for n in 0..grammar.nonterminals.len().min(20) {
        let start = NonterminalId::new(n);
        let Ok(sizes) = sampler.feasible(start, 0..=12) else {
            continue;
        };
        for _ in 0..3 {
            let tree = sampler.sample(start, &sizes, &mut rng);
            crate::programs::round_trip(language, start, &tree);
            if let Ok(masks) = &masks {
                crate::programs::masks_agree(language, masks, start, &tree);
            }
        }
    }
}

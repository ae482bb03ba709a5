//! A text as a grammar, a table `scope` and a program.

use tdf_decode::Masks;
use tdf_grammar::NonterminalId;
use tdf_tree::{Language, Sampler, Size, Weighting, rng_stream};

use crate::reading::shown;

/// Larger grammars are left to the benchmarks: a fuzzer wants thousands of executions a second.
const MAX_PRODUCTIONS: usize = 60;
const MAX_TOKENS: usize = 100;

/// The same by levels.
const MAX_EXPANDED: usize = 1500;

/// Lines of `---` part the grammar, the table and the program. Table and program end in a result or in a message that points into
/// their text; what is sampled is read back.
pub fn scopes(text: &str) {
    let mut parts = text.splitn(3, "\n---\n");
    let mut part = || parts.next().unwrap_or_default();
    let (source, toml, program) = (part(), part(), part());
    let Ok(grammar) = tdf_reader::read_grammar("fuzz.lalrpop", source) else {
        return;
    };
    if grammar.productions.len() > MAX_PRODUCTIONS || grammar.tokens.len() > MAX_TOKENS {
        return;
    }
    let language = match Language::with_scopes(grammar, "fuzz.toml", toml) {
        Ok(language) => language,
        Err(error) if error.file == "fuzz.toml" => return shown(&error, toml),
        Err(error) => return shown(&error, source),
    };
    let grammar = language.grammar();
    if let Err(error) = language.parse(grammar.start, program) {
        assert!(program.is_char_boundary(error.offset), "{error:?}");
        assert!(!error.message.is_empty() && !error.message.contains('\n'), "{error:?}");
    }
    if grammar.productions.len() > MAX_EXPANDED {
        return;
    }
    // What the language says of itself makes it again.
    if let Some(text) = language.scope_text() {
        let again = Language::with_scopes((**language.written()).clone(), "again.toml", text);
        let fingerprint = again.map(|again| again.grammar().fingerprint.clone());
        assert_eq!(fingerprint.ok().as_ref(), Some(&grammar.fingerprint));
    }
    let size = Size::tokens(grammar);
    let masks = Masks::new(&language, &size);
    let sampler = Sampler::new(grammar, &size, 12, Weighting::Skeletons);
    let mut rng = rng_stream(0, 0);
    for start in (0..grammar.nonterminals.len().min(20)).map(NonterminalId::new) {
        let Ok(sizes) = sampler.feasible(start, 0..=12) else {
            continue;
        };
        for _ in 0..3 {
            let tree = sampler.sample(start, &sizes, &mut rng);
            crate::programs::round_trip(&language, start, &tree);
            let written = language.to_written(tree.nodes()).into_owned();
            assert_eq!(language.from_written(start, written).as_ref(), Ok(&tree));
            if let Ok(masks) = &masks {
                crate::programs::masks_agree(&language, masks, start, &tree);
            }
        }
    }
}

//! Bytes as a program of a grammar that is shipped or tested.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tdf_decode::Masks;
use tdf_grammar::{Grammar, NonterminalId, NonterminalKind, TokenId};
use tdf_tree::{Language, Size, Tree};

/// A language with its masks by tokens.
struct Subject {
    language: Arc<Language>,
    masks: Masks,
    size: Size,
}

/// All grammars of `grammars/` and `tests/grammars/pass/`, by name.
fn subjects() -> &'static [Subject] {
    static SUBJECTS: OnceLock<Vec<Subject>> = OnceLock::new();
    SUBJECTS.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files: Vec<PathBuf> = Vec::new();
        for folder in ["../../grammars", "../grammars", "../grammars/pass"] {
            let entries = std::fs::read_dir(here.join(folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
            files.extend(entries.flatten().map(|e| e.path()));
        }
        files.retain(|f| f.extension().is_some_and(|e| e == "lalrpop"));
        files.sort();
        files.iter().filter_map(|file| subject(file)).collect()
    })
}

fn subject(file: &Path) -> Option<Subject> {
    let source = std::fs::read_to_string(file).ok()?;
    let grammar = tdf_reader::read_grammar(&file.to_string_lossy(), &source).unwrap_or_else(|e| panic!("{e}"));
    let language = Language::new(grammar).unwrap_or_else(|e| panic!("{e}"));
    let size = Size::tokens(language.grammar());
    let masks = Masks::new(&language, &size).unwrap_or_else(|e| panic!("{e}"));
    Some(Subject {
        language: Arc::new(language),
        masks,
        size,
    })
}

/// The first byte chooses a grammar, the second a nonterminal, the third how to read the rest: as text, as tokens, or as
/// decisions among what the masks allow.
pub fn program(data: &[u8]) {
    let [grammar, start, way, rest @ ..] = data else { return };
    let subjects = subjects();
    let subject = &subjects[usize::from(*grammar) % subjects.len()];
    let (language, masks) = (&*subject.language, &subject.masks);
    let grammar = language.grammar();
    let start = NonterminalId::new(usize::from(*start) % grammar.nonterminals.len());
    match way % 3 {
        0 => text(subject, start, &String::from_utf8_lossy(rest)),
        1 => {
            // Two bytes where one is not enough.
            let count = grammar.tokens.len();
            let tokens: Vec<TokenId> = if count <= 256 {
                rest.iter().map(|&b| TokenId::new(usize::from(b) % count)).collect()
            } else {
                let pairs = rest.chunks_exact(2);
                pairs
                    .map(|p| TokenId::new((usize::from(p[0]) << 8 | usize::from(p[1])) % count))
                    .collect()
            };
            check(subject, start, &tokens);
        }
        _ => {
            let budget = masks.least(start) + u32::from(way / 3);
            let Some(mut state) = masks.start(start, budget) else {
                return;
            };
            let mut tokens = Vec::new();
            let mut choices = rest.iter();
            while !state.is_done() {
                let allowed = masks.allowed(masks.mask_id(&state));
                assert!(!allowed.is_empty(), "a dead end");
                let at = choices
                    .next()
                    .map_or(allowed.len() - 1, |&b| usize::from(b) % allowed.len());
                masks.advance(&mut state, allowed[at]).expect("the mask allows it");
                tokens.extend(masks.vocabulary().token(allowed[at]));
            }
            let Some(tree) = check(subject, start, &tokens) else {
                panic!("the masks lead to no program")
            };
            assert_eq!(subject.size.of(tree.nodes()) + state.slack(), budget);
        }
    }
}

fn text(subject: &Subject, start: NonterminalId, text: &str) {
    let language = &*subject.language;
    let parsed = language.parse(start, text);
    let lexed = language.lexer().lex(text);
    match &parsed {
        Ok(tree) => round_trip(language, start, tree),
        Err(error) => {
            assert!(text.is_char_boundary(error.offset), "{error:?}");
            assert!(!error.message.is_empty() && !error.message.contains('\n'), "{error:?}");
        }
    }
    if let Ok(lexed) = lexed {
        let tokens: Vec<TokenId> = lexed.iter().map(|l| l.token).collect();
        assert_eq!(check(subject, start, &tokens), parsed.ok());
    }
}

/// The parser and the masks stop at the same token, or take all; then the program can be printed and read again.
fn check(subject: &Subject, start: NonterminalId, tokens: &[TokenId]) -> Option<Tree> {
    let (language, masks) = (&*subject.language, &subject.masks);
    let parsed = language.parse_tokens(start, tokens);
    let mut state = masks.start(start, Masks::UNBOUNDED).expect("a start without a bound");
    let ids = tokens.iter().map(|&t| t.into()).chain([masks.vocabulary().end()]);
    let mut stopped = None;
    for (index, id) in ids.enumerate() {
        if !masks.allows(masks.mask_id(&state), id) {
            stopped = Some(index);
            break;
        }
        masks.advance(&mut state, id).expect("the mask allows it");
    }
    match (&parsed, stopped) {
        (Ok(tree), None) => {
            round_trip(language, start, tree);
            masks_agree(language, masks, start, tree);
        }
        (Err(at), Some(stopped)) => assert_eq!(*at, stopped, "the parser and the masks stop at different tokens"),
        (parsed, stopped) => panic!("the parser says {parsed:?}, the masks stop at {stopped:?}"),
    }
    parsed.ok()
}

/// What is printed parses to the same tree, and prints the same again.
pub fn round_trip(language: &Language, start: NonterminalId, tree: &Tree) {
    // What follows the first characters of a member is no text of its own.
    if language.grammar().nonterminals[start.index()].kind == NonterminalKind::Suffix {
        return;
    }
    let text = language.print(tree.nodes());
    let again = language.parse(start, &text);
    assert_eq!(again.as_ref(), Ok(tree), "{text:?}");
    assert_eq!(language.print(again.unwrap_or_default().nodes()), text);
}

/// A program is allowed under a budget of its own size in tokens, with nothing left at its end, and under none less.
pub fn masks_agree(language: &Language, masks: &Masks, start: NonterminalId, tree: &Tree) {
    let mut tokens = Vec::new();
    language.tokens(tree.nodes(), &mut tokens);
    let size = Size::tokens(language.grammar()).of(tree.nodes());
    let allowed = |budget: u32| {
        let Some(mut state) = masks.start(start, budget) else {
            return false;
        };
        for id in tokens.iter().map(|&t| t.into()).chain([masks.vocabulary().end()]) {
            if !masks.allows(masks.mask_id(&state), id) {
                return false;
            }
            masks.advance(&mut state, id).expect("the mask allows it");
        }
        state.slack() == 0
    };
    if size <= masks.greatest_slack() {
        assert!(allowed(size), "the budget {size} is not enough");
        assert!(size == 0 || !allowed(size - 1), "less than {size} is enough");
    }
}

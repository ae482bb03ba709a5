//! Programs as text, as nodes, as typed trees.

use rand::RngExt as _;
use tdf_domain::{Domain, Program};
use tdf_grammar::{Grammar, Label, NonterminalId};
use tdf_tree::{Language, Tree};

use crate::Fixture;

/// Programs of each nonterminal of the written grammar that a check looks at.
const PROGRAMS: usize = 1000;

/// The nonterminals, each with random programs of it. Those that stand for one of the written grammar share its number.
fn programs<D: Domain + Default>(fixture: &Fixture<D>) -> impl Iterator<Item = (NonterminalId, Vec<(u32, Tree)>)> {
    let language = fixture.language();
    let mut shares = vec![0; language.written().nonterminals.len()];
    for start in fixture.nonterminals() {
        shares[language.written_nonterminal(start).index()] += 1;
    }
    fixture.nonterminals().map(move |start| {
        let share = shares[language.written_nonterminal(start).index()];
        (start, fixture.sized_programs(start, PROGRAMS.div_ceil(share)))
    })
}

/// The language of the grammar as it is written, in which names are tokens like others. So are typed trees.
fn written<D: Domain + Default>(fixture: &Fixture<D>) -> Language {
    let grammar = Grammar::clone(fixture.language().written());
    Language::new(grammar).unwrap_or_else(|error| panic!("{error}"))
}

/// For every nonterminal: a printed program parses to the same tree, and the text is canonical.
pub fn parse_print<D: Domain + Default>(fixture: &Fixture<D>) {
    let language = fixture.language();
    for (start, trees) in programs(fixture) {
        for (_, tree) in trees {
            let text = language.print(tree.nodes());
            let context = || format!("{} {text:?} {}", fixture.name(start), fixture.again());
            match language.parse(start, &text) {
                Ok(parsed) => {
                    assert_eq!(
                        parsed,
                        tree,
                        "parsing what was printed gives another tree: {}",
                        context()
                    );
                    assert_eq!(
                        language.print(parsed.nodes()),
                        text,
                        "the text is not canonical: {}",
                        context()
                    );
                }
                Err(error) => panic!("what was printed does not parse, {error}: {}", context()),
            }
            let mut tokens = Vec::new();
            language.tokens(tree.nodes(), &mut tokens);
            assert_eq!(
                language.parse_tokens(start, &tokens),
                Ok(tree.clone()),
                "its tokens differ: {}",
                context()
            );
            // Blanks between tokens mean nothing.
            let words = fixture.grammar().words(&tokens);
            let spaced: String = words.iter().flat_map(|word| ["\n ", word, "\t "]).collect();
            assert_eq!(
                language.parse(start, &spaced),
                Ok(tree),
                "blanks change the tree: {}",
                context()
            );
        }
    }
}

/// Typed trees hold all of a program: back as nodes, it is the same (up to brackets, where `=> <>` drops them).
pub fn typed_trees<D: Domain + Default>(fixture: &Fixture<D>) {
    let lossy = fixture.grammar().alternatives.iter().any(|a| {
        let symbols = |p: u32| fixture.grammar().productions[p as usize].symbols.len();
        a.label == Label::Transparent && a.productions.clone().any(|p| symbols(p) != 1)
    });
    let written = written(fixture);
    for (instance, trees) in programs(fixture) {
        let start = fixture.language().written_nonterminal(instance);
        for (_, tree) in trees {
            let nodes = fixture.language().to_written(tree.nodes());
            let Some(back) = D::Program::through_types(start, &nodes) else {
                return;
            };
            let text = fixture.language().print(tree.nodes());
            let context = || format!("{} {text:?} {}", fixture.name(instance), fixture.again());
            assert!(
                lossy || back == *nodes,
                "the typed tree is of another program: {}",
                context()
            );
            let again = D::Program::through_types(start, &back);
            assert_eq!(
                again.as_deref(),
                Some(&back[..]),
                "a second detour changes the program: {}",
                context()
            );
            let printed = written.print(&back);
            let parsed = written.parse(start, &printed);
            assert_eq!(
                parsed,
                Ok(Tree::from_nodes(back)),
                "what the typed tree prints is another program: {}",
                context()
            );
        }
    }
}

/// LALRPOP's parser and the language's own find the same trees, and stop at the same tokens of wrong texts.
pub fn lalrpop_agrees<D: Domain + Default>(fixture: &Fixture<D>) {
    let (language, written) = (fixture.language(), written(fixture));
    let grammar = fixture.grammar();
    let mut rng = fixture.rng(1);
    for (instance, trees) in programs(fixture) {
        let start = language.written_nonterminal(instance);
        for (_, tree) in trees {
            let text = language.print(tree.nodes());
            let Some(found) = D::Program::through_lalrpop(start, &text) else {
                return;
            };
            let expected = D::Program::through_types(start, &language.to_written(tree.nodes())).unwrap_or_default();
            assert_eq!(
                found,
                Ok(expected),
                "{} {text:?} {}",
                fixture.name(instance),
                fixture.again()
            );

            // One token more, less or other than there should be.
            let mut tokens = Vec::new();
            language.tokens(tree.nodes(), &mut tokens);
            let at = rng.random_range(0..=tokens.len());
            let other = tdf_grammar::TokenId::new(rng.random_range(0..grammar.tokens.len()));
            match rng.random_range(0..3) {
                0 if at < tokens.len() => drop(tokens.remove(at)),
                1 if at < tokens.len() => tokens[at] = other,
                _ => tokens.insert(at, other),
            }
            let text = tokens.iter().map(|&t| grammar.text(t)).collect::<Vec<_>>().join(" ");
            let ours = written.parse(start, &text).map_err(|e| e.offset);
            let theirs = D::Program::through_lalrpop(start, &text)
                .unwrap_or(Ok(Vec::new()))
                .map_err(|e| e.offset);
            let ours = ours.map(|t| D::Program::through_types(start, t.nodes()).unwrap_or_default());
            assert_eq!(theirs, ours, "{} {text:?} {}", fixture.name(instance), fixture.again());
        }
    }
}

/// Sampled programs have the size that was asked for, and none is below the least.
pub fn sizes<D: Domain + Default>(fixture: &Fixture<D>) {
    for (start, trees) in programs(fixture) {
        for (size, tree) in trees {
            let text = fixture.language().print(tree.nodes());
            let context = || format!("{} {text:?} {}", fixture.name(start), fixture.again());
            let found = fixture.size().of(tree.nodes());
            assert!(
                found == size,
                "a program of size {size} was asked for, and `size` says {found}: {}",
                context()
            );
            let least = fixture.least[start.index()];
            assert!(size >= least, "size {size} is below the least, {least}: {}", context());
        }
    }
}

//! Names in scope against an evaluator that knows nothing of levels, on all programs of small languages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tdf_decode::Masks;
use tdf_grammar::{Grammar, ProductionId, Symbol, TokenId};
use tdf_tests::agree::unlikely;
use tdf_tests::brute::decoded;
use tdf_tests::scopes::{Canonical, Slip, Toy, Wrong, listing, toys};
use tdf_tree::{
    EditPath, Language, Mutator, Node, NoiseOptions, PathOptions, Sampler, Size, Tree, Weighting, rng_stream,
};

/// The well-scoped programs of one size by what they mean, and the others with what is wrong.
#[derive(Default)]
struct Listed {
    classes: BTreeMap<Canonical, Vec<Vec<Node>>>,
    wrong: Vec<(Vec<Node>, Slip)>,
}

fn listed(toy: &Toy, most: u32) -> Vec<Listed> {
    let by_size = listing(toy.grammar(), most).into_iter().map(|programs| {
        let mut listed = Listed::default();
        for nodes in programs {
            match toy.meaning(&nodes) {
                Ok(meaning) => listed.classes.entry(meaning).or_default().push(nodes),
                Err(slip) => listed.wrong.push((nodes, slip)),
            }
        }
        listed
    });
    by_size.collect()
}

fn nodes(language: &Language) -> Size {
    Size::nodes(language.grammar())
}

/// What a program of the grammar by levels means.
fn meaning(toy: &Toy, tree: &Tree) -> Canonical {
    let written = toy.scoped.to_written(tree.nodes());
    let said = || format!("{}: {}", toy.name, toy.plain.print(&written));
    toy.meaning(&written)
        .unwrap_or_else(|slip| panic!("{slip:?} in {}", said()))
}

#[test]
fn masks_lead_to_exactly_one_program_of_each_meaning() {
    for (toy, most) in toys() {
        let masks = Masks::new(&toy.scoped, &nodes(&toy.scoped)).unwrap();
        let listed = listed(&toy, most);
        let mut expected: BTreeMap<&Canonical, u32> = BTreeMap::new();
        for (size, of) in listed.iter().enumerate() {
            expected.extend(of.classes.keys().map(|meaning| (meaning, size as u32)));
            let programs = decoded(&masks, toy.scoped.grammar().start, size as u32, usize::MAX);
            let mut found: BTreeMap<Canonical, u32> = BTreeMap::new();
            for (tokens, size) in &programs {
                let said = || format!("{}: {}", toy.name, toy.grammar().words(tokens).join(" "));
                let tree = toy.plain.parse_tokens(toy.grammar().start, tokens);
                let tree = tree.unwrap_or_else(|at| panic!("token {at} of {}", said()));
                let meaning = toy.meaning(tree.nodes());
                let meaning = meaning.unwrap_or_else(|slip| panic!("{slip:?} in {}", said()));
                assert!(found.insert(meaning, *size).is_none(), "a second text: {}", said());
            }
            assert_eq!(found.len(), expected.len(), "{}, size {size}", toy.name);
            assert!(found.iter().eq(expected.iter().map(|(m, s)| (*m, s))), "{}", toy.name);
        }
        assert!(expected.len() > 50, "{}: {} programs", toy.name, expected.len());
    }
}

#[test]
fn programs_that_differ_in_names_are_one_tree() {
    for (toy, most) in toys() {
        let mut texts = 0;
        for (meaning_of_class, programs) in listed(&toy, most).iter().flat_map(|of| &of.classes) {
            let start = toy.scoped.grammar().start;
            let mut tree: Option<Tree> = None;
            for nodes in programs {
                let text = toy.plain.print(nodes);
                let read = toy.scoped.parse(start, &text);
                let read = read.unwrap_or_else(|e| panic!("{}: {text}: {e}", toy.name));
                assert_eq!(toy.scoped.from_written(start, nodes.clone()).as_ref(), Ok(&read));
                let first = tree.get_or_insert_with(|| read.clone());
                assert_eq!(first, &read, "{}: {text}", toy.name);
                texts += 1;
            }
            let tree = tree.unwrap();
            assert_eq!(&meaning(&toy, &tree), meaning_of_class, "{}", toy.name);
            let printed = toy.scoped.print(tree.nodes());
            assert_eq!(toy.scoped.parse(start, &printed).as_ref(), Ok(&tree), "{printed}");
            assert!(has_names_by_level(&toy, &tree), "{}: {printed}", toy.name);
        }
        assert!(texts > 100, "{}: {texts} texts", toy.name);
    }
}

/// Whether each binder binds the member behind those in scope: the outermost the first, one inside it the second.
fn has_names_by_level(toy: &Toy, tree: &Tree) -> bool {
    let names = toy.names();
    let written = toy.scoped.to_written(tree.nodes());
    let grammar = toy.scoped.grammar();
    // Every name in the tree is among those that can be in scope.
    written.iter().zip(tree.nodes()).all(|(written, node)| {
        let kind = names.iter().position(|members| members.contains(&written.token));
        let nonterminal = grammar.production(node.production).nonterminal;
        kind.is_none_or(|kind| {
            let level = names[kind].iter().position(|name| *name == written.token);
            let leaf = toy.grammar().alternative_of(written.production).leaf;
            let is_name = leaf.is_some_and(|t| toy.grammar().terminals[t.index()].tokens == names[kind]);
            !is_name || level <= toy.scoped.names_in_scope(nonterminal).get(kind).map(|l| *l as usize)
        })
    })
}

#[test]
fn names_that_are_wrong_are_refused_at_their_place() {
    let mut full = 0;
    for (toy, most) in toys() {
        let (mut unbound, mut too_many) = (0, 0);
        // Most programs are wrong: the larger ones would take long.
        for (nodes, slip) in listed(&toy, most - 1).iter().flat_map(|of| &of.wrong) {
            let text = toy.plain.print(nodes);
            let start = toy.scoped.grammar().start;
            let error = match toy.scoped.parse(start, &text) {
                Ok(tree) => panic!("{}: {text} is read as {}", toy.name, toy.scoped.print(tree.nodes())),
                Err(error) => error,
            };
            let said = || format!("{}: {text}: {error}", toy.name);
            let lexed = toy.plain.lexer().lex(&text).unwrap();
            let token = token_of(toy.grammar(), nodes, slip.node);
            assert_eq!(error.offset, lexed[token].start, "{}", said());
            let name = toy.grammar().text(nodes[slip.node].token);
            let message = match slip.wrong {
                Wrong::Unbound => format!("`{name}` is not bound here: "),
                Wrong::TooMany => format!("`{name}` is one name too many: "),
            };
            assert!(error.message.starts_with(&message), "{}", said());
            let from_written = toy.scoped.from_written(start, nodes.clone());
            assert_eq!(from_written, Err(error.message.clone()), "{}", said());
            match slip.wrong {
                Wrong::Unbound => unbound += 1,
                Wrong::TooMany => too_many += 1,
            }
        }
        assert!(unbound > 50, "{}: {unbound} unbound", toy.name);
        full += usize::from(too_many > 20);
    }
    // In the other languages it takes larger programs.
    assert!(full >= 9, "one name too many in {full} languages");
}

/// The token of the leaf `node`, counted from the first of the program.
fn token_of(grammar: &Grammar, nodes: &[Node], node: usize) -> usize {
    /// Appends the node of each token of the subtree at `at`. Returns the node behind it.
    fn owners(grammar: &Grammar, nodes: &[Node], at: usize, out: &mut Vec<usize>) -> usize {
        let mut next = at + 1;
        for symbol in &grammar.production(nodes[at].production).symbols {
            match symbol {
                Symbol::TokenClass(_) => out.push(at),
                Symbol::Nonterminal(_) => next = owners(grammar, nodes, next, out),
            }
        }
        next
    }
    let mut all = Vec::new();
    owners(grammar, nodes, 0, &mut all);
    all.iter().position(|owner| *owner == node).unwrap()
}

/// Under `skeletons` each skeleton has the same probability, and so has each program of a skeleton.
#[test]
fn samples_are_uniform_over_skeletons() {
    for (toy, most) in toys() {
        let grammar = toy.scoped.grammar();
        let size = nodes(&toy.scoped);
        let sampler = Sampler::new(grammar, &size, most, Weighting::Skeletons);
        let mut tested = 0;
        for (size, of) in listed(&toy, most).iter().enumerate() {
            let size = size as u32;
            assert_eq!(
                sampler.is_feasible(grammar.start, size),
                !of.classes.is_empty(),
                "{}",
                toy.name
            );
            if of.classes.is_empty() || of.classes.len() > 400 {
                continue;
            }
            let skeleton =
                |meaning: &Canonical| -> Vec<_> { meaning.iter().map(|(alternative, _)| *alternative).collect() };
            let mut skeletons: BTreeMap<Vec<_>, usize> = BTreeMap::new();
            for meaning in of.classes.keys() {
                *skeletons.entry(skeleton(meaning)).or_default() += 1;
            }
            let chance = |m: &Canonical| 1.0 / (skeletons.len() * skeletons[&skeleton(m)]) as f64;
            let chances: BTreeMap<Canonical, f64> = of.classes.keys().map(|m| (m.clone(), chance(m))).collect();
            let mut rng = rng_stream(3, u64::from(size));
            let mut draw = || meaning(&toy, &sampler.sample(grammar.start, &[size], &mut rng));
            if let Some(why) = unlikely(&chances, 30 * chances.len().max(20), &mut draw) {
                panic!("{} of size {size}: {why}", toy.name);
            }
            tested += usize::from(skeletons.len() > 1);
        }
        assert!(tested > 1, "{}", toy.name);
    }
}

#[test]
fn programs_on_the_way_of_edits_are_well_scoped() {
    for (toy, most) in toys() {
        let grammar = toy.scoped.grammar();
        let size = nodes(&toy.scoped);
        let sampler = Sampler::new(grammar, &size, 2 * most, Weighting::Rules);
        let sizes = sampler.feasible(grammar.start, 1..=2 * most).unwrap();
        let mutator = Mutator::new(Arc::clone(grammar), size.clone(), NoiseOptions::default());
        let max_edit_size = EditPath::least_max_edit_size(grammar, &size);
        let paths = EditPath::new(Arc::clone(grammar), size.clone(), PathOptions { max_edit_size }).unwrap();
        let mut rng = rng_stream(5, 0);
        let (mut seen, mut steps) = (BTreeSet::new(), 0);
        for _ in 0..80 {
            let from = sampler.sample(grammar.start, &sizes, &mut rng);
            let mut tree = from.clone();
            for _ in 0..8 {
                // Some programs have no other of their size and none that is near.
                if mutator.mutate(&mut tree, &mut rng) {
                    seen.insert(meaning(&toy, &tree));
                }
            }
            let to = sampler.sample(grammar.start, &sizes, &mut rng);
            for target in [&from, &to] {
                for edit in paths.find(&tree, target, &mut rng) {
                    edit.apply(&mut tree);
                    seen.insert(meaning(&toy, &tree));
                    steps += 1;
                }
                assert_eq!(&tree, target, "{}", toy.name);
            }
        }
        assert!(
            seen.len() > 100 && steps > 100,
            "{}: {} programs, {steps} steps",
            toy.name,
            seen.len()
        );
    }
}

/// Expressions need no larger edits than without names in scope. Neither do statements in a list that recurs on the right, but for
/// one node. In `Stmt*` the names behind every part are settled: an edit that binds one more replaces the whole list.
#[test]
fn edits_are_as_small_as_without_names_in_scope() {
    let least = |language: &Language| EditPath::least_max_edit_size(language.grammar(), &nodes(language));
    let expressions = [
        "let",
        "variables and functions",
        "let, and a function with two parameters",
    ];
    let mut found = 0;
    for (toy, _) in toys() {
        let more = least(&toy.scoped) - least(&toy.plain);
        if expressions.contains(&toy.name.as_str()) {
            assert_eq!(more, 0, "{}", toy.name);
            found += 1;
        }
        if toy.name == "statements in a list that recurs on the right" {
            assert_eq!(more, 1, "{}", toy.name);
            found += 1;
        }
    }
    assert_eq!(found, 4);
}

/// A name of the written grammar stands for as many productions of the other as there are levels.
#[test]
fn productions_lead_back_to_the_written_grammar() {
    for (toy, _) in toys() {
        let (scoped, plain) = (toy.scoped.grammar(), toy.grammar());
        for id in (0..scoped.productions.len()).map(ProductionId::new) {
            let written = plain.production(toy.scoped.written_production(id));
            let own = scoped.production(id);
            let rule = |grammar: &Grammar, production: &tdf_grammar::Production| {
                grammar.nonterminals[production.nonterminal.index()].name.clone()
            };
            assert_eq!(rule(scoped, own), rule(plain, written), "{}", toy.name);
            assert_eq!(toy.scoped.written_nonterminal(own.nonterminal), written.nonterminal);
            assert_eq!(own.symbols.len(), written.symbols.len(), "{}", toy.name);
            let tokens = |grammar: &Grammar, symbol: &Symbol| -> Option<Vec<TokenId>> {
                match symbol {
                    Symbol::TokenClass(class) => Some(grammar.token_classes[class.index()].tokens.clone()),
                    Symbol::Nonterminal(_) => None,
                }
            };
            for (own, written) in own.symbols.iter().zip(&written.symbols) {
                match (tokens(scoped, own), tokens(plain, written)) {
                    (None, None) => {}
                    (Some(own), Some(written)) => assert!(own.iter().all(|token| written.contains(token))),
                    other => panic!("{}: {other:?}", toy.name),
                }
            }
        }
    }
}

//! Noise.

use expect_test::expect;
use tdf_tree::{Mutator, NodeChoice, NoiseOptions, Size, Tree};

use crate::{Case, all, assert_well_formed, papers, rng};

fn mutator(case: &Case, max_edit_size: u32, choice: NodeChoice) -> Mutator {
    Mutator::new(
        case.grammar().clone(),
        case.size.clone(),
        NoiseOptions { max_edit_size, choice },
    )
}

/// Shares of mutations that make a program shorter, keep its length, make it longer, in tokens and percent.
fn shares(case: &Case, choice: NodeChoice, mutations: usize) -> [f64; 3] {
    let mutator = mutator(case, 2, choice);
    let tokens = Size::tokens(case.grammar());
    let (sampler, mut rng) = (case.sampler(8), rng(7));
    let sizes = sampler.feasible(case.grammar().start, 2..=8).unwrap();
    let mut counts = [0.0; 3];
    for _ in 0..mutations {
        let mut tree = sampler.sample(case.grammar().start, &sizes, &mut rng);
        let before = tokens.of(tree.nodes());
        assert!(mutator.mutate(&mut tree, &mut rng));
        let after = tokens.of(tree.nodes());
        counts[(after >= before) as usize + (after > before) as usize] += 1.0;
    }
    counts.map(|c| 100.0 * c / mutations as f64)
}

/// Appendix A of the paper, and what the public code gives under the rule of its text.
#[test]
fn lengths_change_as_in_the_paper() {
    let [csg2d, ..] = papers();
    let mut lines = Vec::new();
    for choice in [NodeChoice::Size, NodeChoice::Rule, NodeChoice::Uniform] {
        let shares = shares(&csg2d, choice, 40_000);
        lines.push(format!("{choice:?}: {shares:.1?}"));
        let wanted = match choice {
            NodeChoice::Size => [30.8, 49.2, 20.0],
            NodeChoice::Rule => [9.3, 81.8, 8.9],
            NodeChoice::Uniform => continue,
        };
        let near = shares
            .iter()
            .zip(wanted)
            .all(|(share, wanted)| (share - wanted).abs() < 2.0);
        assert!(near, "{choice:?}: {shares:.1?}, in the paper {wanted:?}");
    }
    expect![[r#"
        Size: [31.1, 48.5, 20.4]
        Rule: [8.2, 81.4, 10.4]
        Uniform: [7.2, 84.0, 8.8]"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn mutations_are_small_valid_and_change_something() {
    for case in all() {
        for choice in [NodeChoice::Size, NodeChoice::Rule, NodeChoice::Uniform] {
            let mutator = mutator(&case, 2, choice);
            let (sampler, mut rng) = (case.sampler(8), rng(5));
            let start = case.grammar().start;
            let sizes = sampler.feasible(start, 2..=8).unwrap();
            for _ in 0..500 {
                let tree = sampler.sample(start, &sizes, &mut rng);
                let edit = mutator.propose(&tree, &mut rng).unwrap();
                let there = tree.subtree(edit.node);
                assert!(case.size.of(there) <= 2 && case.size.of(&edit.replacement) <= 2);
                assert_ne!(there, edit.replacement);
                let mut after = tree.clone();
                edit.apply(&mut after);
                assert_ne!(after, tree);
                assert_well_formed(case.grammar(), &after, start);
            }
        }
    }
}

#[test]
fn nothing_to_choose_means_no_mutation() {
    let case = Case::new(
        "one",
        "grammar;\npub Start = <Only> \"x\" => Start;\nOnly = \"y\" => Only;\n",
        &["Start"],
    );
    let mut tree: Tree = case.parse("y x");
    assert!(!mutator(&case, 2, NodeChoice::Size).mutate(&mut tree, &mut rng(1)));
    // Two programs, of which only one is small.
    let text = "grammar;\npub Start = { \"x\" => X, \"y\" <Start> => Y };\n";
    let case = Case::new("two", text, &["X", "Y"]);
    let mut tree: Tree = case.parse("x");
    assert!(!mutator(&case, 1, NodeChoice::Size).mutate(&mut tree, &mut rng(1)));
    assert!(mutator(&case, 2, NodeChoice::Size).mutate(&mut tree, &mut rng(1)));
    assert_eq!(case.print(tree.nodes()), "y x");
}

/// A node for each of the terms is tried and given up: with a search through the others for each it takes minutes.
#[test]
fn a_long_program_without_anything_to_mutate() {
    let source =
        r#"grammar; pub S = { <S> "+" <T> => Add(<>), T => One(<>) }; T = { "x" => X, "(" <S> ")" => Group(<>) };"#;
    let language = tdf_tree::Language::new(tdf_reader::read_grammar("sum.lalrpop", source).unwrap()).unwrap();
    let grammar = language.grammar();
    let program = language.parse(grammar.start, &vec!["x"; 100_000].join(" + ")).unwrap();
    for choice in [NodeChoice::Size, NodeChoice::Rule, NodeChoice::Uniform] {
        let options = NoiseOptions {
            max_edit_size: 2,
            choice,
        };
        let mutator = Mutator::new(grammar.clone(), Size::nodes(grammar), options);
        let mut mutated = program.clone();
        assert!(!mutator.mutate(&mut mutated, &mut rng(1)));
        assert_eq!(mutated, program);
    }
}

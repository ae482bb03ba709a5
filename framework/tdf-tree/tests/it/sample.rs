//! Exact random programs, against enumeration.

use std::collections::BTreeMap;

use expect_test::expect;
use tdf_grammar::{Grammar, NonterminalId, ProductionId, Symbol};
use tdf_tree::{Node, Sampler, Size, Weighting};

use crate::{Case, all, assert_well_formed, papers, rng, turtle};

/// Small, with everything that matters: alternatives that exclude sizes, unequal splits, three children, a leaf with two
/// token classes (`0` is shared with another terminal), parts of size zero, a repetition.
const TOY: &str = r#"
grammar;
pub Toy = {
    "one" <Digit> => One,
    "pair" <Toy> <Toy> => Pair,
    "trio" <Digit> <Toy> <Toy> <Toy> => Trio,
    "bag" <Toy+> "end" => Bag,
    "big" <Bit> <Toy> => Big,
};
Digit = r"[0-2]" => Digit;
Bit = r"0|9" => Bit;
"#;

fn toy() -> Case {
    let language = crate::language("toy", TOY);
    let size = Size::weighted(language.grammar(), &[("One", 1), ("Bag", 1), ("Big", 2)]).unwrap();
    Case {
        name: "toy",
        language: language.into(),
        size,
    }
}

/// Programs with their probabilities.
type Distribution = Vec<(Vec<Node>, f64)>;

/// The rule of a weighting, written down a second time: the probability of every program of a nonterminal and size.
struct Oracle<'a> {
    grammar: &'a Grammar,
    size: &'a Size,
    weighting: &'a Weighting,
    known: BTreeMap<(NonterminalId, u32), Distribution>,
}

impl Oracle<'_> {
    /// Programs with their probabilities; these sum to 1 unless there is none.
    fn programs(&mut self, nonterminal: NonterminalId, size: u32) -> Distribution {
        if let Some(known) = self.known.get(&(nonterminal, size)) {
            return known.clone();
        }
        let alternatives = self.grammar.nonterminals[nonterminal.index()].alternatives.clone();
        let mut all = Vec::new();
        let mut total = 0.0;
        for alternative in alternatives {
            let own = self.alternative(alternative as usize, size);
            if own.is_empty() {
                continue;
            }
            let weight = match self.weighting {
                Weighting::Rules => 1.0,
                Weighting::Weights(weights) => weights[alternative as usize],
                Weighting::Skeletons => {
                    let skeletons: std::collections::BTreeSet<_> = own.iter().map(|(p, _)| self.skeleton(p)).collect();
                    skeletons.len() as f64
                }
            };
            total += weight;
            all.extend(own.into_iter().map(|(program, p)| (program, p * weight)));
        }
        all.iter_mut().for_each(|(_, p)| *p /= total);
        self.known.insert((nonterminal, size), all.clone());
        all
    }

    /// Programs without what leaves choose.
    fn skeleton(&self, nodes: &[Node]) -> Vec<u32> {
        nodes
            .iter()
            .map(|n| self.grammar.production(n.production).alternative.0)
            .collect()
    }

    fn alternative(&mut self, alternative: usize, size: u32) -> Distribution {
        let productions = self.grammar.alternatives[alternative]
            .productions
            .clone()
            .map(ProductionId);
        let mut all = Vec::new();
        for id in productions {
            let Some(rest) = size.checked_sub(self.size.weight(id)) else {
                continue;
            };
            let production = self.grammar.production(id).clone();
            if production.leaf {
                let Symbol::TokenClass(token_class) = production.symbols[0] else {
                    unreachable!()
                };
                let tokens = self.grammar.token_classes[token_class.index()]
                    .tokens
                    .iter()
                    .filter(|_| rest == 0);
                all.extend(tokens.map(|&token| {
                    (
                        vec![Node {
                            production: id,
                            token,
                            len: 1,
                        }],
                        1.0,
                    )
                }));
                continue;
            }
            let mut splits = vec![(
                0,
                1.0,
                vec![Node {
                    production: id,
                    token: Node::NO_TOKEN,
                    len: 1,
                }],
            )];
            let least = self.size.least(self.grammar);
            let children = production.symbols.iter().filter_map(|s| match s {
                Symbol::Nonterminal(n) => Some(*n),
                Symbol::TokenClass(_) => None,
            });
            let children: Vec<NonterminalId> = children.collect();
            for (place, &child) in children.iter().enumerate() {
                let after: u32 = children[place + 1..].iter().map(|n| least[n.index()]).sum();
                let mut longer = Vec::new();
                for (used, p, nodes) in splits {
                    // Without the room that the others need there is nothing to find, and no end to looking.
                    for own in 0..(rest + 1).saturating_sub(used + after) {
                        for (program, q) in self.programs(child, own) {
                            let mut nodes: Vec<Node> = nodes.clone();
                            nodes[0].len += program.len() as u32;
                            nodes.extend(program);
                            longer.push((used + own, p * q, nodes));
                        }
                    }
                }
                splits = longer;
            }
            // Each split's programs sum to 1 so far, so that all splits weigh the same.
            all.extend(
                splits
                    .into_iter()
                    .filter(|s| s.0 == rest)
                    .map(|(_, p, nodes)| (nodes, p)),
            );
        }
        if let Weighting::Skeletons = self.weighting {
            let mut groups: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
            for (program, _) in &all {
                *groups.entry(self.skeleton(program)).or_default() += 1.0;
            }
            let skeletons = groups.len() as f64;
            all.iter_mut()
                .for_each(|(program, p)| *p = 1.0 / groups[&self.skeleton(program)] / skeletons);
        }
        let total: f64 = all.iter().map(|a| a.1).sum();
        all.iter_mut().for_each(|(_, p)| *p /= total);
        all
    }
}

/// Draws and compares with the oracle by Pearson's chi-squared; `draw` makes one program.
fn check_frequencies(programs: &[(Vec<Node>, f64)], draws: u32, what: &str, mut draw: impl FnMut(&mut Vec<Node>)) {
    let sum: f64 = programs.iter().map(|p| p.1).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{what}: the oracle sums to {sum}");
    let mut seen: BTreeMap<Vec<Node>, u32> = programs.iter().map(|(program, _)| (program.clone(), 0)).collect();
    assert_eq!(seen.len(), programs.len(), "{what}: the oracle repeats itself");
    let mut nodes = Vec::new();
    for _ in 0..draws {
        nodes.clear();
        draw(&mut nodes);
        *seen
            .get_mut(&nodes)
            .unwrap_or_else(|| panic!("{what}: not a program: {nodes:?}")) += 1;
    }
    // Programs expected fewer than 5 times are pooled.
    let (mut chi, mut cells, mut rare) = (0.0, 0.0, (0.0, 0.0));
    for (program, p) in programs {
        let (expected, count) = (p * f64::from(draws), f64::from(seen[program]));
        if expected < 5.0 {
            rare = (rare.0 + expected, rare.1 + count);
        } else {
            chi += (count - expected).powi(2) / expected;
            cells += 1.0;
        }
    }
    if rare.0 >= 5.0 {
        chi += (rare.1 - rare.0).powi(2) / rare.0;
        cells += 1.0;
    }
    let freedom: f64 = cells - 1.0;
    assert!(
        chi <= freedom + 4.5 * (2.0 * freedom).sqrt() + 5.0,
        "{what}: chi-squared {chi:.1} at {freedom} degrees"
    );
}

#[test]
fn frequencies_are_exact() {
    let case = toy();
    let grammar = case.grammar();
    let weights = (0..grammar.alternatives.len()).map(|a| 1.0 + a as f64).collect();
    for weighting in [Weighting::Rules, Weighting::Skeletons, Weighting::Weights(weights)] {
        let sampler = Sampler::new(grammar, &case.size, 4, weighting.clone());
        let mut oracle = Oracle {
            grammar,
            size: &case.size,
            weighting: &weighting,
            known: BTreeMap::new(),
        };
        let mut rng = rng(11);
        for index in 0..grammar.nonterminals.len() {
            let start = NonterminalId::new(index);
            for size in 0..=3 {
                let programs = oracle.programs(start, size);
                assert_eq!(sampler.is_feasible(start, size), !programs.is_empty());
                if !programs.is_empty() {
                    let what = format!("{weighting:?}, {} of size {size}", grammar.nonterminals[index].name);
                    check_frequencies(&programs, 60_000, &what, |out| {
                        sampler.sample_into(start, size, &mut rng, out)
                    });
                }
            }
        }
        for id in (0..grammar.productions.len()).map(ProductionId::new) {
            for size in 0..=3 {
                let nonterminal = grammar.production(id).nonterminal;
                let mut programs = oracle.programs(nonterminal, size);
                programs.retain(|(program, _)| program[0].production == id);
                assert_eq!(sampler.is_production_feasible(id, size), !programs.is_empty());
                if !programs.is_empty() {
                    let total: f64 = programs.iter().map(|p| p.1).sum();
                    programs.iter_mut().for_each(|(_, p)| *p /= total);
                    let what = format!("{weighting:?}, production {} of size {size}", id.0);
                    let draw = |out: &mut Vec<Node>| sampler.sample_production_into(id, size, &mut rng, out);
                    check_frequencies(&programs, 20_000, &what, draw);
                }
            }
        }
    }
}

/// Binary trees: uniform over the Catalan number of them. Those with 1200 leaves (about 10^717) are more than `f64` holds,
/// and splits of this size are not tabled.
#[test]
fn skeletons_of_large_sizes_are_uniform() {
    let text = "grammar;\npub T = { \"x\" => X, \"(\" <T> <T> \")\" => Pair };\n";
    let case = Case::new("catalan", text, &["X"]);
    let sampler = Sampler::new(case.grammar(), &case.size, 1200, Weighting::Skeletons);
    let mut rng = rng(4);
    for (size, draws) in [(40u32, 10_000), (1200, 1000)] {
        let mut first_is_leaf = 0;
        for _ in 0..draws {
            let tree = sampler.sample(case.grammar().start, &[size], &mut rng);
            assert_eq!(case.size.of(tree.nodes()), size);
            first_is_leaf += u32::from(tree.nodes()[1].len == 1);
        }
        // Catalan(n - 2) / Catalan(n - 1), with n leaves.
        let n = f64::from(size);
        let (p, share) = (n / (2.0 * (2.0 * n - 3.0)), f64::from(first_is_leaf) / f64::from(draws));
        let sd = (p * (1.0 - p) / f64::from(draws)).sqrt();
        assert!((share - p).abs() < 4.0 * sd, "{size}: {share} of {p}");
    }
}

#[test]
fn sizes_are_exact_and_programs_well_formed() {
    for case in all() {
        let grammar = case.grammar();
        for weighting in [Weighting::Rules, Weighting::Skeletons] {
            let sampler = Sampler::new(grammar, &case.size, 100, weighting);
            let mut rng = rng(8);
            for start in (0..grammar.nonterminals.len()).map(NonterminalId::new) {
                for size in sampler.feasible(start, 0..=100).unwrap() {
                    let tree = sampler.sample(start, &[size], &mut rng);
                    assert_eq!(case.size.of(tree.nodes()), size, "{}", case.name);
                    assert_well_formed(grammar, &tree, start);
                }
            }
        }
    }
}

#[test]
fn weight_zero_means_never() {
    let [_, _, rainbow] = papers();
    let grammar = rainbow.grammar();
    let mut weights = vec![1.0; grammar.alternatives.len()];
    weights[1] = 0.0; // Ball
    let sampler = Sampler::new(grammar, &rainbow.size, 3, Weighting::Weights(weights.clone()));
    let mut rng = rng(6);
    for _ in 0..500 {
        let tree = sampler.sample(grammar.start, &[3], &mut rng);
        assert!(!rainbow.print(tree.nodes()).contains("Ball"));
    }
    weights[0] = 0.0;
    let sampler = Sampler::new(grammar, &rainbow.size, 3, Weighting::Weights(weights));
    let error = sampler.feasible(grammar.start, 0..=3).unwrap_err();
    expect!["there is no `Scene` of a size in 0..=3; the least is greater than 3"].assert_eq(&error.message);
}

#[test]
fn infeasible_sizes_name_those_that_exist() {
    let [_, _, rainbow] = papers();
    let sampler = rainbow.sampler(8);
    let message = |range| sampler.feasible(rainbow.grammar().start, range).unwrap_err().message;
    expect!["there is no `Scene` of size 0; sizes up to 8 that exist are 1..=8"].assert_eq(&message(0..=0));
    expect!["there is no `Scene` of a size in 9..=12; sizes up to 8 that exist are 1..=8"].assert_eq(&message(9..=12));
    assert_eq!(sampler.feasible(rainbow.grammar().start, 7..=12), Ok(vec![7, 8]));
    let turtle = turtle();
    let odd = Size::weighted(turtle.grammar(), &[("Command", 3), ("Repeat", 1)]).unwrap();
    let sampler = Sampler::new(turtle.grammar(), &odd, 9, Weighting::Rules);
    let error = sampler.feasible(turtle.grammar().start, 1..=2).unwrap_err();
    expect!["there is no `Program` of a size in 1..=2; sizes up to 9 that exist are 0, 3..=9"]
        .assert_eq(&error.message);
}

#[test]
fn a_seed_means_the_same_programs() {
    let [csg2d, _, rainbow] = papers();
    let lines = |case: &Case| {
        let (sampler, mut rng) = (case.sampler(4), rng(2));
        let line = |_| case.print(sampler.sample(case.grammar().start, &[2, 3, 4], &mut rng).nodes());
        (0..3).map(line).collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        (- (Quad 7 12 5 11 315) (+ (Circle 9 13 9) (Quad 8 14 1 9 45)))
        (- (- (+ (Quad 5 2 3 3 270) (Circle 12 8 9)) (Quad 11 4 0 10 45)) (Quad 14 11 4 12 0))
        (- (Quad 9 7 12 13 135) (- (Circle 6 15 5) (Quad 12 5 7 8 225)))"#]]
    .assert_eq(&lines(&csg2d));
    expect![[r#"
        (Arrange v (Ball yellow) (Arrange v (Box orange) (Ball blue)))
        (Arrange v (Ball purple) (Ball purple))
        (Arrange v (Box white) (Arrange v (Arrange v (Ball green) (Ball blue)) (Box green)))"#]]
    .assert_eq(&lines(&rainbow));
}

#[test]
fn weightings_as_people_write_them() {
    let [csg2d, ..] = crate::papers();
    let parse = |text: &str| Weighting::parse(csg2d.grammar(), text).map_err(|e| e.to_string());
    assert_eq!(parse("rules"), Ok(Weighting::Rules));
    assert_eq!(parse("skeletons"), Ok(Weighting::Skeletons));
    let Ok(Weighting::Weights(weights)) = parse("Quad=3,Circle=0") else {
        panic!()
    };
    let sampler = Sampler::new(csg2d.grammar(), &csg2d.size, 3, Weighting::Weights(weights));
    let mut rng = crate::rng(1);
    for _ in 0..100 {
        let text = csg2d.print(sampler.sample(csg2d.grammar().start, &[3], &mut rng).nodes());
        assert!(!text.contains("Circle"), "{text}");
    }
    assert!(parse("Quad=-1").is_err() && parse("Quad=nan").is_err() && parse("Quod").is_err());
}

//! One grammar, looked at in ways that know nothing of each other: what its notation means, its productions, a
//! recogniser for any grammar, the parser, the masks, the sampler. A disagreement panics.

use std::collections::{BTreeMap, BTreeSet};

use tdf_decode::Masks;
use tdf_grammar::{Grammar, NonterminalId, NonterminalKind, ProductionId, TokenClassId, TokenId};
use tdf_tree::{Language, Node, Sampler, Size, Weighting, rng_stream};

use crate::brute::{Programs, Skeleton, children, decoded, programs, skeletons};
use crate::chart::Chart;
use crate::earley::{Readings, readings, viable};
use crate::random::{Choose, Source, open};

/// Strings of one nonterminal that are enough to be sure of it.
const MOST: usize = 120;

/// What became of a random grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The reader refuses it.
    Refused,
    /// It is ambiguous, and reported as a conflict.
    Ambiguous,
    /// A conflict is reported; no short string is ambiguous.
    Conflict,
    /// It has few programs.
    Small,
    /// It has many.
    Large,
}

/// Checks a grammar file against what it means.
pub fn check(source: &Source, choose: Choose<'_>) -> Verdict {
    let text = source.to_string();
    let Ok(grammar) = tdf_reader::read_grammar("random.lalrpop", &text) else {
        return Verdict::Refused;
    };
    let plain = vec![1; grammar.productions.len()];
    let found = (0..=7).map_while(|length| Some((length, programs(&grammar, &plain, length, MOST)?)));
    let Some((length, derived)) = found.last() else {
        return Verdict::Refused;
    };
    expansion(source, &grammar, &derived, length);

    let token_classes = |tokens: &[TokenId]| -> Vec<TokenClassId> {
        tokens.iter().map(|t| grammar.tokens[t.index()].token_class).collect()
    };
    let several = derived.iter().enumerate().find_map(|(n, programs)| {
        let start = NonterminalId::new(n);
        let several = |tokens: &&Vec<TokenId>| readings(&grammar, start, &token_classes(tokens)) == Readings::Several;
        programs.keys().find(several).map(|tokens| (start, tokens.clone()))
    });
    let language = match (Language::new(grammar.clone()), several) {
        (Ok(language), None) => language,
        (Err(_), None) => return Verdict::Conflict,
        (Err(_), Some(_)) => return Verdict::Ambiguous,
        (Ok(_), Some((start, tokens))) => panic!(
            "{} derives {:?} in several ways, and no conflict is found in\n{text}",
            grammar.nonterminals[start.index()].name,
            words(&grammar, &tokens)
        ),
    };
    parser(&language, &derived, &text, choose);
    masks(&language, length, &text, choose);
    sampler(&language, &text, choose);
    let count: usize = derived.iter().map(Programs::len).sum();
    if count > MOST / 2 {
        Verdict::Large
    } else {
        Verdict::Small
    }
}

fn words(grammar: &Grammar, tokens: &[TokenId]) -> String {
    let words: Vec<&str> = tokens.iter().map(|&t| grammar.text(t)).collect();
    words.join(" ")
}

/// The productions derive what the notation means.
fn expansion(source: &Source, grammar: &Grammar, derived: &[Programs], length: usize) {
    let Some(meant) = source.strings(length, 20 * MOST) else {
        return;
    };
    for (rule, meant) in meant.iter().enumerate() {
        // Rules that no public rule leads to are left out.
        let Some(n) = grammar.nonterminal(&format!("N{rule}")) else {
            continue;
        };
        let derived: BTreeSet<String> = derived[n.index()].keys().map(|tokens| open(grammar, tokens)).collect();
        assert_eq!(&derived, meant, "N{rule} up to {length} tokens of\n{source}\n{grammar}");
    }
}

/// The parser takes the programs, and stops in others where the recogniser does.
fn parser(language: &Language, derived: &[Programs], text: &str, choose: Choose<'_>) {
    let grammar = language.grammar();
    let count = grammar.tokens.len();
    for (n, programs) in derived.iter().enumerate() {
        let start = NonterminalId::new(n);
        let name = &grammar.nonterminals[n].name;
        let mut wrong: Vec<Vec<TokenId>> = Vec::new();
        for tokens in programs.keys() {
            let said = || format!("{name}: {:?} of\n{text}", words(grammar, tokens));
            let tree = language.parse_tokens(start, tokens);
            let tree = tree.unwrap_or_else(|at| panic!("the parser stops at token {at} of {}", said()));
            let mut again = Vec::new();
            language.tokens(tree.nodes(), &mut again);
            assert_eq!(&again, tokens, "the tree has other tokens: {}", said());
            // What follows the first characters of a member is no text of its own.
            if grammar.nonterminals[n].kind != NonterminalKind::Suffix {
                let printed = language.print(tree.nodes());
                assert_eq!(language.parse(start, &printed), Ok(tree), "{printed:?} of {}", said());
            }
            // A grammar may have no tokens.
            if count == 0 {
                continue;
            }
            let mut other = tokens.clone();
            let at = choose(other.len() + 1);
            match choose(3) {
                0 if at < other.len() => drop(other.remove(at)),
                1 if at < other.len() => other[at] = TokenId::new(choose(count)),
                _ => other.insert(at, TokenId::new(choose(count))),
            }
            wrong.push(other);
        }
        for _ in 0..20 {
            let length = if count > 0 { choose(7) } else { 0 };
            wrong.push((0..length).map(|_| TokenId::new(choose(count))).collect());
        }
        let mut chart = Chart::new(grammar, start);
        for tokens in wrong {
            let token_classes: Vec<TokenClassId> =
                tokens.iter().map(|t| grammar.tokens[t.index()].token_class).collect();
            let parsed = language.parse_tokens(start, &tokens).map(|_| ());
            let expected = match readings(grammar, start, &token_classes) {
                Readings::None => Err(viable(grammar, start, &token_classes)),
                _ => Ok(()),
            };
            assert_eq!(parsed, expected, "{name}: {:?} of\n{text}", words(grammar, &tokens));
            chart.restart(start);
            let read = token_classes
                .iter()
                .take_while(|&&token_class| chart.read(token_class))
                .count();
            let charted = match read == tokens.len() && chart.may_end() {
                true => Ok(()),
                false => Err(read),
            };
            assert_eq!(charted, expected, "{name}: {:?} of\n{text}", words(grammar, &tokens));
        }
    }
}

/// The masks lead to the programs within the budget, and to no others.
fn masks(language: &Language, length: usize, text: &str, choose: Choose<'_>) {
    let grammar = language.grammar();
    let random: Vec<u32> = grammar.productions.iter().map(|_| choose(4) as u32).collect();
    let sizes = [
        Size::nodes(grammar).weights().to_vec(),
        Size::tokens(grammar).weights().to_vec(),
        random,
    ];
    for weights in &sizes {
        let masks = Masks::with_weights(language, weights).unwrap_or_else(|e| panic!("{e} of\n{text}"));
        let Some(all) = programs(grammar, weights, length, MOST) else {
            continue;
        };
        for (n, all) in all.iter().enumerate() {
            let start = NonterminalId::new(n);
            let name = &grammar.nonterminals[n].name;
            let least = masks.least(start);
            for budget in [0, least, least + 1, least + 3, least + 8, Masks::UNBOUNDED] {
                let mut found = decoded(&masks, start, budget, length);
                let within = |size: u32| size <= budget.min(least.saturating_add(masks.greatest_slack()));
                let mut expected = all.clone();
                expected.retain(|_, size| budget == Masks::UNBOUNDED || within(*size));
                if budget == Masks::UNBOUNDED {
                    // Sizes are not counted then.
                    found.values_mut().for_each(|size| *size = 0);
                    expected.values_mut().for_each(|size| *size = 0);
                } else {
                    let cut = budget - budget.min(least.saturating_add(masks.greatest_slack()));
                    found.values_mut().for_each(|size| *size -= cut);
                }
                assert_eq!(
                    found, expected,
                    "{name}, budget {budget}, weights {weights:?} of\n{text}"
                );
            }
        }
    }
}

/// The sampler knows which sizes exist, and draws skeletons with the probabilities that they should have.
fn sampler(language: &Language, text: &str, choose: Choose<'_>) {
    let grammar = language.grammar();
    let names = grammar.alternatives.iter().filter_map(|a| match &a.label {
        tdf_grammar::Label::Variant(name) if name.starts_with('P') => Some((name.clone(), choose(3) as u32)),
        _ => None,
    });
    let names: Vec<(String, u32)> = names.collect();
    let names: Vec<(&str, u32)> = names.iter().map(|(name, weight)| (name.as_str(), *weight)).collect();
    let mut sizes = vec![Size::nodes(grammar), Size::tokens(grammar)];
    // Under some weights infinitely many programs have one size.
    sizes.extend(Size::weighted(grammar, &names));
    for size in &sizes {
        let found = (0..=12).map_while(|greatest| Some((greatest, skeletons(grammar, size.weights(), greatest, 60)?)));
        let Some((greatest, all)) = found.last() else { continue };
        for weighting in [Weighting::Rules, Weighting::Skeletons] {
            let sampler = Sampler::new(grammar, size, greatest, weighting.clone());
            for (n, by_size) in all.iter().enumerate() {
                let start = NonterminalId::new(n);
                for (s, expected) in by_size.iter().enumerate() {
                    let said = || {
                        format!(
                            "{} of size {s} under {size:?}, {weighting:?} of\n{text}",
                            grammar.nonterminals[n].name
                        )
                    };
                    let s = s as u32;
                    assert_eq!(sampler.is_feasible(start, s), !expected.is_empty(), "{}", said());
                    if expected.is_empty() {
                        continue;
                    }
                    let mut rng = rng_stream(choose(1 << 16) as u64, u64::from(s));
                    let mut nodes: Vec<Node> = Vec::new();
                    let mut draw = || -> Skeleton {
                        nodes.clear();
                        sampler.sample_into(start, s, &mut rng, &mut nodes);
                        assert_eq!(size.of(&nodes), s, "{}", said());
                        nodes
                            .iter()
                            .map(|node| grammar.production(node.production).alternative)
                            .collect()
                    };
                    // Members that are open are drawn shorter than chance would have them.
                    if grammar.end_of_member().is_some() {
                        for _ in 0..10 {
                            assert!(expected.contains(&draw()), "{}", said());
                        }
                        continue;
                    }
                    let chances: BTreeMap<Skeleton, f64> = match weighting {
                        Weighting::Rules => {
                            let rules = Rules {
                                grammar,
                                weights: size.weights(),
                                all: &all,
                            };
                            expected
                                .iter()
                                .map(|k| (k.clone(), rules.chance(start, s, &mut &k[..])))
                                .collect()
                        }
                        _ => expected
                            .iter()
                            .map(|k| (k.clone(), 1.0 / expected.len() as f64))
                            .collect(),
                    };
                    if let Some(why) = unlikely(&chances, 30 * expected.len().max(2), &mut draw) {
                        panic!("{why}: {}", said());
                    }
                }
            }
        }
    }
}

/// The paper's choice at every node, calculated from what exists.
struct Rules<'a> {
    grammar: &'a Grammar,
    weights: &'a [u32],
    all: &'a [Vec<BTreeSet<Skeleton>>],
}

impl Rules<'_> {
    /// The chance of the skeleton at the beginning of `rest` as a program of `start` of this size; moves on behind it.
    fn chance(&self, start: NonterminalId, size: u32, rest: &mut &[tdf_grammar::AlternativeId]) -> f64 {
        let own = rest[0];
        *rest = &rest[1..];
        let mut feasible = BTreeSet::new();
        let mut production = None;
        for p in self.grammar.productions_of(start) {
            if !self.splits(p, size).is_empty() {
                let alternative = self.grammar.production(p).alternative;
                feasible.insert(alternative);
                if alternative == own {
                    production = Some(p);
                }
            }
        }
        let production = production.expect("an alternative that exists");
        let splits = self.splits(production, size);
        let mut chance = 1.0 / (feasible.len() * splits.len()) as f64;
        let mut split = Vec::new();
        for child in children(self.grammar, production) {
            let own = self.size(child, rest);
            split.push(own);
            chance *= self.chance(child, own, rest);
        }
        assert!(splits.contains(&split));
        chance
    }

    /// The size of the program of `n` that `skeletons` begins with.
    fn size(&self, n: NonterminalId, skeletons: &[tdf_grammar::AlternativeId]) -> u32 {
        let sizes = self.all[n.index()].iter().enumerate();
        let mut fitting = sizes.filter(|(_, set)| set.iter().any(|k| skeletons.starts_with(k)));
        fitting.next().map_or(0, |(size, _)| size as u32)
    }

    /// The ways to split the size of a node of `production` among its children.
    fn splits(&self, production: ProductionId, size: u32) -> Vec<Vec<u32>> {
        let Some(rest) = size.checked_sub(self.weights[production.index()]) else {
            return Vec::new();
        };
        let mut splits = vec![(rest, Vec::new())];
        for child in children(self.grammar, production) {
            splits = splits
                .into_iter()
                .flat_map(|(rest, split): (u32, Vec<u32>)| {
                    let sizes = (0..=rest).filter(|&s| !self.all[child.index()][s as usize].is_empty());
                    sizes
                        .map(|s| (rest - s, [&split[..], &[s]].concat()))
                        .collect::<Vec<_>>()
                })
                .collect();
        }
        splits
            .into_iter()
            .filter(|(rest, _)| *rest == 0)
            .map(|(_, split)| split)
            .collect()
    }
}

/// Pearson's chi-square test at a level of about one in 10^8; says what is unlikely.
pub fn unlikely<K: Ord + std::fmt::Debug>(
    chances: &BTreeMap<K, f64>,
    draws: usize,
    draw: &mut impl FnMut() -> K,
) -> Option<String> {
    let total: f64 = chances.values().sum();
    if (total - 1.0).abs() > 1e-9 {
        return Some(format!("the chances sum up to {total}"));
    }
    let mut seen: BTreeMap<K, usize> = BTreeMap::new();
    for _ in 0..draws {
        let key = draw();
        if !chances.contains_key(&key) {
            return Some(format!("{key:?} does not exist"));
        }
        *seen.entry(key).or_default() += 1;
    }
    // What is expected less than five times is put together.
    let (mut statistic, mut cells) = (0.0, 0);
    let (mut rare, mut rare_seen) = (0.0, 0.0);
    let mut add = |expected: f64, seen: f64| {
        statistic += (seen - expected) * (seen - expected) / expected;
        cells += 1;
    };
    for (key, chance) in chances {
        let (expected, seen) = (chance * draws as f64, seen.get(key).copied().unwrap_or(0) as f64);
        if expected < 5.0 {
            rare += expected;
            rare_seen += seen;
        } else {
            add(expected, seen);
        }
    }
    if rare >= 1.0 {
        add(rare, rare_seen);
    }
    let freedom = f64::from((cells - 1i32).max(0));
    let bound = freedom + 6.0 * (2.0 * freedom).sqrt() + 25.0;
    (statistic > bound).then(|| format!("chi-square {statistic:.1} at {freedom} degrees of freedom, {seen:?}"))
}

//! Tests of the space of programs.

use super::*;
use std::collections::BTreeSet;
use tdf_tree::{Language, Sampler, Tree, Weighting, rng_stream};

const LISTS: &str = r#"
    grammar;
    pub Block: Block = {
        "{" <items:Item*> <last:Last?> "}" => Block::Items { <> },
        <name:Name> => Block::Name(<>),
    };
    Item: Item = { "-" <inner:Block> => Item::Inner(<>), "!" => Item::Stop };
    Last: Last = { ";" <inner:Block> => Last::Inner(<>) };
    Name: Name = r"[ab]{1,3}" => Name(<>);
"#;

const NUMBERS: &str = r#"
    grammar;
    pub Sum: Sum = { "(" "+" <left:Sum> <right:Sum> ")" => Sum::Add { <> }, r"-?[0-9]+" => Sum::Number(<>) };
"#;

fn all(space: &mut Space, sizes: usize) -> Vec<(usize, Tree)> {
    let (mut all, mut nodes) = (Vec::new(), Vec::new());
    for size in 0..sizes {
        for (root, count) in space.grow() {
            for rank in 0..count {
                space.program(Pick::Rank(root, rank), &mut nodes, &mut Vec::new());
                all.push((size, Tree::from_nodes(nodes.clone())));
            }
        }
        space.close();
    }
    all
}

/// Against the parser, the size function and the sampler, none of which counts.
#[test]
fn every_program_of_a_size_has_one_number() {
    let rainbow = include_str!("../../../../../grammars/rainbow.lalrpop");
    for (text, measure, sizes, at_least) in [
        (rainbow, "Box,Ball", 3, 16 + 512),
        (rainbow, "nodes", 6, 16),
        (rainbow, "tokens", 13, 16 + 512),
        (LISTS, "nodes", 15, 1_000),
    ] {
        let language = Language::new(tdf_reader::read_grammar("t.lalrpop", text).unwrap()).unwrap();
        let grammar = language.grammar();
        let size = Size::parse(grammar, measure).unwrap();
        let mut space = Space::new(grammar, &size, grammar.start, false, &[]);
        let programs = all(&mut space, sizes);
        let mut distinct = BTreeSet::new();
        let measure_of = |program: &Tree| {
            let is_free_character = |n: &&Node| {
                let of = grammar.production(n.production).nonterminal;
                grammar.nonterminals[of.index()].kind == tdf_grammar::NonterminalKind::Suffix
                    && size.weight(n.production) == 0
            };
            let characters = program.nodes().iter().filter(is_free_character).count();
            size.of(program.nodes()) as usize + characters
        };
        for (measured, program) in &programs {
            let text = language.print(program.nodes());
            assert_eq!(language.parse(grammar.start, &text).as_ref(), Ok(program), "{text}");
            assert_eq!(*measured, measure_of(program), "{text}");
            assert!(distinct.insert(program.clone()), "{text}");
        }
        assert!(distinct.len() >= at_least, "{measure}: {}", distinct.len());
        let sampler = Sampler::new(grammar, &size, sizes as u32 - 1, Weighting::Skeletons);
        let exist = sampler.feasible(grammar.start, 0..=sizes as u32 - 1).unwrap();
        let mut compared = 0;
        for seed in 0..3_000 {
            let program = sampler.sample(grammar.start, &exist, &mut rng_stream(seed, 0));
            // Characters count here: a sampled program with long names is larger.
            if measure_of(&program) < sizes {
                assert!(distinct.contains(&program), "{}", language.print(program.nodes()));
                compared += 1;
            }
        }
        assert!(compared > 500, "{measure}: {compared}");
    }
}

#[test]
fn short_numbers_come_first_and_large_counts_do_no_harm() {
    let language = Language::new(tdf_reader::read_grammar("t.lalrpop", NUMBERS).unwrap()).unwrap();
    let grammar = language.grammar();
    let mut space = Space::new(grammar, &Size::nodes(grammar), grammar.start, false, &[]);
    let mut nodes = Vec::new();
    let mut shortest = Vec::new();
    for _ in 0..200 {
        for (root, count) in space.grow() {
            for rank in [0, count / 3, count - 1] {
                space.program(Pick::Rank(root, rank), &mut nodes, &mut Vec::new());
                let text = language.print(&nodes);
                assert_eq!(language.parse(grammar.start, &text).unwrap().nodes(), nodes, "{text}");
                shortest.push(text);
            }
        }
        space.close();
    }
    assert_eq!(shortest[0].len(), 1, "{shortest:?}");
    assert_eq!(space.greatest(), None);
}

/// Programs of kept parts are those whose parts are kept, no others.
#[test]
fn kept_programs_are_the_parts_of_larger_ones() {
    let text = include_str!("../../../../../grammars/rainbow.lalrpop");
    let language = Language::new(tdf_reader::read_grammar("t.lalrpop", text).unwrap()).unwrap();
    let grammar = language.grammar();
    let size = Size::primitives(grammar, &["Box", "Ball"]).unwrap();
    let mut space = Space::new(grammar, &size, grammar.start, true, &[]);
    let mut nodes = Vec::new();
    let mut texts = Vec::new();
    for size in 0..4 {
        for (root, count) in space.grow() {
            for rank in 0..count {
                space.program(Pick::Rank(root, rank), &mut nodes, &mut Vec::new());
                let text = language.print(&nodes);
                let good = |text: &str| ["(Box red)", "(Ball blue)"].contains(&text);
                if good(&text) || (size == 2 && text.starts_with("(Arrange v")) {
                    assert!(space.keep(Pick::Rank(root, rank)));
                }
                texts.push((size, text));
            }
        }
        space.close();
    }
    let of = |wanted: usize| {
        texts
            .iter()
            .filter(move |(size, _)| *size == wanted)
            .map(|(_, text)| text)
    };
    assert_eq!((of(1).count(), of(2).count(), of(3).count()), (16, 8, 2 * 2 * 2 * 4));
    assert!(of(3).all(|text| text.matches("(Arrange").count() == 2 && text.contains("(Arrange v")));
    assert!(of(3).all(|text| !text.contains("green") && !text.contains("(Box blue)")));
    // Kept are none of size 3: an arrangement of two of size 2 is the largest.
    assert_eq!(space.greatest(), Some(4));
}

#[test]
fn finite_languages_have_a_greatest_program() {
    let text = r#"grammar; pub Word: Word = { "a" <x:Tail> => Word::More { <> }, "b" => Word::Less };
        Tail: Tail = { "x" => Tail::X, "y" => Tail::Y };"#;
    let language = Language::new(tdf_reader::read_grammar("t.lalrpop", text).unwrap()).unwrap();
    let grammar = language.grammar();
    for keeps_some in [false, true] {
        let mut space = Space::new(grammar, &Size::tokens(grammar), grammar.start, keeps_some, &[]);
        assert_eq!(all(&mut space, 5).len(), 3);
        assert_eq!(space.greatest(), Some(2));
    }
}

const CHOICES: &str = r#"
    grammar;
    pub Start: Start = { <text:Text> => Start::Text(<>), <number:Number> => Start::Number(<>),
        "both" <text:Text> <number:Number> => Start::Both { <> } };
    Text: Text = { "a" => Text::A, <name:Name> => Text::Name(<>), "digits" <number:Number> => Text::Digits(<>),
        "cat" <left:Text> <right:Text> => Text::Cat { <> } };
    Number: Number = { "1" => Number::One, "len" <text:Text> => Number::Length(<>) };
    Name: Name = r"x[xy]*" => Name(<>);
"#;

/// Where everything is kept, nothing is lost, nor comes twice. `digits` may add nothing to the size of its part.
#[test]
fn all_that_is_kept_are_all_programs() {
    let language = Language::new(tdf_reader::read_grammar("t.lalrpop", CHOICES).unwrap()).unwrap();
    let grammar = language.grammar();
    for (measure, stages) in [("nodes", 1), ("A,Name,One,Length,Cat", 3), ("A,Name,One,Digits,Cat", 3)] {
        let size = Size::parse(grammar, measure).unwrap();
        let whole = all(&mut Space::new(grammar, &size, grammar.start, false, &[]), 7);
        let whole: BTreeSet<Tree> = whole.into_iter().map(|(_, program)| program).collect();
        let mut space = Space::new(grammar, &size, grammar.start, true, &[]);
        assert_eq!(space.stages.iter().max(), Some(&(stages - 1)), "{measure}");
        let (mut kept, mut nodes) = (BTreeSet::new(), Vec::new());
        while space.sizes() < 7 || !space.is_last_stage() {
            for (root, count) in space.grow() {
                for pick in (0..count).map(|rank| Pick::Rank(root, rank)) {
                    space.program(pick, &mut nodes, &mut Vec::new());
                    let text = language.print(&nodes);
                    assert_eq!(language.parse(grammar.start, &text).unwrap().nodes(), nodes, "{text}");
                    assert!(kept.insert(Tree::from_nodes(nodes.clone())), "{measure}: {text}");
                    let is_part = space.observables()[space.observable(pick)].is_part;
                    assert_eq!(space.keep(pick), is_part, "{measure}: {text}");
                }
            }
            space.close();
        }
        assert!(whole.len() > 50, "{measure}: {}", whole.len());
        // A start that is a node makes programs of kept ones that are one larger.
        assert!(kept.is_superset(&whole), "{measure}");
        let largest = kept.iter().map(|program| size.of(program.nodes())).max();
        assert!(largest <= Some(7), "{measure}: {largest:?}");
    }
}

/// Constants stand for the members of an open terminal, and for nothing else.
#[test]
fn constants_stand_for_literals() {
    let language = Language::new(tdf_reader::read_grammar("t.lalrpop", CHOICES).unwrap()).unwrap();
    let grammar = language.grammar();
    let parse = |text: &str| language.parse(grammar.start, text).unwrap();
    let constants = ["xyxyxyxyxyxy", "xxxx", "xxxx", "len a"].map(parse);
    let mut space = Space::new(grammar, &Size::nodes(grammar), grammar.start, true, &constants);
    assert!(space.leaves_literals_out());
    let mut tried = Vec::new();
    let mut nodes = Vec::new();
    for size in 0..3 {
        let roots = space.grow();
        let ranks = roots
            .iter()
            .flat_map(|&(root, count)| (0..count).map(move |rank| Pick::Rank(root, rank)));
        for pick in space.constants().map(Pick::Constant).chain(ranks) {
            space.program(pick, &mut nodes, &mut Vec::new());
            let text = language.print(&nodes);
            assert_eq!(parse(&text).nodes(), nodes, "{text}");
            tried.push((size, text));
            space.keep(pick);
        }
        space.close();
    }
    let of = |size: usize| -> Vec<&str> {
        let here = tried.iter().filter(|(at, _)| *at == size);
        here.map(|(_, text)| text.as_str()).collect()
    };
    assert_eq!(of(1), ["xyxyxyxyxyxy", "xxxx", "len a", "a", "1"]);
    let names = of(2).into_iter().filter(|text| text.contains('x'));
    assert!(
        names
            .clone()
            .all(|text| text.contains("xyxyxyxyxyxy") || text.contains("xxxx"))
    );
    assert!(
        names.clone().any(|text| text == "len xxxx"),
        "{:?}",
        names.collect::<Vec<_>>()
    );
}

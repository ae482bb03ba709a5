//! The method `enumerate`.

use std::collections::BTreeMap;
use std::sync::Arc;

use tdf_domain::{Canvas, Criterion, DynDomain, ObservationSpec, RenderError};
use tdf_search::{Networks, Outcome, SearchOptions, Target, search};
use tdf_tree::{Language, Node, NodeId, Size, Tree};

use crate::toy::{Fault, toy};
use crate::{images, tasks};

const GRAMMAR: &str = r#"
grammar;

pub Set: Set = {
    "[" <bit:Bit> "]" => Set::One { <> },
    "(" <op:Op> <left:Set> <right:Set> ")" => Set::Combine { <> },
};

Bit: Bit = r"[0-5]" => Bit(<>.parse().unwrap());

Op: Op = { "or" => Op::Or, "minus" => Op::Minus };
"#;

/// Sets of six bits: the image of a program follows from the images of its parts.
struct Sets {
    language: Arc<Language>,
    size: Size,
}

fn sets() -> Arc<dyn DynDomain> {
    let grammar = tdf_reader::read_grammar("sets.lalrpop", GRAMMAR).unwrap();
    let size = Size::primitives(&grammar, &["One"]).unwrap();
    Arc::new(Sets {
        language: Arc::new(Language::new(grammar).unwrap()),
        size,
    })
}

impl Sets {
    fn value(&self, tree: &Tree, at: NodeId) -> u8 {
        let children: Vec<NodeId> = tree.children(at).collect();
        let text = |id: NodeId| self.language.print(tree.subtree(id));
        match children[..] {
            [bit] => 1 << text(bit).parse::<u8>().unwrap(),
            [op, left, right] => {
                let (left, right) = (self.value(tree, left), self.value(tree, right));
                if text(op) == "or" { left | right } else { left & !right }
            }
            _ => unreachable!(),
        }
    }
}

impl DynDomain for Sets {
    fn name(&self) -> &str {
        "sets"
    }

    fn language(&self) -> &Arc<Language> {
        &self.language
    }

    fn size(&self) -> &Size {
        &self.size
    }

    fn observation_spec(&self) -> ObservationSpec {
        ObservationSpec::Image(Canvas {
            width: 6,
            height: 1,
            channels: 1,
            background: 0,
        })
    }

    fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
        let value = self.value(&Tree::from_nodes(nodes.to_vec()), NodeId::ROOT);
        for (bit, sample) in image.iter_mut().enumerate() {
            *sample = if value >> bit & 1 == 1 { 255 } else { 0 };
        }
        Ok(())
    }

    fn solved(&self, _criterion: Criterion, image: &[u8], target: &[u8]) -> bool {
        image == target
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        image.iter().all(|&sample| sample == 0)
    }

    fn svg(&self, _nodes: &[Node]) -> Option<String> {
        None
    }
}

fn enumerate(domain: &Arc<dyn DynDomain>, targets: &[Target<'_>], budget: u32, seed: u64) -> Vec<Outcome> {
    let options = SearchOptions {
        seed,
        ..SearchOptions::new("enumerate", budget)
    };
    search(domain, targets, Networks::default(), &options, &mut |_| true).unwrap()
}

/// All texts of programs of each size, the least first.
fn texts(sizes: usize) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new(), (0..6).map(|bit| format!("[{bit}]")).collect::<Vec<_>>()];
    for size in 2..=sizes {
        let mut here = Vec::new();
        for left in 1..size {
            for (a, b) in all[left]
                .iter()
                .flat_map(|a| all[size - left].iter().map(move |b| (a, b)))
            {
                here.extend(["or", "minus"].map(|op| format!("({op} {a} {b})")));
            }
        }
        all.push(here);
    }
    all
}

/// Against all programs, one by one.
#[test]
fn every_image_is_found_by_a_smallest_program() {
    let domain = sets();
    let mut least = BTreeMap::new();
    let mut programs = 0;
    for (size, texts) in texts(4).into_iter().enumerate() {
        for text in &texts {
            let program = domain.language().parse(domain.start(), text).unwrap();
            let mut image = vec![0; 6];
            domain.render(program.nodes(), &mut image).unwrap();
            least.entry(image).or_insert(size as u32);
        }
        programs += texts.len();
    }
    // Sets of up to four bits, and the empty one.
    assert_eq!((programs, least.len()), (53_646, 1 + 6 + 15 + 20 + 15));
    let targets: Vec<Target<'_>> = least.keys().map(|image| Target::seen(image)).collect();
    for seed in 0..3 {
        let outcomes = enumerate(&domain, &targets, 10_000, seed);
        for (outcome, (image, size)) in outcomes.iter().zip(&least) {
            assert!(outcome.solved, "{image:?}");
            assert_eq!(domain.size().of(outcome.best.program.nodes()), *size, "{image:?}");
        }
        // One program for each image is what makes it fast.
        let most = outcomes.iter().map(|outcome| outcome.expansions).max().unwrap();
        assert!(most < 2_000, "{most} of {programs}");
    }
}

#[test]
fn the_budget_is_met_exactly_and_nothing_else_decides() {
    for domain in [sets(), toy(Fault::None), toy(Fault::Always), toy(Fault::FailsOnDark)] {
        let nothing: Vec<u8> = (0..domain.observation_spec().bytes())
            .map(|i| (i * 101 % 251) as u8)
            .collect();
        for budget in [1, 7, 1_999, 2_001, 9_000] {
            let outcome = &enumerate(&domain, &[Target::seen(&nothing)], budget, 0)[0];
            let (spent, solved) = (outcome.spent, outcome.solved);
            assert_eq!((outcome.expansions, spent, solved), (budget, budget, false));
        }
    }
    let domain = toy(Fault::None);
    let tasks = tasks(&domain, 6);
    let essence = |count: usize, seed: u64| -> Vec<String> {
        let outcomes = enumerate(&domain, &images(&tasks[..count]), 3_000, seed);
        outcomes
            .iter()
            .map(|o| format!("{} {:?}", o.expansions, o.best))
            .collect()
    };
    let all = essence(6, 1);
    assert_eq!(all, essence(6, 1));
    // Other tasks and threads change nothing.
    assert_eq!(all[..2], essence(2, 1));
    assert_ne!(all, essence(6, 2));
}

/// Where an image does not tell what a program adds to a larger one, merging loses programs. When no program is left that is
/// made of kept ones, all are tried.
#[test]
fn what_merging_loses_is_found_in_the_end() {
    let grammar = r#"grammar; pub Row: Row = { "p" <first:Cell> <second:Cell> => Row::Pair { <> }, "m" <only:Row> => Row::Moved { <> } };
        Cell: Cell = { "0" => Cell::Zero, "1" => Cell::One };"#;
    let domain = moved(grammar);
    // `p 0 0` and `m p 0 0` look the same, so that the second is no part of larger ones. `m m p 0 0` looks otherwise.
    let target = [9, 0, 0, 2];
    let outcome = &enumerate(&domain, &[Target::seen(&target)], 1_000, 0)[0];
    assert!(outcome.solved, "{outcome:?}");
    assert_eq!(domain.language().print(outcome.best.program.nodes()), "m m p 0 0");
    // Nothing renders to this, and the language has no end.
    let outcome = &enumerate(&domain, &[Target::seen(&[1, 1, 1, 1])], 1_000, 0)[0];
    assert_eq!((outcome.expansions, outcome.solved), (1_000, false));
}

#[test]
fn a_search_ends_when_nothing_is_left() {
    let grammar = r#"grammar; pub Row: Row = { "p" <first:Cell> <second:Cell> => Row::Pair { <> } };
        Cell: Cell = { "0" => Cell::Zero, "1" => Cell::One };"#;
    let domain = moved(grammar);
    let options = SearchOptions {
        init_sizes: 1..=9,
        ..SearchOptions::new("enumerate", 1_000)
    };
    let target = [1, 1, 1, 1];
    let targets = [Target::seen(&target)];
    let outcome = &search(&domain, &targets, Networks::default(), &options, &mut |_| true).unwrap()[0];
    // All of them are different: none is left out.
    assert_eq!((outcome.expansions, outcome.solved), (4, false));
}

/// Shows the cells of a row, and nothing of how often it was moved, except if that is twice.
fn moved(grammar: &str) -> Arc<dyn DynDomain> {
    struct Moved(Arc<Language>, Size);

    impl DynDomain for Moved {
        fn name(&self) -> &str {
            "moved"
        }

        fn language(&self) -> &Arc<Language> {
            &self.0
        }

        fn size(&self) -> &Size {
            &self.1
        }

        fn observation_spec(&self) -> ObservationSpec {
            ObservationSpec::Image(Canvas {
                width: 4,
                height: 1,
                channels: 1,
                background: 0,
            })
        }

        fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
            let text = self.0.print(nodes);
            let moves = text.matches('m').count();
            let cells: Vec<u8> = text
                .bytes()
                .filter(u8::is_ascii_digit)
                .map(|cell| cell - b'0')
                .collect();
            image.copy_from_slice(&[
                if moves == 2 { 9 } else { 0 },
                cells[0],
                cells[1],
                if moves == 2 { 2 } else { 0 },
            ]);
            Ok(())
        }

        fn solved(&self, _criterion: Criterion, image: &[u8], target: &[u8]) -> bool {
            image == target
        }

        fn is_uninformative(&self, _image: &[u8]) -> bool {
            false
        }

        fn svg(&self, _nodes: &[Node]) -> Option<String> {
            None
        }
    }

    let grammar = tdf_reader::read_grammar("moved.lalrpop", grammar).unwrap();
    let size = Size::nodes(&grammar);
    Arc::new(Moved(Arc::new(Language::new(grammar).unwrap()), size))
}

#[test]
fn several_solutions_are_different_programs() {
    let domain = sets();
    let target = [255, 255, 0, 0, 0, 0];
    let options = SearchOptions {
        solutions: 5,
        ..SearchOptions::new("enumerate", 10_000)
    };
    let targets = [Target::seen(&target)];
    let outcome = &search(&domain, &targets, Networks::default(), &options, &mut |_| true).unwrap()[0];
    let mut programs: Vec<_> = outcome.solutions().map(|solution| solution.program.clone()).collect();
    programs.sort();
    programs.dedup();
    assert_eq!(programs.len(), 5);
}

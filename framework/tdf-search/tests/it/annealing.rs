//! The method `anneal`.

use tdf_csg2d as _;
use tdf_search::{Networks, Outcome, SearchOptions, Target, search};

use crate::toy::{Fault, toy};
use crate::{images, tasks};

fn anneal(targets: &[Target<'_>], budget: u32, seed: u64) -> Vec<Outcome> {
    let options = SearchOptions {
        seed,
        ..SearchOptions::new("anneal", budget)
    };
    search(&toy(Fault::None), targets, Networks::default(), &options, &mut |_| true).unwrap()
}

/// It must beat mutations that look at no image, on the same number of renders.
#[test]
fn annealing_finds_programs_without_a_network() {
    let domain = toy(Fault::None);
    let tasks = tasks(&domain, 32);
    let targets = images(&tasks);
    let outcomes = anneal(&targets, 1_000, 0);
    let mut solved = 0;
    for (outcome, task) in outcomes.iter().zip(&tasks) {
        assert!(outcome.expansions <= 1_000);
        let mut image = vec![0; domain.observation_spec().bytes()];
        domain.render(outcome.best.program.nodes(), &mut image).unwrap();
        let criterion = domain.criterion("").unwrap();
        assert_eq!(outcome.solved, domain.solved(criterion, &image, &task.image));
        assert_eq!(outcome.best.trace.start, outcome.best.program);
        solved += usize::from(outcome.solved);
    }
    let random = SearchOptions {
        init_sizes: 2..=8,
        ..SearchOptions::new("random", 1_000)
    };
    let blind = search(&domain, &targets, Networks::default(), &random, &mut |_| true).unwrap();
    let blind = blind.iter().filter(|outcome| outcome.solved).count();
    assert!(solved > 2 * blind && solved > 24, "{solved} of 32, blind {blind}");
}

#[test]
fn every_render_is_counted_and_nothing_else_decides() {
    let domain = toy(Fault::None);
    let noise: Vec<u8> = (0..domain.observation_spec().bytes())
        .map(|i| (i * 101 % 251) as u8)
        .collect();
    let target = [Target::seen(&noise)];
    for budget in [1, 7, 1_999, 2_001] {
        let outcome = &anneal(&target, budget, 0)[0];
        assert_eq!(
            (outcome.expansions, outcome.spent, outcome.solved),
            (budget, budget, false)
        );
    }
    let essence = |outcomes: &[Outcome]| -> Vec<String> {
        outcomes
            .iter()
            .map(|o| format!("{} {:?}", o.expansions, o.best))
            .collect()
    };
    let tasks = tasks(&domain, 6);
    let all = essence(&anneal(&images(&tasks), 1_000, 1));
    assert_eq!(all, essence(&anneal(&images(&tasks), 1_000, 1)));
    // Other tasks and threads change nothing.
    assert_eq!(all[..2], essence(&anneal(&images(&tasks[..2]), 1_000, 1)));
    assert_ne!(all, essence(&anneal(&images(&tasks), 1_000, 2)));
}

/// The number of threads changes nothing, the number of chains does not change what is counted.
#[test]
fn chains_side_by_side_are_counted_and_repeat() {
    let domain = toy(Fault::None);
    let noise: Vec<u8> = (0..domain.observation_spec().bytes())
        .map(|i| (i * 101 % 251) as u8)
        .collect();
    let anneal = |image: &[u8], budget, chains, threads| {
        let options = SearchOptions {
            chains: Some(chains),
            ..SearchOptions::new("anneal", budget)
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let targets = [Target::seen(image)];
        let search = || search(&domain, &targets, Networks::default(), &options, &mut |_| true);
        pool.install(search).unwrap().remove(0)
    };
    for budget in [1, 2, 7, 1_999, 5_000] {
        let outcome = anneal(&noise, budget, 3, 2);
        let cost = (outcome.expansions, outcome.spent, outcome.renders);
        assert_eq!(cost, (budget, budget, u64::from(budget)));
    }
    for task in tasks(&domain, 6) {
        let [one, four] = [1, 4].map(|threads| anneal(&task.image, 3_000, 3, threads));
        assert_eq!(
            format!("{} {:?}", one.expansions, one.best),
            format!("{} {:?}", four.expansions, four.best)
        );
        assert!(one.expansions <= one.spent && one.spent <= 3_000);
    }
}

/// A coarse canvas decides nothing: what is reported is how the whole image compares.
#[test]
fn solutions_are_tested_on_the_canvas_itself() {
    let domain = tdf_domain::builtin("csg2d").unwrap().open().unwrap();
    let coarse = domain.coarse().expect("a coarse canvas");
    assert!(coarse.observation_spec().bytes() < domain.observation_spec().bytes());
    let criterion = domain.criterion("").unwrap();
    let mut solved = 0;
    for text in [
        "(Circle 3 8 8)",
        "(- (Quad 8 8 9 6 0) (Circle 2 10 9))",
        "(+ (Circle 3 3 9) (+ (Quad 12 8 3 6 45) (Circle 1 14 14)))",
    ] {
        let render = |program: &tdf_tree::Tree| {
            let mut image = vec![0; domain.observation_spec().bytes()];
            domain.render(program.nodes(), &mut image).unwrap();
            image
        };
        let target = render(&domain.language().parse(domain.start(), text).unwrap());
        for budget in [300, 20_000] {
            let options = SearchOptions {
                init_sizes: 1..=8,
                chains: Some(2),
                ..SearchOptions::new("anneal", budget)
            };
            let targets = [Target::seen(&target)];
            let outcome = &search(&domain, &targets, Networks::default(), &options, &mut |_| true).unwrap()[0];
            let found = render(&outcome.best.program);
            assert_eq!(outcome.solved, domain.solved(criterion, &found, &target), "{text}");
            assert_eq!(outcome.best.difference, domain.distance(&found, &target), "{text}");
            solved += usize::from(outcome.solved);
        }
    }
    assert!(solved >= 1, "{solved}");
}

/// A domain that draws nothing spends the budget, and the outcome has a program all the same.
#[test]
fn programs_that_cannot_be_drawn_are_counted() {
    for fault in [Fault::Always, Fault::FailsOnDark] {
        let domain = toy(fault);
        let noise: Vec<u8> = (0..domain.observation_spec().bytes())
            .map(|i| (i * 101 % 251) as u8)
            .collect();
        let options = SearchOptions::new("anneal", 300);
        let targets = [Target::seen(&noise)];
        let outcome = &search(&domain, &targets, Networks::default(), &options, &mut |_| true).unwrap()[0];
        assert_eq!((outcome.expansions, outcome.solved), (300, false));
    }
}

#[test]
fn several_solutions_are_different_programs() {
    let domain = toy(Fault::None);
    let tasks = tasks(&domain, 4);
    let options = SearchOptions {
        solutions: 3,
        ..SearchOptions::new("anneal", 1_000)
    };
    let outcomes = search(&domain, &images(&tasks), Networks::default(), &options, &mut |_| true).unwrap();
    let mut most = 0;
    for outcome in &outcomes {
        let programs: Vec<_> = outcome.solutions().map(|solution| &solution.program).collect();
        for (at, program) in programs.iter().enumerate() {
            assert!(!programs[..at].contains(program));
        }
        most = most.max(programs.len());
    }
    assert_eq!(most, 3);
}

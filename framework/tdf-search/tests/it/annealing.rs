//! The method `anneal`.

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
        let mut image = vec![0; domain.canvas().bytes()];
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
    let noise: Vec<u8> = (0..domain.canvas().bytes()).map(|i| (i * 101 % 251) as u8).collect();
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

/// A domain that draws nothing spends the budget, and the outcome has a program all the same.
#[test]
fn programs_that_cannot_be_drawn_are_counted() {
    for fault in [Fault::Always, Fault::FailsOnDark] {
        let domain = toy(fault);
        let noise: Vec<u8> = (0..domain.canvas().bytes()).map(|i| (i * 101 % 251) as u8).collect();
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

//! Searches that begin at a program of the caller's.

use tdf_search::SearchOptions;

use crate::policies::uniform;
use crate::toy::{Fault, toy};
use crate::{ASKING, images, options, run, tasks};

#[test]
fn the_first_initial_program_is_the_given_one() {
    let domain = toy(Fault::None);
    let tasks = tasks(&domain, 4);
    let start = domain
        .language()
        .parse(domain.start(), "(Join [1] (Join [2] [3]))")
        .unwrap();
    for method in ASKING {
        let with = SearchOptions {
            start: Some(start.clone()),
            budget: 1,
            ..options(method)
        };
        for outcome in run(&domain, &images(&tasks), &mut uniform(&domain), &with) {
            assert_eq!((&outcome.best.program, outcome.expansions), (&start, 1), "{method:?}");
        }
        // The target itself is found at once, and the search goes on from other programs than it would without.
        let with = SearchOptions {
            start: tasks[0].program.clone(),
            budget: 100,
            ..options(method)
        };
        let outcome = &run(&domain, &images(&tasks[..1]), &mut uniform(&domain), &with)[0];
        assert_eq!((outcome.solved, outcome.expansions), (true, 1), "{method:?}");
        let with = SearchOptions {
            start: Some(start.clone()),
            budget: 100,
            ..options(method)
        };
        for outcome in run(&domain, &images(&tasks), &mut uniform(&domain), &with) {
            assert!(outcome.solved || outcome.expansions == 100, "{method:?}");
        }
    }
}

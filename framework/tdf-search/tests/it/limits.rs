//! What limits a search: expansions, renders and seconds.

use tdf_search::{Networks, SearchOptions, Target, search};

use crate::policies::uniform;
use crate::toy::{Fault, toy};
use crate::{METHODS, images, options, run, tasks};

fn noise(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i * 101 % 251) as u8).collect()
}

#[test]
fn renders_end_a_search() {
    let domain = toy(Fault::None);
    let noise = noise(domain.observation_spec().bytes());
    let targets = [Target::seen(&noise)];
    for method in METHODS {
        for renders in [1, 10, 137] {
            let with = SearchOptions {
                renders: Some(renders),
                budget: 1_000_000,
                ..options(method)
            };
            let outcome = &run(&domain, &targets, &mut uniform(&domain), &with)[0];
            assert_eq!((outcome.renders, outcome.solved), (renders, false), "{method:?}");
            // Programs that are rendered again are no expansions.
            assert!(u64::from(outcome.expansions) <= renders, "{method:?}");
        }
    }
}

/// A policy that is asked is a network; the method `random` asks none.
#[test]
fn answers_of_networks_are_counted() {
    let domain = toy(Fault::None);
    let tasks = tasks(&domain, 4);
    for method in METHODS {
        let with = SearchOptions {
            budget: 50,
            ..options(method)
        };
        let asks = with.method != "random";
        for outcome in run(&domain, &images(&tasks), &mut uniform(&domain), &with) {
            assert_eq!(
                outcome.network_calls > 0,
                asks && outcome.expansions > 1,
                "{method:?} {}",
                outcome.expansions
            );
            assert!(outcome.renders >= u64::from(outcome.expansions), "{method:?}");
        }
    }
}

/// Each task has the time to itself, whatever its budget.
#[test]
fn seconds_end_a_search() {
    let domain = toy(Fault::None);
    let noise = noise(domain.observation_spec().bytes());
    let targets = [Target::seen(&noise); 2];
    for method in ["anneal", "random", "enumerate"] {
        let options = SearchOptions {
            seconds: Some(0.1),
            ..SearchOptions::new(method, u32::MAX)
        };
        let mut rounds = 0;
        let outcomes = search(&domain, &targets, Networks::default(), &options, &mut |now| {
            assert!(now.share <= 1.0 && now.ended <= 2);
            rounds += 1;
            true
        });
        for outcome in outcomes.unwrap() {
            assert!(!outcome.solved && outcome.renders > 0, "{method}");
            // A language that has nothing left to try ends sooner.
            assert!(
                outcome.seconds >= 0.1 || method == "enumerate",
                "{method} {}",
                outcome.seconds
            );
        }
        assert!(rounds >= 2);
    }
}

#[test]
fn a_search_that_is_stopped_has_an_outcome_for_every_task() {
    let domain = toy(Fault::None);
    let noise = noise(domain.observation_spec().bytes());
    let targets = [Target::seen(&noise); 3];
    let options = SearchOptions {
        seconds: Some(1_000.0),
        ..SearchOptions::new("anneal", u32::MAX)
    };
    let outcomes = search(&domain, &targets, Networks::default(), &options, &mut |_| false).unwrap();
    assert!(outcomes.len() == 3 && outcomes.iter().all(|outcome| !outcome.solved));
}

#[test]
fn limits_that_are_none_are_refused() {
    let domain = toy(Fault::None);
    let noise = noise(domain.observation_spec().bytes());
    let targets = [Target::seen(&noise)];
    let anneal = || SearchOptions::new("anneal", 10);
    let wrong = [
        (
            SearchOptions {
                renders: Some(0),
                ..anneal()
            },
            "a search must have 1 render or more",
        ),
        (
            SearchOptions {
                seconds: Some(0.0),
                ..anneal()
            },
            "the seconds of a search must be more than 0, not 0",
        ),
        (
            SearchOptions {
                seconds: Some(f64::NAN),
                ..anneal()
            },
            "the seconds of a search must be more than 0, not NaN",
        ),
        (
            SearchOptions {
                chains: Some(0),
                ..anneal()
            },
            "a search must have 1 chain or more",
        ),
    ];
    for (options, message) in wrong {
        let error = search(&domain, &targets, Networks::default(), &options, &mut |_| true).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

//! Budgets, ends, and options that cannot be met.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tdf_domain::{Criterion, DynDomain, ObservationSpec, RenderError};
use tdf_search::{Networks, Policy, Ranking, SearchError, SearchOptions, SearchProgress, Target, search};
use tdf_tree::{Language, Node, NoiseOptions, Size};

use crate::policies::{Broken, Idle, Mute, uniform};
use crate::toy::{Fault, toy};
use crate::{ASKING, METHODS, Method, images, options, rainbow, run, tasks};

/// Keeps account of what is drawn and tested.
struct Watched {
    inner: Arc<dyn DynDomain>,
    drawn: Mutex<BTreeSet<Vec<Node>>>,
    tests: AtomicU32,
}

impl DynDomain for Watched {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn language(&self) -> &Arc<Language> {
        self.inner.language()
    }

    fn size(&self) -> &Size {
        self.inner.size()
    }

    fn observation_spec(&self) -> ObservationSpec {
        self.inner.observation_spec()
    }

    fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
        self.drawn.lock().unwrap().insert(nodes.to_vec());
        self.inner.render(nodes, image)
    }

    fn solved(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> bool {
        self.tests.fetch_add(1, Ordering::Relaxed);
        self.inner.solved(criterion, image, target)
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        self.inner.is_uninformative(image)
    }

    fn svg(&self, nodes: &[Node]) -> Option<String> {
        self.inner.svg(nodes)
    }
}

/// An image that no program of the domain draws.
fn noise(domain: &Arc<dyn DynDomain>) -> Vec<u8> {
    (0..domain.observation_spec().bytes())
        .map(|i| (i * 101 % 251) as u8)
        .collect()
}

#[test]
fn the_budget_is_spent_exactly_on_programs_that_are_new() {
    for inner in [rainbow(), toy(Fault::None)] {
        let target = noise(&inner);
        for (method, budget) in METHODS.into_iter().flat_map(|m| [1, 2, 7, 50, 333].map(|b| (m, b))) {
            let (drawn, tests) = (Mutex::default(), AtomicU32::new(0));
            let watched = Arc::new(Watched {
                inner: Arc::clone(&inner),
                drawn,
                tests,
            });
            let domain: Arc<dyn DynDomain> = Arc::clone(&watched) as _;
            let options = SearchOptions {
                budget,
                ..options(method)
            };
            let outcomes = run(&domain, &[Target::seen(&target)], &mut uniform(&inner), &options);
            assert_eq!(outcomes[0].expansions, budget, "{method:?}");
            assert_eq!(watched.tests.load(Ordering::Relaxed), budget, "{method:?}");
            assert_eq!(watched.drawn.lock().unwrap().len(), budget as usize, "{method:?}");
        }
    }
}

#[test]
fn a_task_without_anything_new_to_find_ends() {
    let domain = toy(Fault::None);
    let target = noise(&domain);
    for method in ASKING {
        for policy in [&mut Idle as &mut dyn Policy, &mut Mute] {
            // Eight programs have one cell.
            let options = SearchOptions {
                init_sizes: 1..=1,
                ..options(method)
            };
            // There are larger ones, and while there is budget there is something to try.
            let outcomes = run(&domain, &[Target::seen(&target)], policy, &options);
            assert_eq!((outcomes[0].expansions, outcomes[0].solved), (100, false), "{method:?}");
            // No mutation has two cells.
            let noise = NoiseOptions {
                max_edit_size: 1,
                ..options.noise
            };
            let options = SearchOptions { noise, ..options };
            let outcomes = run(&domain, &[Target::seen(&target)], policy, &options);
            assert_eq!((outcomes[0].expansions, outcomes[0].solved), (8, false), "{method:?}");
        }
    }
}

#[test]
fn a_policy_without_ideas_leads_to_random_restarts() {
    let domain = toy(Fault::None);
    let target = noise(&domain);
    for method in ASKING {
        let options = SearchOptions {
            init_sizes: 8..=8,
            ..options(method)
        };
        let outcomes = run(&domain, &[Target::seen(&target)], &mut Mute, &options);
        assert_eq!(outcomes[0].expansions, 100, "{method:?}");
        assert!(outcomes[0].best.trace.edits.is_empty());
    }
}

#[test]
fn programs_that_cannot_be_drawn_spend_budget_and_nothing_else() {
    let domain = toy(Fault::FailsOnDark);
    let tasks = tasks(&domain, 8);
    for method in METHODS {
        let options = SearchOptions {
            init_sizes: 2..=8,
            ..options(method)
        };
        for outcome in run(&domain, &images(&tasks), &mut uniform(&domain), &options) {
            assert!(outcome.expansions <= 100);
            assert!(outcome.best.difference < 255.0);
        }
    }
}

#[test]
fn an_observer_can_stop_the_search() {
    let domain = rainbow();
    let tasks = tasks(&domain, 6);
    let (targets, options) = (images(&tasks), options(METHODS[0]));
    let mut rounds = 0;
    let outcomes = search(
        &domain,
        &targets,
        Networks::policy(&mut uniform(&domain)),
        &options,
        &mut |_| {
            rounds += 1;
            rounds < 5
        },
    );
    let outcomes = outcomes.unwrap();
    assert_eq!((rounds, outcomes.len()), (5, 6));
    assert!(outcomes.iter().all(|o| (1..=5).contains(&o.expansions)));

    let mut seen = Vec::new();
    let mut observe = |progress: SearchProgress| {
        seen.push(progress);
        true
    };
    search(
        &domain,
        &targets,
        Networks::policy(&mut uniform(&domain)),
        &options,
        &mut observe,
    )
    .unwrap();
    assert!(seen.is_sorted_by_key(|progress| progress.ended));
    assert_eq!(seen.iter().filter(|progress| progress.ended == 6).count(), 1);
    // Tasks that go on to the end of their budgets show on the way, too.
    assert!(seen.is_sorted_by_key(|progress| progress.share));
    let ended = |progress: &SearchProgress| progress.ended as f64 / 6.0;
    assert!(seen[0].share > ended(&seen[0]), "{:?}", seen[0]);
    assert_eq!(seen.last().unwrap().share, 1.0);
    assert!(
        search(
            &domain,
            &[],
            Networks::policy(&mut uniform(&domain)),
            &options,
            &mut |_| true
        )
        .unwrap()
        .is_empty()
    );
}

#[test]
fn options_that_cannot_be_met_are_refused() {
    let domain = toy(Fault::None);
    let target = noise(&domain);
    let check = |options: SearchOptions, target: &[u8], message: &str| match search(
        &domain,
        &[Target::seen(target)],
        Networks::policy(&mut uniform(&domain)),
        &options,
        &mut |_| true,
    ) {
        Err(SearchError::Options(found)) => assert!(found.contains(message), "{found}"),
        other => panic!("{message}: {other:?}"),
    };
    let beam = |width, children, score| {
        options(Method::Beam {
            width,
            edits_per_program: children,
            ranking: score,
        })
    };
    let rollout = options(METHODS[0]);
    check(
        SearchOptions {
            budget: 0,
            ..rollout.clone()
        },
        &target,
        "budget",
    );
    check(
        SearchOptions {
            solutions: 0,
            ..rollout.clone()
        },
        &target,
        "1 solution or more",
    );
    check(
        SearchOptions {
            temperature: f64::NAN,
            ..rollout.clone()
        },
        &target,
        "temperature",
    );
    check(
        SearchOptions {
            temperature: -1.0,
            ..rollout.clone()
        },
        &target,
        "temperature",
    );
    check(
        SearchOptions {
            init_sizes: 0..=0,
            ..rollout.clone()
        },
        &target,
        "initial programs",
    );
    #[expect(clippy::reversed_empty_ranges, reason = "an empty range is the mistake under test")]
    check(
        SearchOptions {
            init_sizes: 3..=2,
            ..rollout.clone()
        },
        &target,
        "3..=2",
    );
    check(options(Method::Rollout { restart: 0 }), &target, "restarts");
    check(beam(0, 1, Ranking::Pixels), &target, "beam");
    check(beam(1, 0, Ranking::Pixels), &target, "edit");
    check(beam(1, 1, Ranking::Value), &target, "value network");
    check(rollout.clone(), &target[1..], "target 0");
    let targets = [Target::seen(&target)];
    let alone = search(&domain, &targets, Networks::default(), &rollout, &mut |_| true);
    assert!(matches!(alone, Err(SearchError::Options(e)) if e.contains("needs a policy")));
    let random = search(
        &domain,
        &targets,
        Networks::default(),
        &options(METHODS[4]),
        &mut |_| true,
    );
    assert_eq!(random.unwrap()[0].expansions, 100);
}

#[test]
fn a_policy_that_fails_ends_the_search() {
    let domain = toy(Fault::None);
    let target = noise(&domain);
    for (fails, message) in [(true, "out of memory"), (false, "answered 0 of 1")] {
        let mut policy = Broken { fails };
        let result = search(
            &domain,
            &[Target::seen(&target)],
            Networks::policy(&mut policy),
            &options(METHODS[0]),
            &mut |_| true,
        );
        assert!(matches!(result, Err(SearchError::Policy(e)) if e.to_string().contains(message)));
    }
}

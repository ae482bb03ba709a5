//! What searches find, and that they find it again.

use std::collections::BTreeSet;
use std::sync::Arc;

use rand::RngExt as _;
use tdf_domain::DynDomain;
use tdf_search::{Outcome, Policy, PolicyError, Proposal, Query, Ranking, UniformPolicy};
use tdf_tree::{Rng, Tree};

use crate::policies::{Oracle, uniform};
use crate::toy::{Fault, toy};
use crate::{ASKING, METHODS, Method, images, options, rainbow, run, tasks};

/// The parts of outcomes that do not depend on the clock.
fn essence(outcomes: &[Outcome]) -> String {
    let line = |o: &Outcome| format!("{} {} {:?}\n", o.expansions, o.solved, o.best);
    outcomes.iter().map(line).collect()
}

fn solved(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|o| o.solved).count()
}

fn check_replay(domain: &Arc<dyn DynDomain>, target: &[u8], outcome: &Outcome) {
    let best = &outcome.best;
    let mut program = best.trace.start.clone();
    for edit in &best.trace.edits {
        edit.apply(&mut program);
    }
    assert_eq!(program, best.program);
    let mut image = vec![0; target.len()];
    domain.render(program.nodes(), &mut image).unwrap();
    let total: f64 = image.iter().zip(target).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    assert!((best.difference - total / target.len() as f64).abs() < 1e-9);
    assert_eq!(
        outcome.solved,
        domain.solved(tdf_domain::Criterion::default(), &image, target)
    );
}

#[test]
fn traces_lead_to_the_program_found() {
    for domain in [rainbow(), toy(Fault::None)] {
        let tasks = tasks(&domain, 8);
        for method in METHODS {
            let outcomes = run(&domain, &images(&tasks), &mut uniform(&domain), &options(method));
            assert_eq!(outcomes.len(), tasks.len());
            for (task, outcome) in tasks.iter().zip(&outcomes) {
                check_replay(&domain, &task.image, outcome);
                assert!(outcome.solved || outcome.expansions == 100);
            }
        }
    }
}

#[test]
fn an_oracle_needs_as_many_expansions_as_its_path_has_programs() {
    for domain in [rainbow(), toy(Fault::None)] {
        let tasks = tasks(&domain, 32);
        for method in ASKING {
            let mut oracle = Oracle::new(&domain, &tasks);
            let outcomes = run(&domain, &images(&tasks), &mut oracle, &options(method));
            for (task, outcome) in tasks.iter().zip(&outcomes) {
                assert!(outcome.solved, "{method:?}");
                check_replay(&domain, &task.image, outcome);
                // Where equal images are dropped, so may be a program that the plan leads through.
                if !matches!(
                    method,
                    Method::Beam {
                        ranking: Ranking::Pixels | Ranking::Value,
                        ..
                    }
                ) {
                    // A program on the way may render to the same image; a task solved at once asks for no plan.
                    let most = 1 + oracle.lengths.get(&task.image).copied().unwrap_or(0);
                    assert!(
                        outcome.expansions as usize <= most,
                        "{method:?}: {} of {most}",
                        outcome.expansions
                    );
                    assert_eq!(
                        outcome.best.trace.edits.len(),
                        outcome.expansions as usize - 1,
                        "{method:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn outcomes_depend_on_seed_and_task_alone() {
    let domain = rainbow();
    let tasks = tasks(&domain, 7);
    let pools = [1, 3].map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap());
    for method in METHODS {
        let options = tdf_search::SearchOptions {
            budget: 60,
            ..options(method)
        };
        let once = essence(&run(&domain, &images(&tasks), &mut uniform(&domain), &options));
        for pool in &pools {
            let again = pool.install(|| run(&domain, &images(&tasks), &mut uniform(&domain), &options));
            assert_eq!(once, essence(&again), "{method:?}");
        }
        let fewer = essence(&run(&domain, &images(&tasks[..5]), &mut uniform(&domain), &options));
        assert!(once.starts_with(&fewer), "{method:?}");
        let mut others = images(&tasks);
        others[1..].reverse();
        let among_others = essence(&run(&domain, &others, &mut uniform(&domain), &options)[..1]);
        assert!(once.starts_with(&among_others), "{method:?}");
        let seeded = tdf_search::SearchOptions { seed: 1, ..options };
        assert_ne!(
            once,
            essence(&run(&domain, &images(&tasks), &mut uniform(&domain), &seeded)),
            "{method:?}"
        );
    }
}

/// A search for several solutions finds the first one as a search for one does, goes on, and finds others.
#[test]
fn further_solutions_are_other_programs_that_solve_the_task() {
    let domain = rainbow();
    let tasks = tasks(&domain, 8);
    let mut most = 0;
    for method in METHODS {
        let find = |solutions| {
            let options = tdf_search::SearchOptions {
                budget: 300,
                solutions,
                ..options(method)
            };
            run(&domain, &images(&tasks), &mut uniform(&domain), &options)
        };
        let (one, several) = (find(1), find(3));
        assert_eq!(essence(&one), essence(&several), "{method:?}");
        for (task, (one, several)) in tasks.iter().zip(one.iter().zip(&several)) {
            assert!(one.further.is_empty());
            assert_eq!(one.spent, one.expansions);
            let solutions: Vec<_> = several.solutions().collect();
            most = most.max(solutions.len());
            assert_eq!(several.solved, !solutions.is_empty());
            let all = several.spent == 300 || solutions.len() == 3;
            assert!(
                all && several.spent >= several.expansions,
                "{method:?}: {}",
                several.spent
            );
            for (number, solution) in solutions.iter().enumerate() {
                let as_best = Outcome {
                    best: (*solution).clone(),
                    ..several.clone()
                };
                check_replay(&domain, &task.image, &as_best);
                let earlier = &solutions[..number];
                assert!(earlier.iter().all(|other| other.program != solution.program));
            }
        }
    }
    assert!(most >= 2, "no search found several solutions");
}

/// The image of the toy says how near a program is: a beam that looks at it must beat blind rollouts.
#[test]
fn a_beam_by_pixels_beats_blind_rollouts() {
    let domain = toy(Fault::None);
    let tasks = tasks(&domain, 64);
    let count = |method| {
        let options = tdf_search::SearchOptions {
            budget: 400,
            ..options(method)
        };
        solved(&run(&domain, &images(&tasks), &mut uniform(&domain), &options))
    };
    let blind = count(Method::Rollout { restart: 25 });
    let pixels = count(Method::Beam {
        width: 8,
        edits_per_program: 4,
        ranking: Ranking::Pixels,
    });
    let value = count(Method::Beam {
        width: 8,
        edits_per_program: 4,
        ranking: Ranking::Value,
    });
    assert!(
        pixels > 2 * blind && value > 2 * blind,
        "pixels {pixels}, value {value}, blind {blind} of 64"
    );
}

/// Random mutations are rollouts of the uniform policy.
#[test]
fn random_mutations_need_no_policy() {
    let domain = rainbow();
    let tasks = tasks(&domain, 6);
    let random = run(&domain, &images(&tasks), &mut uniform(&domain), &options(METHODS[4]));
    let rollout = run(&domain, &images(&tasks), &mut uniform(&domain), &options(METHODS[0]));
    assert_eq!(essence(&random), essence(&rollout));
}

/// Proposes edits of random scores, and keeps every query with the programs and scores that it proposed.
struct Scored {
    inner: UniformPolicy,
    rounds: Vec<Vec<Asked>>,
}

/// A program, and what was proposed to make of it.
type Asked = (Tree, Vec<(Tree, f64)>);

impl Policy for Scored {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        let mut answers = self.inner.propose(queries, samples, temperature, rngs)?;
        let mut round = Vec::new();
        for ((query, proposals), rng) in queries.iter().zip(&mut answers).zip(rngs) {
            let mut proposed = Vec::new();
            for proposal in proposals {
                let mut child = query.program.clone();
                proposal.edit.apply(&mut child);
                proposal.position_log_probability = -rng.random::<f32>();
                proposal.log_probability = -1000.0;
                proposed.push((child, f64::from(proposal.position_log_probability)));
            }
            round.push((query.program.clone(), proposed));
        }
        self.rounds.push(round);
        Ok(answers)
    }
}

/// The public code's search, done again from what the policy proposed.
#[test]
fn a_beam_by_positions_is_that_of_the_public_code() {
    let domain = rainbow();
    let mut policy = Scored {
        inner: uniform(&domain),
        rounds: Vec::new(),
    };
    let target = vec![77; domain.observation_spec().bytes()];
    let (width, children) = (5, 3);
    let score = Ranking::Position;
    let options = tdf_search::SearchOptions {
        budget: 1200,
        ..options(Method::Beam {
            width,
            edits_per_program: children,
            ranking: score,
        })
    };
    let targets = [tdf_search::Target::seen(&target)];
    let outcome = &run(&domain, &targets, &mut policy, &options)[0];
    assert_eq!(outcome.expansions, 1200);
    assert!(policy.rounds.len() > 60, "{}", policy.rounds.len());

    let (mut seen, mut beam) = (BTreeSet::new(), Vec::new());
    for (number, round) in policy.rounds.iter().enumerate() {
        if number % 30 == 0 {
            beam = vec![(round[0].0.clone(), 0.0)];
            seen.insert(round[0].0.clone());
        }
        let asked: Vec<_> = round.iter().map(|(program, _)| program).collect();
        let kept: Vec<_> = beam.iter().map(|(program, _)| program).take(asked.len()).collect();
        assert_eq!(asked, kept, "round {number}");
        let last = number + 1 == policy.rounds.len();
        assert!(last || asked.len() == beam.len(), "round {number}");
        let mut next = Vec::new();
        for turn in 0..children as usize {
            for ((_, sum), (_, proposed)) in beam.iter().zip(round) {
                if let Some((child, score)) = proposed.get(turn)
                    && seen.insert(child.clone())
                {
                    next.push((child.clone(), sum + score));
                }
            }
        }
        next.sort_by(|a: &(Tree, f64), b| b.1.total_cmp(&a.1));
        next.truncate(width as usize);
        beam = next;
    }
}

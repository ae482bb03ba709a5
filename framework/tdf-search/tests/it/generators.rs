//! Rejection sampling, and rollouts and beams that begin at written programs.

use std::sync::Arc;

use rand::RngExt as _;
use tdf_decode::GenerationPlan;
use tdf_domain::DynDomain;
use tdf_search::{
    Generated, GenerationRequest, Generator, Init, Networks, Outcome, PolicyError, Ranking, SearchError, SearchOptions,
    Target, search,
};
use tdf_tree::{Rng, Sampler, Tree, Weighting};

use crate::policies::{Mute, uniform};
use crate::toy::{Fault, toy};
use crate::{Method, images, options, rainbow, tasks};

/// Writes random programs of a few seeds, so that many are written again; and keeps account.
struct Random {
    plan: GenerationPlan,
    sampler: Sampler,
    sizes: Vec<u32>,
    /// Of as many programs.
    stock: u64,
    calls: u32,
    /// Whether it writes at all.
    mute: bool,
}

impl Random {
    fn new(domain: &Arc<dyn DynDomain>, stock: u64) -> Self {
        let grammar = domain.language().grammar();
        let sampler = Sampler::new(grammar, domain.size(), 6, Weighting::Rules);
        Self {
            plan: GenerationPlan::whole(domain.start(), 6),
            sizes: sampler.feasible(domain.start(), 2..=6).unwrap(),
            sampler,
            stock,
            calls: 0,
            mute: false,
        }
    }
}

impl Generator for Random {
    fn plan(&self) -> &GenerationPlan {
        &self.plan
    }

    fn generate(
        &mut self,
        requests: &[GenerationRequest<'_>],
        samples: usize,
        _temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Generated>>, PolicyError> {
        self.calls += 1;
        let mut answers = Vec::new();
        for (request, rng) in requests.iter().zip(rngs) {
            assert_eq!(request.holes, self.plan.holes(false));
            assert!(
                request
                    .observation
                    .iter()
                    .all(|&sample| sample == request.observation[0]),
                "blank"
            );
            let mut program = || {
                let mut from = tdf_tree::rng_stream(3, rng.random_range(0..self.stock));
                let nonterminal = request.holes[0].nonterminal;
                vec![self.sampler.sample(nonterminal, &self.sizes, &mut from)]
            };
            let written = (0..samples).map(|_| Generated {
                parts: program(),
                log_probability: 0.0,
            });
            answers.push(if self.mute { Vec::new() } else { written.collect() });
        }
        Ok(answers)
    }
}

fn sampling(particles: u32) -> SearchOptions {
    options(Method::Sample { particles })
}

fn written(domain: &Arc<dyn DynDomain>, targets: &[Target<'_>], stock: u64, options: &SearchOptions) -> Vec<Outcome> {
    let mut writer = Random::new(domain, stock);
    search(domain, targets, Networks::generator(&mut writer), options, &mut |_| {
        true
    })
    .unwrap()
}

fn essence(outcomes: &[Outcome]) -> String {
    let line = |o: &Outcome| format!("{} {} {:?}\n", o.expansions, o.solved, o.best);
    outcomes.iter().map(line).collect()
}

#[test]
fn programs_written_again_cost_nothing() {
    let domain = rainbow();
    let target = vec![77; domain.observation_spec().bytes()];
    for particles in [1, 5, 16] {
        for budget in [1, 7, 30] {
            let options = SearchOptions {
                budget,
                ..sampling(particles)
            };
            let outcome = &written(&domain, &[Target::seen(&target)], 40, &options)[0];
            assert_eq!(outcome.expansions, budget);
            assert!(outcome.best.trace.edits.is_empty());
            assert_eq!(outcome.best.trace.start, outcome.best.program);
        }
        // There are but forty (or fewer, if some are equal): then random ones are tried.
        let outcome = &written(&domain, &[Target::seen(&target)], 40, &sampling(particles))[0];
        assert_eq!((outcome.expansions, outcome.solved), (100, false));
    }
}

#[test]
fn sampling_depends_on_seed_and_task_alone() {
    let domain = rainbow();
    let tasks = tasks(&domain, 7);
    let options = sampling(4);
    let once = essence(&written(&domain, &images(&tasks), 1000, &options));
    let fewer = essence(&written(&domain, &images(&tasks[..3]), 1000, &options));
    assert!(once.starts_with(&fewer));
    let seeded = SearchOptions { seed: 1, ..options };
    assert_ne!(once, essence(&written(&domain, &images(&tasks), 1000, &seeded)));
}

#[test]
fn a_writer_that_writes_nothing_leaves_random_programs() {
    let domain = rainbow();
    let target = vec![77; domain.observation_spec().bytes()];
    let mut writer = Random::new(&domain, 9);
    writer.mute = true;
    let targets = [Target::seen(&target)];
    let outcomes = search(
        &domain,
        &targets,
        Networks::generator(&mut writer),
        &sampling(4),
        &mut |_| true,
    )
    .unwrap();
    assert_eq!((outcomes[0].expansions, outcomes[0].solved), (100, false));
}

/// Every first program is one that was written, and spends one expansion.
#[test]
fn rollouts_and_beams_begin_at_written_programs() {
    let beam = |score| Method::Beam {
        width: 8,
        edits_per_program: 3,
        ranking: score,
    };
    for domain in [rainbow(), toy(Fault::None)] {
        let target: Vec<u8> = (0..domain.observation_spec().bytes())
            .map(|i| (i * 101 % 251) as u8)
            .collect();
        let targets = [Target::seen(&target)];
        for method in [
            Method::Rollout { restart: 5 },
            beam(Ranking::Pixels),
            beam(Ranking::Position),
        ] {
            let options = SearchOptions {
                init: Init::Generated,
                init_temperature: 0.1,
                ..options(method)
            };
            let mut writer = Random::new(&domain, 9);
            let stock: Vec<Tree> = (0..9)
                .map(|i| {
                    writer
                        .sampler
                        .sample(domain.start(), &writer.sizes, &mut tdf_tree::rng_stream(3, i))
                })
                .collect();
            let mut policy = uniform(&domain);
            let networks = Networks {
                policy: Some(&mut policy),
                value: None,
                generator: Some(&mut writer),
            };
            let outcome = &search(&domain, &targets, networks, &options, &mut |_| true).unwrap()[0];
            assert_eq!(outcome.expansions, 100, "{method:?}");
            assert!(stock.contains(&outcome.best.trace.start), "{method:?}");

            // Several at once, of which a beam keeps the best.
            let mut writer = Random::new(&domain, 9);
            let networks = Networks {
                policy: Some(&mut policy),
                value: None,
                generator: Some(&mut writer),
            };
            let many = SearchOptions {
                init_count: 6,
                budget: 3,
                ..options.clone()
            };
            let outcome = &search(&domain, &targets, networks, &many, &mut |_| true).unwrap()[0];
            assert_eq!(outcome.expansions, 3, "{method:?}");
            let edited = !outcome.best.trace.edits.is_empty();
            assert!(matches!(method, Method::Rollout { .. }) || !edited, "{method:?}");

            // A policy without ideas: random programs follow what is written.
            let mut writer = Random::new(&domain, 9);
            let networks = Networks {
                policy: Some(&mut Mute),
                value: None,
                generator: Some(&mut writer),
            };
            let outcome = &search(&domain, &targets, networks, &options, &mut |_| true).unwrap()[0];
            assert_eq!(outcome.expansions, 100, "{method:?}");

            // A writer without ideas: random programs.
            let mut writer = Random::new(&domain, 9);
            writer.mute = true;
            let networks = Networks {
                policy: Some(&mut policy),
                value: None,
                generator: Some(&mut writer),
            };
            let outcome = &search(&domain, &targets, networks, &options, &mut |_| true).unwrap()[0];
            assert_eq!((outcome.expansions, writer.calls), (100, 1), "{method:?}");
        }
    }
}

#[test]
fn networks_that_are_not_there_are_asked_for() {
    let domain = rainbow();
    let target = vec![77; domain.observation_spec().bytes()];
    let refused = |networks: Networks<'_>, options: &SearchOptions, message: &str| {
        let targets = [Target::seen(&target)];
        match search(&domain, &targets, networks, options, &mut |_| true) {
            Err(SearchError::Options(found)) => assert!(found.contains(message), "{found}"),
            other => panic!("{message}: {other:?}"),
        }
    };
    let from_written = |temperature| SearchOptions {
        init: Init::Generated,
        init_temperature: temperature,
        ..options(Method::Rollout { restart: 5 })
    };
    let mut policy = uniform(&domain);
    refused(Networks::policy(&mut policy), &sampling(4), "a network that generates");
    refused(
        Networks::policy(&mut policy),
        &from_written(0.1),
        "a network that generates",
    );
    let mut writer = Random::new(&domain, 9);
    refused(Networks::generator(&mut writer), &sampling(0), "1 program or more");
    refused(
        Networks::generator(&mut writer),
        &options(Method::Rollout { restart: 5 }),
        "a policy",
    );
    let networks = Networks {
        policy: Some(&mut policy),
        value: None,
        generator: Some(&mut writer),
    };
    refused(networks, &from_written(f64::NAN), "temperature of generating");
}

//! Tests over the public interface.

mod annealing;
mod bounds;
mod enumerating;
mod fitted;
mod formulas;
mod found;
mod functions;
mod generators;
mod hybrids;
mod limits;
mod policies;
mod refining;
mod started;
#[allow(
    dead_code,
    reason = "the toy domain of tdf-data's tests can do more than is needed here"
)]
#[path = "../../../tdf-data/tests/it/toy.rs"]
mod toy;

use std::sync::Arc;

use tdf_data::{Task, TaskOptions, make_tasks};
use tdf_domain::DynDomain;
use tdf_rainbow as _;
use tdf_search::{Init, Networks, Outcome, Policy, Ranking, SearchOptions, Target, search};
use tdf_tree::{NodeChoice, NoiseOptions};

/// A method and its options.
#[derive(Clone, Copy, Debug)]
enum Method {
    Rollout {
        restart: u32,
    },
    Beam {
        width: u32,
        edits_per_program: u32,
        ranking: Ranking,
    },
    Sample {
        particles: u32,
    },
    Random {
        restart: u32,
        noise: NoiseOptions,
    },
}

/// Methods that ask the policy.
const ASKING: [Method; 4] = [
    Method::Rollout { restart: 40 },
    Method::Beam {
        width: 64,
        edits_per_program: 3,
        ranking: Ranking::Pixels,
    },
    Method::Beam {
        width: 64,
        edits_per_program: 3,
        ranking: Ranking::Value,
    },
    Method::Beam {
        width: 64,
        edits_per_program: 3,
        ranking: Ranking::Position,
    },
];

const METHODS: [Method; 5] = {
    let [a, b, c, d] = ASKING;
    [
        a,
        b,
        c,
        d,
        Method::Random {
            restart: 40,
            noise: NoiseOptions {
                max_edit_size: 2,
                choice: NodeChoice::Size,
            },
        },
    ]
};

fn rainbow() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("rainbow")
        .expect("built in")
        .open()
        .expect("a sound domain")
}

fn options(method: Method) -> SearchOptions {
    let options = SearchOptions {
        budget: 100,
        temperature: 1.0,
        init: Init::Random,
        init_sizes: 2..=4,
        ..SearchOptions::default()
    };
    match method {
        Method::Rollout { restart } => SearchOptions {
            method: "rollout".to_owned(),
            restart,
            ..options
        },
        Method::Beam {
            width,
            edits_per_program,
            ranking,
        } => SearchOptions {
            method: "beam".to_owned(),
            beam: width,
            edits_per_program,
            ranking,
            ..options
        },
        Method::Sample { particles } => SearchOptions {
            method: "sample".to_owned(),
            particles,
            ..options
        },
        Method::Random { restart, noise } => SearchOptions {
            method: "random".to_owned(),
            restart,
            noise,
            ..options
        },
    }
}

fn tasks(domain: &Arc<dyn DynDomain>, count: usize) -> Vec<Task> {
    make_tasks(
        domain,
        &TaskOptions {
            count,
            sizes: 2..=6,
            seed: 0,
            hard: None,
        },
    )
    .unwrap()
}

fn images(tasks: &[Task]) -> Vec<Target<'_>> {
    tasks.iter().map(|task| Target::seen(&task.image)).collect()
}

/// A search to its end, ranked (if need be) by a value network that sees pixels.
fn run(
    domain: &Arc<dyn DynDomain>,
    targets: &[Target<'_>],
    policy: &mut dyn Policy,
    options: &SearchOptions,
) -> Vec<Outcome> {
    let mut value = policies::PixelValue;
    search(
        domain,
        targets,
        Networks {
            policy: Some(policy),
            value: Some(&mut value),
            generator: None,
        },
        options,
        &mut |_| true,
    )
    .unwrap()
}

//! Every method with every kind of network and every beginning: each works, or one error says what to change.

use std::path::PathBuf;

use tch::Device;
use tdf_config::{Config, Interval};
use tdf_data::{Objective, TaskOptions, make_tasks};
use tdf_search::{Target, search};
use tdf_train::train;

use super::search_args::SearchArgs;
use crate::device::DeviceChoice;

/// A domain on which every objective can be trained, small.
const CANVAS: (&str, &str) = ("canvas", "32");

fn domain() -> std::sync::Arc<dyn tdf_domain::DynDomain> {
    tdf_domain::builtin("csg2d")
        .expect("it is built in")
        .open_with([CANVAS])
        .expect("a canvas that it takes")
}

/// Trains one step.
fn network(folder: &std::path::Path, objective: Objective) -> PathBuf {
    let mut config = Config::preset("tiny").expect("a preset");
    config.train.objective = objective;
    config.train.steps = 1;
    config.train.batch = 4;
    config.train.threads = 1;
    config.train.evaluate_every = Interval::Never;
    config.train.checkpoint_every = Interval::Never;
    config.program.size = "1..=2".parse().expect("sizes");
    config.model.width = 16;
    config.model.layers = 1;
    config.model.heads = 2;
    config.model.channels = vec![4, 4, 8];
    config.evaluate.tasks = 0;
    let run = folder.join(objective.to_string());
    train(domain(), &config, &run, false, Device::Cpu, &mut ()).expect("a training");
    run
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    objective: Objective,
    method: Option<&'static str>,
    init: Option<&'static str>,
    init_run: bool,
}

impl Asked {
    /// Whether it makes sense, in words that know nothing of how it is decided.
    fn makes_sense(self) -> bool {
        let Self {
            objective,
            method,
            init,
            init_run,
        } = self;
        let edits = matches!(objective, Objective::Diffusion | Objective::Joint);
        let generates = objective != Objective::Diffusion;
        let method = method.unwrap_or(match edits {
            true => "rollout",
            false => "sample",
        });
        match method {
            // No network is asked, so none can be named.
            "anneal" | "enumerate" | "random" => !init_run,
            "sample" => generates && !init_run,
            _ => {
                let from_network = init == Some("generated");
                edits
                    && (!from_network || objective == Objective::Joint || init_run)
                    && !(init_run && init == Some("random"))
            }
        }
    }
}

#[test]
fn every_method_with_every_network_works_or_says_what_to_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let objectives = [
        Objective::Diffusion,
        Objective::Autoregressive,
        Objective::Repl,
        Objective::Joint,
    ];
    let runs = objectives.map(|objective| network(folder.path(), objective));
    let generator = &runs[1];
    let tasks = TaskOptions {
        count: 1,
        sizes: 1..=2,
        seed: 5,
        hard: None,
    };
    let task = make_tasks(&domain(), &tasks).expect("a task").remove(0);
    let methods = || std::iter::once(None).chain(tdf_search::methods().into_iter().map(|m| Some(m.name)));
    let mut worked = 0;
    for (objective, run) in objectives.into_iter().zip(&runs) {
        for (method, init) in
            methods().flat_map(|m| [None, Some("auto"), Some("random"), Some("generated")].map(|s| (m, s)))
        {
            for init_run in [false, true] {
                let asked = Asked {
                    objective,
                    method,
                    init,
                    init_run,
                };
                let mut sets = vec!["search.budget=3".to_owned(), "train.threads=1".to_owned()];
                sets.extend(init.map(|init| format!("search.init={init}")));
                let arguments = SearchArgs {
                    run: Some(run.clone()),
                    method: method.map(str::to_owned),
                    init_run: init_run.then(|| generator.clone()),
                    sets,
                    device: DeviceChoice::Cpu,
                    ..SearchArgs::default()
                };
                let found = arguments.open().and_then(|mut searcher| {
                    let targets = [Target {
                        inputs: &task.inputs,
                        observation: &task.image,
                        image: Some(task.plain()),
                    }];
                    let options = searcher.config.search_options(0);
                    let domain = searcher.domain.clone();
                    Ok(search(&domain, &targets, searcher.networks(), &options, &mut |_| true)?)
                });
                match found {
                    Ok(outcomes) => {
                        assert!(asked.makes_sense(), "{asked:?} is accepted");
                        assert!((1..=3).contains(&outcomes[0].expansions), "{asked:?}");
                        worked += 1;
                    }
                    Err(error) => {
                        let message = format!("{error:#}");
                        assert!(!asked.makes_sense(), "{asked:?}: {message}");
                        let advice = [
                            "leave out --init-run",
                            "leave one of them out",
                            "--method ",
                            "--init-run DIR",
                        ];
                        assert!(
                            advice.iter().any(|advice| message.contains(advice)),
                            "{asked:?}: {message}"
                        );
                        assert!(!message.contains('\n'), "{asked:?}: {message}");
                    }
                }
            }
        }
    }
    assert_eq!(worked, 120, "combinations that work, of 256");
}

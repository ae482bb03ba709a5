//! Tasks and examples of a domain whose targets are observations, and hard tasks.

use std::sync::Arc;

use tdf_csg2d as _;
use tdf_data::{Example, ExampleStream, Hardness, TaskOptions, make_tasks, read_tasks, write_tasks};
use tdf_domain::DynDomain;
use tdf_tree::{Sampler, Weighting};

use crate::options;

fn open(name: &str, set: &[(&str, &str)]) -> Arc<dyn DynDomain> {
    let registration = tdf_domain::builtin(name).expect("built in");
    registration.open_with(set.iter().copied()).expect("a sound domain")
}

const TASKS: TaskOptions = TaskOptions {
    count: 20,
    sizes: 2..=8,
    seed: 4,
    hard: None,
};

fn drawn(domain: &Arc<dyn DynDomain>, draw: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut image = vec![0; domain.observation_spec().bytes()];
    draw(&mut image);
    image
}

#[test]
fn tasks_show_observations_and_know_what_is_behind() {
    let domain = open("csg2d-sketch", &[]);
    let tasks = make_tasks(&domain, &TASKS).unwrap();
    for task in &tasks {
        let nodes = task.program.as_ref().unwrap().nodes();
        let observed = task.observed.as_ref().expect("a sketch");
        assert_eq!(task.plain(), drawn(&domain, |p| domain.render(nodes, p).unwrap()));
        let sketch = drawn(&domain, |p| domain.observe_target(nodes, observed.seed, p).unwrap());
        assert_eq!(task.image, sketch);
        assert_ne!(task.image, task.plain());
    }
    let mut file = Vec::new();
    write_tasks(&domain, &TASKS, &tasks, &[], &mut file).unwrap();
    assert_eq!(read_tasks(&domain, "t", file).unwrap(), tasks);
}

#[test]
fn task_files_keep_options_apart() {
    let (tree, flat) = (open("csg2d", &[]), open("csg2d", &[("composition", "flat")]));
    let mut file = Vec::new();
    write_tasks(&flat, &TASKS, &make_tasks(&flat, &TASKS).unwrap(), &[], &mut file).unwrap();
    assert!(read_tasks(&flat, "t", &file).is_ok());
    let error = read_tasks(&tree, "t", &file).unwrap_err().0;
    let expected = "t:1: made with domain.canvas=128 domain.composition=flat, the domain in use has \
                    domain.composition=tree domain.canvas=128: make the tasks again, or use a network of the same options";
    assert_eq!(error, expected);
    let bare = r#"{"domain": "csg2d", "program": "(Circle 1 2 3)"}"#;
    assert!(read_tasks(&tree, "t", bare).is_ok() && read_tasks(&flat, "t", bare).is_ok());
}

#[test]
fn examples_show_observations() {
    let plain_programs = |current| {
        let domain = open("csg2d-sketch", &[("current", current)]);
        let stream = ExampleStream::new(domain.clone(), options(), 3).unwrap();
        let (mut example, mut again) = (Example::default(), Example::default());
        let mut plain = 0;
        for index in 0..50 {
            stream.example(index, &mut example).unwrap();
            stream.example(index, &mut again).unwrap();
            assert_eq!(example, again);
            let render = |program: &tdf_tree::Tree| drawn(&domain, |p| domain.render(program.nodes(), p).unwrap());
            assert_ne!(example.target_image, render(&example.target));
            plain += usize::from(example.image == render(&example.current));
        }
        plain
    };
    assert_eq!(plain_programs("plain"), 50);
    // A shape that fills the image is as white as paper.
    assert!(plain_programs("sketch") < 5);
}

/// The public code's ratios at percentiles 50 and 95 are 0.048 and 0.102.
#[test]
fn hard_tasks_compress_badly() {
    let domain = open("csg2d", &[]);
    let sampler = Sampler::new(domain.language().grammar(), domain.size(), 8, Weighting::Rules);
    let sizes = sampler.feasible(domain.start(), 2..=8).unwrap();
    let scale = |percent| Hardness::new(&*domain, &sampler, &sizes, 4, percent);
    let [half, hard] = [50, 95].map(|percent| scale(percent).unwrap());
    let (at_half, at_hard) = (half.ratio(), hard.ratio());
    assert!(
        (at_half - 0.048).abs() < 0.01 && (at_hard - 0.102).abs() < 0.01,
        "{at_half} {at_hard}"
    );
    assert!(scale(0).is_err() && scale(100).is_err());

    let tasks = make_tasks(
        &domain,
        &TaskOptions {
            hard: Some(95),
            ..TASKS
        },
    )
    .unwrap();
    assert!(tasks.iter().all(|task| hard.admits(&task.image)));
    let common = make_tasks(&domain, &TaskOptions { count: 300, ..TASKS }).unwrap();
    let share = common.iter().filter(|task| hard.admits(&task.image)).count();
    assert!((5..40).contains(&share), "{share} of 300");
}

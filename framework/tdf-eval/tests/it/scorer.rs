//! What is said of programs.

use std::sync::Arc;

use tdf_csg2d as _;
use tdf_data::{Task, TaskOptions, make_tasks, read_tasks};
use tdf_domain::{Criterion, DynDomain};
use tdf_eval::{EvalError, EvaluationSettings, ResultLine, TaskScorer, evaluate, is_reducible, summarise};
use tdf_rainbow as _;
use tdf_search::{Init, Networks, Policy, PolicyError, Proposal, Query, SearchOptions};
use tdf_tree::{NoiseOptions, Rng};

pub fn rainbow() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("rainbow")
        .expect("built in")
        .open()
        .expect("a sound domain")
}

/// Tasks on these programs.
pub fn tasks(domain: &Arc<dyn DynDomain>, programs: &[&str]) -> Vec<Task> {
    let line = |program: &&str| format!("{{\"domain\":\"{}\",\"program\":\"{program}\"}}\n", domain.name());
    let text: String = programs.iter().map(line).collect();
    read_tasks(domain, "tasks", text).expect("tasks")
}

/// No edits at all: what is left of a search are its random initial programs.
pub struct NoEdits;

impl Policy for NoEdits {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        _samples: usize,
        _temperature: f64,
        _rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        Ok(queries.iter().map(|_| Vec::new()).collect())
    }
}

pub fn options(seed: u64) -> SearchOptions {
    SearchOptions {
        restart: 5,
        budget: 30,
        temperature: 1.0,
        init: Init::Random,
        // Of this size there are sixteen programs, and mutations do not leave it.
        init_sizes: 1..=1,
        noise: NoiseOptions {
            max_edit_size: 1,
            ..NoiseOptions::default()
        },
        seed,
        ..SearchOptions::default()
    }
}

fn reducible(domain: &Arc<dyn DynDomain>, program: &str) -> bool {
    let task = tasks(domain, &[program]).remove(0);
    is_reducible(
        domain,
        task.program.as_ref().unwrap(),
        task.plain(),
        Criterion::default(),
    )
}

#[test]
fn reducible_tasks_of_rainbow() {
    let domain = rainbow();
    assert!(!reducible(&domain, "(Box red)"));
    assert!(!reducible(&domain, "(Arrange h (Box red) (Ball blue))"));
    // The white ball on white shows nothing, but moves the red box aside.
    assert!(!reducible(&domain, "(Arrange h (Box red) (Ball white))"));
}

#[test]
fn reducible_tasks_of_csg2d() {
    let domain = tdf_domain::builtin("csg2d")
        .expect("built in")
        .open()
        .expect("a sound domain");
    let circle = "(Circle 5 8 8)";
    assert!(!reducible(&domain, circle));
    assert!(
        reducible(&domain, &format!("(+ {circle} {circle})")),
        "an operand that adds nothing"
    );
    assert!(!reducible(&domain, "(+ (Circle 5 8 8) (Circle 2 2 8))"));
    // The second circle lies within the first, the third far from both.
    assert!(reducible(&domain, "(+ (Circle 5 8 8) (Circle 2 8 8))"));
    let far = "(Circle 1 1 1)";
    let cut = format!("(- {circle} {far})");
    assert!(reducible(&domain, &cut), "what is taken away was not there");
    assert!(
        reducible(&domain, &format!("(+ {cut} (Circle 2 2 8))")),
        "an operand of an operand"
    );
}

#[test]
fn predictions_are_judged_one_by_one() {
    let domain = rainbow();
    let tasks = tasks(&domain, &["(Box red)", "(Arrange h (Box red) (Ball blue))"]);
    let scorer = TaskScorer::new(&domain, &tasks, "").unwrap();
    let (right, shown) = scorer.prediction(0, 3, "  (Box  red) ");
    assert!(right.solved && right.solved_by["public-code"] && shown.is_some());
    assert_eq!(
        (&*right.program, right.edit_distance, right.expansions),
        ("(Box red)", Some(0), 1)
    );
    assert_eq!((right.task, right.seed, right.reducible), (0, 3, Some(false)));
    let (wrong, shown) = scorer.prediction(1, 0, "(Arrange v (Box red) (Ball blue))");
    assert!(!wrong.solved && shown.is_some());
    assert_eq!(wrong.edit_distance, Some(1));
    let (invalid, shown) = scorer.prediction(1, 0, "(Box red");
    assert!(!invalid.solved && shown.is_none());
    assert_eq!((&*invalid.program, invalid.edit_distance), ("(Box red", None));
    assert!(invalid.invalid.is_some_and(|why| why.contains("expected")));
    let (none, _) = scorer.prediction(1, 0, " ");
    assert!(!none.solved && none.program.is_empty() && none.invalid.is_none());
}

/// Of programs of one shape: a ball differs from a box in less than 1 % of the pixels, and white ones in none.
#[test]
fn solutions_are_told_apart_by_text_tree_and_image() {
    let domain = rainbow();
    let tasks = tasks(
        &domain,
        &["(Box red)", "(Box white)", "(Arrange h (Box red) (Ball blue))"],
    );
    let scorer = TaskScorer::new(&domain, &tasks, "").unwrap();
    let several = SearchOptions {
        solutions: 3,
        ..options(4)
    };
    let found = evaluate(&scorer, Networks::policy(&mut NoEdits), &several, &mut |_| true).expect("a search");
    let lines: Vec<ResultLine> = found.into_iter().map(|(line, _)| line).collect();
    let of = |task: usize| lines[task].solutions.clone().expect("several were asked for");
    for (task, programs, images) in [
        (0, ["(Ball red)", "(Box red)"], 2),
        (1, ["(Ball white)", "(Box white)"], 1),
    ] {
        let mut solutions = of(task);
        assert_eq!(solutions.programs[0], lines[task].program);
        assert!(lines[task].solved && lines[task].expansions <= 16);
        solutions.programs.sort();
        assert_eq!(solutions.programs, programs);
        assert_eq!((solutions.trees, solutions.images), (2, images));
        assert_eq!((solutions.distance, solutions.spent), (Some(1.0), 16));
    }
    assert!(of(2).programs.is_empty() && !lines[2].solved);
    assert_eq!((of(2).trees, of(2).distance), (0, None));

    let summary = summarise(&lines, &EvaluationSettings::from(&several), 3, &[4]);
    let diversity = summary.diversity.expect("two tasks are solved");
    let numbers = (diversity.programs, diversity.trees, diversity.images, diversity.spent);
    assert_eq!(numbers, (2.0, 2.0, 1.5, 16.0));
    assert_eq!((diversity.wanted, diversity.distance), (3, Some(1.0)));
    assert_eq!(summary.expansions, 48);

    let one = evaluate(&scorer, Networks::policy(&mut NoEdits), &options(4), &mut |_| true).expect("a search");
    let one: Vec<ResultLine> = one.into_iter().map(|(line, _)| line).collect();
    assert!(one.iter().all(|line| line.solutions.is_none()));
    assert_eq!(
        summarise(&one, &EvaluationSettings::from(&options(4)), 3, &[4]).diversity,
        None
    );
    assert_eq!(
        one.iter().map(|line| line.expansions).collect::<Vec<_>>(),
        lines.iter().map(|line| line.expansions).collect::<Vec<_>>()
    );
}

#[test]
fn searches_are_judged_and_can_be_stopped() {
    let domain = rainbow();
    let wanted = TaskOptions {
        count: 5,
        sizes: 1..=2,
        seed: 3,
        hard: None,
    };
    let tasks = make_tasks(&domain, &wanted).expect("tasks");
    let scorer = TaskScorer::new(&domain, &tasks, "").unwrap();
    let found = evaluate(&scorer, Networks::policy(&mut NoEdits), &options(4), &mut |_| true).expect("a search");
    assert_eq!(found.len(), 5);
    for (number, (line, outcome)) in found.iter().enumerate() {
        assert_eq!((line.task, line.seed), (number, 4));
        assert_eq!(line.solved, line.solved_by["pixels-0.99"]);
        assert_eq!(
            line.solved && line.program == line.target,
            line.edit_distance == Some(0),
            "{line:?}"
        );
        assert_eq!(
            outcome.as_ref().map(|outcome| outcome.expansions),
            Some(line.expansions)
        );
    }
    let stopped = evaluate(&scorer, Networks::policy(&mut NoEdits), &options(4), &mut |_| false);
    assert!(matches!(stopped, Err(EvalError::Stopped)));
    let nothing = TaskScorer::new(&domain, &[], "").unwrap();
    let nothing = evaluate(&nothing, Networks::policy(&mut NoEdits), &options(4), &mut |_| true);
    assert!(matches!(nothing, Err(EvalError::NoTasks)));
}

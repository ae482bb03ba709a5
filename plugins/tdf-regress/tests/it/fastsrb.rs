//! Tasks of a public benchmark, where its file is present: `TDF_FASTSRB` names it.

use tdf_data::{FastSrbOptions, read_fastsrb};
use tdf_domain::bind;

use crate::domain;

const SMALL: &str = include_str!("../data/small.yaml");

#[test]
fn formulas_become_tables() {
    let domain = domain();
    let options = FastSrbOptions { seed: 3, points: 60 };
    let tasks = read_fastsrb(&domain, "small.yaml", SMALL, &options).unwrap();
    let names: Vec<_> = tasks.iter().map(|task| task.task.name.clone().unwrap()).collect();
    assert_eq!(names, ["Z.2 drag", "A.1 swing", "M.10"]);
    assert_eq!(tasks[1].difficulty, "hard");
    let programs = [
        "((x1 * square(x2)) / 2)",
        "sqrt((x1 - 3))",
        "((((((((x1 + x2) + x3) + x4) + x5) + x6) + x7) + x8) - (2 * x8))",
    ];
    for (formula, program) in tasks.iter().zip(programs) {
        let bound = bind(&domain, &formula.task.inputs).unwrap();
        let program = bound.language().parse(bound.start(), program).unwrap();
        let mut observation = bound.observation_spec().blank();
        bound.render(program.nodes(), &mut observation).unwrap();
        assert!(bound.solved(bound.criterion("").unwrap(), &observation, &formula.task.image));
    }
    // Other seeds give other points, the same seed the same.
    let again = |seed| read_fastsrb(&domain, "small.yaml", SMALL, &FastSrbOptions { seed, points: 60 }).unwrap();
    assert_eq!(again(3)[0].task.inputs, tasks[0].task.inputs);
    assert_ne!(again(4)[0].task.inputs, tasks[0].task.inputs);
}

#[test]
fn wrong_files_are_refused() {
    let domain = domain();
    for (from, to, message) in [
        (
            "v1 * v2 ^ 2 / 2",
            "v1 * v9",
            "Z.2: the formula has a variable without a range",
        ),
        (
            "v1 * v2 ^ 2 / 2",
            "sqrt(0 - v1)",
            "Z.2: the formula is finite at 0 of 5 points",
        ),
        ("v1 * v2 ^ 2 / 2", "v1 *", "Z.2: the formula breaks off"),
        ("[log, pos]", "[cubic, pos]", "sample_type \"cubic\" is not known"),
        ("[1.0e-1, 1.0e1]", "[1.0, 0.5]", "nothing can be sampled from [1, 0.5]"),
        ("prepared", "prepped", "no formulas in FastSRB's format"),
    ] {
        let text = SMALL.replacen(from, to, 1);
        let error = read_fastsrb(&domain, "f.yaml", &text, &FastSrbOptions { seed: 0, points: 5 }).unwrap_err();
        assert!(error.0.starts_with("f.yaml: ") && error.0.contains(message), "{error}");
    }
}

#[test]
#[allow(clippy::print_stderr)]
fn the_public_file_is_read() {
    let Ok(file) = std::env::var("TDF_FASTSRB") else {
        eprintln!("skipped: TDF_FASTSRB names no file");
        return;
    };
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let options = FastSrbOptions { seed: 0, points: 100 };
    let tasks = read_fastsrb(&domain(), &file, &text, &options).unwrap_or_else(|error| panic!("{error}"));
    assert!(!tasks.is_empty());
}

//! The tasks of ExeDec's data for DeepCoder, where they lie beside the repository: `../shared/benchmarks/deepcoder-none.jsonl`, a line for
//! each task with `inputs`, `outputs` and `program`. Without the file nothing is tested here.

use std::path::Path;

use tdf_domain::FunctionDomain as _;
use tdf_domain::{Inputs, Value};
use tdf_lists::Lists;

use crate::deepcoder::{parse_value, translate};
use crate::{domain, outputs};

struct Task {
    inputs: Inputs,
    outputs: Vec<Option<Value>>,
    program: String,
}

/// The tasks; `None` if the file is not there.
fn tasks() -> Option<Vec<Task>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/benchmarks/deepcoder-none.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        #[expect(clippy::print_stderr, reason = "a test says why it checks nothing")]
        {
            eprintln!("nothing is checked here: the benchmark is not beside the repository");
        }
        return None;
    };
    let tasks = text.lines().map(|line| {
        let task: serde_json::Value = serde_json::from_str(line).unwrap();
        let texts = |key: &str| -> Vec<String> {
            let all = task[key].as_array().unwrap().iter();
            all.map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let argument = |text: &str| parse_value(text.split_once(" = ").unwrap().1);
        let row = |text: &String| text.split(" | ").map(argument).collect();
        Task {
            inputs: Inputs::new(texts("inputs").iter().map(row).collect()),
            outputs: texts("outputs").iter().map(|text| Some(parse_value(text))).collect(),
            program: task["program"].as_str().unwrap().to_owned(),
        }
    });
    Some(tasks.collect())
}

/// Programs of the benchmark give the outputs of the benchmark, as they stand and once more as they are shown.
#[test]
fn programs_give_the_recorded_outputs() {
    let Some(tasks) = tasks() else { return };
    assert_eq!(tasks.len(), 1000);
    let domain = domain();
    for task in &tasks {
        Lists::default().signature().check(&task.inputs).unwrap();
        let row = &task.inputs.rows()[0];
        let text = translate(&task.program, row);
        let program = domain
            .language()
            .parse(domain.start(), &text)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(domain.language().print(program.nodes()), text);
        assert_eq!(outputs(&domain, &task.inputs, &program), task.outputs, "{text}");
        let shown = domain.shown(program.nodes()).unwrap();
        let again = domain
            .language()
            .parse(domain.start(), &translate(&shown, row))
            .unwrap();
        assert_eq!(outputs(&domain, &task.inputs, &again), task.outputs, "{text}: {shown}");
        if task.program.matches("INPUT").count() == shown.matches("INPUT").count() {
            assert_eq!(shown, task.program);
        }
    }
}

#[test]
fn tasks_are_informative() {
    let Some(tasks) = tasks() else { return };
    for task in &tasks {
        assert!(
            !Lists::default().is_uninformative(task.inputs.rows(), &task.outputs),
            "{}",
            task.program
        );
    }
}

//! The tasks of SyGuS' strings (PBE_Strings track), where they lie beside the repository: `../shared/benchmarks/sygus-strings.json`, a
//! list of tasks with `name` and `trainExamples` of `inputs` and `output`. Without the file nothing is tested here.

use std::path::Path;

use tdf_domain::{DynDomain, FunctionDomain, Inputs, Value, bind};
use tdf_formulas::Formulas;

use crate::domain;

struct Task {
    name: String,
    inputs: Inputs,
    outputs: Vec<Option<Value>>,
}

/// Formulas that meet all examples of a task.
const SOLUTIONS: [(&str, &str); 32] = [
    ("bikes.sl", "LEFT(A1, (LEN(A1) - 3))"),
    ("dr-name.sl", r#"CONCATENATE("Dr. ", LEFT(A1, (FIND(" ", A1) - 1)))"#),
    (
        "initials.sl",
        r#"CONCATENATE(CONCATENATE(LEFT(A1, 1), "."), CONCATENATE(MID(A1, (FIND(" ", A1) + 1), 1), "."))"#,
    ),
    ("lastname.sl", r#"RIGHT(A1, (LEN(A1) - FIND(" ", A1)))"#),
    (
        "name-combine-4.sl",
        r#"CONCATENATE(B1, CONCATENATE(", ", CONCATENATE(LEFT(A1, 1), ".")))"#,
    ),
    ("phone-4.sl", r#"SUBSTITUTE(A1, "-", ".")"#),
    ("phone-5.sl", r#"MID(A1, 2, (FIND(" ", A1) - 2))"#),
    (
        "phone-9.sl",
        r#"SUBSTITUTE(SUBSTITUTE(MID(A1, 2, 99), " ", "."), "-", ".")"#,
    ),
    ("phone-10.sl", r#"SUBSTITUTE(SUBSTITUTE(A1, " ", " ("), "-", ") ", 1)"#),
    (
        "univ_2.sl",
        r#"CONCATENATE(A1, CONCATENATE(", ", IF(ISNUMBER(FIND("USA", B1)), B1, CONCATENATE(B1, ", USA"))))"#,
    ),
    ("17212077.sl", r#"REPLACE(A1, 3, 3, "")"#),
    ("2171308.sl", r#"REPLACE(A1, 2, (FIND(" ", A1) - 2), "")"#),
    ("30732554.sl", r#"LEFT(A1, (FIND("|", CONCATENATE(A1, "|")) - 1))"#),
    ("35016216.sl", r#"IF(EXACT(LEFT(A1, 2), "C0"), A1, B1)"#),
    ("36462127.sl", r#"TRIM(RIGHT(SUBSTITUTE(A1, "/", REPT(" ", 20)), 20))"#),
    ("37534494.sl", "IF(ISNUMBER(FIND(C1, A1)), A1, B1)"),
    ("38664547.sl", r#"IF((LEN(A1) > 4), SUBSTITUTE(A1, "that", ""), A1)"#),
    ("38871714.sl", r#"TRIM(SUBSTITUTE(SUBSTITUTE(A1, "<", ""), ">", ""))"#),
    ("43606446.sl", "MID(A1, (LEN(A1) - 3), 3)"),
    (
        "change-negative-numbers-to-positive.sl",
        r#"IF(ISNUMBER(VALUE(A1)), A1, MID(A1, 2, 99))"#,
    ),
    (
        "create-email-address-with-name-and-domain.sl",
        r#"CONCATENATE(LEFT(A1, 1), CONCATENATE(B1, CONCATENATE("_", C1)))"#,
    ),
    ("exceljet1.sl", r#"RIGHT(B1, (LEN(B1) - FIND("_", B1)))"#),
    ("exceljet2.sl", r#"TRIM(RIGHT(SUBSTITUTE(A1, ".", REPT(" ", 9)), 9))"#),
    (
        "get-first-word.sl",
        r#"IF(ISNUMBER(FIND(" ", A1)), LEFT(A1, (FIND(" ", A1) - 1)), "")"#,
    ),
    (
        "join-cells-with-comma.sl",
        r#"CONCATENATE(A1, CONCATENATE(IF(EXACT(B1, ""), B1, CONCATENATE(", ", B1)), CONCATENATE(", ", C1)))"#,
    ),
    ("most-frequently-occurring-text.sl", "IF(EXACT(A1, C1), A1, B1)"),
    (
        "remove-file-extension-from-filename.sl",
        r#"LEFT(A1, (FIND(".", A1) - 1))"#,
    ),
    ("remove-leading-and-trailing-spaces-from-text.sl", "TRIM(A1)"),
    ("remove-unwanted-characters.sl", r#"SUBSTITUTE(A1, B1, "")"#),
    ("phone-2.sl", "RIGHT(A1, 3)"),
    ("stackoverflow7.sl", r#"TRIM(SUBSTITUTE(A1, B1, ""))"#),
    ("strip-html-from-text-or-numbers.sl", r#"SUBSTITUTE(A1, "<b>", "")"#),
];

/// The tasks; `None` if the file is not there.
fn tasks() -> Option<Vec<Task>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/benchmarks/sygus-strings.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        #[expect(clippy::print_stderr, reason = "a test says why it checks nothing")]
        {
            eprintln!("nothing is checked here: the benchmark is not beside the repository");
        }
        return None;
    };
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let tasks = all.as_array().unwrap().iter().map(|task| {
        let examples = task["trainExamples"].as_array().unwrap();
        let text = |value: &serde_json::Value| Value::from(value.as_str().unwrap());
        let row = |example: &serde_json::Value| example["inputs"].as_array().unwrap().iter().map(text).collect();
        Task {
            name: task["name"].as_str().unwrap().to_owned(),
            inputs: Inputs::new(examples.iter().map(row).collect()),
            outputs: examples.iter().map(|example| Some(text(&example["output"]))).collect(),
        }
    });
    Some(tasks.collect())
}

/// The outputs of the formula `text` on the inputs of `task`.
fn outputs(domain: &dyn DynDomain, text: &str) -> Vec<Option<Value>> {
    let program = domain
        .language()
        .parse(domain.start(), text)
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut observation = domain.observation_spec().blank();
    domain.render(program.nodes(), &mut observation).unwrap();
    domain.observation_spec().values().unwrap().decode(&observation)
}

#[test]
fn inputs_and_outputs_fit_the_signature() {
    let Some(tasks) = tasks() else { return };
    assert_eq!(tasks.len(), 89);
    let signature = Formulas.signature();
    for task in &tasks {
        signature
            .check(&task.inputs)
            .unwrap_or_else(|error| panic!("{}: {error}", task.name));
        for output in task.outputs.iter().flatten() {
            assert!(signature.output_kinds.contains(&output.kind()), "{}", task.name);
            assert!(
                output.to_string().len() <= signature.max_output as usize,
                "{}",
                task.name
            );
        }
    }
}

#[test]
fn formulas_meet_all_examples() {
    let Some(tasks) = tasks() else { return };
    let unbound = domain();
    for (name, formula) in SOLUTIONS {
        let task = tasks
            .iter()
            .find(|task| task.name == name)
            .unwrap_or_else(|| panic!("there is no task {name}"));
        let domain = bind(&unbound, &task.inputs).unwrap();
        assert_eq!(outputs(&*domain, formula), task.outputs, "{name}: {formula}");
    }
}

/// Constants in quotes that the solutions need are suggested, for nearly all of them.
#[test]
fn constants_of_solutions_are_suggested() {
    let Some(tasks) = tasks() else { return };
    let (mut needed, mut missing) = (0, Vec::new());
    for (name, formula) in SOLUTIONS {
        let task = tasks
            .iter()
            .find(|task| task.name == name)
            .unwrap_or_else(|| panic!("there is no task {name}"));
        let suggested = Formulas.constants(task.inputs.rows(), &task.outputs);
        for inside in formula.split('"').skip(1).step_by(2) {
            needed += 1;
            if !suggested.contains(&format!("\"{inside}\"")) {
                missing.push((name, inside));
            }
        }
    }
    #[expect(clippy::print_stderr, reason = "a test tells its figures")]
    {
        eprintln!("{} of {needed} constants are not suggested: {missing:?}", missing.len());
    }
    assert!(missing.len() < needed / 4, "{missing:?}");
}

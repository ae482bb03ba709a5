//! Tasks in the formats of public benchmarks.

use serde::Deserialize;
use serde_json::Value as Json;
use tdf_domain::{DynDomain, Inputs, Value, bind};

use crate::task_values::fitting;
use crate::{FastSrbOptions, Task, TaskError, TaskOptions, read_fastsrb, value_from_json};

/// A task of SyGuS's string track, as CrossBeam distributes them: a JSON array of these.
#[derive(Deserialize)]
struct SygusTask {
    name: String,
    #[serde(rename = "trainExamples")]
    examples: Vec<SygusExample>,
}

#[derive(Deserialize)]
struct SygusExample {
    inputs: Vec<Json>,
    output: Json,
}

/// A task in DeepCoder's language, as ExeDec distributes them: a JSON object a line. The texts have the form `x0 = [ 1 2 ] | x1 = 3`.
#[derive(Deserialize)]
struct DeepCoderTask {
    index: u64,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

/// Reads a file of a public benchmark as tasks of `domain`. A JSON array is in SyGuS's format as CrossBeam distributes it; lines of
/// JSON objects are DeepCoder's tasks as ExeDec distributes them. The programs of these tasks are not read. A file whose name ends
/// with `.yaml` or `.yml` has formulas in FastSRB's format: `seed` samples their points, [`FastSrbOptions::POINTS`] for each.
///
/// # Errors
/// `FILE: what is wrong`, with the name or line of the task.
pub fn read_benchmark(
    domain: &std::sync::Arc<dyn DynDomain>,
    file: &str,
    text: &str,
    seed: u64,
) -> Result<Vec<Task>, TaskError> {
    let Some(signature) = domain.signature() else {
        return Err(TaskError(format!(
            "{file}: programs of {} take no inputs",
            domain.name()
        )));
    };
    if file.ends_with(".yaml") || file.ends_with(".yml") {
        let points = FastSrbOptions::POINTS;
        let formulas = read_fastsrb(domain, file, text, &FastSrbOptions { seed, points })?;
        return Ok(formulas.into_iter().map(|formula| formula.task).collect());
    }
    let found = match text.trim_start().starts_with('[') {
        true => sygus(file, text)?,
        false => deepcoder(file, text)?,
    };
    if found.is_empty() || found.len() > TaskOptions::MOST {
        let (count, most) = (found.len(), TaskOptions::MOST);
        return Err(TaskError(format!("{file}: {count} tasks: allowed are 1 to {most}")));
    }
    let mut tasks = Vec::with_capacity(found.len());
    for (name, examples) in found {
        let fail = |message: String| TaskError(format!("{file}: {name}: {message}"));
        let (mut rows, mut outputs) = (Vec::new(), Vec::new());
        for (inputs, output) in examples {
            let row = inputs
                .iter()
                .map(|json| value_from_json(json, signature.argument_kinds));
            rows.push(row.collect::<Result<Vec<Value>, _>>().map_err(fail)?);
            let output = value_from_json(&output, signature.output_kinds).and_then(|value| fitting(value, signature));
            outputs.push(Some(output.map_err(fail)?));
        }
        let inputs = Inputs::new(rows);
        let bound = bind(domain, &inputs).map_err(|error| fail(error.0))?;
        let Some(spec) = bound.observation_spec().values() else {
            return Err(fail("observations are images".to_owned()));
        };
        tasks.push(Task {
            program: None,
            name: Some(name.clone()),
            image: spec.encode(&outputs),
            inputs,
            observed: None,
        });
    }
    Ok(tasks)
}

type Named = (String, Vec<(Vec<Json>, Json)>);

fn sygus(file: &str, text: &str) -> Result<Vec<Named>, TaskError> {
    let tasks: Vec<SygusTask> = serde_json::from_str(text)
        .map_err(|error| TaskError(format!("{file}: no tasks in SyGuS's format: {error}")))?;
    let task = |task: SygusTask| {
        let examples = task
            .examples
            .into_iter()
            .map(|example| (example.inputs, example.output));
        (task.name, examples.collect())
    };
    Ok(tasks.into_iter().map(task).collect())
}

fn deepcoder(file: &str, text: &str) -> Result<Vec<Named>, TaskError> {
    let mut tasks = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fail = |message: String| TaskError(format!("{file}:{}: {message}", number + 1));
        let task: DeepCoderTask =
            serde_json::from_str(line).map_err(|error| fail(format!("no task in DeepCoder's format: {error}")))?;
        if task.inputs.len() != task.outputs.len() {
            let (inputs, outputs) = (task.inputs.len(), task.outputs.len());
            return Err(fail(format!("{inputs} inputs and {outputs} outputs")));
        }
        let mut examples = Vec::new();
        for (inputs, output) in task.inputs.iter().zip(&task.outputs) {
            let values = inputs
                .split('|')
                .map(|part| part.split_once('=').map_or(part, |(_, value)| value));
            let values = values.map(spaced).collect::<Result<_, _>>().map_err(fail)?;
            examples.push((values, spaced(output).map_err(fail)?));
        }
        tasks.push((task.index.to_string(), examples));
    }
    Ok(tasks)
}

/// A number or a list with blanks between its numbers: `[ 1 2 ]`.
fn spaced(text: &str) -> Result<Json, String> {
    let text = text.trim();
    let number = |word: &str| -> Result<Json, String> {
        let parsed: Result<i64, _> = word.parse();
        parsed
            .map(Json::from)
            .map_err(|_| format!("{word:?} is not a whole number"))
    };
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(items) => Ok(Json::Array(
            items.split_whitespace().map(number).collect::<Result<_, _>>()?,
        )),
        None => number(text),
    }
}

//! Random tasks as targets.

use serde_json::{Value as Json, json};
use tdf_data::{Task, TaskOptions, make_tasks, value_to_json};
use tdf_domain::bind;

use crate::error::ApiError;
use crate::image;
use crate::subject::Subject;

/// A random task, as a target to begin with.
pub(crate) fn surprise(subject: &Subject, seed: u64) -> Result<Json, ApiError> {
    let options = TaskOptions::new(1, subject.config.program.size.range(), seed);
    let tasks = make_tasks(&subject.domain, &options).map_err(ApiError::refused)?;
    let task = tasks.first().ok_or_else(|| ApiError::refused("no task was found"))?;
    let program = task
        .program
        .as_ref()
        .map(|program| subject.domain.language().print(program.nodes()));
    let examples = examples(subject, task);
    Ok(json!({
        "program": program,
        "image": image::shown(&*subject.domain, &task.image),
        "examples": examples?,
    }))
}

/// The inputs and outputs of a task as a table of examples; null for images.
fn examples(subject: &Subject, task: &Task) -> Result<Json, ApiError> {
    if task.inputs.is_empty() {
        return Ok(Json::Null);
    }
    let bound = bind(&subject.domain, &task.inputs).map_err(ApiError::refused)?;
    let outputs = bound
        .observation_spec()
        .values()
        .map(|spec| spec.decode(&task.image))
        .unwrap_or_default();
    let rows = task.inputs.rows().iter().zip(outputs);
    let lines = rows.map(|(inputs, output)| {
        let inputs: Vec<Json> = inputs.iter().map(value_to_json).collect();
        json!({ "inputs": inputs, "output": output.as_ref().map(value_to_json) }).to_string()
    });
    // Every domain reads this form.
    let text = lines.collect::<Vec<_>>().join("\n");
    Ok(json!({ "format": "jsonl", "text": text }))
}

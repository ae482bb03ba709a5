//! The course of a training.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value as Json, json};
use tdf_data::{Example, ExampleStream};
use tdf_domain::{DynDomain, Value, bind};

use crate::error::ApiError;
use crate::subject::Subject;
use crate::{image, language};

/// A training whose table grew in this time goes on.
const GOES_ON: Duration = Duration::from_secs(120);

/// The largest table of a training in bytes, and points of a curve at most.
const LARGEST: u64 = 1 << 28;
const POINTS: usize = 400;

/// Examples that are shown.
const EXAMPLES: u64 = 12;

/// The runs whose training left a table.
pub(crate) fn list(subjects: &[Arc<Subject>]) -> Json {
    let runs = subjects.iter().filter_map(|subject| {
        let folder = subject
            .folder
            .as_ref()
            .filter(|folder| folder.join("metrics.csv").is_file())?;
        Some(json!({
            "id": subject.id,
            "folder": folder.display().to_string(),
            "domain": subject.domain.name(),
            "training": goes_on(folder),
        }))
    });
    runs.collect()
}

fn goes_on(folder: &Path) -> bool {
    let written = std::fs::metadata(folder.join("metrics.csv")).and_then(|data| data.modified());
    written.is_ok_and(|time| time.elapsed().is_ok_and(|age| age < GOES_ON))
}

/// The curves of a training, and some of its examples.
pub(crate) fn course(subject: &Subject) -> Result<Json, ApiError> {
    let folder = subject
        .folder
        .as_ref()
        .ok_or_else(|| ApiError::missing("this is no run"))?;
    let table = tdf_files::read(&folder.join("metrics.csv"), LARGEST);
    let table = table.map_err(|error| ApiError::missing(format!("{}: {error}", folder.display())))?;
    let rows = rows(&table);
    let losses: Vec<&Map<String, Json>> = rows.iter().filter(|row| row.contains_key("loss")).collect();
    let step = losses.len().div_ceil(POINTS).max(1);
    let point = |row: &Map<String, Json>, name: &str, value: &str| {
        let minutes = row.get("seconds").and_then(Json::as_f64).map(|seconds| seconds / 60.0);
        json!({ "examples": row.get("examples"), "minutes": minutes, name: row.get(value) })
    };
    let curve: Vec<Json> = losses
        .iter()
        .step_by(step)
        .map(|row| point(row, "loss", "loss"))
        .collect();
    let solved = rows.iter().filter(|row| row.contains_key("solve_rate"));
    let evaluations: Vec<Json> = solved.map(|row| point(row, "solved", "solve_rate")).collect();
    Ok(json!({
        "folder": folder.display().to_string(),
        "domain": subject.domain.name(),
        "training": goes_on(folder),
        "steps": curve,
        "evaluations": evaluations,
        "examples": shown_examples(subject)?,
    }))
}

/// The rows of a table, with the numbers that they have.
fn rows(table: &[u8]) -> Vec<Map<String, Json>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(table);
    let names = reader.headers().cloned().unwrap_or_default();
    let row = |record: csv::StringRecord| {
        let values = names.iter().zip(record.iter());
        let numbers = values.filter_map(|(name, text)| Some((name.to_owned(), text.parse::<f64>().ok()?.into())));
        numbers.collect()
    };
    // The last line may be half written.
    reader.records().filter_map(|record| record.ok().map(row)).collect()
}

/// Examples as the network sees them.
fn shown_examples(subject: &Subject) -> Result<Json, ApiError> {
    let options = subject.config.example_options();
    let stream = ExampleStream::new(Arc::clone(&subject.domain), options, 0).map_err(ApiError::refused)?;
    let mut example = Example::default();
    let mut shown = Vec::new();
    for index in 0..EXAMPLES {
        stream.example(index, &mut example).map_err(ApiError::refused)?;
        shown.push(one(&subject.domain, &example));
    }
    Ok(shown.into())
}

fn one(domain: &Arc<dyn DynDomain>, example: &Example) -> Json {
    let bound = bind(domain, &example.inputs).unwrap_or_else(|_| Arc::clone(domain));
    let print = |nodes: &[tdf_domain::Node]| match nodes.is_empty() {
        true => String::new(),
        false => domain.language().print(nodes),
    };
    let values = |observation: &[u8]| {
        let spec = bound.observation_spec().values()?;
        let outputs = spec.decode(observation);
        let text = |output: &Option<Value>| output.as_ref().map_or("fails".to_owned(), Value::to_string);
        Some(outputs.iter().map(text).collect::<Vec<_>>())
    };
    json!({
        "target_program": print(example.target.nodes()),
        "program": print(example.current.nodes()),
        "target_image": image::shown(&**domain, &example.target_image),
        "program_image": image::shown(&**domain, &example.image),
        "target_outputs": values(&example.target_image),
        "program_outputs": values(&example.image),
        "edit": example.edit.as_ref().and_then(|edit| language::span(&**domain, &example.current, edit.node)),
        "inserted": example.edit.as_ref().map(|edit| print(&edit.replacement)),
        "noise": example.distance,
    })
}

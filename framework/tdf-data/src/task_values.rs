//! Inputs and outputs in task files.

use serde_json::Value as Json;
use tdf_domain::{DynDomain, Inputs, Signature, Value};

use crate::value_json::{value_from_json, value_to_json};

/// The inputs of a task, as they stand in a line.
pub(crate) fn inputs(inputs: &Inputs) -> Vec<Vec<Json>> {
    let row = |row: &Vec<Value>| row.iter().map(value_to_json).collect();
    inputs.rows().iter().map(row).collect()
}

/// The outputs of a task, as they stand in a line; none in domains of images.
pub(crate) fn outputs(domain: &dyn DynDomain, observation: &[u8]) -> Vec<Json> {
    let Some(spec) = domain.observation_spec().values() else {
        return Vec::new();
    };
    let outputs = spec.decode(observation).into_iter();
    outputs
        .map(|output| output.as_ref().map_or(Json::Null, value_to_json))
        .collect()
}

/// The inputs in a line.
pub(crate) fn read_inputs(domain: &dyn DynDomain, rows: &[Vec<Json>]) -> Result<Inputs, String> {
    let Some(signature) = domain.signature() else {
        return match rows {
            [] => Ok(Inputs::none()),
            _ => Err(format!("programs of {} take no `inputs`", domain.name())),
        };
    };
    let value = |json: &Json| value_from_json(json, signature.argument_kinds);
    let row = |(number, row): (usize, &Vec<Json>)| {
        let values: Result<Vec<Value>, String> = row.iter().map(value).collect();
        values.map_err(|message| format!("row {} of `inputs`: {message}", number + 1))
    };
    let rows: Result<Vec<_>, String> = rows.iter().enumerate().map(row).collect();
    Ok(Inputs::new(rows?))
}

/// The observation that the outputs in a line make. The domain is bound to the inputs of the task.
pub(crate) fn read_outputs(domain: &dyn DynDomain, outputs: &[Json]) -> Result<Vec<u8>, String> {
    let (Some(spec), Some(signature)) = (domain.observation_spec().values(), domain.signature()) else {
        return Err(format!("programs of {} give no `outputs`", domain.name()));
    };
    if outputs.len() != spec.rows as usize {
        let (found, rows) = (outputs.len(), spec.rows);
        return Err(format!("{found} `outputs` for {rows} rows of `inputs`"));
    }
    let mut values = Vec::with_capacity(outputs.len());
    for (row, json) in outputs.iter().enumerate() {
        let value = match json {
            Json::Null => None,
            json => Some(
                value_from_json(json, signature.output_kinds)
                    .and_then(|value| fitting(value, signature))
                    .map_err(|message| format!("row {} of `outputs`: {message}", row + 1))?,
            ),
        };
        values.push(value);
    }
    Ok(spec.encode(&values))
}

/// The value, if outputs may be as long.
pub(crate) fn fitting(value: Value, signature: Signature) -> Result<Value, String> {
    let length = match &value {
        Value::Text(text) => text.len(),
        Value::Integer(_) => 8,
        Value::Integers(items) => 8 * items.len(),
        Value::Numbers(items) => 8 * items.len(),
        Value::Boolean(_) => 1,
    };
    let most = signature.max_output as usize;
    match length <= most {
        true => Ok(value),
        false => Err(format!("an output of {length} bytes, outputs have at most {most}")),
    }
}

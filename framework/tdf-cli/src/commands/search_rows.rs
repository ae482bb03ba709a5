//! The outputs of a found program on all rows of a table.

use std::sync::Arc;

use serde_json::json;
use tdf_data::{ExampleRow, value_to_json};
use tdf_domain::{DynDomain, Inputs, Signature, Value, bind};
use tdf_eval::text::visible_line;
use tdf_tree::Tree;

use crate::commands::search_targets::Examples;

/// Rows that are printed, at most.
const MOST: usize = 100;

/// The outputs of `program` on all rows of a table.
pub fn outputs(domain: &Arc<dyn DynDomain>, examples: &Examples, program: &Tree) -> anyhow::Result<Vec<Option<Value>>> {
    let mut outputs = Vec::with_capacity(examples.table.rows.len());
    for rows in examples.table.rows.chunks(Signature::MAX_ROWS) {
        let inputs = Inputs::new(rows.iter().map(|row| row.inputs.clone()).collect());
        let bound = bind(domain, &inputs)?;
        let observation = tdf_eval::render(&bound, program)?;
        if let Some(spec) = bound.observation_spec().values() {
            outputs.extend(spec.decode(&observation));
        }
    }
    Ok(outputs)
}

/// Lines for people: each row with its output, and where it is not the one that was given.
pub fn text(name: &str, examples: &Examples, outputs: &[Option<Value>]) -> String {
    let mut lines = Vec::new();
    // A run on whole columns says nothing in a line.
    let is_column = |value: &Value| matches!(value, Value::Numbers(_));
    let is_shown = |(_, row): &(usize, &ExampleRow)| !row.inputs.iter().all(is_column);
    for (number, row) in examples.table.rows.iter().enumerate().filter(is_shown).take(MOST) {
        let inputs: Vec<String> = row.inputs.iter().map(Value::to_string).collect();
        let found = in_words(outputs[number].as_ref());
        let remark = match &row.output {
            None => " (answered)".to_owned(),
            Some(wanted) if outputs[number].as_ref() != Some(wanted) => {
                format!(", not {wanted}{}", held(examples, number))
            }
            Some(_) => held(examples, number).to_owned(),
        };
        let line = format!("{name}:{}: {} -> {found}{remark}", row.line, inputs.join(", "));
        lines.push(visible_line(&line).to_string());
    }
    if examples.table.rows.len() > MOST {
        lines.push(format!("{name}: {} rows more", examples.table.rows.len() - MOST));
    }
    if !examples.held_out.is_empty() {
        let met = met(examples, outputs);
        lines.push(format!("{name}: {met} of {} held out are met", examples.held_out.len()));
    }
    lines.join("\n")
}

/// The rows as JSON.
pub fn json(examples: &Examples, outputs: &[Option<Value>]) -> serde_json::Value {
    let row = |(number, row): (usize, &ExampleRow)| {
        json!({
            "line": row.line,
            "inputs": row.inputs.iter().map(value_to_json).collect::<Vec<_>>(),
            "output": outputs[number].as_ref().map(value_to_json),
            "wanted": row.output.as_ref().map(value_to_json),
            "held_out": examples.held_out.contains(&number),
        })
    };
    examples.table.rows.iter().enumerate().map(row).collect()
}

/// How many of the rows that were held out are met.
fn met(examples: &Examples, outputs: &[Option<Value>]) -> usize {
    let rows = &examples.table.rows;
    let is_met = |row: &&usize| outputs[**row] == rows[**row].output;
    examples.held_out.iter().filter(is_met).count()
}

fn held(examples: &Examples, row: usize) -> &'static str {
    if examples.held_out.contains(&row) {
        " (held out)"
    } else {
        ""
    }
}

fn in_words(output: Option<&Value>) -> String {
    output.map_or("fails".to_owned(), Value::to_string)
}

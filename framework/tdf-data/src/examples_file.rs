//! Examples of people: tables of inputs and outputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use tdf_domain::{DynDomain, InputError, Inputs, Signature, Value, ValueKind, bind};

use crate::task_values::fitting;
use crate::{TaskError, value_from_json, value_to_json};

/// Rows of a file at most.
const MOST_ROWS: usize = 100_000;

/// A table of inputs and outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleTable {
    /// Names of the columns, the last is that of the output. Empty if the file has none.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<ExampleRow>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleRow {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The arguments of a run.
    pub inputs: Vec<Value>,
    /// The output; `None` if it is asked for.
    pub output: Option<Value>,
}

/// The target of a search for `rows`, which have outputs: `domain` bound to their inputs, and the outputs as its observation.
///
/// # Errors
/// Rows that programs of the domain do not run on.
pub fn bind_examples<'r>(
    domain: &Arc<dyn DynDomain>,
    rows: impl Iterator<Item = &'r ExampleRow> + Clone,
) -> Result<(Arc<dyn DynDomain>, Vec<u8>), InputError> {
    let bound = bind(
        domain,
        &Inputs::new(rows.clone().map(|row| row.inputs.clone()).collect()),
    )?;
    let Some(spec) = bound.observation_spec().values() else {
        return Err(InputError("observations are images".to_owned()));
    };
    let outputs: Vec<Option<Value>> = rows.map(|row| row.output.clone()).collect();
    Ok((bound, spec.encode(&outputs)))
}

/// Reads a table for programs of `domain`. Files whose names end with `.jsonl` have a JSON object a line, `{"inputs": [...],
/// "output": ...}`. Others are CSV (`.tsv`: with tabs): the first line has the names of the columns, the last column is the output.
/// A row without an output asks for it.
///
/// Where programs take columns of numbers and nothing else, a CSV file is one run: its columns are the arguments, and the table has
/// one row. All lines need an output.
///
/// # Errors
/// `FILE:LINE: what is wrong`, or `FILE: ...` if it concerns the whole file.
pub fn read_examples(domain: &dyn DynDomain, file: &str, bytes: &[u8]) -> Result<ExampleTable, TaskError> {
    let Some(signature) = domain.signature() else {
        return Err(TaskError(format!(
            "{file}: programs of {} take no inputs: give it an image with --target",
            domain.name()
        )));
    };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
        TaskError(format!("{file}:{line}: not UTF-8: save the file in this encoding"))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table = match file.ends_with(".jsonl") {
        true => read_json(file, text, signature)?,
        false if takes_columns(signature) => read_columns(file, text)?,
        false => read_csv(file, text, signature)?,
    };
    check(file, &table, signature)?;
    Ok(table)
}

fn read_json(file: &str, text: &str, signature: Signature) -> Result<ExampleTable, TaskError> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        inputs: Vec<serde_json::Value>,
        #[serde(default)]
        output: serde_json::Value,
    }
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let fail = |message: String| TaskError(format!("{file}:{}: {message}", number + 1));
        let line: Line = serde_json::from_str(line).map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message);
            fail(format!("not an example: {message} at column {}", error.column()))
        })?;
        let inputs = line
            .inputs
            .iter()
            .map(|json| value_from_json(json, signature.argument_kinds));
        let output = match &line.output {
            serde_json::Value::Null => None,
            json => Some(value_from_json(json, signature.output_kinds).map_err(|e| fail(format!("output: {e}")))?),
        };
        rows.push(ExampleRow {
            line: number + 1,
            inputs: inputs
                .collect::<Result<_, _>>()
                .map_err(|e| fail(format!("inputs: {e}")))?,
            output,
        });
        limit(file, rows.len())?;
    }
    Ok(ExampleTable {
        columns: Vec::new(),
        rows,
    })
}

/// Whether arguments and outputs are columns of numbers, and nothing else.
fn takes_columns(signature: Signature) -> bool {
    signature.argument_kinds == [ValueKind::Numbers] && signature.output_kinds == [ValueKind::Numbers]
}

/// Reads a table whose columns are the arguments of one run.
fn read_columns(file: &str, text: &str) -> Result<ExampleTable, TaskError> {
    const CELLS: Signature = Signature {
        arguments: (1, usize::MAX),
        argument_kinds: &[ValueKind::Text],
        output_kinds: &[ValueKind::Text],
        max_output: u32::MAX,
    };
    let cells = read_csv(file, text, CELLS)?;
    let mut columns: Vec<Vec<f64>> = vec![Vec::with_capacity(cells.rows.len()); cells.columns.len()];
    for row in &cells.rows {
        let fail = |message: String| TaskError(format!("{file}:{}: {message}", row.line));
        let Some(output) = &row.output else {
            return Err(fail(
                "no output: a formula is searched for all lines together, so each needs one".to_owned(),
            ));
        };
        for ((cell, column), name) in row.inputs.iter().chain([output]).zip(&mut columns).zip(&cells.columns) {
            let cell = cell.to_string();
            let number: Option<f64> = cell.trim().parse().ok().filter(|number: &f64| number.is_finite());
            column.push(number.ok_or_else(|| fail(format!("column {name:?}: {cell:?} is not a number")))?);
        }
    }
    let mut inputs: Vec<Value> = columns.into_iter().map(Value::Numbers).collect();
    let output = inputs.pop();
    let line = cells.rows.first().map_or(2, |row| row.line);
    let rows = match cells.rows.is_empty() {
        true => Vec::new(),
        false => vec![ExampleRow { line, inputs, output }],
    };
    Ok(ExampleTable {
        columns: cells.columns,
        rows,
    })
}

fn read_csv(file: &str, text: &str, signature: Signature) -> Result<ExampleTable, TaskError> {
    let delimiter = if file.ends_with(".tsv") { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let fail = |line: u64, message: String| TaskError(format!("{file}:{line}: {message}"));
    let columns: Vec<String> = match reader.headers() {
        Ok(names) => names.iter().map(str::to_owned).collect(),
        Err(error) => return Err(fail(1, error.to_string())),
    };
    if columns.len() < 2 {
        return Err(fail(
            1,
            "one column: a table has columns of inputs, and the output in the last one".to_owned(),
        ));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            fail(line, error.to_string())
        })?;
        let line = record.position().map_or(1, csv::Position::line);
        if record.len() != columns.len() {
            let (found, wanted) = (record.len(), columns.len());
            return Err(fail(line, format!("{found} cells, the first line has {wanted}")));
        }
        let mut values = Vec::with_capacity(record.len());
        let (output, inputs) = (&record[record.len() - 1], record.len() - 1);
        for (cell, column) in record.iter().take(inputs).zip(&columns) {
            let value = cell_value(cell, signature.argument_kinds);
            values.push(value.map_err(|message| fail(line, format!("column {column:?}: {message}")))?);
        }
        let output = match output {
            "" => None,
            cell => Some(cell_value(cell, signature.output_kinds).map_err(|message| fail(line, message))?),
        };
        rows.push(ExampleRow {
            line: line as usize,
            inputs: values,
            output,
        });
        limit(file, rows.len())?;
    }
    Ok(ExampleTable { columns, rows })
}

/// A cell as the first of `kinds` that it can be read as; a list is written in JSON.
fn cell_value(cell: &str, kinds: &[ValueKind]) -> Result<Value, String> {
    if kinds.contains(&ValueKind::Text) {
        return Ok(Value::Text(cell.to_owned()));
    }
    let json = serde_json::from_str(cell).map_err(|_| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        format!("{cell:?} is not a value of the kind {}", names.join(" or "))
    })?;
    value_from_json(&json, kinds)
}

fn limit(file: &str, rows: usize) -> Result<(), TaskError> {
    match rows > MOST_ROWS {
        true => Err(TaskError(format!(
            "{file}: more than {MOST_ROWS} rows: divide the file"
        ))),
        false => Ok(()),
    }
}

fn check(file: &str, table: &ExampleTable, signature: Signature) -> Result<(), TaskError> {
    let examples = table.rows.iter().filter(|row| row.output.is_some());
    let count = examples.clone().count();
    if count == 0 {
        return Err(TaskError(format!(
            "{file}: no row has an output: give at least one example, better three"
        )));
    }
    if count > Signature::MAX_ROWS {
        let most = Signature::MAX_ROWS;
        return Err(TaskError(format!(
            "{file}: {count} rows have an output: a search takes at most {most}; leave the outputs of the others out"
        )));
    }
    let mut outputs: BTreeMap<String, &ExampleRow> = BTreeMap::new();
    for row in &table.rows {
        let fail = |message: String| TaskError(format!("{file}:{}: {message}", row.line));
        let alone = Inputs::new(vec![row.inputs.clone()]);
        signature.check(&alone).map_err(|error| {
            // It is the only row of these inputs.
            fail(error.0.trim_start_matches("row 1: ").to_owned())
        })?;
        if row.inputs.len() != table.rows[0].inputs.len() {
            let (found, wanted) = (row.inputs.len(), table.rows[0].inputs.len());
            return Err(fail(format!("{found} inputs, the first row has {wanted}")));
        }
        let Some(output) = &row.output else { continue };
        fitting(output.clone(), signature).map_err(fail)?;
        let known = outputs.entry(format!("{:?}", row.inputs)).or_insert(row);
        if known.output.as_ref() != Some(output) {
            return Err(fail(format!(
                "contradicts line {}: the same inputs have two outputs",
                known.line
            )));
        }
    }
    Ok(())
}

fn numbers(value: &Value) -> Option<&Vec<f64>> {
    match value {
        Value::Numbers(column) => Some(column),
        _ => None,
    }
}

impl ExampleTable {
    /// The table as a file of the same kind, with `outputs` in the place of those that were asked for. A row whose program failed
    /// has no output.
    ///
    /// # Errors
    /// A name or cell that cannot be written.
    pub fn filled(&self, file: &str, outputs: &[Option<Value>]) -> Result<Vec<u8>, TaskError> {
        let output = |(row, found): (&ExampleRow, &Option<Value>)| row.output.clone().or_else(|| found.clone());
        let outputs = self.rows.iter().zip(outputs).map(output);
        let fail = |error: &dyn std::fmt::Display| TaskError(format!("{file}: {error}"));
        if self.columns.is_empty() {
            let mut out = Vec::new();
            for (row, output) in self.rows.iter().zip(outputs) {
                let inputs: Vec<_> = row.inputs.iter().map(value_to_json).collect();
                let output = output.as_ref().map(value_to_json);
                let line = serde_json::json!({ "inputs": inputs, "output": output });
                serde_json::to_writer(&mut out, &line).map_err(|error| fail(&error))?;
                out.push(b'\n');
            }
            return Ok(out);
        }
        let delimiter = if file.ends_with(".tsv") { b'\t' } else { b',' };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(&self.columns).map_err(|error| fail(&error))?;
        for (row, output) in self.rows.iter().zip(outputs) {
            let values: Option<Vec<&Vec<f64>>> = row.inputs.iter().chain(&output).map(numbers).collect();
            if let Some(values) = values.filter(|values| values.len() == self.columns.len()) {
                // The columns of one run.
                let lines = values.iter().map(|column| column.len()).min().unwrap_or_default();
                for line in 0..lines {
                    let cells = values.iter().map(|column| column[line].to_string());
                    writer.write_record(cells).map_err(|error| fail(&error))?;
                }
                continue;
            }
            let inputs = row.inputs.iter().map(Value::to_string);
            let output = output.map(|value| value.to_string()).unwrap_or_default();
            writer
                .write_record(inputs.chain([output]))
                .map_err(|error| fail(&error))?;
        }
        writer.into_inner().map_err(|error| fail(&error))
    }
}

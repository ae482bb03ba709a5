//! Inputs and outputs as tables: in domains whose observations are values.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use tdf_domain::{DynDomain, Value, ValueSpec};

use crate::html::scrolling;
use crate::text::html as escape;

/// Rows of a table, at most.
const MOST: usize = 12;

/// Characters of a value in a table, at most.
const LONGEST: usize = 60;

/// A row of a task with what a program gives for it, as texts that may be cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleRow {
    /// The arguments.
    pub inputs: Vec<String>,
    /// The output of the target; `None` if it fails.
    pub target: Option<String>,
    /// The output of the program; `None` if it fails.
    pub found: Option<String>,
    /// Whether both outputs are the same.
    pub equal: bool,
}

/// The first rows of a task. `domain` is bound to its inputs.
pub(crate) fn example_rows(domain: &dyn DynDomain, spec: ValueSpec, target: &[u8], found: &[u8]) -> Vec<ExampleRow> {
    let outputs = spec.decode(target).into_iter().zip(spec.decode(found));
    let rows = domain.inputs().rows().iter().zip(outputs);
    let row = |(inputs, (target, found)): (&Vec<Value>, (Option<Value>, Option<Value>))| ExampleRow {
        inputs: inputs.iter().map(cut).collect(),
        equal: target == found,
        target: target.as_ref().map(cut),
        found: found.as_ref().map(cut),
    };
    rows.take(MOST).map(row).collect()
}

/// A value as a text that fits into a table.
fn cut(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text,
    }
}

/// A table of rows with what each program gives for them; outputs that are not those of the target are marked. `columns` are the names
/// of the programs and their rows, which have the same inputs.
pub(crate) fn rows_table(columns: &[(&str, &[ExampleRow])]) -> String {
    let Some((_, rows)) = columns.first() else {
        return String::new();
    };
    let arguments = rows.first().map_or(0, |row| row.inputs.len());
    let mut table = String::from("<table><tr>");
    for number in 1..=arguments {
        let of = if arguments > 1 {
            format!(" {number}")
        } else {
            String::new()
        };
        let _ = write!(table, "<th class=\"text\">input{of}</th>");
    }
    table.push_str("<th class=\"text\">target</th>");
    for (name, _) in columns {
        let _ = write!(table, "<th class=\"text\">{}</th>", escape(name));
    }
    table.push_str("</tr>\n");
    for (at, row) in rows.iter().enumerate() {
        table.push_str("<tr>");
        for value in &row.inputs {
            let _ = write!(table, "<td class=\"text\">{}</td>", escape(value));
        }
        let _ = write!(table, "<td class=\"text\">{}</td>", shown(row.target.as_deref()));
        for (_, rows) in columns {
            let found = match rows.get(at) {
                Some(row) if row.equal => shown(row.found.as_deref()),
                Some(row) => format!("<mark>{}</mark>", shown(row.found.as_deref())),
                None => String::new(),
            };
            let _ = write!(table, "<td class=\"text\">{found}</td>");
        }
        table.push_str("</tr>\n");
    }
    table.push_str("</table>");
    table
}

/// A table of the inputs of a task with the outputs of the target and of what was found; outputs that differ are marked. `domain` is
/// bound to the inputs.
pub(crate) fn examples_table(domain: &dyn DynDomain, spec: ValueSpec, target: &[u8], found: &[u8]) -> String {
    let mut table = rows_table(&[("found", &example_rows(domain, spec, target, found))]);
    let rows = domain.inputs().rows().len();
    if rows > MOST {
        let _ = write!(table, "<p class=\"note\">{} rows more</p>", rows - MOST);
    }
    scrolling("Inputs and outputs", &table)
}

fn shown(output: Option<&str>) -> String {
    match output {
        None => "<i>fails</i>".to_owned(),
        Some(text) => escape(text),
    }
}

/// How many rows of two observations are equal, and of how many.
pub fn rows_met(spec: ValueSpec, observation: &[u8], target: &[u8]) -> (usize, usize) {
    let rows = observation
        .chunks_exact(spec.slot())
        .zip(target.chunks_exact(spec.slot()));
    (rows.filter(|(a, b)| a == b).count(), spec.rows as usize)
}

/// A task in a line: its inputs and outputs, the first rows of them.
pub(crate) fn examples_line(domain: &dyn DynDomain, spec: ValueSpec, target: &[u8]) -> String {
    const FIRST: usize = 3;
    let outputs = spec.decode(target);
    let rows = domain.inputs().rows().iter().zip(&outputs);
    let mut parts: Vec<String> = rows
        .take(FIRST)
        .map(|(row, output)| {
            let inputs: Vec<String> = row.iter().map(|value| format!("{value:?}")).collect();
            let output = output.as_ref().map_or("fails".to_owned(), |value| format!("{value:?}"));
            format!("{} -> {output}", inputs.join(", "))
        })
        .collect();
    if outputs.len() > FIRST {
        parts.push(format!("{} more", outputs.len() - FIRST));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(found: Option<&str>, equal: bool) -> ExampleRow {
        ExampleRow {
            inputs: vec!["<a>".to_owned(), "b".to_owned()],
            target: Some("t".to_owned()),
            found: found.map(str::to_owned),
            equal,
        }
    }

    #[test]
    fn rows_of_several_programs_stand_side_by_side() {
        let (first, second) = ([row(Some("t"), true), row(None, false)], [row(Some("x & y"), false)]);
        let table = rows_table(&[("one", &first), ("two", &second)]);
        let cells = |line: &str| -> Vec<String> {
            let cells = line.split("<td class=\"text\">").skip(1);
            cells
                .map(|cell| cell.split("</td>").next().unwrap_or_default().to_owned())
                .collect()
        };
        let lines: Vec<&str> = table.lines().collect();
        assert!(
            lines[0].contains("input 1") && lines[0].contains("input 2") && lines[0].contains(">two<"),
            "{table}"
        );
        assert_eq!(cells(lines[1]), ["&lt;a&gt;", "b", "t", "t", "<mark>x &amp; y</mark>"]);
        assert_eq!(
            cells(lines[2]),
            ["&lt;a&gt;", "b", "t", "<mark><i>fails</i></mark>", ""]
        );
        assert_eq!(rows_table(&[]), "");
    }

    #[test]
    fn long_values_are_cut() {
        let long = Value::Numbers(vec![0.123_456_789; 200]);
        assert_eq!(cut(&long).chars().count(), LONGEST + 1);
        assert_eq!(
            cut(&Value::from("\u{e4}".repeat(LONGEST).as_str())).chars().count(),
            LONGEST
        );
    }
}

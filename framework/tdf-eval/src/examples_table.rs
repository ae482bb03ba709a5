//! Inputs and outputs as tables: in domains whose observations are values.

use std::fmt::Write as _;

use tdf_domain::{DynDomain, Value, ValueSpec};

use crate::html::scrolling;
use crate::text::html as escape;

/// Rows of a table, at most.
const MOST: usize = 12;

/// A table of the inputs of a task with the outputs of the target and of what was found; outputs that differ are marked. `domain` is
/// bound to the inputs.
pub(crate) fn examples_table(domain: &dyn DynDomain, spec: ValueSpec, target: &[u8], found: &[u8]) -> String {
    let arguments = domain.inputs().rows().first().map_or(0, Vec::len);
    let mut table = String::from("<table><tr>");
    for number in 1..=arguments {
        let of = if arguments > 1 {
            format!(" {number}")
        } else {
            String::new()
        };
        let _ = write!(table, "<th class=\"text\">input{of}</th>");
    }
    table.push_str("<th class=\"text\">target</th><th class=\"text\">found</th></tr>\n");
    let outputs = spec.decode(target).into_iter().zip(spec.decode(found));
    let rows = domain.inputs().rows().iter().zip(outputs);
    for (row, (target, found)) in rows.take(MOST) {
        table.push_str("<tr>");
        for value in row {
            let _ = write!(table, "<td class=\"text\">{}</td>", escape(&value.to_string()));
        }
        let _ = write!(table, "<td class=\"text\">{}</td>", shown(target.as_ref()));
        let found = match found == target {
            true => shown(found.as_ref()),
            false => format!("<mark>{}</mark>", shown(found.as_ref())),
        };
        let _ = writeln!(table, "<td class=\"text\">{found}</td></tr>");
    }
    table.push_str("</table>");
    let rows = domain.inputs().rows().len();
    if rows > MOST {
        let _ = write!(table, "<p class=\"note\">{} rows more</p>", rows - MOST);
    }
    scrolling("Inputs and outputs", &table)
}

fn shown(output: Option<&Value>) -> String {
    match output {
        None => "<i>fails</i>".to_owned(),
        Some(value) => escape(&value.to_string()),
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

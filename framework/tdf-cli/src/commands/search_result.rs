//! The result of a search for one target, as text and as JSON.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tdf_domain::{Criterion, DynDomain, Measure, Value};
use tdf_eval::Solutions;
use tdf_eval::text::visible_line;
use tdf_search::Outcome;

use crate::commands::search_rows;
use crate::commands::search_targets::{Examples, SearchTarget};
use crate::output::{self, counted};

/// What was found for a target.
pub struct SearchResult<'a> {
    domain: &'a Arc<dyn DynDomain>,
    /// The file of the target.
    pub path: &'a Path,
    pub outcome: &'a Outcome,
    /// How near it is by the criterion, if that has a measure and the image of the target is known.
    measure: Option<Measure>,
    /// The examples, and the outputs of the program on all of their rows.
    rows: Option<(&'a Examples, Vec<Option<Value>>)>,
}

impl<'a> SearchResult<'a> {
    pub fn new(criterion: Criterion, searched: &'a SearchTarget, outcome: &'a Outcome) -> anyhow::Result<Self> {
        let (domain, target) = (&searched.domain, searched.target());
        let examples = searched.examples.as_ref();
        let rows = examples.map(|examples| {
            let outputs = search_rows::outputs(domain, examples, &outcome.best.program)?;
            Ok::<_, anyhow::Error>((examples, outputs))
        });
        let measure = || {
            let found = tdf_eval::render(domain, &outcome.best.program).ok()?;
            domain.measure(criterion, &found, target.image?)
        };
        Ok(Self {
            domain,
            path: &searched.path,
            outcome,
            measure: measure(),
            rows: rows.transpose()?,
        })
    }

    /// The table with the outputs that were asked for, if it is one.
    pub fn filled(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let name = self.path.display().to_string();
        let fill = |(examples, outputs): &(&Examples, Vec<Option<Value>>)| examples.table.filled(&name, outputs);
        Ok(self.rows.as_ref().map(fill).transpose()?)
    }

    /// The program in the form that other software takes, if it is another one.
    pub fn shown(&self) -> Option<String> {
        self.domain.shown(self.outcome.best.program.nodes())
    }

    fn program(&self) -> String {
        self.domain.language().print(self.outcome.best.program.nodes())
    }

    /// Lines for people, with the front of size against distance or without it.
    pub fn text(&self, front: bool) -> String {
        let outcome = self.outcome;
        // A name of several lines would look like several results.
        let name = self.path.display().to_string();
        let name = visible_line(&name);
        let verdict = if outcome.solved { "solved" } else { "nearest" };
        let near = match &self.measure {
            Some(measure) if !outcome.solved => format!(", {measure}"),
            _ => String::new(),
        };
        let mut line = format!("{name}: {verdict} after {}{near}: {}", self.cost(), self.program());
        if let Some(shown) = self.shown() {
            line += &format!("\n{name}: {shown}");
        }
        let found = Solutions::of(self.domain, outcome);
        for program in found.programs.iter().skip(1) {
            line += &format!("\n{name}: also: {program}");
        }
        if found.programs.len() > 1 {
            line += &format!(
                "\n{name}: {}, {}, {}, {}",
                counted(found.programs.len(), "program"),
                counted(found.trees, "tree"),
                counted(found.images, "image"),
                counted(found.spent, "expansion")
            );
        }
        if front {
            for entry in &outcome.front {
                let (size, difference) = (entry.size, entry.difference);
                let program = self.domain.language().print(entry.program.nodes());
                line += &format!("\n{name}: size {size}, distance {difference:.3}: {program}");
            }
        }
        if let Some((examples, outputs)) = &self.rows {
            let rows = search_rows::text(&name, examples, outputs);
            if !rows.is_empty() {
                line += &format!("\n{rows}");
            }
        }
        line
    }

    /// What the search has cost, in every currency.
    fn cost(&self) -> String {
        let outcome = self.outcome;
        format!(
            "{} ({}, {}, {:.2} s)",
            counted(outcome.expansions, "expansion"),
            counted(outcome.renders, "render"),
            counted(outcome.network_calls, "network call"),
            outcome.seconds
        )
    }

    /// A JSON object on one line.
    pub fn json(&self) -> String {
        let outcome = self.outcome;
        let measure = self
            .measure
            .as_ref()
            .map(|measure| json!({ "name": measure.name, "value": measure.value, "threshold": measure.threshold }));
        let front: Vec<_> = outcome
            .front
            .iter()
            .map(|entry| {
                let program = self.domain.language().print(entry.program.nodes());
                json!({ "size": entry.size, "difference": entry.difference, "program": program })
            })
            .collect();
        let mut object = json!({
            "target": self.path.display().to_string(),
            "solved": outcome.solved,
            "expansions": outcome.expansions,
            "renders": outcome.renders,
            "network_calls": outcome.network_calls,
            "seconds": outcome.seconds,
            "difference": outcome.best.difference,
            "measure": measure,
            "program": self.program(),
            "front": front,
            "solutions": Solutions::of(self.domain, outcome),
        });
        if let Some((examples, outputs)) = &self.rows {
            object["shown"] = json!(self.shown());
            object["rows"] = search_rows::json(examples, outputs);
        }
        output::json_line(&object)
    }
}

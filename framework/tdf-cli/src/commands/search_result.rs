//! The result of a search for one image, as text and as JSON.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tdf_domain::{Criterion, DynDomain, Measure};
use tdf_eval::Solutions;
use tdf_eval::text::visible_line;
use tdf_search::{Outcome, Target};

use crate::output::{self, counted};

/// What was found for an image.
pub struct SearchResult<'a> {
    domain: &'a Arc<dyn DynDomain>,
    /// The file of the image.
    pub path: &'a Path,
    pub outcome: &'a Outcome,
    /// How near it is by the criterion, if that has a measure and the image of the target is known.
    measure: Option<Measure>,
}

impl<'a> SearchResult<'a> {
    pub fn new(
        domain: &'a Arc<dyn DynDomain>,
        criterion: Criterion,
        (path, target): (&'a Path, &Target<'_>),
        outcome: &'a Outcome,
    ) -> Self {
        let measure = || {
            let found = tdf_eval::render(domain, &outcome.best.program).ok()?;
            domain.measure(criterion, &found, target.image?)
        };
        Self {
            domain,
            path,
            outcome,
            measure: measure(),
        }
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
        output::json_line(&json!({
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
        }))
    }
}

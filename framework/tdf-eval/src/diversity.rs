//! How much the solutions of a task differ.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tdf_domain::DynDomain;
use tdf_search::Outcome;

use crate::edit_distance;

/// The solutions that a search for several found, and how much they differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Solutions {
    /// Their texts, in the order in which they were found, no two alike.
    pub programs: Vec<String>,
    /// Distinct trees: how many are left if tokens that are leaves of their own (numbers, colours, ...) do not count.
    pub trees: usize,
    /// Distinct images: solutions need not draw exactly the target.
    pub images: usize,
    /// Mean tree edit distance over all pairs; `None` for fewer than two, or if a pair is too large.
    pub distance: Option<f64>,
    /// Node expansions made in all.
    pub spent: u32,
    /// Seconds from the start of the search (over all tasks at once) until this one ended.
    pub spent_seconds: f64,
}

impl Solutions {
    /// What `outcome` found.
    pub fn of(domain: &Arc<dyn DynDomain>, outcome: &Outcome) -> Self {
        let language = domain.language();
        let all: Vec<_> = outcome.solutions().map(|solution| &solution.program).collect();
        let mut programs: Vec<String> = Vec::new();
        let (mut trees, mut images) = (BTreeSet::new(), BTreeSet::new());
        let mut image = vec![0; domain.observation_spec().bytes()];
        for program in &all {
            let text = language.print(program.nodes());
            if !programs.contains(&text) {
                programs.push(text);
            }
            trees.insert(program.nodes().iter().map(|node| node.production).collect::<Vec<_>>());
            if domain.render(program.nodes(), &mut image).is_ok() {
                images.insert(image.clone());
            }
        }
        let pairs = (0..all.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let distances: Option<Vec<u32>> = pairs
            .map(|(a, b)| edit_distance(language, all[a].nodes(), all[b].nodes()))
            .collect();
        let distances = distances.filter(|distances| !distances.is_empty());
        Self {
            programs,
            trees: trees.len(),
            images: images.len(),
            distance: distances.map(|d| d.iter().map(|&d| f64::from(d)).sum::<f64>() / d.len() as f64),
            spent: outcome.spent,
            spent_seconds: outcome.spent_seconds,
        }
    }
}

/// Means over the solved searches of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diversity {
    /// Number of solutions after which a search ended.
    pub wanted: u32,
    /// Distinct solutions.
    pub programs: f64,
    /// Distinct trees, see [`Solutions::trees`].
    pub trees: f64,
    /// Distinct images.
    pub images: f64,
    /// Mean tree edit distance within the solutions of a task, over the tasks with two or more.
    pub distance: Option<f64>,
    /// Node expansions in all.
    pub spent: f64,
}

impl Diversity {
    /// The means of what was found; `None` if nothing was.
    pub(crate) fn of<'a>(wanted: u32, found: impl Iterator<Item = &'a Solutions>) -> Option<Self> {
        let found: Vec<&Solutions> = found.filter(|solutions| !solutions.programs.is_empty()).collect();
        let over = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let mean = |of: fn(&Solutions) -> f64| over(found.iter().map(|s| of(s)).collect());
        let distances: Vec<f64> = found.iter().filter_map(|s| s.distance).collect();
        (!found.is_empty()).then(|| Self {
            wanted,
            programs: mean(|s| s.programs.len() as f64),
            trees: mean(|s| s.trees as f64),
            images: mean(|s| s.images as f64),
            distance: (!distances.is_empty()).then(|| over(distances)),
            spent: mean(|s| f64::from(s.spent)),
        })
    }
}

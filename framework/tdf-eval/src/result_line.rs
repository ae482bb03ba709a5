//! The result of one search: a line of `results.jsonl`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tdf_search::Outcome;

use crate::{ExampleRow, Solutions};

/// What was found for one task under one seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultLine {
    /// Number of the task in its set, from 0.
    pub task: usize,
    /// Seed of the search.
    pub seed: u64,
    /// Whether a program was found that solves the task by the criterion of the search.
    pub solved: bool,
    /// Node expansions made: programs that were rendered and tested.
    pub expansions: u32,
    /// Programs rendered, also those that were rendered before, and renders on a coarse canvas. 0 in results of older versions.
    #[serde(default)]
    pub renders: u64,
    /// Answers of networks: sampled edits, generated pieces of programs, predicted distances. 0 in results of older versions.
    #[serde(default)]
    pub network_calls: u64,
    /// Seconds from the start of the search until this task ended. Tasks are searched at once, unless the time is limited.
    pub seconds: f64,
    /// The program found, or the one whose image came nearest. Empty if there is none.
    pub program: String,
    /// The program that drew the target.
    pub target: String,
    /// Whether `program` meets each criterion of the domain, by name.
    pub solved_by: BTreeMap<String, bool>,
    /// The tree edit distance of `program` and `target`. `None` if there is no program, if it is invalid, or if they are too
    /// large; also in results of older versions.
    #[serde(default)]
    pub edit_distance: Option<u32>,
    /// Whether a smaller part of `target` renders to the same image. `None` in results of older versions.
    #[serde(default)]
    pub reducible: Option<bool>,
    /// Why `program` is none of the language, or cannot be rendered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<String>,
    /// All solutions, if more than one was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solutions: Option<Solutions>,
    /// Where programs take inputs: the first rows of the task, with the outputs of the target and of `program`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<ExampleRow>,
}

/// A line, and the search behind it if it can be shown.
pub type Found = (ResultLine, Option<Outcome>);

//! What examples are made of.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tdf_tree::NodeChoice;

/// What examples are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleOptions {
    /// Sizes of target programs.
    pub sizes: RangeInclusive<u32>,
    /// Greatest number of noise steps; the number is uniform over `1..=steps` (paper: 5).
    pub steps: u32,
    /// Share of examples whose current program is a fresh random program (paper: 0.2).
    pub rho: f64,
    /// sigma_small (paper: 2).
    pub max_edit_size: u32,
    /// How mutations choose their node.
    pub choice: NodeChoice,
    /// Redraws of a target whose image is uninformative (public code: 100). A target that is uninformative after so many is
    /// taken as it is; 0 turns the filter off.
    pub redraws: u32,
    /// Whether the current program is a uniformly random point along the edit path from the noised program to the target
    /// (public code). If false it is the noised program itself (paper).
    pub along_path: bool,
    /// What is learned from an example.
    pub labels: Labels,
    /// Whether targets are simplified first, see [`crate::simplify`], and turned to the program at hand where the order of their
    /// operands does not matter: the same image.
    pub simplify_targets: bool,
}

impl Default for ExampleOptions {
    /// The numbers of the preset `tiny`: the noise of the paper, programs of size 2 to 8.
    fn default() -> Self {
        Self {
            sizes: 2..=8,
            steps: 5,
            rho: 0.2,
            max_edit_size: 2,
            choice: NodeChoice::default(),
            redraws: 100,
            along_path: true,
            labels: Labels::default(),
            simplify_targets: false,
        }
    }
}

/// The edits that an example teaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Labels {
    /// The next edit on a path to the target, as in the paper.
    #[default]
    NextEdit,
    // The first edits of algorithm 1.
    /// Every edit with which a path to the target may begin.
    AllFirstEdits,
    // The ablation "no reverse path" of section 4.3. The current program is the noised program itself, and its distance is
    // the number of mutations. A fresh program has no last mutation.
    /// The edit that takes the last mutation back; needs noise.rho = 0.
    UndoMutation,
}

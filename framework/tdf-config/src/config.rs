//! The configuration of a run: every number that training, search and evaluation during training depend on.
//!
//! The comments of fields and variants are what users read in `tdf train --print-config` and `docs/configuration.md`, see
//! `reference.rs`: they name keys, not items of the code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tdf_data::{Labels, Objective};
use tdf_search::{Init, Ranking};
use tdf_tree::{NodeChoice, SizeRange};
use toml::Table;

use crate::{Interval, ModelConfig, Precision};

/// The configuration of a run. Every key has a value: [`Config::preset`] gives one, [`Config::layer`] changes keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Options of the domain, see [`Config::for_domain`].
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub domain: Table,
    /// How the network is trained.
    pub train: TrainConfig,
    /// The programs that are to be found.
    pub program: ProgramConfig,
    /// How training examples are made: noise, labels, targets.
    pub noise: NoiseConfig,
    /// Parts and sizes of the network.
    pub model: ModelConfig,
    /// How programs are searched for.
    pub search: SearchConfig,
    /// The evaluation while training. Rollouts on a fixed set of tasks, or `sample` for a network that only generates;
    /// search.method has no effect.
    pub evaluate: EvaluateConfig,
}

/// How the network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// The task that the network learns.
    #[serde(default)]
    pub objective: Objective,
    /// A run folder or a file of weights whose network the training begins with, such as one that has learnt smaller
    /// programs. Empty: random weights.
    #[serde(default)]
    pub from: String,
    /// Steps of the whole training, unless train.minutes sets its length.
    pub steps: u64,
    /// Minutes of the whole training, without evaluations and checkpoints. 0: train for train.steps.
    pub minutes: f64,
    /// Examples in a step, over all processes.
    pub batch: usize,
    /// Seed of the first weights and of the stream of examples.
    pub seed: u64,
    /// Peak learning rate.
    pub lr: f64,
    /// Course of the learning rate after the warm-up.
    pub schedule: Schedule,
    /// Share of the training in which the learning rate rises linearly from 0 to train.lr.
    pub warmup: f64,
    /// Decay of the first moment (beta 1 of Adam).
    pub beta1: f64,
    /// Decay of the second moment (beta 2 of Adam).
    pub beta2: f64,
    /// Weight decay of matrices and kernels, decoupled as in AdamW.
    pub weight_decay: f64,
    /// Greatest norm of the gradient of a step: a longer gradient is scaled down to it. 0: no clipping.
    pub clip: f64,
    /// Decay, per step, of the exponential moving average of the weights. The average is evaluated, saved and searched with.
    /// 0: the weights themselves.
    pub ema: f64,
    /// Threads of the network on the CPU, each for its part of a batch. 0: one per core. Another number rounds sums in
    /// another order.
    pub threads: usize,
    /// Threads of each process that make examples.
    pub workers: usize,
    /// Steps between rows of metrics.csv.
    pub log_every: u64,
    /// How often the solve rate is measured, in steps or in training time.
    #[schemars(with = "String")]
    pub evaluate_every: Interval,
    /// How often a checkpoint is written, in steps or in training time.
    #[schemars(with = "String")]
    pub checkpoint_every: Interval,
    /// Evaluations in a row without a better solve rate after which the training ends. 0: it never ends early.
    #[serde(default)]
    pub patience: u32,
    /// Number format of matrix products and convolutions in training. Weights, moments and averages are fp32.
    #[serde(default)]
    pub precision: Precision,
    /// Minutes after which this process writes a checkpoint and stops, evaluations included. 0: no limit. The schedule is
    /// that of the whole training; --resume goes on with it.
    #[serde(default)]
    pub slice_minutes: f64,
    /// Peak speed of the device in TFLOP/s. The utilisation (mfu) is a share of it. 0: the known value, if there is one.
    #[serde(default)]
    pub peak_tflops: f64,
}

/// Course of the learning rate after the warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// It falls to 0 along a half cosine.
    Cosine,
    /// It stays.
    Constant,
}

/// The programs that are to be found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramConfig {
    /// Sizes of the programs, both ends included. The domain defines what a size counts.
    #[serde(with = "size")]
    #[schemars(with = "String")]
    pub size: SizeRange,
}

/// How training examples are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoiseConfig {
    /// Greatest number of mutations of an example (paper: 5).
    pub steps: u32,
    /// Share of examples whose current program is a fresh random one (paper: 0.2).
    pub rho: f64,
    /// Greatest size of a subtree that an edit removes or inserts (sigma_small; paper: 2). Where a grammar needs larger edits,
    /// the default is the least that works.
    pub max_edit_size: u32,
    /// How a mutation chooses its node.
    pub choice: NodeChoice,
    /// How often a target with an uninformative image is drawn again (public code: 100).
    pub redraws: u32,
    /// The edits that an example teaches.
    #[serde(default)]
    pub labels: Labels,
    /// Whether parts of a target that do not change its image are removed.
    #[serde(default)]
    pub simplify_targets: bool,
}

/// How programs are searched for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchConfig {
    /// The search method.
    #[serde(deserialize_with = "method")]
    pub method: String,
    /// Programs that a beam keeps.
    pub beam: u32,
    /// Edits sampled for each program of a beam.
    pub edits_per_program: u32,
    /// The number that ranks the programs of a beam.
    pub ranking: Ranking,
    /// Edits of a rollout before it begins anew.
    pub restart: u32,
    /// Programs that the method `sample` generates at the same time.
    #[serde(default = "particles")]
    pub particles: u32,
    /// Programs at which rollouts and beams begin.
    #[serde(default)]
    pub init: Init,
    /// Initial programs of a beam each time that it begins; the best of them are its first members.
    #[serde(default = "one")]
    pub init_count: u32,
    /// Temperature of generating initial programs.
    #[serde(default = "init_temperature")]
    pub init_temperature: f64,
    /// Greatest number of node expansions per task.
    pub budget: u32,
    /// Greatest number of renders per task.
    #[serde(default)]
    pub renders: u64,
    /// Greatest time per task in seconds. With such a limit, tasks are searched one after the other.
    #[serde(default)]
    pub seconds: f64,
    /// Chains that simulated annealing runs side by side for a task. Results depend on it.
    #[serde(default)]
    pub chains: u32,
    /// Temperature of sampling edits and programs.
    pub temperature: f64,
    /// Name of the success criterion, one of those that the domain has (docs/domains.md). Empty: its default.
    #[serde(default)]
    pub criterion: String,
    /// Number format of matrix products and convolutions in searches and evaluations.
    #[serde(default)]
    pub precision: Precision,
    /// Number of different programs after which the search for an image ends.
    #[serde(default = "one")]
    pub solutions: u32,
}

fn one() -> u32 {
    1
}

/// The name of a registered search method.
fn method<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if tdf_search::method(&name).is_some() {
        return Ok(name);
    }
    let known: Vec<String> = tdf_search::methods()
        .iter()
        .map(|method| format!("`{}`", method.name))
        .collect();
    let known = known.join(", ");
    Err(serde::de::Error::custom(format!(
        "unknown variant `{name}`, expected one of {known}"
    )))
}

/// What runs of older versions have for `search.particles`.
fn particles() -> u32 {
    16
}

/// What runs of older versions have for `search.init_temperature`: as in the public code.
fn init_temperature() -> f64 {
    0.1
}

/// The evaluation while training. Rollouts on a fixed set of tasks, or `sample` for a network that only generates;
/// search.method has no effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluateConfig {
    /// Number of tasks. 0: no evaluation.
    pub tasks: usize,
    /// Greatest number of node expansions per task.
    pub budget: u32,
    /// Seed of the tasks and of the sampling.
    pub seed: u64,
}

/// Sizes as text, or a number for an exact size.
mod size {
    use std::fmt;

    use serde::{Deserializer, Serializer, de};
    use tdf_tree::SizeRange;

    pub(super) fn serialize<S: Serializer>(sizes: &SizeRange, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(sizes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SizeRange, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = SizeRange;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a range of sizes (\"2..=8\", both ends included) or a number")
            }

            fn visit_i64<E: de::Error>(self, n: i64) -> Result<SizeRange, E> {
                self.visit_str(&n.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<SizeRange, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

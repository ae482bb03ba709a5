//! The configuration of a run: every number that training, search and evaluation during training depend on.

use serde::{Deserialize, Serialize};
use tdf_data::Objective;
use tdf_model::ModelConfig;
use tdf_tree::SizeRange;
use toml::Table;

use crate::Every;

/// The configuration of a run. Every key has a value: [`Config::preset`] gives one, [`Config::layer`] changes keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Options of the domain, see [`Config::for_domain`].
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub domain: Table,
    /// How the network is trained.
    pub train: TrainConfig,
    /// The programs that are to be found.
    pub program: ProgramConfig,
    /// How programs are made unlike their targets.
    pub noise: NoiseConfig,
    /// Sizes of the network.
    pub model: ModelConfig,
    /// How programs are searched for.
    pub search: SearchConfig,
    /// What is evaluated while training.
    pub evaluate: EvaluateConfig,
}

/// How the network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// What the network learns.
    #[serde(default)]
    pub objective: Objective,
    /// A run folder or a file of weights whose network the training begins with, such as one that has learnt smaller programs;
    /// nothing to begin with random weights.
    #[serde(default)]
    pub from: String,
    /// Steps of the whole training, unless `minutes` says how long it lasts.
    pub steps: u64,
    /// Minutes of the whole training, evaluations and checkpoints not counted; 0 to train for `steps`.
    pub minutes: f64,
    /// Examples in a step, over all processes.
    pub batch: usize,
    /// Fixes the first weights and the stream of examples.
    pub seed: u64,
    /// Greatest learning rate.
    pub lr: f64,
    /// What becomes of the learning rate.
    pub schedule: Schedule,
    /// Share of the training in which the learning rate rises from 0.
    pub warmup: f64,
    /// Decay of the first moment (Adam's beta 1).
    pub beta1: f64,
    /// Decay of the second moment (Adam's beta 2).
    pub beta2: f64,
    /// Weight decay, decoupled as in AdamW, of matrices and kernels.
    pub weight_decay: f64,
    /// Greatest norm of the gradient; 0 leaves it alone.
    pub clip: f64,
    /// Decay of the average of the weights that is evaluated and saved; 0 takes the weights themselves.
    pub ema: f64,
    /// Threads of the network on the CPU, each for its part of a batch; 0 for one per core. Another number rounds sums in
    /// another order.
    pub threads: usize,
    /// Threads that make examples, of each process.
    pub workers: usize,
    /// Steps between rows of `metrics.csv`.
    pub log_every: u64,
    /// How often the solve rate is measured.
    pub evaluate_every: Every,
    /// How often a checkpoint is written.
    pub checkpoint_every: Every,
    /// What the network computes in while it is trained.
    #[serde(default)]
    pub precision: Computing,
    /// Minutes after which this process writes a checkpoint and stops, evaluations counted; 0 for no such limit. The
    /// schedule is that of the whole training, which `--resume` goes on with.
    #[serde(default)]
    pub slice_minutes: f64,
    /// Peak of the device in TFLOP/s, which the utilisation is a share of; 0 to take what is known of it.
    #[serde(default)]
    pub peak_tflops: f64,
}

/// What a network computes in, see [`tdf_model::Precision`]; parameters are fp32 either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Computing {
    /// bf16 on a GPU, fp32 on a processor.
    #[default]
    Auto,
    /// fp32.
    Fp32,
    /// bf16.
    Bf16,
}

/// What becomes of the learning rate after the warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// It falls to 0 along a half cosine.
    Cosine,
    /// It stays.
    Constant,
}

/// The programs that are to be found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramConfig {
    /// Their sizes.
    #[serde(with = "size")]
    pub size: SizeRange,
}

/// How programs are made unlike their targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoiseConfig {
    /// Greatest number of noise steps (paper: 5).
    pub steps: u32,
    /// Share of examples that begin at a fresh random program (paper: 0.2).
    pub rho: f64,
    /// sigma_small, the greatest size of what is replaced and of what replaces it (paper: 2). Where a grammar needs larger
    /// edits, the default is the least that works.
    pub small: u32,
    /// How a mutation chooses its node.
    pub choice: Choice,
    /// Redraws of a target whose picture is near empty (public code: 100).
    pub redraws: u32,
    /// What is learned from an example.
    #[serde(default)]
    pub labels: LabelChoice,
    /// Whether targets lose what can be left out without a change of their pictures, see [`tdf_data::simplify`].
    #[serde(default)]
    pub simplify: bool,
}

/// What is learned from an example, see [`tdf_data::Labels`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelChoice {
    /// The next edit on a path to the target, as in the paper.
    #[default]
    Next,
    /// Every edit that a path may begin with.
    First,
    /// The edit that takes the last mutation back; needs a rho of 0.
    Undo,
}

/// How a mutation chooses its node, see [`tdf_tree::NodeChoice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// Uniform over sizes, then over nodes.
    Size,
    /// Uniform over production rules, then over nodes.
    Rule,
    /// Uniform over nodes.
    Uniform,
}

/// How programs are searched for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchConfig {
    /// The method.
    pub method: SearchMethod,
    /// Programs that a beam keeps.
    pub beam: u32,
    /// Edits sampled for each program of a beam.
    pub children: u32,
    /// What ranks the programs of a beam.
    pub score: Ranking,
    /// Edits of a rollout before it begins anew.
    pub restart: u32,
    /// Programs that are written at the same time.
    #[serde(default = "particles")]
    pub particles: u32,
    /// Where rollouts and beams begin.
    #[serde(default)]
    pub start: Starting,
    /// First programs of a beam each time that it begins.
    #[serde(default = "one")]
    pub starts: u32,
    /// Temperature of writing the programs that they begin at.
    #[serde(default = "start_temperature")]
    pub start_temperature: f64,
    /// Node expansions per task.
    pub budget: u32,
    /// Temperature of sampling.
    pub temperature: f64,
    /// When a picture counts as the target.
    pub goal: GoalRule,
    /// What the network computes in while it searches, in evaluations, too.
    #[serde(default)]
    pub precision: Computing,
    /// Number of different solutions after which a search ends.
    #[serde(default = "one")]
    pub solutions: u32,
}

fn one() -> u32 {
    1
}

/// The method of a search, see [`tdf_search::Method`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchMethod {
    /// Rollouts of the policy.
    Rollout,
    /// Beam search.
    Beam,
    /// Rollouts of random mutations; no network.
    Random,
    /// Rejection sampling of programs that the network writes.
    Sample,
}

/// Where rollouts and beams begin, see [`tdf_search::Start`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Starting {
    /// At programs that the network writes itself, if it has learnt to (`train.objective = "joint"`), else at random ones.
    #[default]
    Auto,
    /// At random programs.
    Random,
    /// At programs that an autoregressive network writes, the network itself if it has learnt to.
    Autoregressive,
}

/// What runs of older versions have for `search.particles`.
fn particles() -> u32 {
    16
}

/// What runs of older versions have for `search.start_temperature`: as in the public code.
fn start_temperature() -> f64 {
    0.1
}

/// What ranks the programs of a beam, see [`tdf_search::Score`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ranking {
    /// The value head's distance.
    Value,
    /// The difference of the pictures.
    Pixels,
    /// The sum of the log-probabilities of positions, as in the public code.
    #[serde(alias = "policy")]
    Position,
}

/// When a picture counts as the target, see [`tdf_domain::Goal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GoalRule {
    /// The paper's criterion.
    Paper,
    /// The public code's criterion.
    Code,
}

/// What is evaluated while training: rollouts on a fixed set of tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateConfig {
    /// Number of tasks; 0 for no evaluation.
    pub tasks: usize,
    /// Node expansions per task.
    pub budget: u32,
    /// Fixes the tasks and the sampling.
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

//! The configuration of a run: every number that training, search and evaluation during training depend on.

use serde::{Deserialize, Serialize};
use tch::Device;
use tdf_data::{ExampleOptions, Labels, Objective};
use tdf_domain::{DynDomain, Goal, Plan, PlanError};
use tdf_model::{ModelConfig, Precision};
use tdf_search::{Method, Score, SearchOptions, Start};
use tdf_tree::{NodeChoice, NoiseOptions, SizeRange};
use toml::{Table, Value};

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

/// What a network computes in, see [`Precision`]; parameters are fp32 either way.
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

impl Computing {
    /// What is computed in on `device`.
    pub fn on(self, device: Device) -> Precision {
        match (self, device) {
            (Self::Bf16, _) | (Self::Auto, Device::Cuda(_)) => Precision::Bf16,
            (Self::Fp32 | Self::Auto, _) => Precision::Fp32,
        }
    }
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
    /// sigma_small, the greatest size of what is replaced and of what replaces it (paper: 2).
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

/// What is learned from an example, see [`Labels`].
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

/// How a mutation chooses its node, see [`NodeChoice`].
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

/// The method of a search, see [`Method`].
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

/// Where rollouts and beams begin, see [`Start`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Starting {
    /// At random programs.
    #[default]
    Random,
    /// At programs that an autoregressive network writes.
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

/// What ranks the programs of a beam, see [`Score`].
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

/// When a picture counts as the target, see [`Goal`].
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

impl Config {
    /// This configuration with a key for every option of `domain`: the value here if it is set, else the domain's.
    pub fn for_domain(&self, domain: &dyn DynDomain) -> Self {
        let mut config = self.clone();
        for (name, value) in domain.options().iter() {
            let number = value.parse::<i64>().map(Value::Integer);
            let value = number.unwrap_or_else(|_| Value::String(value.to_owned()));
            config.domain.entry(name).or_insert(value);
        }
        config
    }

    /// This configuration with the options that `domain` has, whatever it said.
    pub(crate) fn recording(&self, domain: &dyn DynDomain) -> Self {
        let mut config = self.clone();
        config.domain.clear();
        config.for_domain(domain)
    }

    /// Names and values of the options of the domain.
    pub fn domain_options(&self) -> Vec<(String, String)> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        self.domain
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect()
    }

    /// What noise is made of.
    fn noise_options(&self) -> NoiseOptions {
        NoiseOptions {
            small: self.noise.small,
            choice: match self.noise.choice {
                Choice::Size => NodeChoice::Size,
                Choice::Rule => NodeChoice::Rule,
                Choice::Uniform => NodeChoice::Uniform,
            },
        }
    }

    /// What training examples are made of.
    pub fn example_options(&self) -> ExampleOptions {
        ExampleOptions {
            sizes: self.program.size.range(),
            steps: self.noise.steps,
            rho: self.noise.rho,
            small: self.noise.small,
            choice: self.noise_options().choice,
            redraws: self.noise.redraws,
            along_path: true,
            labels: match self.noise.labels {
                LabelChoice::Next => Labels::Next,
                LabelChoice::First => Labels::First,
                LabelChoice::Undo => Labels::Undo,
            },
            simplify: self.noise.simplify,
        }
    }

    /// How the network writes programs; `None` if it edits them.
    ///
    /// # Errors
    /// A domain whose programs cannot be written as `train.objective` says.
    pub fn plan(&self, domain: &dyn DynDomain) -> Result<Option<Plan>, PlanError> {
        self.train.objective.plan(domain, *self.program.size.range().end())
    }

    /// The options of a search of `seed`; first programs have the sizes of the configuration's programs.
    pub fn search_options(&self, seed: u64) -> SearchOptions {
        let search = &self.search;
        SearchOptions {
            method: match search.method {
                SearchMethod::Rollout => Method::Rollout {
                    restart: search.restart,
                },
                SearchMethod::Sample => Method::Sample {
                    particles: search.particles,
                },
                SearchMethod::Random => Method::Random {
                    restart: search.restart,
                    noise: self.noise_options(),
                },
                SearchMethod::Beam => Method::Beam {
                    width: search.beam,
                    children: search.children,
                    score: match search.score {
                        Ranking::Value => Score::Value,
                        Ranking::Pixels => Score::Pixels,
                        Ranking::Position => Score::Position,
                    },
                },
            },
            budget: search.budget,
            temperature: search.temperature,
            goal: match search.goal {
                GoalRule::Paper => Goal::Paper,
                GoalRule::Code => Goal::Code,
            },
            start: match search.start {
                Starting::Random => Start::Random,
                Starting::Autoregressive => Start::Written {
                    temperature: search.start_temperature,
                },
            },
            start_sizes: self.program.size.range(),
            seed,
            solutions: search.solutions,
        }
    }

    /// The first value that is out of its range: its key, the value, and what is allowed.
    pub(crate) fn out_of_range(&self) -> Option<(&'static str, String, &'static str)> {
        let (train, noise, search, evaluate) = (&self.train, &self.noise, &self.search, &self.evaluate);
        let positive = |x: f64| x > 0.0 && x.is_finite();
        let at_least_0 = |x: f64| x >= 0.0 && x.is_finite();
        let share = |x: f64| (0.0..=1.0).contains(&x);
        let decay = |x: f64| (0.0..1.0).contains(&x);
        // TOML has signed 64-bit integers only, and a seed is written into the run folder.
        let seed = |x: u64| i64::try_from(x).is_ok();
        let checks: [(&'static str, String, bool, &'static str); 30] = [
            (
                "train.steps",
                train.steps.to_string(),
                train.steps > 0 && seed(train.steps),
                "1 or more",
            ),
            (
                "train.minutes",
                train.minutes.to_string(),
                at_least_0(train.minutes),
                "0 (train for train.steps) or more",
            ),
            (
                "train.batch",
                train.batch.to_string(),
                (1..=1 << 20).contains(&train.batch),
                "1 to 1048576",
            ),
            (
                "train.seed",
                train.seed.to_string(),
                seed(train.seed),
                "0 to 9223372036854775807",
            ),
            ("train.lr", train.lr.to_string(), positive(train.lr), "more than 0"),
            (
                "train.warmup",
                train.warmup.to_string(),
                share(train.warmup),
                "0 to 1, the share of the training",
            ),
            (
                "train.beta1",
                train.beta1.to_string(),
                decay(train.beta1),
                "0 to less than 1",
            ),
            (
                "train.beta2",
                train.beta2.to_string(),
                decay(train.beta2),
                "0 to less than 1",
            ),
            (
                "train.weight_decay",
                train.weight_decay.to_string(),
                at_least_0(train.weight_decay),
                "0 or more",
            ),
            (
                "train.clip",
                train.clip.to_string(),
                at_least_0(train.clip),
                "0 (no clipping) or more",
            ),
            (
                "train.ema",
                train.ema.to_string(),
                decay(train.ema),
                "0 (no averaging) to less than 1",
            ),
            (
                "train.threads",
                train.threads.to_string(),
                train.threads <= 1024,
                "0 (one per core) to 1024",
            ),
            (
                "train.slice_minutes",
                train.slice_minutes.to_string(),
                at_least_0(train.slice_minutes),
                "0 (no limit) or more",
            ),
            (
                "train.peak_tflops",
                train.peak_tflops.to_string(),
                at_least_0(train.peak_tflops),
                "0 (what is known of the device) or more",
            ),
            (
                "train.workers",
                train.workers.to_string(),
                (1..=1024).contains(&train.workers),
                "1 to 1024",
            ),
            (
                "train.log_every",
                train.log_every.to_string(),
                (1..=100_000).contains(&train.log_every),
                "1 to 100000",
            ),
            ("noise.steps", noise.steps.to_string(), noise.steps > 0, "1 or more"),
            ("noise.rho", noise.rho.to_string(), share(noise.rho), "0 to 1"),
            (
                "noise.small",
                noise.small.to_string(),
                (1..=256).contains(&noise.small),
                "1 to 256",
            ),
            ("search.beam", search.beam.to_string(), search.beam > 0, "1 or more"),
            (
                "search.children",
                search.children.to_string(),
                search.children > 0,
                "1 or more",
            ),
            (
                "search.restart",
                search.restart.to_string(),
                search.restart > 0,
                "1 or more",
            ),
            (
                "search.particles",
                search.particles.to_string(),
                (1..=4096).contains(&search.particles),
                "1 to 4096",
            ),
            (
                "search.start_temperature",
                search.start_temperature.to_string(),
                at_least_0(search.start_temperature),
                "0 or more",
            ),
            (
                "search.budget",
                search.budget.to_string(),
                search.budget > 0,
                "1 or more",
            ),
            (
                "search.solutions",
                search.solutions.to_string(),
                (1..=1000).contains(&search.solutions),
                "1 to 1000",
            ),
            (
                "search.temperature",
                search.temperature.to_string(),
                positive(search.temperature),
                "more than 0",
            ),
            (
                "evaluate.tasks",
                evaluate.tasks.to_string(),
                evaluate.tasks <= 1 << 20,
                "0 (no evaluation) to 1048576",
            ),
            (
                "evaluate.budget",
                evaluate.budget.to_string(),
                evaluate.budget > 0,
                "1 or more",
            ),
            (
                "evaluate.seed",
                evaluate.seed.to_string(),
                seed(evaluate.seed),
                "0 to 9223372036854775807",
            ),
        ];
        checks
            .into_iter()
            .find(|(_, _, fits, _)| !fits)
            .map(|(key, value, _, allowed)| (key, value, allowed))
    }
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

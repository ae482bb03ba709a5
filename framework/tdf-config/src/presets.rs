//! Configurations to begin with.

use tdf_data::{Labels, Objective};
use tdf_search::{Init, Ranking};
use tdf_tree::{NodeChoice, SizeRange};
use toml::Table;

use crate::{
    Config, EvaluateConfig, Interval, NoiseConfig, Precision, ProgramConfig, Schedule, SearchConfig, TrainConfig,
};

impl Config {
    /// Names of the presets.
    pub const PRESETS: &[&str] = &["tiny", "best", "paper"];

    /// The preset called `name`; `None` if there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_config::Config;
    ///
    /// assert_eq!(Config::PRESETS, ["tiny", "best", "paper"]);
    /// assert_eq!(Config::preset("tiny").expect("a preset").search.method, "rollout");
    /// assert!(Config::preset("huge").is_none());
    /// ```
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "tiny" => tiny(),
            "best" => best(),
            "paper" => paper(),
            _ => None,
        }
    }
}

/// A key, its value in a preset and its value in a configuration, both as TOML.
type Difference = (String, String, String);

impl Config {
    /// The preset that this configuration has most in common with, and the keys on which the two differ.
    pub fn nearest_preset(&self) -> (&'static str, Vec<Difference>) {
        let from = |&name: &&'static str| Some((name, Self::preset(name)?.differences(self)));
        let presets = Self::PRESETS.iter().filter_map(from);
        presets
            .min_by_key(|(_, differences)| differences.len())
            .unwrap_or_default()
    }
}

/// Learns Rainbow on two processor cores in minutes.
fn tiny() -> Option<Config> {
    Some(Config {
        domain: Table::new(),
        train: TrainConfig {
            objective: Objective::Diffusion,
            from: String::new(),
            steps: 20_000,
            minutes: 0.0,
            batch: 32,
            seed: 0,
            lr: 1.5e-3,
            schedule: Schedule::Cosine,
            warmup: 0.03,
            beta1: 0.9,
            beta2: 0.98,
            weight_decay: 0.01,
            clip: 1.0,
            ema: 0.999,
            threads: 0,
            workers: 1,
            log_every: 50,
            evaluate_every: Interval::Seconds(120.0),
            checkpoint_every: Interval::Seconds(30.0),
            patience: 0,
            precision: Precision::Auto,
            slice_minutes: 0.0,
            peak_tflops: 0.0,
        },
        program: ProgramConfig {
            size: SizeRange { least: 2, greatest: 8 },
        },
        noise: NoiseConfig {
            steps: 5,
            rho: 0.2,
            max_edit_size: 2,
            choice: NodeChoice::Size,
            redraws: 100,
            labels: Labels::NextEdit,
            simplify_targets: false,
        },
        model: crate::preset("tiny")?,
        search: SearchConfig {
            method: "rollout".to_owned(),
            beam: 4,
            edits_per_program: 4,
            ranking: Ranking::Pixels,
            restart: 25,
            particles: 16,
            init: Init::Auto,
            init_count: 1,
            init_temperature: 0.1,
            budget: 500,
            temperature: 0.7,
            criterion: String::new(),
            precision: Precision::Auto,
            solutions: 1,
            renders: 0,
            seconds: 0.0,
            chains: 0,
        },
        evaluate: EvaluateConfig {
            tasks: 64,
            budget: 100,
            seed: 0,
        },
    })
}

/// What `docs/measures.md` found best where exact numbers have to be read off images: `tiny` with global tokens of the image in
/// place of its positions, all right edits as labels, and targets that say no more than they show. One network edits and generates; a
/// search begins at several programs that it generates and goes on from the best.
fn best() -> Option<Config> {
    let tiny = tiny()?;
    Some(Config {
        train: TrainConfig {
            objective: Objective::Joint,
            ..tiny.train
        },
        search: SearchConfig {
            method: "hybrid".to_owned(),
            init_count: 16,
            init_temperature: 0.7,
            ..tiny.search
        },
        noise: NoiseConfig {
            labels: Labels::AllFirstEdits,
            simplify_targets: true,
            ..tiny.noise
        },
        model: crate::preset("best")?,
        ..tiny
    })
}

/// The paper's network and numbers (sections 3 and 4, appendix F; what the text leaves open as in its public code). The noise
/// is that of `tiny`.
fn paper() -> Option<Config> {
    let tiny = tiny()?;
    Some(Config {
        train: TrainConfig {
            steps: 1_000_000,
            batch: 32,
            lr: 3e-4,
            schedule: Schedule::Constant,
            warmup: 0.0,
            beta2: 0.999,
            weight_decay: 0.0,
            clip: 0.0,
            ema: 0.0,
            // An evaluation takes a minute or more on a processor, a checkpoint has 340 MB.
            evaluate_every: Interval::Seconds(1800.0),
            checkpoint_every: Interval::Seconds(600.0),
            ..tiny.train
        },
        model: crate::preset("paper")?,
        search: SearchConfig {
            method: "beam".to_owned(),
            beam: 64,
            edits_per_program: 3,
            ranking: Ranking::Value,
            budget: 5_000,
            temperature: 1.0,
            ..tiny.search
        },
        ..tiny
    })
}

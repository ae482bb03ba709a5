//! What a configuration says to a domain, to the network and to the search.

use tch::Device;
use tdf_data::{ExampleOptions, Labels, Objective};
use tdf_domain::{DynDomain, GenerationPlan, Goal, PlanError};
use tdf_model::Precision;
use tdf_search::{Init, Method, Ranking, SearchOptions};
use tdf_tree::{EditPath, NodeChoice, NoiseOptions, PathOptions};
use toml::Value;

use crate::ConfigError;
use crate::config::{Choice, Computing, Config, GoalRule, LabelChoice, Ranking, SearchMethod, Starting};

impl Computing {
    /// What is computed in on `device`.
    pub fn on(self, device: Device) -> Precision {
        match (self, device) {
            (Self::Bf16, _) | (Self::Auto, Device::Cuda(_)) => Precision::Bf16,
            (Self::Fp32 | Self::Auto, _) => Precision::Fp32,
        }
    }
}

impl Config {
    /// This configuration as the defaults for `domain`: with a key for every option (the value here if it is set, else the
    /// domain's), and with the least `noise.max_edit_size` whose edits make all of its programs, if that is more than the value here.
    pub fn for_domain(&self, domain: &dyn DynDomain) -> Self {
        let mut config = self.with_options(domain);
        let least = EditPath::least_max_edit_size(domain.language().grammar(), domain.size());
        config.noise.max_edit_size = config.noise.max_edit_size.max(least);
        config
    }

    fn with_options(&self, domain: &dyn DynDomain) -> Self {
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
        config.with_options(domain)
    }

    /// Refuses edits that cannot make all programs of `domain`.
    pub(crate) fn check_edits(&self, domain: &dyn DynDomain) -> Result<(), ConfigError> {
        let max_edit_size = self.noise.max_edit_size;
        let (grammar, size) = (domain.language().grammar(), domain.size());
        EditPath::new(grammar.clone(), size.clone(), PathOptions { max_edit_size })
            .map(|_| ())
            .map_err(|error| {
                ConfigError(format!(
                    "noise.max_edit_size = {max_edit_size}: {error}; set noise.max_edit_size to it, or leave it out"
                ))
            })
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
            max_edit_size: self.noise.max_edit_size,
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
            max_edit_size: self.noise.max_edit_size,
            choice: self.noise_options().choice,
            redraws: self.noise.redraws,
            along_path: true,
            labels: match self.noise.labels {
                LabelChoice::Next => Labels::Next,
                LabelChoice::First => Labels::First,
                LabelChoice::Undo => Labels::Undo,
            },
            simplify_targets: self.noise.simplify_targets,
        }
    }

    /// How the network writes programs; `None` if it only edits them.
    ///
    /// # Errors
    /// A domain whose programs cannot be written as `train.objective` says.
    pub fn plan(&self, domain: &dyn DynDomain) -> Result<Option<GenerationPlan>, PlanError> {
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
                    edits_per_program: search.edits_per_program,
                    ranking: match search.ranking {
                        Ranking::Value => Ranking::Value,
                        Ranking::Pixels => Ranking::Pixels,
                        Ranking::Position => Ranking::Position,
                    },
                },
            },
            budget: search.budget,
            temperature: search.temperature,
            goal: match search.goal {
                GoalRule::Paper => Goal::Paper,
                GoalRule::Code => Goal::Code,
            },
            start: match search.init {
                Starting::Random => Init::Random,
                // No network is asked, whatever the run's own network has learnt.
                _ if search.method == SearchMethod::Random => Init::Random,
                Starting::Auto if self.train.objective != Objective::Joint => Init::Random,
                Starting::Auto | Starting::Autoregressive => Init::Generated {
                    temperature: search.init_temperature,
                },
            },
            starts: search.init_count,
            init_sizes: self.program.size.range(),
            seed,
            solutions: search.solutions,
        }
    }
}

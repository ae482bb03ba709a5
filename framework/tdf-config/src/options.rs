//! What a configuration says to a domain, to the network and to the search.

use tdf_data::ExampleOptions;
use tdf_decode::{GenerationPlan, PlanError};
use tdf_domain::DynDomain;
use tdf_search::SearchOptions;
use tdf_tree::{EditPath, NoiseOptions, PathOptions};
use toml::Value;

use crate::{Config, ConfigError};

impl Config {
    /// This configuration as the defaults for `domain`: with a key for every option (the value here if it is set, else the
    /// domain's), and with the least `noise.max_edit_size` whose edits make all of its programs, if that is more than the value here.
    pub fn for_domain(&self, domain: &dyn DynDomain) -> Self {
        let mut config = self.with_options(domain);
        let least = EditPath::least_max_edit_size(domain.language().grammar(), domain.size());
        config.noise.max_edit_size = config.noise.max_edit_size.max(least);
        if config.search.criterion.is_empty() {
            config.search.criterion = domain.criteria().first().copied().unwrap_or_default().to_owned();
        }
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
    pub fn recording(&self, domain: &dyn DynDomain) -> Self {
        let mut config = self.clone();
        config.domain.clear();
        config.with_options(domain)
    }

    /// Refuses edits that cannot make all programs of `domain`.
    pub fn check_edits(&self, domain: &dyn DynDomain) -> Result<(), ConfigError> {
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
            choice: self.noise.choice,
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
            labels: self.noise.labels,
            simplify_targets: self.noise.simplify_targets,
        }
    }

    /// How the network generates programs; `None` if it only edits them.
    ///
    /// # Errors
    /// A domain whose programs cannot be written as `train.objective` says.
    pub fn plan(&self, domain: &dyn DynDomain) -> Result<Option<GenerationPlan>, PlanError> {
        self.train.objective.plan(domain, *self.program.size.range().end())
    }

    /// The options of a search of `seed`; initial programs have the sizes of the configuration's programs.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_config::Config;
    ///
    /// let best = Config::preset("best").expect("a preset");
    /// let options = best.search_options(7);
    /// assert_eq!((options.method.as_str(), options.seed), ("hybrid", 7));
    /// ```
    pub fn search_options(&self, seed: u64) -> SearchOptions {
        let search = &self.search;
        SearchOptions {
            method: search.method.clone(),
            budget: search.budget,
            renders: (search.renders > 0).then_some(search.renders),
            seconds: (search.seconds > 0.0).then_some(search.seconds),
            chains: (search.chains > 0).then_some(search.chains),
            temperature: search.temperature,
            criterion: search.criterion.clone(),
            solutions: search.solutions,
            seed,
            first_task: 0,
            init: search.init,
            start: None,
            init_count: search.init_count,
            init_temperature: search.init_temperature,
            init_sizes: self.program.size.range(),
            beam: search.beam,
            edits_per_program: search.edits_per_program,
            ranking: search.ranking,
            restart: search.restart,
            particles: search.particles,
            noise: self.noise_options(),
        }
    }
}

//! The options that `search` and `eval` share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;
use tdf_config::Config;
use tdf_domain::DynDomain;
use tdf_search::Init;

use crate::commands::searcher::Searcher;
use crate::complete;
use crate::device::DeviceChoice;
use crate::recorded::CodeArgs;

/// How to search.
#[derive(Args, Clone, Debug, Default)]
pub struct SearchArgs {
    /// The run folder of the network
    #[arg(long, value_name = "DIR", required = true)]
    pub run: Option<PathBuf>,
    #[command(flatten)]
    pub code: CodeArgs,
    /// The network of the run: that of its last step, or that of the best evaluation while training
    #[arg(long, value_enum, default_value_t)]
    pub checkpoint: CheckpointChoice,
    /// Method; default: the run's, or what its network has learnt
    #[arg(long, value_name = "METHOD", value_parser = method_names())]
    pub method: Option<String>,
    /// The run folder of a network that generates programs: rollouts and beams begin at its programs
    #[arg(long, value_name = "DIR")]
    pub init_run: Option<PathBuf>,
    /// Greatest number of node expansions for an image; default: the run's
    #[arg(long, value_name = "N")]
    pub budget: Option<u32>,
    /// Greatest number of renders for an image; without --budget, expansions have no limit then
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub renders: Option<u64>,
    /// Greatest time for an image in seconds; images are then searched one after the other, and without --budget expansions have
    /// no limit
    #[arg(long, value_name = "S", value_parser = positive_seconds)]
    pub seconds: Option<f64>,
    /// Number of different programs after which an image is done with: search goes on after the first; default: the run's,
    /// which is 1 unless it was set
    #[arg(long, value_name = "K")]
    pub solutions: Option<u32>,
    /// Temperature of sampling; default: the run's
    #[arg(long, value_name = "T")]
    pub temperature: Option<f64>,
    /// Change a key of the run's configuration, such as search.beam=16
    #[arg(long = "set", value_name = "KEY=VALUE", add = ArgValueCompleter::new(complete::settings))]
    pub sets: Vec<String>,
    /// Where the network runs
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto)]
    pub device: DeviceChoice,
    /// Take fresh random weights instead of the trained ones: the floor to compare with
    #[arg(long)]
    pub untrained: bool,
    /// What the command takes where neither a method nor a limit is given, and the network edits.
    #[arg(skip)]
    pub unless_given: Option<Defaults>,
}

/// The value of `--seconds`. Zero means no limit in a configuration, and nothing on the command line.
fn positive_seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().ok().filter(|s| s.is_finite() && *s > 0.0);
    seconds.ok_or_else(|| "a number of seconds above 0 is wanted".to_owned())
}

/// A method and a time for an image.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    pub method: &'static str,
    pub seconds: f64,
}

/// A network of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckpointChoice {
    /// That of the last step
    #[default]
    Last,
    /// That of the best solve rate while training (of equal ones the last)
    Best,
}

#[cfg(feature = "torch")]
impl From<CheckpointChoice> for tdf_train::Checkpoint {
    fn from(choice: CheckpointChoice) -> Self {
        match choice {
            CheckpointChoice::Last => Self::Last,
            CheckpointChoice::Best => Self::Best,
        }
    }
}

/// Whether the search method called `name` works without a network.
pub(super) fn needs_no_network(name: &str) -> bool {
    tdf_search::method(name).is_some_and(|method| {
        let needs = (method.needs)(&tdf_search::SearchOptions::default());
        !(needs.policy || needs.value || needs.generator)
    })
}

/// The registered search methods, with what each does.
fn method_names() -> PossibleValuesParser {
    let value = |method: &&tdf_search::MethodRegistration| PossibleValue::new(method.name).help(method.about);
    tdf_search::methods().iter().map(value).collect::<Vec<_>>().into()
}

impl SearchArgs {
    /// The run folder; commands that can do without ask for none.
    pub(super) fn run(&self) -> &Path {
        self.run.as_deref().unwrap_or(Path::new(""))
    }

    /// `config` with what the command line changes.
    pub(super) fn change(&self, config: &Config) -> anyhow::Result<Config> {
        let mut sets = self.sets.clone();
        let is_set = |key: &str| {
            let mut keys = self.sets.iter().filter_map(|set| set.split_once('='));
            keys.any(|(name, _)| name.trim() == key)
        };
        let is_limited = self.budget.is_some() || self.renders.is_some() || self.seconds.is_some();
        if let Some(defaults) = self.unless_given
            && config.train.objective.edits()
        {
            if self.method.is_none() && !is_set("search.method") {
                sets.push(format!("search.method={}", defaults.method));
            }
            let limits = ["search.budget", "search.renders", "search.seconds"];
            if !is_limited && !limits.into_iter().any(is_set) {
                sets.push(format!("search.budget={}", tdf_search::MAX_BUDGET));
                sets.push(format!("search.seconds={:?}", defaults.seconds));
            }
        }
        let method = self.method.as_ref().map(|method| format!("search.method={method}"));
        sets.extend(method);
        sets.extend(self.init_run.as_ref().map(|_| "search.init=generated".to_owned()));
        let is_limited = self.renders.is_some() || self.seconds.is_some();
        let budget = self.budget.or(is_limited.then_some(tdf_search::MAX_BUDGET));
        sets.extend(budget.map(|n| format!("search.budget={n}")));
        sets.extend(self.renders.map(|n| format!("search.renders={n}")));
        sets.extend(self.seconds.map(|s| format!("search.seconds={s:?}")));
        sets.extend(self.solutions.map(|k| format!("search.solutions={k}")));
        sets.extend(self.temperature.map(|t| format!("search.temperature={t:?}")));
        Ok(config.layer(None, &sets)?)
    }

    /// A search on `domain` by a method that asks no network: the configuration is that of the preset `tiny`.
    pub fn open_without_run(&self, domain: Arc<dyn DynDomain>) -> anyhow::Result<Searcher> {
        if !self.method.as_deref().is_some_and(needs_no_network) {
            let known: Vec<&str> = tdf_search::methods()
                .iter()
                .map(|m| m.name)
                .filter(|m| needs_no_network(m))
                .collect();
            let known = known.join(", ");
            bail!(
                "only these methods work without a network: {known}; name the run folder of a network with --run DIR"
            );
        }
        self.check_untrained()?;
        let tiny = Config::preset("tiny").context("there is no preset tiny")?;
        let tiny = tiny.for_domain(&*domain);
        let config = self.change(&tiny)?;
        self.check_init_run(&tiny, &config.search.method)?;
        if config.domain != tiny.domain {
            bail!("--set domain.*: the tasks were made under {}", under(&tiny));
        }
        Ok(Searcher::without_networks(domain, config))
    }

    /// Refuses `--untrained` where no network is asked: it would have no effect.
    pub(super) fn check_untrained(&self) -> anyhow::Result<()> {
        if self.untrained {
            bail!("--untrained: this method asks no network, so it has no effect: leave it out");
        }
        Ok(())
    }

    /// Fails if a network is named for initial programs that the method does not have.
    pub(super) fn check_init_run(&self, base: &Config, method: &str) -> anyhow::Result<()> {
        let Some(folder) = self.init_run.as_ref().map(|folder| folder.display()) else {
            return Ok(());
        };
        let mut asked = base.clone();
        asked.search.init = Init::Auto;
        if asked.layer(None, &self.sets)?.search.init == Init::Random {
            bail!("--init-run {folder} and --set search.init=random exclude each other: leave one of them out");
        }
        match method {
            _ if needs_no_network(method) => bail!(
                "--init-run {folder}: --method {method} asks no network, it begins at random programs: leave out --init-run, \
                 or search with --method rollout or beam"
            ),
            "sample" => bail!(
                "--init-run {folder}: --method sample generates programs and begins at none: leave out --init-run, or search \
                 with --method rollout or beam"
            ),
            _ => Ok(()),
        }
    }
}

pub(super) fn under(config: &Config) -> String {
    let options = config.domain_options();
    let options: Vec<String> = options
        .iter()
        .map(|(name, value)| format!("domain.{name}={value}"))
        .collect();
    options.join(" ")
}

#[cfg(not(feature = "torch"))]
impl SearchArgs {
    /// Says that a run needs libtorch.
    pub fn open(&self) -> anyhow::Result<Searcher> {
        let _ = (self.run(), &self.code, self.checkpoint, self.device);
        bail!("--run needs a network: {}", crate::commands::needs_torch::HOW)
    }
}

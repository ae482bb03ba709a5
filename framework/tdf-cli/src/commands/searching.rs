//! What `search` and `eval` share: the options of the search.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;
use tdf_data::Objective;
use tdf_decode::{Masks, ProgramTokenizer};
use tdf_domain::{DynDomain, GenerationPlan};
use tdf_model::NeuralGenerator;
use tdf_train::{Checkpoint, Config, RunInfo, SearchMethod, Starting, check_grammar, open_run, open_run_at};

use crate::commands::searcher::{Loaded, Searcher, load, threads};
use crate::complete;
use crate::recorded::CodeArgs;
use crate::torch::{self, DeviceChoice};

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
    #[arg(long, value_enum)]
    pub method: Option<MethodChoice>,
    /// The run folder of a network that writes: rollouts and beams begin at its programs
    #[arg(long, value_name = "DIR")]
    pub start_run: Option<PathBuf>,
    /// Greatest number of node expansions for an image; default: the run's
    #[arg(long, value_name = "N")]
    pub budget: Option<u32>,
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

impl From<CheckpointChoice> for Checkpoint {
    fn from(choice: CheckpointChoice) -> Self {
        match choice {
            CheckpointChoice::Last => Self::Last,
            CheckpointChoice::Best => Self::Best,
        }
    }
}

/// A method of search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MethodChoice {
    /// Edits sampled from the policy, one after the other
    Rollout,
    /// A beam of programs, ranked as search.score says
    Beam,
    /// Programs written by a network that learnt that (train.objective), until one draws the target
    Sample,
    /// Random mutations, without a network: the floor to compare with
    Random,
}

impl SearchArgs {
    /// The run folder; commands that can do without ask for none.
    fn run(&self) -> &Path {
        self.run.as_deref().unwrap_or(Path::new(""))
    }

    /// `config` with what the command line changes.
    fn change(&self, config: &Config) -> anyhow::Result<Config> {
        let mut sets = self.sets.clone();
        let method = self.method.map(|m| match m {
            MethodChoice::Rollout => "search.method=rollout".to_owned(),
            MethodChoice::Beam => "search.method=beam".to_owned(),
            MethodChoice::Sample => "search.method=sample".to_owned(),
            MethodChoice::Random => "search.method=random".to_owned(),
        });
        sets.extend(method);
        sets.extend(
            self.start_run
                .as_ref()
                .map(|_| "search.start=autoregressive".to_owned()),
        );
        sets.extend(self.budget.map(|n| format!("search.budget={n}")));
        sets.extend(self.solutions.map(|k| format!("search.solutions={k}")));
        sets.extend(self.temperature.map(|t| format!("search.temperature={t:?}")));
        Ok(config.layer(None, &sets)?)
    }

    /// A search on `domain` by a method that asks no network: the configuration is that of the preset `tiny`.
    pub fn open_without_run(&self, domain: Arc<dyn DynDomain>) -> anyhow::Result<Searcher> {
        if self.method != Some(MethodChoice::Random) {
            bail!("only --method random goes without a network: name the run folder of one with --run DIR");
        }
        self.check_untrained()?;
        let tiny = Config::preset("tiny").context("there is no preset tiny")?;
        let tiny = tiny.for_domain(&*domain);
        let config = self.change(&tiny)?;
        self.check_start_run(&tiny, config.search.method)?;
        if config.domain != tiny.domain {
            bail!("--set domain.*: the tasks were made under {}", under(&tiny));
        }
        Ok(Searcher::without_networks(domain, config))
    }

    /// Refuses `--untrained` where no network is asked: it would have no effect.
    fn check_untrained(&self) -> anyhow::Result<()> {
        if self.untrained {
            bail!("--untrained: random mutations ask no network, so it has no effect: leave it out");
        }
        Ok(())
    }

    /// Opens the run.
    pub fn open(&self) -> anyhow::Result<Searcher> {
        let run = open_run_at(self.run(), self.checkpoint.into())?;
        let config = self.change(&run.config)?;
        if config.model != run.config.model {
            bail!(
                "--set model.*: the network of {} is trained; its sizes cannot be changed",
                self.run().display()
            );
        }
        if config.domain != run.config.domain {
            bail!(
                "--set domain.*: the network of {} was trained under {}; options of its domain cannot be changed",
                self.run().display(),
                under(&run.config),
            );
        }
        let domain = self.code.open_run(&run)?;
        if config.search.method == SearchMethod::Random {
            self.check_start_run(&run.config, SearchMethod::Random)?;
            self.check_untrained()?;
            return Ok(Searcher::without_networks(domain, config));
        }
        let device = torch::device(self.device)?;
        let threads = threads(&config, device)?;
        let masks = Arc::new(Masks::new(domain.language(), domain.size())?);
        let tokenizer = ProgramTokenizer::new(domain.language().clone(), domain.size().clone(), masks);
        let precision = config.search.precision.on(device);
        let load = |run: &RunInfo, untrained: bool| {
            let place = (device, threads, precision);
            load(run, &domain, &tokenizer, place, untrained)
        };
        let Loaded {
            policy,
            objective,
            digest: mut network,
        } = load(&run, self.untrained)?;
        let mut config = self.fitting(config, objective)?;
        self.check_start_run(&run.config, config.search.method)?;
        // The network's word counts: a configuration can be edited.
        config.train.objective = objective;
        let method = config.search_options(0).method;
        let value = method.needs_value().then(|| policy.value());
        let plan = objective.plan(&*domain, *config.program.size.range().end())?;
        let mut writer = plan.map(|plan| policy.shallow_clone().into_generator(plan));
        let another = self.start_run.is_some() || writer.is_none();
        if method.has_init() && config.search.init == Starting::Autoregressive && another {
            let (first, digest) = self.start_network(&run, &domain, &load)?;
            writer = Some(first);
            network = format!("{network}, from {digest}");
        }
        let policy = method.needs_policy().then_some(policy);
        Ok(Searcher {
            domain,
            config,
            policy,
            value,
            writer,
            device,
            network: Some(network),
            objective,
        })
    }

    /// Fails if a network is named for first programs that the method does not have.
    fn check_start_run(&self, base: &Config, method: SearchMethod) -> anyhow::Result<()> {
        let Some(folder) = self.start_run.as_ref().map(|folder| folder.display()) else {
            return Ok(());
        };
        let mut asked = base.clone();
        asked.search.init = Starting::Auto;
        if asked.layer(None, &self.sets)?.search.init == Starting::Random {
            bail!("--start-run {folder} and --set search.start=random exclude each other: leave one of them out");
        }
        match method {
            SearchMethod::Rollout | SearchMethod::Beam => Ok(()),
            SearchMethod::Random => bail!(
                "--start-run {folder}: --method random asks no network, it begins at random programs: leave out --start-run, or \
                 search with --method rollout or beam"
            ),
            SearchMethod::Sample => bail!(
                "--start-run {folder}: --method sample writes programs and begins at none: leave out --start-run, or search with \
                 --method rollout or beam"
            ),
        }
    }

    /// `config` with a method that a network of this objective can do; what the user chose must be one.
    fn fitting(&self, mut config: Config, objective: Objective) -> anyhow::Result<Config> {
        let run = self.run().display();
        let (edits, writes) = (objective.edits(), objective != Objective::Diffusion);
        let samples = config.search.method == SearchMethod::Sample;
        if !edits && !samples {
            if let Some(method) = self.method {
                let method = method.to_possible_value();
                let method = method.as_ref().map_or("", |value| value.get_name());
                bail!(
                    "--method {method}: the network of {run} was trained to write programs (train.objective = \"{objective}\"), not \
                     to edit them: --method sample"
                );
            }
            if let Some(set) = self
                .sets
                .iter()
                .find(|set| set.trim_start().starts_with("search.method"))
            {
                bail!(
                    "--set {set}: the network of {run} writes programs (train.objective = \"{objective}\"): \"sample\""
                );
            }
            config.search.method = SearchMethod::Sample;
        }
        if !writes && samples {
            bail!(
                "--method sample: the network of {run} was trained to edit programs, not to write them (train --set \
                 train.objective=joint, autoregressive or repl): --method rollout or beam"
            );
        }
        if !edits && self.start_run.is_some() {
            bail!("--start-run: the network of {run} writes programs itself and begins at none: leave out --start-run");
        }
        Ok(config)
    }

    /// The network that writes the programs to begin at, and what tells it from others.
    fn start_network(
        &self,
        run: &RunInfo,
        domain: &Arc<dyn DynDomain>,
        load: &impl Fn(&RunInfo, bool) -> anyhow::Result<Loaded>,
    ) -> anyhow::Result<(NeuralGenerator, String)> {
        let Some(folder) = &self.start_run else {
            bail!(
                "search.start = \"autoregressive\": name the run folder of a network that writes with --start-run DIR, or set \
                 search.start=random"
            );
        };
        let start = open_run(folder)?;
        let (folder, header) = (folder.display(), &start.header);
        if header.domain != run.header.domain {
            bail!(
                "--start-run {folder} is a run on the domain {}, not on {}",
                header.domain,
                run.header.domain
            );
        }
        check_grammar(&start, domain.language().grammar())?;
        if start.config.domain != run.config.domain {
            let (theirs, ours) = (under(&start.config), under(&run.config));
            bail!("--start-run {folder}: its network was trained under {theirs}, the other under {ours}");
        }
        let Loaded {
            policy,
            objective,
            digest,
        } = load(&start, false)?;
        if !matches!(objective, Objective::Autoregressive | Objective::Joint) {
            bail!(
                "--start-run {folder}: its network learnt {objective}; train.objective = \"autoregressive\" or \"joint\" is needed"
            );
        }
        let plan = GenerationPlan::whole(&**domain, *start.config.program.size.range().end());
        Ok((policy.into_generator(plan), digest))
    }
}

fn under(config: &Config) -> String {
    let options = config.domain_options();
    let options: Vec<String> = options
        .iter()
        .map(|(name, value)| format!("domain.{name}={value}"))
        .collect();
    options.join(" ")
}

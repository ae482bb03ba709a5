//! What `search` and `eval` share: the options of the search.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;
use tdf_config::Config;
use tdf_data::Objective;
use tdf_decode::GenerationPlan;
use tdf_decode::{Masks, ProgramTokenizer};
use tdf_domain::DynDomain;
use tdf_model::NeuralGenerator;
use tdf_search::Init;
use tdf_train::{Checkpoint, RunInfo, check_grammar, open_run, open_run_at};

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
    #[arg(long, value_name = "METHOD", value_parser = method_names())]
    pub method: Option<String>,
    /// The run folder of a network that generates programs: rollouts and beams begin at its programs
    #[arg(long, value_name = "DIR")]
    pub init_run: Option<PathBuf>,
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

/// The registered search methods, with what each does.
fn method_names() -> PossibleValuesParser {
    let value = |method: &&tdf_search::MethodRegistration| PossibleValue::new(method.name).help(method.about);
    tdf_search::methods().iter().map(value).collect::<Vec<_>>().into()
}

impl SearchArgs {
    /// The run folder; commands that can do without ask for none.
    fn run(&self) -> &Path {
        self.run.as_deref().unwrap_or(Path::new(""))
    }

    /// `config` with what the command line changes.
    fn change(&self, config: &Config) -> anyhow::Result<Config> {
        let mut sets = self.sets.clone();
        let method = self.method.as_ref().map(|method| format!("search.method={method}"));
        sets.extend(method);
        sets.extend(self.init_run.as_ref().map(|_| "search.init=generated".to_owned()));
        sets.extend(self.budget.map(|n| format!("search.budget={n}")));
        sets.extend(self.solutions.map(|k| format!("search.solutions={k}")));
        sets.extend(self.temperature.map(|t| format!("search.temperature={t:?}")));
        Ok(config.layer(None, &sets)?)
    }

    /// A search on `domain` by a method that asks no network: the configuration is that of the preset `tiny`.
    pub fn open_without_run(&self, domain: Arc<dyn DynDomain>) -> anyhow::Result<Searcher> {
        if self.method.as_deref() != Some("random") {
            bail!("only --method random goes without a network: name the run folder of one with --run DIR");
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
        if config.search.method == "random" {
            self.check_init_run(&run.config, "random")?;
            self.check_untrained()?;
            return Ok(Searcher::without_networks(domain, config));
        }
        let device = torch::device(self.device)?;
        let threads = threads(&config, device)?;
        let masks = Arc::new(Masks::new(domain.language(), domain.size())?);
        let tokenizer = ProgramTokenizer::new(domain.language().clone(), domain.size().clone(), masks);
        let precision = config.search.precision.resolve(device.is_cuda());
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
        self.check_init_run(&run.config, &config.search.method)?;
        // The network's word counts: a configuration can be edited.
        config.train.objective = objective;
        let options = config.search_options(0);
        let needs =
            tdf_search::method(&options.method).map_or_else(Default::default, |method| (method.needs)(&options));
        let value = needs.value.then(|| policy.value());
        let plan = objective.plan(&*domain, *config.program.size.range().end())?;
        let mut writer = plan.map(|plan| policy.shallow_clone().into_generator(plan));
        let another = self.init_run.is_some() || writer.is_none();
        if needs.init && config.search.init == Init::Generated && another {
            let (first, digest) = self.init_network(&run, &domain, &load)?;
            writer = Some(first);
            network = format!("{network}, from {digest}");
        }
        // The record of an evaluation says where its searches began.
        config.search.init = match config.search.init {
            Init::Auto if needs.init && objective == Objective::Joint => Init::Generated,
            Init::Auto => Init::Random,
            init => init,
        };
        let policy = needs.policy.then_some(policy);
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
    fn check_init_run(&self, base: &Config, method: &str) -> anyhow::Result<()> {
        let Some(folder) = self.init_run.as_ref().map(|folder| folder.display()) else {
            return Ok(());
        };
        let mut asked = base.clone();
        asked.search.init = Init::Auto;
        if asked.layer(None, &self.sets)?.search.init == Init::Random {
            bail!("--init-run {folder} and --set search.init=random exclude each other: leave one of them out");
        }
        match method {
            "random" => bail!(
                "--init-run {folder}: --method random asks no network, it begins at random programs: leave out --init-run, or \
                 search with --method rollout or beam"
            ),
            "sample" => bail!(
                "--init-run {folder}: --method sample generates programs and begins at none: leave out --init-run, or search \
                 with --method rollout or beam"
            ),
            _ => Ok(()),
        }
    }

    /// `config` with a method that a network of this objective can do; what the user chose must be one.
    fn fitting(&self, mut config: Config, objective: Objective) -> anyhow::Result<Config> {
        let run = self.run().display();
        let (edits, writes) = (objective.edits(), objective != Objective::Diffusion);
        let samples = config.search.method == "sample";
        if !edits && !samples {
            if let Some(method) = &self.method {
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
            config.search.method = "sample".to_owned();
        }
        if !writes && samples {
            bail!(
                "--method sample: the network of {run} was trained to edit programs, not to write them (train --set \
                 train.objective=joint, autoregressive or repl): --method rollout or beam"
            );
        }
        if !edits && self.init_run.is_some() {
            bail!("--init-run: the network of {run} writes programs itself and begins at none: leave out --init-run");
        }
        Ok(config)
    }

    /// The network that writes the programs to begin at, and what tells it from others.
    fn init_network(
        &self,
        run: &RunInfo,
        domain: &Arc<dyn DynDomain>,
        load: &impl Fn(&RunInfo, bool) -> anyhow::Result<Loaded>,
    ) -> anyhow::Result<(NeuralGenerator, String)> {
        let Some(folder) = &self.init_run else {
            bail!(
                "search.init = \"generated\": name the run folder of a network that writes with --init-run DIR, or set \
                 search.init=random"
            );
        };
        let start = open_run(folder)?;
        let (folder, header) = (folder.display(), &start.header);
        if header.domain != run.header.domain {
            bail!(
                "--init-run {folder} is a run on the domain {}, not on {}",
                header.domain,
                run.header.domain
            );
        }
        check_grammar(&start, domain.language().grammar())?;
        if start.config.domain != run.config.domain {
            let (theirs, ours) = (under(&start.config), under(&run.config));
            bail!("--init-run {folder}: its network was trained under {theirs}, the other under {ours}");
        }
        let Loaded {
            policy,
            objective,
            digest,
        } = load(&start, false)?;
        if !matches!(objective, Objective::Autoregressive | Objective::Joint) {
            bail!(
                "--init-run {folder}: its network learnt {objective}; train.objective = \"autoregressive\" or \"joint\" is needed"
            );
        }
        let plan = GenerationPlan::whole(domain.start(), *start.config.program.size.range().end());
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

//! What `search` and `eval` share: a run's network, and the options of the search.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use tch::Device;
use tdf_data::Objective;
use tdf_decode::{Masks, Sequencer};
use tdf_domain::{DynDomain, Plan};
use tdf_eval::digest;
use tdf_loader::Source;
use tdf_model::{Model, ModelConfig, NeuralPolicy, NeuralValue, NeuralWriter, Precision};
use tdf_search::Networks;
use tdf_train::{Config, RunInfo, SearchMethod, Starting, open_run, run_config};

use crate::domains::find;
use crate::torch::{self, DeviceChoice};

/// How to search.
#[derive(Args, Clone, Debug, Default)]
pub struct SearchArgs {
    /// The run folder of the network
    #[arg(long, value_name = "DIR", required = true)]
    pub run: Option<PathBuf>,
    /// The grammar file of the run's domain, if that is not built in and not where it was trained
    #[arg(long, value_name = "FILE", conflicts_with = "plugin")]
    pub grammar: Option<PathBuf>,
    /// The shared library of the run's domain, likewise
    #[arg(long, value_name = "LIB")]
    pub plugin: Option<PathBuf>,
    /// Method; default: the run's, or what its network has learnt
    #[arg(long, value_enum)]
    pub method: Option<MethodChoice>,
    /// The run folder of an autoregressive network: rollouts and beams begin at programs that it writes
    #[arg(long, value_name = "DIR")]
    pub start_run: Option<PathBuf>,
    /// Greatest number of node expansions for a picture; default: the run's
    #[arg(long, value_name = "N")]
    pub budget: Option<u32>,
    /// Number of different programs after which a picture is done with: search goes on after the first; default: the run's,
    /// which is 1 unless it was set
    #[arg(long, value_name = "K")]
    pub solutions: Option<u32>,
    /// Temperature of sampling; default: the run's
    #[arg(long, value_name = "T")]
    pub temperature: Option<f64>,
    /// Change a key of the run's configuration, such as search.beam=16
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Where the network runs
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto)]
    pub device: DeviceChoice,
    /// Take fresh random weights instead of the trained ones: the floor to compare with
    #[arg(long)]
    pub untrained: bool,
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

/// A domain, and networks ready for search.
#[derive(Debug)]
pub struct Searcher {
    pub domain: Arc<dyn DynDomain>,
    pub config: Config,
    policy: Option<NeuralPolicy>,
    value: Option<NeuralValue>,
    writer: Option<NeuralWriter>,
    pub device: Device,
    /// What tells this network from others; `None` if none is asked. That of `--start-run` stands behind it.
    pub network: Option<String>,
    /// What the network learnt.
    pub objective: Objective,
}

/// A network of a run, as it was trained.
struct Loaded {
    policy: NeuralPolicy,
    objective: Objective,
    digest: String,
}

impl Searcher {
    /// What a search asks.
    pub fn networks(&mut self) -> Networks<'_> {
        Networks {
            policy: self.policy.as_mut().map(|policy| policy as _),
            value: self.value.as_mut().map(|value| value as _),
            writer: self.writer.as_mut().map(|writer| writer as _),
        }
    }

    /// What is searched next does not depend on what was searched before.
    pub fn forget(&mut self) {
        if let Some(policy) = &mut self.policy {
            policy.forget();
        }
        if let Some(writer) = &mut self.writer {
            writer.forget();
        }
    }

    /// Without networks, on `domain`.
    fn without_networks(domain: Arc<dyn DynDomain>, config: Config) -> Self {
        Self {
            domain,
            config,
            policy: None,
            value: None,
            writer: None,
            device: Device::Cpu,
            network: None,
            objective: Objective::Diffusion,
        }
    }
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
        let tiny = Config::preset("tiny").context("there is no preset tiny")?;
        let tiny = tiny.for_domain(&*domain);
        let config = self.change(&tiny)?;
        if config.domain != tiny.domain {
            bail!("--set domain.*: the tasks were made under {}", under(&tiny));
        }
        Ok(Searcher::without_networks(domain, config))
    }

    /// Opens the run.
    pub fn open(&self) -> anyhow::Result<Searcher> {
        let run = open_run(self.run())?;
        let config = self.change(&run_config(self.run())?)?;
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
        let domain = domain_of(&run, self.grammar.as_ref(), self.plugin.as_ref())?;
        if config.search.method == SearchMethod::Random {
            return Ok(Searcher::without_networks(domain, config));
        }
        let device = torch::device(self.device)?;
        let threads = threads(&config, device)?;
        let masks = Arc::new(Masks::new(domain.language(), domain.size())?);
        let sequencer = Sequencer::new(domain.language().clone(), domain.size().clone(), masks);
        let precision = config.search.precision.on(device);
        let load = |run: &RunInfo, untrained: bool| {
            let place = (device, threads, precision);
            load(run, &domain, &sequencer, place, untrained)
        };
        let Loaded {
            policy,
            objective,
            digest: mut network,
        } = load(&run, self.untrained)?;
        let config = self.fitting(config, objective)?;
        let method = config.search_options(0).method;
        let value = method.needs_value().then(|| policy.value());
        let (mut policy, mut writer) = match objective.plan(&*domain, *config.program.size.range().end())? {
            None => (Some(policy), None),
            Some(plan) => (None, Some(policy.into_writer(plan))),
        };
        if method.has_starts() && config.search.start == Starting::Autoregressive {
            let (first, digest) = self.start_network(&run, &domain, &load)?;
            writer = Some(first);
            network = format!("{network}, from {digest}");
        }
        if !method.needs_policy() {
            policy = None;
        }
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

    /// `config` with a method that a network of this objective can do; what the user chose must be one.
    fn fitting(&self, mut config: Config, objective: Objective) -> anyhow::Result<Config> {
        let run = self.run().display();
        let writes = objective != Objective::Diffusion;
        let samples = config.search.method == SearchMethod::Sample;
        if writes && !samples {
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
                 train.objective=autoregressive, or repl): --method rollout or beam"
            );
        }
        if writes && self.start_run.is_some() {
            bail!("--start-run: the network of {run} writes programs itself; it begins at none");
        }
        Ok(config)
    }

    /// The network that writes the programs to begin at, and what tells it from others.
    fn start_network(
        &self,
        run: &RunInfo,
        domain: &Arc<dyn DynDomain>,
        load: &impl Fn(&RunInfo, bool) -> anyhow::Result<Loaded>,
    ) -> anyhow::Result<(NeuralWriter, String)> {
        let Some(folder) = &self.start_run else {
            bail!(
                "search.start = \"autoregressive\": name the run folder of an autoregressive network with --start-run DIR"
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
        if start.config.domain != run.config.domain {
            let (theirs, ours) = (under(&start.config), under(&run.config));
            bail!("--start-run {folder}: its network was trained under {theirs}, the other under {ours}");
        }
        let Loaded {
            policy,
            objective,
            digest,
        } = load(&start, false)?;
        if objective != Objective::Autoregressive {
            bail!(
                "--start-run {folder}: its network learnt {objective}; train.objective = \"autoregressive\" is needed"
            );
        }
        let plan = Plan::whole(&**domain, *start.config.program.size.range().end());
        Ok((policy.into_writer(plan), digest))
    }
}

/// The domain of a run, under the options of the run; `grammar` or `plugin` say where it is now.
pub fn domain_of(
    run: &RunInfo,
    grammar: Option<&PathBuf>,
    plugin: Option<&PathBuf>,
) -> anyhow::Result<Arc<dyn DynDomain>> {
    let header = &run.header;
    let mut source = Source {
        grammar: grammar.cloned(),
        plugin: plugin.cloned(),
        ..Source::default()
    };
    if source.plugin.is_some() {
        source.domain = Some(header.domain.clone());
    }
    if source.grammar.is_none() && source.plugin.is_none() {
        source.domain = Some(header.domain.clone());
        // A path that is not absolute begins at the run's folder.
        match header.origin.as_ref().map(|path| run.folder.join(path)) {
            Some(path) if path.extension().is_some_and(|e| e == "lalrpop") => {
                (source.domain, source.grammar) = (None, Some(path));
            }
            origin => source.plugin = origin,
        }
    }
    let folder = run.folder.display();
    let found = find(&source).with_context(|| {
        let moved = "if the domain has moved, name it with --grammar FILE or --plugin LIB";
        format!("the domain {} of {folder}: {moved}", header.domain)
    })?;
    if found.name() != header.domain {
        let name = found.name();
        bail!("{folder} is a run on the domain {}, not on {name}", header.domain);
    }
    let options = run.config.domain_options();
    let options: Vec<(&str, &str)> = options.iter().map(|(name, value)| (&**name, &**value)).collect();
    Ok(found.open(&options)?)
}

/// The keys of the network on which a checkpoint and a configuration differ.
fn differing(config: &Config, model: &ModelConfig) -> String {
    let theirs = Config {
        model: model.clone(),
        ..config.clone()
    };
    let differing = config.differences(&theirs);
    let differing: Vec<String> = differing
        .iter()
        .map(|(key, ours, theirs)| format!("{key} is {theirs}, not {ours}"))
        .collect();
    differing.join("; ")
}

/// The network of a run.
fn load(
    run: &RunInfo,
    domain: &Arc<dyn DynDomain>,
    sequencer: &Sequencer,
    (device, threads, precision): (Device, usize, Precision),
    untrained: bool,
) -> anyhow::Result<Loaded> {
    let config = &run.config;
    let (model, info) = Model::load(&run.model, sequencer, domain.canvas(), device)?;
    if info.model != config.model {
        bail!(
            "{}: the network is of another preset or other sizes than config.toml beside it says: {}",
            run.model.display(),
            differing(config, &info.model)
        );
    }
    let (model, digest) = match untrained {
        true => (
            Model::new(&config.model, sequencer, domain.canvas(), device, config.train.seed)?,
            format!("untrained, seed {}", config.train.seed),
        ),
        false => {
            let bytes = std::fs::read(&run.model).with_context(|| run.model.display().to_string())?;
            (model, digest(&bytes))
        }
    };
    let model = model.with_precision(precision);
    let policy = NeuralPolicy::new(model, domain.clone(), sequencer.clone(), info.small).with_threads(threads);
    Ok(Loaded {
        policy,
        objective: info.objective,
        digest,
    })
}

fn under(config: &Config) -> String {
    let options = config.domain_options();
    let options: Vec<String> = options
        .iter()
        .map(|(name, value)| format!("domain.{name}={value}"))
        .collect();
    options.join(" ")
}

/// Threads of the network, each with queries of its own. On the processor that is faster than to divide operations; before
/// a GPU one prepares and draws while the device works for another.
fn threads(config: &Config, device: Device) -> anyhow::Result<usize> {
    tch::set_num_threads(1);
    match (config.train.threads, device) {
        (0, Device::Cpu) => Ok(std::thread::available_parallelism()?.get()),
        (0, _) => Ok(std::thread::available_parallelism()?.get().min(torch::BEFORE_A_GPU)),
        (threads, _) => Ok(threads),
    }
}

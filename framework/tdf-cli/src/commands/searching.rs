//! What `search` and `eval` share: a run's network, and the options of the search.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use tch::Device;
use tdf_decode::{Masks, Sequencer};
use tdf_domain::DynDomain;
use tdf_eval::digest;
use tdf_loader::Source;
use tdf_model::{Model, ModelConfig, NeuralPolicy, NeuralValue};
use tdf_search::{Method, Score};
use tdf_train::{Config, RunInfo, open_run, run_config};

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
    /// Method; default: the run's
    #[arg(long, value_enum)]
    pub method: Option<MethodChoice>,
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
}

/// A network ready for search.
#[derive(Debug)]
pub struct Searcher {
    pub domain: Arc<dyn DynDomain>,
    pub config: Config,
    pub policy: NeuralPolicy,
    pub value: Option<NeuralValue>,
    pub device: Device,
    /// What tells this network from others.
    pub network: String,
}

impl SearchArgs {
    /// The run folder; commands that can do without ask for none.
    fn run(&self) -> &Path {
        self.run.as_deref().unwrap_or(Path::new(""))
    }

    /// The run's configuration with what the command line changes.
    fn config(&self) -> anyhow::Result<Config> {
        let mut sets = self.sets.clone();
        let method = self.method.map(|m| match m {
            MethodChoice::Rollout => "search.method=rollout".to_owned(),
            MethodChoice::Beam => "search.method=beam".to_owned(),
        });
        sets.extend(method);
        sets.extend(self.budget.map(|n| format!("search.budget={n}")));
        sets.extend(self.solutions.map(|k| format!("search.solutions={k}")));
        sets.extend(self.temperature.map(|t| format!("search.temperature={t:?}")));
        Ok(run_config(self.run())?.layer(None, &sets)?)
    }

    /// Opens the run.
    pub fn open(&self) -> anyhow::Result<Searcher> {
        let run = open_run(self.run())?;
        let config = self.config()?;
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
        let device = torch::device(self.device)?;
        let threads = threads(&config, device)?;
        let masks = Arc::new(Masks::new(domain.language(), domain.size())?);
        let sequencer = Sequencer::new(domain.language().clone(), domain.size().clone(), masks);
        let (model, info) = Model::load(&run.model, &sequencer, domain.canvas(), device)?;
        if info.model != config.model {
            bail!(
                "{}: the network is of another preset or other sizes than config.toml beside it says: {}",
                run.model.display(),
                differing(&config, &info.model)
            );
        }
        let model = match self.untrained {
            true => Model::new(&config.model, &sequencer, domain.canvas(), device, config.train.seed)?,
            false => model,
        }
        .with_precision(config.search.precision.on(device));
        let bytes = std::fs::read(&run.model).with_context(|| run.model.display().to_string())?;
        let network = match self.untrained {
            true => format!("untrained, seed {}", config.train.seed),
            false => digest(&bytes),
        };
        let by_value = matches!(
            config.search_options(0).method,
            Method::Beam {
                score: Score::Value,
                ..
            }
        );
        let policy = NeuralPolicy::new(model, domain.clone(), sequencer, info.small).with_threads(threads);
        let value = by_value.then(|| policy.value());
        Ok(Searcher {
            domain,
            config,
            policy,
            value,
            device,
            network,
        })
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

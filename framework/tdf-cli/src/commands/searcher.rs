//! The network and the domain of a run, ready for search.

use std::sync::Arc;

use anyhow::bail;
use tch::Device;
use tdf_config::{Config, ModelConfig, Precision};
use tdf_data::Objective;
use tdf_decode::ProgramTokenizer;
use tdf_domain::DynDomain;
use tdf_eval::digest;
use tdf_model::{Checkpoint, Model, NeuralGenerator, NeuralPolicy, NeuralValue};
use tdf_search::Networks;
use tdf_train::RunInfo;

use crate::torch;

/// A domain, and networks ready for search.
#[derive(Debug)]
pub struct Searcher {
    pub domain: Arc<dyn DynDomain>,
    pub config: Config,
    pub(super) policy: Option<NeuralPolicy>,
    pub(super) value: Option<NeuralValue>,
    pub(super) writer: Option<NeuralGenerator>,
    pub device: Device,
    /// What tells this network from others; `None` if none is asked. That of `--init-run` stands behind it.
    pub network: Option<String>,
    /// What the network learnt.
    pub objective: Objective,
}

/// A network of a run, as it was trained.
pub(super) struct Loaded {
    pub(super) policy: NeuralPolicy,
    pub(super) objective: Objective,
    pub(super) digest: String,
}

impl Searcher {
    /// What a search asks.
    pub fn networks(&mut self) -> Networks<'_> {
        Networks {
            policy: self.policy.as_mut().map(|policy| policy as _),
            value: self.value.as_mut().map(|value| value as _),
            generator: self.writer.as_mut().map(|writer| writer as _),
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
    pub(super) fn without_networks(domain: Arc<dyn DynDomain>, config: Config) -> Self {
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
pub(super) fn load(
    run: &RunInfo,
    domain: &Arc<dyn DynDomain>,
    tokenizer: &ProgramTokenizer,
    (device, threads, precision): (Device, usize, Precision),
    untrained: bool,
) -> anyhow::Result<Loaded> {
    let config = &run.config;
    let checkpoint = Checkpoint::read(&run.model)?;
    let info = checkpoint.info();
    if info.model != config.model {
        bail!(
            "{}: the network is of another preset or other sizes than config.toml beside it says: {}",
            run.model.display(),
            differing(config, &info.model)
        );
    }
    let trained = checkpoint.model(tokenizer, domain.canvas(), device)?;
    let (model, digest) = match untrained {
        true => (
            Model::new(&config.model, tokenizer, domain.canvas(), device, config.train.seed)?,
            format!("untrained, seed {}", config.train.seed),
        ),
        false => (trained, digest(checkpoint.bytes())),
    };
    let model = model.with_precision(precision);
    let policy = NeuralPolicy::new(model, domain.clone(), tokenizer.clone(), info.max_edit_size).with_threads(threads);
    Ok(Loaded {
        policy,
        objective: info.objective,
        digest,
    })
}

/// Threads of the network, each with queries of its own. On the processor that is faster than to divide operations; before
/// a GPU one prepares and draws while the device works for another.
pub(super) fn threads(config: &Config, device: Device) -> anyhow::Result<usize> {
    tch::set_num_threads(1);
    match (config.train.threads, device) {
        (0, Device::Cpu) => Ok(std::thread::available_parallelism()?.get()),
        (0, _) => Ok(std::thread::available_parallelism()?.get().min(torch::BEFORE_A_GPU)),
        (threads, _) => Ok(threads),
    }
}

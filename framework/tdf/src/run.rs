//! A trained network, ready for search.

use std::path::Path;
use std::sync::Arc;

use tch::Device;
use tdf_config::{Config, Precision};
use tdf_data::Objective;
use tdf_decode::{GenerationPlan, MaskError, PlanError, ProgramTokenizer};
use tdf_domain::{DomainError, DynDomain};
use tdf_model::{Checkpoint, CheckpointError, Model, ModelError, NeuralGenerator, NeuralPolicy, NeuralValue};
use tdf_search::{Init, Needs, Networks, Outcome, SearchError, SearchOptions, SearchProgress, Target, search};
use tdf_train::{RunError, RunInfo, check_grammar, open_run};

/// A run that cannot be opened for search.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunOpenError {
    /// The folder is no run, or its files are at fault.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The domain of the run is not linked in: open the run with [`Run::open_on`].
    #[error("the run in {folder} is on the domain {domain}, which is not linked in: open it with Run::open_on")]
    NoDomain {
        /// The folder.
        folder: String,
        /// Name of the domain.
        domain: String,
    },
    /// The run is on another domain than the one that was given.
    #[error("the run in {folder} is on the domain {domain}, not on {given}")]
    OtherDomain {
        /// The folder.
        folder: String,
        /// Name of its domain.
        domain: String,
        /// Name of the domain that was given.
        given: String,
    },
    /// The domain does not open.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// The language has no masks.
    #[error(transparent)]
    Masks(#[from] MaskError),
    /// The network's file is at fault.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is of another network than the configuration beside it.
    #[error("{file}: the network is of another preset or other sizes than config.toml beside it says: {differences}")]
    OtherNetwork {
        /// The network's file.
        file: String,
        /// The keys that differ.
        differences: String,
    },
    /// The network cannot be made.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The domain's programs cannot be generated as the network has learnt.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// How to open a run.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// Where the network runs.
    pub device: Device,
    /// Threads of the network, each with queries of its own. 0: one per core.
    pub threads: usize,
    /// Fresh random weights instead of the trained ones: the floor to compare with.
    pub untrained: bool,
}

impl Default for RunOptions {
    /// On the processor, with a thread per core.
    fn default() -> Self {
        Self {
            device: Device::Cpu,
            threads: 0,
            untrained: false,
        }
    }
}

/// A trained network and its domain, ready for search.
#[derive(Debug)]
pub struct Run {
    config: Config,
    domain: Arc<dyn DynDomain>,
    objective: Objective,
    digest: String,
    policy: NeuralPolicy,
    value: NeuralValue,
    generator: Option<NeuralGenerator>,
}

impl Run {
    /// Opens the run in `folder` on the domain that it names, which has to be linked in, with the network of its last step.
    ///
    /// # Errors
    /// See [`RunOpenError`].
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, RunOpenError> {
        let info = open_run(folder.as_ref())?;
        let Some(registration) = tdf_domain::builtin(&info.header.domain) else {
            return Err(RunOpenError::NoDomain {
                folder: info.folder.display().to_string(),
                domain: info.header.domain,
            });
        };
        let options = info.config.domain_options();
        let domain = registration.open_with(options.iter().map(|(name, value)| (&**name, &**value)))?;
        Self::open_on(&info, domain, RunOptions::default())
    }

    /// Opens a run on `domain`, which a plugin may have brought.
    ///
    /// # Errors
    /// See [`RunOpenError`].
    pub fn open_on(info: &RunInfo, domain: Arc<dyn DynDomain>, options: RunOptions) -> Result<Self, RunOpenError> {
        if info.header.domain != domain.name() {
            return Err(RunOpenError::OtherDomain {
                folder: info.folder.display().to_string(),
                domain: info.header.domain.clone(),
                given: domain.name().to_owned(),
            });
        }
        check_grammar(info, domain.language())?;
        let config = info.config.for_domain(&*domain);
        let tokenizer = tdf_train::tokenizer(&*domain)?;
        let checkpoint = Checkpoint::read(&info.model)?;
        let known = checkpoint.info();
        if known.model != config.model {
            let theirs = Config {
                model: known.model.clone(),
                ..config.clone()
            };
            let differing = config.differences(&theirs);
            let differing = differing
                .iter()
                .map(|(key, ours, theirs)| format!("{key} is {theirs}, not {ours}"));
            return Err(RunOpenError::OtherNetwork {
                file: info.model.display().to_string(),
                differences: differing.collect::<Vec<_>>().join("; "),
            });
        }
        let (objective, max_edit_size) = (known.objective, known.max_edit_size);
        let (model, digest) = weights(&checkpoint, &tokenizer, &*domain, &config, options)?;
        let precision: Precision = config.search.precision.resolve(options.device.is_cuda());
        let threads = threads(options);
        let policy = NeuralPolicy::new(
            model.with_precision(precision),
            domain.clone(),
            tokenizer,
            max_edit_size,
        )
        .with_threads(threads);
        let plan = objective.plan(&*domain, *config.program.size.range().end())?;
        Ok(Self {
            value: policy.value(),
            generator: plan.map(|plan| policy.shallow_clone().into_generator(plan)),
            policy,
            config,
            domain,
            objective,
            digest,
        })
    }

    /// The configuration of the run.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The domain.
    pub fn domain(&self) -> &Arc<dyn DynDomain> {
        &self.domain
    }

    /// What the network has learnt.
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// SHA-256 of the network's file, or the seed of untrained weights.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The options of the run's configuration, with a method that the network can do.
    pub fn search_options(&self, seed: u64) -> SearchOptions {
        let mut options = self.config.search_options(seed);
        if !self.objective.edits() {
            options.method = "sample".to_owned();
        }
        options.init = match options.init {
            Init::Auto if self.objective == Objective::Joint => Init::Generated,
            Init::Auto => Init::Random,
            init => init,
        };
        options
    }

    /// Searches programs for `targets` with the options of the run's configuration and seed 0.
    ///
    /// # Errors
    /// Those of [`search`].
    pub fn search(&mut self, targets: &[Target<'_>]) -> Result<Vec<Outcome>, SearchError> {
        let options = self.search_options(0);
        self.search_with(targets, &options, &mut |_| true)
    }

    /// Searches programs for `targets`; `observe` is called after every round and may stop the search.
    ///
    /// # Errors
    /// Those of [`search`].
    pub fn search_with(
        &mut self,
        targets: &[Target<'_>],
        options: &SearchOptions,
        observe: &mut dyn FnMut(SearchProgress) -> bool,
    ) -> Result<Vec<Outcome>, SearchError> {
        let domain = self.domain.clone();
        self.forget();
        search(&domain, targets, self.networks(), options, observe)
    }

    /// The networks, for [`search`].
    pub fn networks(&mut self) -> Networks<'_> {
        Networks {
            policy: self.objective.edits().then_some(&mut self.policy as _),
            value: Some(&mut self.value),
            generator: self.generator.as_mut().map(|generator| generator as _),
        }
    }

    /// The networks that a method needs.
    pub fn networks_for(&mut self, needs: Needs) -> Networks<'_> {
        let all = self.networks();
        Networks {
            policy: all.policy.filter(|_| needs.policy),
            value: all.value.filter(|_| needs.value),
            generator: all.generator,
        }
    }

    /// Forgets what was computed of images, so that the next search does not depend on those before.
    pub fn forget(&mut self) {
        self.policy.forget();
        if let Some(generator) = &mut self.generator {
            generator.forget();
        }
    }

    /// Another over the same weights, for a search beside those of this one: neither depends on what the other is asked. What each of its
    /// networks has made of images takes `memory` bytes at most.
    pub fn apart(&self, memory: usize) -> Self {
        let policy = self.policy.apart(memory);
        Self {
            config: self.config.clone(),
            domain: Arc::clone(&self.domain),
            objective: self.objective,
            digest: self.digest.clone(),
            value: policy.value(),
            generator: self.generator.as_ref().map(|generator| generator.apart(memory)),
            policy,
        }
    }

    /// Generates initial programs with `other`, whose network has learnt to generate whole programs.
    ///
    /// Returns false, and changes nothing, if it has not.
    pub fn init_from(&mut self, other: Self) -> bool {
        if !matches!(other.objective, Objective::Autoregressive | Objective::Joint) {
            return false;
        }
        let plan = GenerationPlan::whole(self.domain.start(), *other.config.program.size.range().end());
        self.generator = Some(other.policy.into_generator(plan));
        true
    }
}

fn weights(
    checkpoint: &Checkpoint,
    tokenizer: &ProgramTokenizer,
    domain: &dyn DynDomain,
    config: &Config,
    options: RunOptions,
) -> Result<(Model, String), RunOpenError> {
    let trained = checkpoint.model(tokenizer, domain.observation_spec(), options.device)?;
    if !options.untrained {
        return Ok((trained, tdf_eval::digest(checkpoint.bytes())));
    }
    let seed = config.train.seed;
    let fresh = Model::new(
        &config.model,
        tokenizer,
        domain.observation_spec(),
        options.device,
        seed,
    )?;
    Ok((fresh, format!("untrained, seed {seed}")))
}

/// Threads that share a GPU: one prepares and chooses while the device works for another.
const BEFORE_A_GPU: usize = 4;

fn threads(options: RunOptions) -> usize {
    // Each thread has queries of its own. On the processor that is faster than to divide operations.
    tch::set_num_threads(1);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    match (options.threads, options.device) {
        (0, Device::Cpu) => cores,
        (0, _) => cores.min(BEFORE_A_GPU),
        (threads, _) => threads,
    }
}

//! What comes before the first step of a training.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use tch::{Device, no_grad};
use tdf_config::{Config, ConfigError};
use tdf_data::{ExampleEncoder, ExampleStream};
use tdf_decode::{MaskError, Masks, ProgramTokenizer};
use tdf_domain::{DynDomain, ObservationSpec};
use tdf_model::Model;

use crate::best::settings;
use crate::evaluate::Evaluation;
use crate::events::Events;
use crate::loss_accumulator::LossAccumulator;
use crate::metrics::Metrics;
use crate::process_group::ProcessGroup;
use crate::run_folder::{RunFolder, check_run};
use crate::run_paths::Paths;
use crate::throughput::ThroughputMeter;
use crate::train_state::Counters;
use crate::trainer::Trainer;
use crate::{AdamW, Observer, RunHeader, TrainError, WeightEma, check_grammar, open_run};

/// The tokenizer that turns programs of `domain` into the tokens of the network.
///
/// # Errors
/// A language without masks.
pub fn tokenizer(domain: &dyn DynDomain) -> Result<ProgramTokenizer, MaskError> {
    let language = domain.language().clone();
    let masks = Arc::new(Masks::new(&language, domain.size())?);
    Ok(ProgramTokenizer::new(language, domain.size().clone(), masks))
}

/// All that can fail before the first step. The run folder is rank zero's, and so is all that comes of it.
pub(crate) fn begin<'a>(
    group: &ProcessGroup,
    domain: &'a Arc<dyn DynDomain>,
    config: &'a Config,
    run: &Path,
    resume: bool,
    device: Device,
    observer: &mut dyn Observer,
) -> Result<(Trainer<'a>, Data), TrainError> {
    if group.is_rank_zero() {
        check_run(run, resume)?;
    }
    // Before the first operation: threads that libtorch has started it keeps.
    let threads = threads(config, device, group.local_world_size());
    // All that the configuration can be at fault for comes before the run folder is made.
    config.check_edits(&**domain)?;
    let tokenizer = tokenizer(&**domain)?;
    let model = Model::new(
        &config.model,
        &tokenizer,
        domain.observation_spec(),
        device,
        config.train.seed,
    )?
    .with_precision(config.train.precision.resolve(device.is_cuda()));
    if group.is_rank_zero() && !(resume && Paths::new(run).state.exists()) {
        take_weights(config, &model, &tokenizer, domain.observation_spec())?;
    }
    let generation = config
        .train
        .objective
        .generation(&**domain, *config.program.size.range().end())?;
    let options = config.example_options();
    let stream = ExampleStream::with_generation(domain.clone(), options, generation, config.train.seed)?;
    let stream = Arc::new(stream);
    let encoder = Arc::new(ExampleEncoder::new(
        domain.clone(),
        tokenizer.clone(),
        config.noise.max_edit_size,
    ));
    let header = RunHeader::new(&**domain);
    let mut data = Data {
        stream,
        encoder,
        evaluation: None,
    };
    let mut folder = None;
    if group.is_rank_zero() {
        data.evaluation = Some(Evaluation::new(domain, &tokenizer, config)?);
        folder = Some(RunFolder::open(run, &header, domain.language(), config, resume)?);
    }
    let optimizer = AdamW::new(model.flat(), &model.decay_mask(), &config.train);
    let average = WeightEma::new(model.flat(), config.train.ema);
    let counters = Counters {
        step: 0,
        examples: 0,
        seconds: 0.0,
        row_examples: 0,
        row_seconds: 0.0,
        due: None,
        best: None,
    };
    let meter = ThroughputMeter::new(device, model.precision(), config.train.peak_tflops);
    let mut training = Trainer {
        domain: &**domain,
        config,
        header,
        folder,
        metrics: None,
        events: None,
        model,
        optimizer,
        average,
        counters,
        window: LossAccumulator::default(),
        threads,
        settings: settings(config),
        meter: meter.clone(),
        whole: meter,
    };
    training.restore(observer)?;
    if let Some(folder) = &training.folder {
        let step = training.counters.step;
        // A run that stands at its beginning measures it again.
        let (metrics, told) = Metrics::open(&folder.paths.metrics, (step > 0).then_some(step))?;
        training.metrics = Some(metrics);
        if let Some(told) = told {
            observer.message(&told);
        }
        let mut events = Events::begin(run, step)?;
        events.config(config, step)?;
        training.events = Some(events);
    }
    Ok((training, data))
}

/// Gives `model` the weights of the network that `train.from` names, if it names one.
fn take_weights(
    config: &Config,
    model: &Model,
    tokenizer: &ProgramTokenizer,
    observation: ObservationSpec,
) -> Result<(), TrainError> {
    let from = Path::new(&config.train.from);
    if from.as_os_str().is_empty() {
        return Ok(());
    }
    let refused = |message: String| TrainError::from(ConfigError(format!("train.from: {message}")));
    let file = match from.is_dir() {
        true => {
            let run = open_run(from).map_err(|error| refused(error.to_string()))?;
            check_grammar(&run, tokenizer.language()).map_err(|error| refused(error.to_string()))?;
            run.model
        }
        false => from.to_owned(),
    };
    let loaded = Model::load(&file, tokenizer, observation, model.device());
    let (loaded, info) = loaded.map_err(|error| refused(error.to_string()))?;
    let other = Config {
        model: info.model,
        ..config.clone()
    };
    let mut differences = String::new();
    for (key, theirs, ours) in other.differences(config) {
        let _ = write!(differences, "\n  {key} is {theirs} there, {ours} here");
    }
    if !differences.is_empty() {
        let name = file.display();
        return Err(refused(format!(
            "{name} holds another network:{differences}\nSet these keys to what they are there"
        )));
    }
    no_grad(|| model.flat().shallow_clone().copy_(loaded.flat()));
    Ok(())
}

/// What a training draws at random.
pub(crate) struct Data {
    pub(crate) stream: Arc<ExampleStream>,
    pub(crate) encoder: Arc<ExampleEncoder>,
    /// Rank zero's only.
    pub(crate) evaluation: Option<Evaluation>,
}

/// Threads of the network, each for a part of a batch.
fn threads(config: &Config, device: Device, local_world_size: usize) -> usize {
    if device != Device::Cpu {
        return 1;
    }
    // Each piece on one thread: libtorch's own threads wait for each other after every operation, and where they have to
    // share their cores with anything else, a step takes ten times as long.
    tch::set_num_threads(1);
    match config.train.threads {
        0 => (std::thread::available_parallelism().map_or(1, usize::from) / local_world_size).max(1),
        threads => threads,
    }
}

//! The training loop.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tch::{Device, no_grad};
use tdf_data::{Encoder, ExampleStream, Feed};
use tdf_decode::{MaskError, Masks, Sequencer};
use tdf_domain::DynDomain;
use tdf_model::{CheckpointInfo, Model};

use crate::clock::Clock;
use crate::evaluate::Evaluation;
use crate::events::Events;
use crate::folder::{Beginning, RunFolder};
use crate::schedule::learning_rate;
use crate::state::{Counters, State};
use crate::window::Window;
use crate::{AdamW, Average, Config, ConfigError, Observer, Progress, Row, RunHeader, Stage, Summary, TrainError};

/// Batches that the workers may be ahead of the network.
const AHEAD: usize = 8;

/// What programs of `domain` look like to the network.
pub fn sequencer(domain: &dyn DynDomain) -> Result<Sequencer, MaskError> {
    let language = domain.language().clone();
    let masks = Arc::new(Masks::new(&language, domain.size())?);
    Ok(Sequencer::new(language, domain.size().clone(), masks))
}

/// Trains a network for `domain` as `config` says, in the run folder `run`; with `resume`, goes on with the run that is
/// there. It ends when the training is done or `observer` stops it.
///
/// # Errors
/// Anything the configuration, the folder or the disk is at fault for; a loss that is not finite. The checkpoint before
/// stays whole then.
pub fn train(
    domain: Arc<dyn DynDomain>,
    config: &Config,
    run: &Path,
    resume: bool,
    device: Device,
    observer: &mut dyn Observer,
) -> Result<Summary, TrainError> {
    let config = &config.recording(&*domain);
    if let Some((key, value, allowed)) = config.out_of_range() {
        return Err(ConfigError(format!("{key} = {value}: allowed is {allowed}")).into());
    }
    let threads = threads(config, device);

    // All that the configuration can be at fault for comes before the run folder.
    let sequencer = sequencer(&*domain)?;
    let model = Model::new(&config.model, &sequencer, domain.canvas(), device, config.train.seed)?;
    let stream = Arc::new(ExampleStream::new(
        domain.clone(),
        config.example_options(),
        config.train.seed,
    )?);
    let encoder = Arc::new(Encoder::new(domain.clone(), sequencer.clone(), config.noise.small));
    let evaluation = Evaluation::new(&domain, &sequencer, config)?;
    let header = RunHeader::new(&*domain);
    let folder = RunFolder::open(run, &header, config, resume)?;

    let optimizer = AdamW::new(model.flat(), &model.decay_mask(), &config.train);
    let average = Average::new(model.flat(), config.train.ema);
    let counters = Counters {
        step: 0,
        examples: 0,
        seconds: 0.0,
        row_examples: 0,
        row_seconds: 0.0,
    };
    let mut training = Training {
        domain: &*domain,
        config,
        header,
        folder,
        model,
        optimizer,
        average,
        counters,
        window: Window::default(),
        threads,
    };
    training.restore(observer)?;
    // A run that stands at its beginning measures it again.
    training
        .folder
        .metrics
        .truncate((training.counters.step > 0).then_some(training.counters.step))?;
    let mut events = Events::begin(run, training.counters.step)?;

    let start = training.counters;
    let mut tell = Progress {
        stage: Stage::Training,
        step: start.step,
        examples: start.examples,
        seconds: start.seconds,
        done: training.done(),
        seconds_left: None,
        examples_per_second: 0.0,
        learning_rate: 0.0,
        losses: None,
        solve_rate: None,
    };
    let first_done = tell.done;
    let mut going_on = true;
    let mut untrained_solve_rate = None;
    if start.step == 0 {
        untrained_solve_rate = training.evaluate(&evaluation, &mut tell, observer)?;
        going_on = untrained_solve_rate.is_some() || evaluation.tasks() == 0;
        let row = Row {
            solve_rate: untrained_solve_rate,
            ..training.row(None)
        };
        training.folder.metrics.write(&row)?;
        events.row(&row)?;
        training.save()?;
    }

    let batch = config.train.batch;
    let mut feed = Feed::start(
        stream.clone(),
        encoder,
        start.examples,
        batch,
        config.train.workers,
        AHEAD,
    );
    let mut clock = Clock::at(start.seconds);
    let mut seconds_waiting = 0.0;
    let mut saved_step = start.step;
    while going_on && training.done() < 1.0 {
        let waiting = Instant::now();
        let examples = feed.next_batch()?;
        seconds_waiting += waiting.elapsed().as_secs_f64();

        let (gradient, loss) = training.model.gradient(&examples, threads)?;
        let rate = learning_rate(&config.train, training.done());
        training.optimizer.step(training.model.flat(), gradient, rate);
        training
            .average
            .update(training.model.flat(), training.optimizer.updates);
        training.window.push(&loss);

        let before = (training.counters.step, training.counters.seconds);
        let now = (before.0 + 1, clock.seconds());
        training.counters.step = now.0;
        training.counters.examples += batch as u64;
        training.counters.seconds = now.1;

        tell = Progress {
            stage: Stage::Training,
            step: now.0,
            examples: training.counters.examples,
            seconds: now.1,
            done: training.done().min(1.0),
            seconds_left: seconds_left(start.seconds, first_done, now.1, training.done()),
            examples_per_second: (training.counters.examples - start.examples) as f64 / (now.1 - start.seconds),
            learning_rate: rate,
            ..tell
        };
        going_on = observer.progress(&tell);

        let ends = training.done() >= 1.0;
        let evaluates = config.train.evaluate_every.due(before, now) || ends;
        if evaluates || now.0.is_multiple_of(config.train.log_every) {
            training.check_finite()?;
            let mut row = training.row(Some(rate));
            if evaluates && going_on {
                row.solve_rate = clock.halted(|| training.evaluate(&evaluation, &mut tell, observer))?;
                going_on = row.solve_rate.is_some() || evaluation.tasks() == 0;
            }
            training.folder.metrics.write(&row)?;
            events.row(&row)?;
            tell.losses = row.losses;
        }
        if config.train.checkpoint_every.due(before, now) || ends || !going_on {
            clock.halted(|| training.save())?;
            saved_step = now.0;
        }
    }
    debug_assert_eq!(saved_step, training.counters.step, "the last step is always saved");

    Ok(Summary {
        step: training.counters.step,
        examples: training.counters.examples,
        seconds: training.counters.seconds,
        losses: tell.losses,
        untrained_solve_rate,
        solve_rate: tell.solve_rate,
        stopped: training.done() < 1.0,
        seconds_waiting,
        render_failures: stream.render_failures(),
        model: training.folder.paths.model.clone(),
    })
}

/// Threads of the network, each for a part of a batch.
fn threads(config: &Config, device: Device) -> usize {
    if device != Device::Cpu {
        return 1;
    }
    // Each piece on one thread: libtorch's own threads wait for each other after every operation, and where they have to
    // share their cores with anything else, a step takes ten times as long.
    tch::set_num_threads(1);
    match config.train.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

/// Seconds of training that are left if it goes on as since `start`.
fn seconds_left(start: f64, first_done: f64, now: f64, done: f64) -> Option<f64> {
    (done > first_done).then(|| ((now - start) * (1.0 - done) / (done - first_done)).max(0.0))
}

/// What a training changes as it goes.
struct Training<'a> {
    domain: &'a dyn DynDomain,
    config: &'a Config,
    header: RunHeader,
    folder: RunFolder,
    model: Model,
    optimizer: AdamW,
    average: Average,
    counters: Counters,
    window: Window,
    /// Of the network.
    threads: usize,
}

impl Training<'_> {
    /// The part of the training that is done, by the measure that the configuration sets an end to.
    fn done(&self) -> f64 {
        let train = &self.config.train;
        if train.minutes > 0.0 {
            self.counters.seconds / (60.0 * train.minutes)
        } else {
            self.counters.step as f64 / train.steps as f64
        }
    }

    /// Takes up the state of a resumed run.
    fn restore(&mut self, observer: &mut dyn Observer) -> Result<(), TrainError> {
        let state = match self.folder.beginning {
            Beginning::New => return Ok(()),
            Beginning::Resumed | Beginning::ResumedFromNothing => {
                let parameters = self.model.flat().numel();
                State::read(&self.folder.paths.state, &self.header.fingerprint, parameters)?
            }
        };
        let Some(state) = state else {
            observer.message("the run has no checkpoint yet: it begins at step 0");
            return Ok(());
        };
        no_grad(|| {
            self.model.flat().shallow_clone().copy_(&state.parameters);
            self.optimizer.first.copy_(&state.first);
            self.optimizer.second.copy_(&state.second);
            self.average.flat.copy_(&state.average);
        });
        self.optimizer.updates = state.counters.step;
        self.window = Window::from_read(state.window);
        self.counters = state.counters;
        observer.message(&format!("resuming at step {}", self.counters.step));
        // The process may have been killed between the two files of the checkpoint.
        self.save_model()
    }

    /// The solve rate of the averaged weights; `None` if the observer stops, or there are no tasks.
    fn evaluate(
        &self,
        evaluation: &Evaluation,
        tell: &mut Progress,
        observer: &mut dyn Observer,
    ) -> Result<Option<f64>, TrainError> {
        let tasks = evaluation.tasks();
        let averaged = no_grad(|| self.model.with_flat(&self.average.flat));
        let rate = evaluation.solve_rate(averaged, self.threads, &mut |ended| {
            observer.progress(&Progress {
                stage: Stage::Evaluating { ended, tasks },
                ..*tell
            })
        })?;
        if rate.is_some() {
            tell.solve_rate = rate;
        }
        Ok(rate)
    }

    /// The row of the metrics for this step; the next one begins here.
    fn row(&mut self, learning_rate: Option<f64>) -> Row {
        let Counters {
            step,
            examples,
            seconds,
            row_examples,
            row_seconds,
        } = self.counters;
        let passed = seconds - row_seconds;
        self.counters.row_examples = examples;
        self.counters.row_seconds = seconds;
        Row {
            step,
            examples,
            seconds,
            losses: self.window.take(),
            learning_rate,
            examples_per_second: (passed > 0.0).then(|| (examples - row_examples) as f64 / passed),
            solve_rate: None,
        }
    }

    /// Fails if a loss of the window is not finite. Waits for the device.
    fn check_finite(&mut self) -> Result<(), TrainError> {
        match self.window.not_finite() {
            None => Ok(()),
            Some(steps_ago) => Err(self.not_finite("loss", self.counters.step - steps_ago)),
        }
    }

    fn not_finite(&self, what: &'static str, step: u64) -> TrainError {
        let kept = match CheckpointInfo::read(&self.folder.paths.model) {
            Ok(info) => format!("the checkpoint of step {} is kept", info.step),
            Err(_) => "there is no checkpoint yet".to_owned(),
        };
        TrainError::NotFinite { what, step, kept }
    }

    /// Writes a checkpoint: first all that a resumption needs, then the network for search, which follows from it.
    fn save(&mut self) -> Result<(), TrainError> {
        self.check_finite()?;
        // The last update may have been the one that broke the network: its loss is not known yet.
        if !self.model.flat().isfinite().all().double_value(&[]).eq(&1.0) {
            return Err(self.not_finite("network", self.counters.step));
        }
        self.folder.metrics.sync()?;
        let state = State {
            counters: self.counters,
            parameters: self.model.flat().shallow_clone(),
            first: self.optimizer.first.shallow_clone(),
            second: self.optimizer.second.shallow_clone(),
            average: self.average.flat.shallow_clone(),
            window: self.window.read().to_vec(),
        };
        state.write(&self.folder.paths.state, &self.header.fingerprint)?;
        self.save_model()
    }

    fn save_model(&self) -> Result<(), TrainError> {
        let info = CheckpointInfo {
            domain: self.header.domain.clone(),
            grammar: self.header.fingerprint.clone(),
            grammar_name: self.header.grammar.clone(),
            canvas: self.domain.canvas(),
            small: self.config.noise.small,
            model: self.config.model.clone(),
            step: self.counters.step,
            examples: self.counters.examples,
        };
        let averaged = no_grad(|| self.model.with_flat(&self.average.flat));
        Ok(averaged.save(&self.folder.paths.model, &info)?)
    }
}

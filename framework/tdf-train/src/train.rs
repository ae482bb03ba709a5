//! The training loop.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tch::{Device, Tensor, no_grad};
use tdf_data::{Encoded, Encoder, ExampleStream, Feed};
use tdf_decode::{MaskError, Masks, Sequencer};
use tdf_domain::DynDomain;
use tdf_model::{CheckpointInfo, Loss, Model, ModelError, Prepared};
use tdf_parallel::Group;

use crate::ahead::Ahead;
use crate::clock::Clock;
use crate::evaluate::Evaluation;
use crate::events::Events;
use crate::folder::{Beginning, Paths, RunFolder};
use crate::meter::{Meter, free_memory};
use crate::schedule::learning_rate;
use crate::slice::Slice;
use crate::state::{Counters, State, floats};
use crate::team::{Team, Word};
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
    train_together(None, domain, config, run, resume, device, observer)
}

/// As [`train`], together with the other processes of `group`, which call it with the same configuration: each works on
/// its part of every batch, and all have the network that one process would have trained. Only process 0 uses the run
/// folder, evaluates and takes the time; the summary of the others says nothing of solve rates. All end at the same step.
///
/// # Errors
/// As [`train`], on all processes, whichever of them has failed; a process that cannot be reached any more.
pub fn train_together(
    group: Option<Group>,
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
    let team = Team::new(group, config, device)?;
    team.same(config, &RunHeader::new(&*domain))?;
    let begun = begin(&team, &domain, config, run, resume, device, observer);
    let (mut training, data) = team.together(begun)?;
    training.share(&team)?;
    training.meter.begin(training.counters.seconds);
    training.whole.begin(training.counters.seconds);

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
        (untrained_solve_rate, going_on) = training.measure(&team, data.evaluation.as_ref(), &mut tell, observer)?;
        let row = Row {
            solve_rate: untrained_solve_rate,
            ..training.row(None)
        };
        let written = training.write(&row).and_then(|()| training.save());
        team.together(written)?;
    }

    let batch = config.train.batch;
    let feed = Feed::start_part(
        data.stream.clone(),
        data.encoder,
        start.examples,
        batch,
        team.part(batch),
        config.train.workers,
        AHEAD,
    );
    let mut batches = Ahead::of(feed, &training.model);
    let slice = Slice::of(&config.train);
    let mut clock = Clock::at(start.seconds);
    let mut seconds_waiting = 0.0;
    let mut saved_step = start.step;
    let mut asked_to_stop = false;
    while going_on && training.done() < 1.0 {
        let waiting = Instant::now();
        let examples = batches.next_batch();
        seconds_waiting += waiting.elapsed().as_secs_f64();

        let worked = examples.and_then(|examples| {
            let (gradient, loss) = training.gradient(&examples)?;
            Ok((examples, gradient, loss))
        });
        let word = Word {
            failed: worked.is_err(),
            stop: asked_to_stop,
            busy: false,
            seconds: clock.seconds(),
        };
        let heard = team.exchange(word);
        let (examples, gradient, loss) = worked?;
        let heard = heard?;
        let (gradient, loss) = team.sum(gradient, loss, &examples.examples, batch)?;
        let rate = learning_rate(&config.train, training.done());
        training.optimizer.step(training.model.flat(), gradient, rate);
        training
            .average
            .update(training.model.flat(), training.optimizer.updates);
        training.window.push(&loss);
        training.took(&examples.examples, &loss);

        let before = (training.counters.step, training.counters.seconds);
        let now = (before.0 + 1, heard.seconds);
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
        asked_to_stop = !observer.progress(&tell) || slice.is_over();
        going_on = team.goes_on(!asked_to_stop, heard);

        let ends = training.done() >= 1.0;
        let evaluates = config.train.evaluate_every.due(before, now) || ends;
        if evaluates || now.0.is_multiple_of(config.train.log_every) {
            team.settle()?;
            training.check_finite()?;
            let mut row = training.row(Some(rate));
            if evaluates && going_on {
                (row.solve_rate, going_on) =
                    clock.halted(|| training.measure(&team, data.evaluation.as_ref(), &mut tell, observer))?;
            }
            team.together(training.write(&row))?;
            tell.losses = row.losses;
        }
        if config.train.checkpoint_every.due(before, now) || ends || !going_on {
            team.settle()?;
            clock.halted(|| team.together(training.save()))?;
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
        measured: training.whole.read(training.counters.seconds),
        seconds_waiting,
        render_failures: team.total(data.stream.render_failures())?,
        model: Paths::new(run).model,
    })
}

/// All that can fail before the first step. The run folder is the leader's, and so is all that comes of it.
fn begin<'a>(
    team: &Team,
    domain: &'a Arc<dyn DynDomain>,
    config: &'a Config,
    run: &Path,
    resume: bool,
    device: Device,
    observer: &mut dyn Observer,
) -> Result<(Training<'a>, Data), TrainError> {
    // All that the configuration can be at fault for comes before the run folder.
    let sequencer = sequencer(&**domain)?;
    let model = Model::new(&config.model, &sequencer, domain.canvas(), device, config.train.seed)?
        .with_precision(config.train.precision.on(device));
    let plan = config.plan(&**domain)?;
    let options = config.example_options();
    let stream = ExampleStream::with_plan(domain.clone(), options, plan, config.train.seed)?;
    let stream = Arc::new(stream);
    let encoder = Arc::new(Encoder::new(domain.clone(), sequencer.clone(), config.noise.small));
    let header = RunHeader::new(&**domain);
    let mut data = Data {
        stream,
        encoder,
        evaluation: None,
    };
    let mut folder = None;
    if team.leads() {
        data.evaluation = Some(Evaluation::new(domain, &sequencer, config)?);
        folder = Some(RunFolder::open(run, &header, config, resume)?);
    }
    let optimizer = AdamW::new(model.flat(), &model.decay_mask(), &config.train);
    let average = Average::new(model.flat(), config.train.ema);
    let counters = Counters {
        step: 0,
        examples: 0,
        seconds: 0.0,
        row_examples: 0,
        row_seconds: 0.0,
    };
    let meter = Meter::new(device, model.precision(), config.train.peak_tflops);
    let mut training = Training {
        domain: &**domain,
        config,
        header,
        folder,
        events: None,
        model,
        optimizer,
        average,
        counters,
        window: Window::default(),
        threads: threads(config, device, team.neighbours()),
        meter: meter.clone(),
        whole: meter,
    };
    training.restore(observer)?;
    if let Some(folder) = &mut training.folder {
        let step = training.counters.step;
        // A run that stands at its beginning measures it again.
        folder.metrics.truncate((step > 0).then_some(step))?;
        training.events = Some(Events::begin(run, step)?);
    }
    Ok((training, data))
}

/// What a training draws at random.
struct Data {
    stream: Arc<ExampleStream>,
    encoder: Arc<Encoder>,
    /// The leader's only.
    evaluation: Option<Evaluation>,
}

/// Threads of the network, each for a part of a batch.
fn threads(config: &Config, device: Device, neighbours: usize) -> usize {
    if device != Device::Cpu {
        return 1;
    }
    // Each piece on one thread: libtorch's own threads wait for each other after every operation, and where they have to
    // share their cores with anything else, a step takes ten times as long.
    tch::set_num_threads(1);
    match config.train.threads {
        0 => (std::thread::available_parallelism().map_or(1, usize::from) / neighbours).max(1),
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
    /// The leader's only, as `events`.
    folder: Option<RunFolder>,
    events: Option<Events>,
    model: Model,
    optimizer: AdamW,
    average: Average,
    counters: Counters,
    window: Window,
    /// Of the network.
    threads: usize,
    /// Since the last row of the metrics.
    meter: Meter,
    /// Since this process began.
    whole: Meter,
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

    /// The gradient of a batch and its loss. If there is too little memory, the error says about how many examples would fit.
    fn gradient(&self, batch: &Prepared) -> Result<(Tensor, Loss), TrainError> {
        let examples = &batch.examples;
        let error = match self.model.gradient_of(batch, self.threads) {
            Err(error) if error.is_memory() => error,
            done => return Ok(done?),
        };
        let fits = free_memory(self.model.device()).zip(self.model.training_memory(&examples[..1]));
        let advice = match fits.map(|(free, each)| (free as f64 / each) as usize) {
            Some(fits @ 1..) if fits < examples.len() => format!("about {fits} would fit: set train.batch"),
            Some(0) => "not even one fits: a smaller network, canvas or program.size may".to_owned(),
            _ => "set train.batch to less".to_owned(),
        };
        let batch = examples.len();
        Err(ModelError(format!("{error}, in a step of {batch} examples; {advice}")).into())
    }

    /// Counts a step.
    fn took(&mut self, examples: &[Encoded], loss: &Loss) {
        let tokens = examples.iter().map(Encoded::length).sum::<usize>() as u64;
        self.meter.add(tokens, loss.work);
        self.whole.add(tokens, loss.work);
    }

    /// Takes up the state of a resumed run.
    fn restore(&mut self, observer: &mut dyn Observer) -> Result<(), TrainError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let state = match folder.beginning {
            Beginning::New => return Ok(()),
            Beginning::Resumed | Beginning::ResumedFromNothing => {
                let parameters = self.model.flat().numel();
                State::read(&folder.paths.state, &self.header.fingerprint, parameters)?
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
        match &self.folder {
            Some(folder) => self.save_model(folder),
            None => Ok(()),
        }
    }

    /// Gives the state of the leader to all.
    fn share(&mut self, team: &Team) -> Result<(), TrainError> {
        let counters = team.tell(self.counters.to_bytes())?;
        self.counters = Counters::from_bytes(&counters).unwrap_or(self.counters);
        let window = self.window.read().iter().flat_map(|x| x.to_le_bytes());
        let window = team.tell(window.collect())?;
        self.window = Window::from_read(floats(&window).collect());
        self.optimizer.updates = self.counters.step;
        let AdamW { first, second, .. } = &self.optimizer;
        team.share(&[self.model.flat(), first, second, &self.average.flat])
    }

    /// The solve rate of the averaged weights, which the leader measures while the others wait: `None` if there are no
    /// tasks, or an observer stopped it; and whether the training goes on.
    fn measure(
        &self,
        team: &Team,
        evaluation: Option<&Evaluation>,
        tell: &mut Progress,
        observer: &mut dyn Observer,
    ) -> Result<(Option<f64>, bool), TrainError> {
        let Some(evaluation) = evaluation else {
            return Ok((None, team.wait(|| observer.progress(tell))?));
        };
        let tasks = evaluation.tasks();
        let precision = self.config.search.precision.on(self.model.device());
        let averaged = no_grad(|| self.model.with_flat(&self.average.flat)).with_precision(precision);
        let mut lost = None;
        let measured = evaluation.solve_rate(averaged, self.threads, &mut |ended| {
            let going_on = observer.progress(&Progress {
                stage: Stage::Evaluating { ended, tasks },
                ..*tell
            });
            team.at_work(going_on).unwrap_or_else(|error| {
                lost = Some(error);
                false
            })
        });
        if let Some(lost) = lost {
            return Err(lost);
        }
        let heard = team.exchange(Word {
            failed: measured.is_err(),
            stop: tasks > 0 && matches!(measured, Ok(None)),
            ..Word::default()
        });
        let rate = measured?;
        if rate.is_some() {
            tell.solve_rate = rate;
        }
        Ok((rate, !heard?.stop))
    }

    /// Adds a row to the metrics.
    fn write(&mut self, row: &Row) -> Result<(), TrainError> {
        if let Some(folder) = &mut self.folder {
            folder.metrics.write(row)?;
        }
        if let Some(events) = &mut self.events {
            events.row(row)?;
        }
        Ok(())
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
            measured: self.meter.take(seconds),
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
        let kept = match &self.folder {
            None => "process 0 keeps the checkpoint before".to_owned(),
            Some(folder) => match CheckpointInfo::read(&folder.paths.model) {
                Ok(info) => format!("the checkpoint of step {} is kept", info.step),
                Err(_) => "there is no checkpoint yet".to_owned(),
            },
        };
        TrainError::NotFinite { what, step, kept }
    }

    /// Writes a checkpoint, if this process leads: first all that a resumption needs, then the network for search, which follows from it.
    fn save(&mut self) -> Result<(), TrainError> {
        self.check_finite()?;
        // The last update may have been the one that broke the network: its loss is not known yet.
        if !self.model.flat().isfinite().all().double_value(&[]).eq(&1.0) {
            return Err(self.not_finite("network", self.counters.step));
        }
        let Some(folder) = &self.folder else { return Ok(()) };
        folder.metrics.sync()?;
        let state = State {
            counters: self.counters,
            parameters: self.model.flat().shallow_clone(),
            first: self.optimizer.first.shallow_clone(),
            second: self.optimizer.second.shallow_clone(),
            average: self.average.flat.shallow_clone(),
            window: self.window.read().to_vec(),
        };
        state.write(&folder.paths.state, &self.header.fingerprint)?;
        self.save_model(folder)
    }

    fn save_model(&self, folder: &RunFolder) -> Result<(), TrainError> {
        let info = CheckpointInfo {
            domain: self.header.domain.clone(),
            grammar: self.header.fingerprint.clone(),
            grammar_name: self.header.grammar.clone(),
            canvas: self.domain.canvas(),
            small: self.config.noise.small,
            objective: self.config.train.objective,
            model: self.config.model.clone(),
            step: self.counters.step,
            examples: self.counters.examples,
        };
        let averaged = no_grad(|| self.model.with_flat(&self.average.flat));
        Ok(averaged.save(&folder.paths.model, &info)?)
    }
}

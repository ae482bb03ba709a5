//! The training loop.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tch::Device;
use tdf_config::{Config, ConfigError};
use tdf_data::BatchLoader;
use tdf_domain::DynDomain;
use tdf_parallel::Communicator;

use crate::prefetcher::Prefetcher;
use crate::process_group::{ProcessGroup, StepStatus};
use crate::run_paths::Paths;
use crate::schedule::learning_rate;
use crate::setup::begin;
use crate::time_slice::TimeSlice;
use crate::training_clock::TrainingClock;
use crate::{BestEvaluation, Observer, Progress, RunHeader, Stage, Summary, TrainError};

/// Batches that the workers may be ahead of the network.
const AHEAD: usize = 8;

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
    group: Option<Communicator>,
    domain: Arc<dyn DynDomain>,
    config: &Config,
    run: &Path,
    resume: bool,
    device: Device,
    observer: &mut dyn Observer,
) -> Result<Summary, TrainError> {
    let config = &config.recording(&*domain);
    config.check()?;
    if config.train.patience > 0 && config.evaluate.tasks == 0 {
        return Err(ConfigError(format!(
            "train.patience = {}: it counts evaluations, and evaluate.tasks = 0 makes none: set evaluate.tasks, or train.patience=0",
            config.train.patience
        ))
        .into());
    }
    let group = ProcessGroup::new(group, config, device)?;
    group.assert_same_config(config, &RunHeader::new(&*domain))?;
    let begun = begin(&group, &domain, config, run, resume, device, observer);
    let (mut training, data) = group.all_or_error(begun)?;
    training.broadcast(&group)?;
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
    let evaluation = data.evaluation.as_ref();
    let mut untrained_solve_rate = None;
    if start.step == 0 || start.due.is_some() {
        // A run that was stopped before an evaluation makes it now.
        let rate = start.due.filter(|_| start.step > 0).map(f64::from_bits);
        going_on = training
            .evaluate(&group, evaluation, rate, &mut tell, observer)?
            .going_on;
        untrained_solve_rate = tell.solve_rate.filter(|_| start.step == 0);
        group.all_or_error(training.save())?;
    }

    let batch = config.train.batch;
    let feed = BatchLoader::start_part(
        data.stream.clone(),
        data.encoder,
        start.examples,
        batch,
        group.part(batch),
        config.train.workers,
        AHEAD,
    );
    let mut batches = Prefetcher::of(feed, &training.model);
    let slice = TimeSlice::of(&config.train);
    let mut clock = TrainingClock::at(start.seconds);
    let mut seconds_waiting = 0.0;
    let mut saved_step = start.step;
    let mut asked_to_stop = false;
    while going_on && training.done() < 1.0 && !training.out_of_patience() {
        let waiting = Instant::now();
        let examples = batches.next_batch();
        seconds_waiting += waiting.elapsed().as_secs_f64();

        let worked = examples.and_then(|examples| {
            let (gradient, loss) = training.gradient(&examples)?;
            Ok((examples, gradient, loss))
        });
        let word = StepStatus {
            failed: worked.is_err(),
            stop: asked_to_stop,
            seconds: clock.seconds(),
            ..StepStatus::default()
        };
        let heard = group.exchange(word);
        let (examples, gradient, loss) = worked?;
        let heard = heard?;
        let (gradient, loss) = group.sum(gradient, loss, &examples.examples, batch)?;
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
        going_on = group.goes_on(!asked_to_stop, heard);

        let ends = training.done() >= 1.0;
        let evaluates = config.train.evaluate_every.due(before, now) || ends;
        let mut better = false;
        if evaluates && !going_on {
            training.counters.due = Some(rate.to_bits());
        } else if evaluates {
            group.settle()?;
            training.check_finite()?;
            let ended = clock.halted(|| training.evaluate(&group, evaluation, Some(rate), &mut tell, observer))?;
            (going_on, better) = (ended.going_on, ended.better);
        } else if now.0.is_multiple_of(config.train.log_every) {
            group.settle()?;
            training.check_finite()?;
            let row = training.row(Some(rate));
            group.all_or_error(training.write(&row))?;
            tell.losses = row.losses;
        }
        if config.train.checkpoint_every.due(before, now) || better || ends || !going_on {
            group.settle()?;
            clock.halted(|| group.all_or_error(training.save()))?;
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
        best: training.counters.best.map(|best| BestEvaluation {
            step: best.step,
            solve_rate: best.rate(),
            model: Paths::new(run).best,
        }),
        out_of_patience: training.out_of_patience(),
        stopped: training.counters.due.is_some() || (training.done() < 1.0 && !training.out_of_patience()),
        measured: training.whole.read(training.counters.seconds),
        seconds_waiting,
        render_failures: group.total(data.stream.render_failures())?,
        model: Paths::new(run).model,
    })
}

/// Seconds of training that are left if it goes on as since `start`.
fn seconds_left(start: f64, first_done: f64, now: f64, done: f64) -> Option<f64> {
    (done > first_done).then(|| ((now - start) * (1.0 - done) / (done - first_done)).max(0.0))
}

//! What a training changes as it goes, and what is read off it.

use tch::{Tensor, no_grad};
use tdf_config::Config;
use tdf_data::EncodedExample;
use tdf_domain::DynDomain;
use tdf_model::{Loss, Model, ModelError, Prepared};

use crate::best::Best;
use crate::evaluate::{Evaluation, Measurement};
use crate::events::Events;
use crate::loss_accumulator::LossAccumulator;
use crate::metrics::Metrics;
use crate::process_group::{ProcessGroup, StepStatus};
use crate::run_folder::RunFolder;
use crate::throughput::{ThroughputMeter, free_memory};
use crate::train_state::Counters;
use crate::{AdamW, Observer, Progress, Row, RunHeader, Stage, TrainError, WeightEma};

/// What a training changes as it goes.
pub(crate) struct Trainer<'a> {
    pub(crate) domain: &'a dyn DynDomain,
    pub(crate) config: &'a Config,
    pub(crate) header: RunHeader,
    /// Rank zero's only, as `metrics` and `events`.
    pub(crate) folder: Option<RunFolder>,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) events: Option<Events>,
    pub(crate) model: Model,
    pub(crate) optimizer: AdamW,
    pub(crate) average: WeightEma,
    pub(crate) counters: Counters,
    pub(crate) window: LossAccumulator,
    /// Of the network.
    pub(crate) threads: usize,
    /// A checksum of the evaluation, see [`settings`](crate::best::settings).
    pub(crate) settings: u64,
    /// Since the last row of the metrics.
    pub(crate) meter: ThroughputMeter,
    /// Since this process began.
    pub(crate) whole: ThroughputMeter,
}

/// The end of an evaluation, the same in all processes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evaluated {
    /// Whether the training goes on.
    pub(crate) going_on: bool,
    /// Whether it was the best one so far.
    pub(crate) better: bool,
}

impl Evaluated {
    fn heard(word: StepStatus) -> Self {
        Self {
            going_on: !word.stop,
            better: word.better,
        }
    }
}

impl Trainer<'_> {
    /// The part of the training that is done, by the measure that the configuration sets an end to.
    pub(crate) fn done(&self) -> f64 {
        let train = &self.config.train;
        if train.minutes > 0.0 {
            self.counters.seconds / (60.0 * train.minutes)
        } else {
            self.counters.step as f64 / train.steps as f64
        }
    }

    /// The gradient of a batch and its loss. If there is too little memory, the error says about how many examples would fit.
    pub(crate) fn gradient(&self, batch: &Prepared) -> Result<(Tensor, Loss), TrainError> {
        let examples = &batch.examples;
        let error = match self.model.gradient_of(batch, self.threads) {
            Err(error @ ModelError::OutOfMemory(_)) => error,
            done => return Ok(done?),
        };
        let fits = free_memory(self.model.device()).zip(self.model.training_memory(&examples[..1]));
        let advice = match fits.map(|(free, each)| (free as f64 / each) as usize) {
            Some(fits @ 1..) if fits < examples.len() => format!("about {fits} would fit: set train.batch"),
            Some(0) => "not even one fits: a smaller network, canvas or program.size may".to_owned(),
            _ => "set train.batch to less".to_owned(),
        };
        let batch = examples.len();
        Err(TrainError::OutOfMemory { error, batch, advice })
    }

    /// Counts a step.
    pub(crate) fn took(&mut self, examples: &[EncodedExample], loss: &Loss) {
        let tokens = examples.iter().map(EncodedExample::length).sum::<usize>() as u64;
        self.meter.add(tokens, loss.work);
        self.whole.add(tokens, loss.work);
    }

    /// Whether as many evaluations as `train.patience` says brought no better solve rate.
    pub(crate) fn out_of_patience(&self) -> bool {
        let patience = u64::from(self.config.train.patience);
        let best = self.counters.best.filter(|best| best.settings == self.settings);
        patience > 0 && best.is_some_and(|best| best.evaluations_without_progress >= patience)
    }

    /// Evaluates after a step whose learning rate was `rate`, and adds a row to the metrics. If an observer stops it, there is
    /// no row yet: the evaluation is due.
    pub(crate) fn evaluate(
        &mut self,
        group: &ProcessGroup,
        evaluation: Option<&Evaluation>,
        rate: Option<f64>,
        tell: &mut Progress,
        observer: &mut dyn Observer,
    ) -> Result<Evaluated, TrainError> {
        let (measured, ended) = self.measure(group, evaluation, tell, observer)?;
        let is_missing = evaluation.is_some_and(|evaluation| evaluation.tasks() > 0) && measured.is_none();
        if is_missing {
            self.counters.due = Some(rate.unwrap_or_default().to_bits());
            // The others wait for what becomes of a row.
            group.all_or_error(Ok(()))?;
            return Ok(ended);
        }
        self.counters.due = None;
        let row = Row {
            solve_rate: measured.as_ref().map(Measurement::rate),
            ..self.row(rate)
        };
        let mut written = self.write(&row);
        if let (Ok(()), Some(events), Some(measured)) = (&written, &mut self.events, &measured) {
            written = events.evaluation(measured, row.step).map_err(TrainError::from);
        }
        group.all_or_error(written)?;
        tell.losses = row.losses;
        Ok(ended)
    }

    /// What the averaged weights solve, which rank zero measures while the others wait: `None` if there are no tasks, or
    /// an observer stopped it.
    fn measure(
        &mut self,
        group: &ProcessGroup,
        evaluation: Option<&Evaluation>,
        tell: &mut Progress,
        observer: &mut dyn Observer,
    ) -> Result<(Option<Measurement>, Evaluated), TrainError> {
        let Some(evaluation) = evaluation else {
            let heard = group.wait(|| observer.progress(tell))?;
            return Ok((None, Evaluated::heard(heard)));
        };
        let tasks = evaluation.tasks();
        let precision = self.config.search.precision.resolve(self.model.device().is_cuda());
        let averaged = no_grad(|| self.model.with_flat(&self.average.flat)).with_precision(precision);
        let mut lost = None;
        let measured = evaluation.measure(averaged, self.threads, &mut |ended| {
            let going_on = observer.progress(&Progress {
                stage: Stage::Evaluating { ended, tasks },
                ..*tell
            });
            group.at_work(going_on).unwrap_or_else(|error| {
                lost = Some(error);
                false
            })
        });
        if let Some(lost) = lost {
            return Err(lost);
        }
        if let Ok(Some(measured)) = &measured {
            let step = self.counters.step;
            self.counters.best = Some(Best::after(self.counters.best, measured, step, self.settings));
            tell.solve_rate = Some(measured.rate());
        }
        let heard = group.exchange(StepStatus {
            failed: measured.is_err(),
            stop: tasks > 0 && matches!(measured, Ok(None)) || self.out_of_patience(),
            better: self.counters.best.is_some_and(|best| best.step == self.counters.step),
            ..StepStatus::default()
        });
        let measured = measured?;
        Ok((measured, Evaluated::heard(heard?)))
    }

    /// Adds a row to the metrics.
    pub(crate) fn write(&mut self, row: &Row) -> Result<(), TrainError> {
        if let Some(metrics) = &mut self.metrics {
            metrics.write(row)?;
        }
        if let Some(events) = &mut self.events {
            events.row(row)?;
        }
        Ok(())
    }

    /// The row of the metrics for this step; the next one begins here.
    pub(crate) fn row(&mut self, learning_rate: Option<f64>) -> Row {
        let Counters {
            step,
            examples,
            seconds,
            row_examples,
            row_seconds,
            ..
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
}

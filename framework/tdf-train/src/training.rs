//! What a training changes as it goes, and what is read off it.

use tch::{Tensor, no_grad};
use tdf_data::Encoded;
use tdf_domain::DynDomain;
use tdf_model::{Loss, Model, ModelError, Prepared};

use crate::evaluate::Evaluation;
use crate::events::Events;
use crate::folder::RunFolder;
use crate::meter::{Meter, free_memory};
use crate::metrics::Metrics;
use crate::state::Counters;
use crate::team::{Team, Word};
use crate::window::Window;
use crate::{AdamW, Average, Config, Observer, Progress, Row, RunHeader, Stage, TrainError};

/// What a training changes as it goes.
pub(crate) struct Training<'a> {
    pub(crate) domain: &'a dyn DynDomain,
    pub(crate) config: &'a Config,
    pub(crate) header: RunHeader,
    /// The leader's only, as `metrics` and `events`.
    pub(crate) folder: Option<RunFolder>,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) events: Option<Events>,
    pub(crate) model: Model,
    pub(crate) optimizer: AdamW,
    pub(crate) average: Average,
    pub(crate) counters: Counters,
    pub(crate) window: Window,
    /// Of the network.
    pub(crate) threads: usize,
    /// Since the last row of the metrics.
    pub(crate) meter: Meter,
    /// Since this process began.
    pub(crate) whole: Meter,
}

impl Training<'_> {
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
    pub(crate) fn took(&mut self, examples: &[Encoded], loss: &Loss) {
        let tokens = examples.iter().map(Encoded::length).sum::<usize>() as u64;
        self.meter.add(tokens, loss.work);
        self.whole.add(tokens, loss.work);
    }

    /// The solve rate of the averaged weights, which the leader measures while the others wait: `None` if there are no
    /// tasks, or an observer stopped it; and whether the training goes on.
    pub(crate) fn measure(
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

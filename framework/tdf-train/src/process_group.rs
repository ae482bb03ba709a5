//! Several processes that make every step together. What a single process does is the case of a group of one.
//!
//! Each process works out the gradient of its part of a batch; all make the same update of the same numbers. Process 0
//! leads: it alone has the run folder, evaluates and tells the time. Before each sum over the processes all exchange a few
//! numbers by way of their processors: who has failed, who was asked to stop, what rank zero's clock shows. So a failure
//! ends all of them at the same step, and nobody waits for a sum that never comes.

use std::cell::Cell;
use std::ops::Range;
use std::time::{Duration, Instant};

use tch::{Device, Kind, Tensor, no_grad};
use tdf_config::{Config, ConfigError};
use tdf_data::EncodedExample;
use tdf_model::Loss;
use tdf_parallel::{Communicator, CommunicatorError};

use crate::{RunHeader, TrainError};

/// How often rank zero says that it is still at work while the others wait.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// The processes of a training, seen from one of them.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    group: Option<Communicator>,
    /// When all last spoke.
    spoke: Cell<Instant>,
}

/// What a process tells the others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StepStatus {
    /// It cannot go on.
    pub failed: bool,
    /// It was asked to stop.
    pub stop: bool,
    /// Rank zero only: there is more to wait for.
    pub busy: bool,
    /// Rank zero only: seconds of training.
    pub seconds: f64,
    /// Rank zero only: an evaluation was the best one so far.
    pub better: bool,
}

impl ProcessGroup {
    /// A group that trains on `device`.
    pub(crate) fn new(mut group: Option<Communicator>, config: &Config, device: Device) -> Result<Self, TrainError> {
        if let Some(group) = &mut group {
            let (batch, size) = (config.train.batch, group.size());
            if batch < size {
                return Err(ConfigError(format!(
                    "train.batch = {batch}: each of {size} processes has to have a part of it, so allowed is {size} or more"
                ))
                .into());
            }
            let gpus = Tensor::from(f64::from(u8::from(device.is_cuda())));
            group.all_reduce_sum(&gpus)?;
            let gpus = gpus.double_value(&[]) as usize;
            if !(gpus == 0 || gpus == size) {
                return Err(CommunicatorError::new(format!(
                    "process {} of {size}: {gpus} of the processes train on GPUs, the others on processors; say --device cpu to all, \
                     or see why some find no GPU (tdf doctor)",
                    group.rank()
                ))
                .into());
            }
            group.use_device(device)?;
        }
        Ok(Self {
            group,
            spoke: Cell::new(Instant::now()),
        })
    }

    /// Whether this process has the run folder.
    pub(crate) fn is_rank_zero(&self) -> bool {
        self.group.as_ref().is_none_or(|group| group.rank() == 0)
    }

    /// Number of processes on this machine.
    pub(crate) fn local_world_size(&self) -> usize {
        self.group.as_ref().map_or(1, |group| group.process_rank().local_size)
    }

    /// The examples of a batch of `batch` that are this process's.
    pub(crate) fn part(&self, batch: usize) -> Range<usize> {
        match &self.group {
            None => 0..batch,
            Some(group) => {
                let (rank, size) = (group.rank(), group.size());
                batch * rank / size..batch * (rank + 1) / size
            }
        }
    }

    /// Tells all others a word, and returns what holds for all: rank zero's `busy`, `seconds` and `better`, and whether anyone has to
    /// stop.
    ///
    /// # Errors
    /// Another process has failed.
    pub(crate) fn exchange(&self, word: StepStatus) -> Result<StepStatus, TrainError> {
        let Some(group) = &self.group else { return Ok(word) };
        const FAILED: f64 = 1.0;
        const STOP: f64 = 2.0;
        // What rank zero says comes first, then a number of each process.
        const LEADER: usize = 3;
        let mut said = vec![0.0; LEADER + group.size()];
        if self.is_rank_zero() {
            said[0] = f64::from(u8::from(word.busy));
            said[1] = word.seconds;
            said[2] = f64::from(u8::from(word.better));
        }
        said[LEADER + group.rank()] = match word {
            StepStatus { failed: true, .. } => FAILED,
            StepStatus { stop: true, .. } => STOP,
            _ => 0.0,
        };
        let sum = Tensor::from_slice(&said);
        group.all_reduce_sum(&sum)?;
        sum.copy_data(&mut said, sum.numel());
        self.spoke.set(Instant::now());
        let others = said[LEADER..]
            .iter()
            .enumerate()
            .filter(|(rank, _)| *rank != group.rank());
        if let Some((rank, _)) = others.clone().find(|(_, said)| **said == FAILED) {
            return Err(CommunicatorError::new(format!(
                "process {} of {}: process {rank} has failed; its own message says why",
                group.rank(),
                group.size()
            ))
            .into());
        }
        Ok(StepStatus {
            failed: false,
            stop: said[LEADER..].contains(&STOP),
            busy: said[0] > 0.0,
            seconds: said[1],
            better: said[2] > 0.0,
        })
    }

    /// Goes on only if no process has failed: the result of this one's work, or why it or another one has failed.
    pub(crate) fn all_or_error<T>(&self, result: Result<T, TrainError>) -> Result<T, TrainError> {
        let failed = result.is_err();
        let heard = self.exchange(StepStatus {
            failed,
            ..StepStatus::default()
        });
        let result = result?;
        heard.map(|_| result)
    }

    /// To be called now and then by rank zero at work; whether it may go on, `going_on` being its own opinion.
    pub(crate) fn at_work(&self, going_on: bool) -> Result<bool, TrainError> {
        if self.group.is_none() || self.spoke.get().elapsed() < SIGN_OF_LIFE {
            return Ok(going_on);
        }
        let word = StepStatus {
            busy: true,
            stop: !going_on,
            ..StepStatus::default()
        };
        Ok(!self.exchange(word)?.stop)
    }

    /// Waits until rank zero, which calls [`ProcessGroup::at_work`] and then [`ProcessGroup::exchange`], has ended its work, and returns its
    /// last word. `going_on` is asked at each of its signs of life.
    pub(crate) fn wait(&self, mut going_on: impl FnMut() -> bool) -> Result<StepStatus, TrainError> {
        loop {
            let word = StepStatus {
                stop: !going_on(),
                ..StepStatus::default()
            };
            let heard = self.exchange(word)?;
            if !heard.busy {
                return Ok(heard);
            }
        }
    }

    /// Whether this process stops after a step, and what it says to the others before the next one: alone, the observer
    /// decides; of several, all stop after the step at which one of them said so.
    pub(crate) fn goes_on(&self, observer: bool, heard: StepStatus) -> bool {
        match &self.group {
            None => observer,
            Some(_) => !heard.stop,
        }
    }

    /// The gradient and the loss of a whole batch of `batch` examples from those of this process's `part`: the means over
    /// all, as if one process had seen the batch.
    pub(crate) fn sum(
        &self,
        mut gradient: Tensor,
        loss: Loss,
        part: &[EncodedExample],
        batch: usize,
    ) -> Result<(Tensor, Loss), TrainError> {
        let Some(group) = &self.group else {
            return Ok((gradient, loss));
        };
        let share = part.len() as f64 / batch as f64;
        let decisions = part
            .iter()
            .flat_map(EncodedExample::edits)
            .map(|(_, steps)| steps.len())
            .sum::<usize>() as f64;
        no_grad(|| -> Result<_, TrainError> {
            let device = gradient.device();
            // The loss of a decision is a mean over decisions, the others are means over examples. Whatever came from the
            // processor's memory would wait for a GPU.
            let mean = |numbers: Tensor| numbers * share;
            let part = |index| loss.parts.narrow(0, index, 1);
            let numbers = [
                mean(loss.total.view([1])),
                mean(part(0)),
                part(1) * decisions,
                mean(part(2)),
                mean(part(3)),
                Tensor::full([1], decisions, (Kind::Float, device)),
            ];
            let numbers = Tensor::cat(&numbers, 0);
            group.all_reduce_sum(&numbers)?;
            let _ = gradient.g_mul_scalar_(share);
            group.all_reduce_sum(&gradient)?;
            let parts = numbers.narrow(0, 1, 4);
            let mut token = parts.narrow(0, 1, 1);
            let _ = token.g_div_(&numbers.narrow(0, 5, 1).clamp_min(1.0));
            let total = numbers.get(0);
            let work = loss.work;
            Ok((gradient, Loss { total, parts, work }))
        })
    }

    /// Waits until the sums are there, before anything that comes of them is read from a GPU.
    pub(crate) fn settle(&self) -> Result<(), TrainError> {
        Ok(self.group.as_ref().map_or(Ok(()), Communicator::settle)?)
    }

    /// Gives everyone rank zero's tensors.
    pub(crate) fn broadcast(&self, tensors: &[&Tensor]) -> Result<(), TrainError> {
        if let Some(group) = &self.group {
            for tensor in tensors {
                group.broadcast(tensor)?;
            }
            group.settle()?;
        }
        Ok(())
    }

    /// Gives everyone rank zero's bytes.
    pub(crate) fn broadcast_bytes(&self, bytes: Vec<u8>) -> Result<Vec<u8>, TrainError> {
        match &self.group {
            None => Ok(bytes),
            Some(group) => Ok(group.broadcast_bytes(Some(&bytes))?.unwrap_or_default()),
        }
    }

    /// The sum of a number over all processes.
    pub(crate) fn total(&self, number: u64) -> Result<u64, TrainError> {
        let Some(group) = &self.group else { return Ok(number) };
        let sum = Tensor::from(number as f64);
        group.all_reduce_sum(&sum)?;
        Ok(sum.double_value(&[]) as u64)
    }

    /// Fails unless all processes train the same network on the same language.
    pub(crate) fn assert_same_config(&self, config: &Config, header: &RunHeader) -> Result<(), TrainError> {
        let Some(group) = &self.group else { return Ok(()) };
        let mine = [
            ("version of tdf", header.version.clone()),
            ("domain", header.domain.clone()),
            ("fingerprint of the grammar", header.fingerprint.clone()),
            ("configuration", config.to_toml()),
        ];
        let mut theirs = Vec::new();
        for (_, value) in &mine {
            theirs.push(self.broadcast_bytes(value.clone().into_bytes())?);
        }
        let mut differing = Vec::new();
        for ((what, mine), theirs) in mine.iter().zip(&theirs) {
            let theirs = String::from_utf8_lossy(theirs);
            if *mine == theirs {
                continue;
            }
            match Config::from_toml(&theirs) {
                Ok(leading) if *what == "configuration" => {
                    let keys = leading.differences(config);
                    differing.extend(
                        keys.iter()
                            .map(|(key, theirs, mine)| format!("\n  {key}: {theirs}, {mine}")),
                    );
                }
                _ => differing.push(format!("\n  {what}: {theirs}, {mine}")),
            }
        }
        self.all_or_error(if differing.is_empty() {
            Ok(())
        } else {
            Err(CommunicatorError::new(format!(
                "process {} does not train the same as process 0 (process 0 first):{}",
                group.rank(),
                differing.concat()
            ))
            .into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alone_nothing_is_exchanged() {
        let group = ProcessGroup::new(None, &Config::preset("tiny").unwrap(), Device::Cpu).unwrap();
        assert!(group.is_rank_zero() && group.local_world_size() == 1 && group.part(7) == (0..7));
        assert_eq!(group.all_or_error(Ok(5)).unwrap(), 5);
        assert!(group.at_work(true).unwrap() && !group.at_work(false).unwrap());
        assert_eq!(group.broadcast_bytes(vec![1]).unwrap(), [1]);
        assert_eq!(group.total(3).unwrap(), 3);
    }
}

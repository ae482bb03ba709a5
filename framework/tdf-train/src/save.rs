//! The state of a training in files, and in the processes of a group.

use std::path::Path;

use tch::no_grad;
use tdf_model::CheckpointInfo;

use crate::loss_accumulator::LossAccumulator;
use crate::process_group::ProcessGroup;
use crate::run_folder::{Beginning, RunFolder};
use crate::train_state::{Counters, State, floats};
use crate::trainer::Trainer;
use crate::{AdamW, Observer, TrainError};

impl Trainer<'_> {
    /// Takes up the state of a resumed run.
    pub(crate) fn restore(&mut self, observer: &mut dyn Observer) -> Result<(), TrainError> {
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
        self.window = LossAccumulator::from_read(state.window);
        self.counters = state.counters;
        observer.message(&format!("resuming at step {}", self.counters.step));
        // The process may have been killed between two files of the checkpoint.
        match &self.folder {
            Some(folder) => self.save_networks(folder),
            None => Ok(()),
        }
    }

    /// Gives the state of rank zero to all.
    pub(crate) fn broadcast(&mut self, group: &ProcessGroup) -> Result<(), TrainError> {
        let counters = group.broadcast_bytes(self.counters.to_bytes())?;
        self.counters = Counters::from_bytes(&counters).unwrap_or(self.counters);
        let window = self.window.read().iter().flat_map(|x| x.to_le_bytes());
        let window = group.broadcast_bytes(window.collect())?;
        self.window = LossAccumulator::from_read(floats(&window).collect());
        self.optimizer.updates = self.counters.step;
        let AdamW { first, second, .. } = &self.optimizer;
        group.broadcast(&[self.model.flat(), first, second, &self.average.flat])
    }

    /// Fails if a loss of the window is not finite. Waits for the device.
    pub(crate) fn check_finite(&mut self) -> Result<(), TrainError> {
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

    /// Writes a checkpoint, if this process is rank zero: first all that a resumption needs, then the network for search, which follows from it.
    pub(crate) fn save(&mut self) -> Result<(), TrainError> {
        self.check_finite()?;
        let state = State {
            counters: self.counters,
            parameters: self.model.flat().shallow_clone(),
            first: self.optimizer.first.shallow_clone(),
            second: self.optimizer.second.shallow_clone(),
            average: self.average.flat.shallow_clone(),
            window: self.window.read().to_vec(),
        };
        // The last update may have been the one that broke the network: its loss is not known yet.
        match state.not_finite() {
            None => (),
            Some("parameters") => return Err(self.not_finite("network", self.counters.step)),
            Some("average") => return Err(self.not_finite("average of the network", self.counters.step)),
            Some(_) => return Err(self.not_finite("state of the optimiser", self.counters.step)),
        }
        let Some(folder) = &self.folder else { return Ok(()) };
        if let Some(metrics) = &self.metrics {
            metrics.sync()?;
        }
        state.write(&folder.paths.state, &self.header.fingerprint)?;
        self.save_networks(folder)
    }

    /// Writes the networks that follow from the state. A better network is saved with the state of its step, so that the best
    /// one is this one or lies there whole.
    fn save_networks(&self, folder: &RunFolder) -> Result<(), TrainError> {
        if self.counters.best.is_some_and(|best| best.step == self.counters.step) {
            self.save_network(&folder.paths.best)?;
        }
        self.save_network(&folder.paths.model)
    }

    fn save_network(&self, file: &Path) -> Result<(), TrainError> {
        let info = CheckpointInfo {
            domain: self.header.domain.clone(),
            grammar: self.header.fingerprint.clone(),
            grammar_name: self.header.grammar.clone(),
            observation: self.domain.observation_spec().unbound(),
            max_edit_size: self.config.noise.max_edit_size,
            objective: self.config.train.objective,
            model: self.config.model.clone(),
            step: self.counters.step,
            examples: self.counters.examples,
        };
        let averaged = no_grad(|| self.model.with_flat(&self.average.flat));
        Ok(averaged.save(file, &info)?)
    }
}

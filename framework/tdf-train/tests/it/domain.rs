//! What the tests train on.

use std::path::Path;
use std::sync::Arc;

use tdf_config::{Config, Interval};
use tdf_domain::DynDomain;
use tdf_rainbow as _;
use tdf_train::{Observer, Progress};

pub fn rainbow() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("rainbow")
        .expect("Rainbow is linked in")
        .open()
        .expect("Rainbow has a sound grammar")
}

/// A network and a task that take milliseconds a step; counted in steps, so that every run of it is the same.
pub fn tiny() -> Config {
    let mut config = Config::preset("tiny").expect("tiny is a preset");
    config.train.steps = 40;
    config.train.batch = 4;
    config.train.threads = 1;
    config.train.log_every = 1;
    config.train.evaluate_every = Interval::Never;
    config.train.checkpoint_every = Interval::Never;
    config.program.size = "1..=2".parse().expect("a range");
    config.model.width = 16;
    config.model.layers = 1;
    config.model.heads = 2;
    config.model.channels = vec![4, 4, 8];
    config.evaluate.tasks = 0;
    config
}

/// Stops the training after a step.
pub struct StopAfter(pub u64);

impl Observer for StopAfter {
    fn progress(&mut self, progress: &Progress) -> bool {
        progress.step < self.0
    }
}

/// Collects messages.
#[derive(Default)]
pub struct Messages(pub Vec<String>);

impl Observer for Messages {
    fn progress(&mut self, _: &Progress) -> bool {
        true
    }

    fn message(&mut self, text: &str) {
        self.0.push(text.to_owned());
    }
}

/// What a run has learnt: `metrics.csv` without the columns that measure time or memory, and checksums of the tensors of
/// `state.safetensors`.
pub fn learnt(run: &Path) -> (Vec<Vec<String>>, Vec<(String, u32)>) {
    let text = std::fs::read_to_string(run.join("metrics.csv")).expect("there are metrics");
    let mut lines = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let measures = |name: &String| name.contains("second") || name == "memory_mb";
    let timed: Vec<bool> = header.iter().map(measures).collect();
    let rows = lines.map(|row| {
        row.into_iter()
            .zip(&timed)
            .filter(|(_, timed)| !**timed)
            .map(|(x, _)| x)
            .collect()
    });
    let rows = rows.collect();

    let bytes = std::fs::read(run.join("checkpoints/state.safetensors")).expect("there is a state");
    let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("it is whole");
    let mut tensors: Vec<_> = tensors
        .iter()
        .map(|(name, view)| (name.to_owned(), crc32c::crc32c(view.data())))
        .collect();
    tensors.sort();
    (rows, tensors)
}

//! What the tests train on.

use std::path::Path;
use std::sync::Arc;

use tdf_domain::DynDomain;
use tdf_rainbow as _;
use tdf_train::{Observer, Progress};

pub use crate::training::{StopAfter, tiny};

pub fn rainbow() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("rainbow")
        .expect("Rainbow is linked in")
        .open()
        .expect("Rainbow has a sound grammar")
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

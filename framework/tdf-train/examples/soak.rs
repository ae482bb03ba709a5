//! Whether memory stays flat: trains a small network for many steps and prints the memory of this process at intervals.
//!
//! `cargo run --release -p tdf-train --example soak -- [steps] [key=value ...]`: Rainbow, the preset `tiny` at a fifth of its
//! width, a checkpoint and an evaluation every thousand steps. The slope is that of the second half, where what is kept for
//! good has been made.

#![expect(clippy::print_stdout, reason = "it talks to the terminal")]

use std::error::Error;

use tch::Device;
use tdf_config::Config;
use tdf_rainbow as _;
use tdf_train::{Observer, Progress, Stage, device_memory, train};

/// Lines that are printed.
const LINES: u64 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let (sets, words): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|word| word.contains('='));
    let steps: u64 = words.first().map_or(Ok(10_000), |text| text.parse())?;
    let mut settings: Vec<String> = [
        "model.width=16",
        "model.channels=[8,12,16]",
        "train.batch=8",
        "program.size=1..=4",
        "evaluate.tasks=16",
        "evaluate.budget=20",
        "train.evaluate_every=1000",
        "train.checkpoint_every=1000",
    ]
    .map(str::to_owned)
    .to_vec();
    settings.push(format!("train.steps={steps}"));
    settings.extend(sets);
    let config = Config::preset("tiny").ok_or("no such preset")?.layer(None, &settings)?;
    let domain = tdf_domain::builtin("rainbow").ok_or("no such domain")?.open()?;
    let folder = tempfile::tempdir()?;
    let mut soak = Soak {
        every: (steps / LINES).max(1),
        points: Vec::new(),
    };
    println!("{:>8} {:>10}", "step", "RSS, kB");
    train(domain, &config, folder.path(), false, Device::Cpu, &mut soak)?;
    let half = &soak.points[soak.points.len() / 2..];
    println!("slope of the second half: {:.1} bytes a step", slope(half));
    Ok(())
}

struct Soak {
    every: u64,
    /// Steps and bytes.
    points: Vec<(f64, f64)>,
}

impl Observer for Soak {
    fn progress(&mut self, progress: &Progress) -> bool {
        if progress.stage == Stage::Training && progress.step.is_multiple_of(self.every) && progress.step > 0 {
            let bytes = device_memory(Device::Cpu).unwrap_or_default();
            println!("{:>8} {:>10}", progress.step, bytes / 1024);
            self.points.push((progress.step as f64, bytes as f64));
        }
        true
    }
}

/// By least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let product: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let square: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    product / square
}

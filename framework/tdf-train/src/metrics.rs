//! `metrics.csv`: the course of a training as a table.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Naming;
use crate::{Measured, RunError};

/// Means over the steps since the row before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Losses {
    /// The whole loss.
    pub loss: f64,
    /// Cross-entropy of the position of the edit, in nats.
    pub position: f64,
    /// Cross-entropy of a decision of the replacement, in nats.
    pub token: f64,
    /// Loss of the value head.
    pub value: f64,
    /// Share of examples whose position is the most probable one.
    pub accuracy: f64,
}

/// A row of `metrics.csv`. What was not measured is left empty there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Steps made.
    pub step: u64,
    /// Examples seen.
    pub examples: u64,
    /// Seconds of training, evaluations and checkpoints not counted.
    pub seconds: f64,
    /// Means since the row before; none before the first step.
    pub losses: Option<Losses>,
    /// Learning rate of the last step.
    pub learning_rate: Option<f64>,
    /// Examples a second since the row before.
    pub examples_per_second: Option<f64>,
    /// Share of the tasks that are solved.
    pub solve_rate: Option<f64>,
    /// Tokens a second, memory and utilisation since the row before.
    pub measured: Measured,
}

const COLUMNS: [&str; 14] = [
    "step",
    "examples",
    "seconds",
    "loss",
    "position_loss",
    "token_loss",
    "value_loss",
    "position_accuracy",
    "learning_rate",
    "examples_per_second",
    "solve_rate",
    "tokens_per_second",
    "memory_mb",
    "mfu",
];

impl Row {
    /// Millions of bytes in use.
    fn memory(&self) -> Option<f64> {
        self.measured.memory.map(|bytes| (bytes / 1_000_000) as f64)
    }

    /// Names and values of what was measured, the step left out.
    pub(crate) fn scalars(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let losses = self.losses;
        let values = [
            Some(self.examples as f64),
            Some(self.seconds),
            losses.map(|l| l.loss),
            losses.map(|l| l.position),
            losses.map(|l| l.token),
            losses.map(|l| l.value),
            losses.map(|l| l.accuracy),
            self.learning_rate,
            self.examples_per_second,
            self.solve_rate,
            self.measured.tokens_per_second,
            self.memory(),
            self.measured.mfu,
        ];
        COLUMNS[1..]
            .iter()
            .zip(values)
            .filter_map(|(&name, value)| Some((name, value?)))
    }
}

/// The open table. It is locked as long as it is open: one process trains in a run folder.
#[derive(Debug)]
pub(crate) struct Metrics {
    path: PathBuf,
    file: File,
}

impl Metrics {
    /// Opens the table, which need not be there, and locks it.
    pub(crate) fn lock(path: &Path) -> Result<Self, RunError> {
        let file = File::options()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .naming("open", path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(RunError(format!(
                    "{}: another process is training in this folder",
                    path.display()
                )));
            }
            Err(std::fs::TryLockError::Error(e)) if e.kind() == std::io::ErrorKind::Unsupported => {}
            Err(std::fs::TryLockError::Error(e)) => return Err(RunError::file("lock", path, &e)),
        }
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Cuts off every row after `step` (all rows if there is none), and a row that was not written to its end; writes the
    /// header if it is not there.
    pub(crate) fn truncate(&mut self, step: Option<u64>) -> Result<(), RunError> {
        let mut text = Vec::new();
        self.file.seek(SeekFrom::Start(0)).naming("read", &self.path)?;
        self.file.read_to_end(&mut text).naming("read", &self.path)?;
        let header = COLUMNS.join(",") + "\n";
        let mut keep = 0;
        if text.starts_with(header.as_bytes()) {
            keep = header.len();
            for line in text[keep..].split_inclusive(|&b| b == b'\n') {
                let number = line
                    .split(|&b| b == b',')
                    .next()
                    .and_then(|n| std::str::from_utf8(n).ok()?.parse().ok());
                match number {
                    Some(number) if line.ends_with(b"\n") && step >= Some(number) => keep += line.len(),
                    _ => break,
                }
            }
        }
        self.file.set_len(keep as u64).naming("write", &self.path)?;
        if keep == 0 {
            self.file.write_all(header.as_bytes()).naming("write", &self.path)?;
        }
        Ok(())
    }

    /// Appends a row in one write.
    pub(crate) fn write(&mut self, row: &Row) -> Result<(), RunError> {
        let losses = row.losses;
        let mut table = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        let record = (
            (row.step, row.examples, row.seconds),
            losses.map_or([None; 5], |l| {
                [l.loss, l.position, l.token, l.value, l.accuracy].map(Some)
            }),
            (row.learning_rate, row.examples_per_second, row.solve_rate),
            (row.measured.tokens_per_second, row.memory(), row.measured.mfu),
        );
        let line = table.serialize(record).ok().and_then(|()| table.into_inner().ok());
        let line = line.expect("numbers always have a form in CSV");
        self.file.write_all(&line).naming("write", &self.path)
    }

    /// Waits until the disk has all rows.
    pub(crate) fn sync(&self) -> Result<(), RunError> {
        self.file.sync_data().naming("write", &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(step: u64) -> Row {
        let losses = Losses {
            loss: 1.5,
            position: 1.0,
            token: 0.25,
            value: 2.5,
            accuracy: 0.5,
        };
        Row {
            step,
            examples: 32 * step,
            seconds: 0.5,
            losses: (step > 0).then_some(losses),
            learning_rate: (step > 0).then_some(1e-3),
            examples_per_second: None,
            solve_rate: (step == 0).then_some(0.125),
            measured: Measured {
                memory: (step == 10).then_some(64_900_000),
                ..Measured::default()
            },
        }
    }

    #[test]
    fn keeps_rows_up_to_a_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.csv");
        let mut metrics = Metrics::lock(&path).unwrap();
        metrics.truncate(None).unwrap();
        for step in [0, 10, 20, 30] {
            metrics.write(&row(step)).unwrap();
        }
        assert!(Metrics::lock(&path).unwrap_err().0.contains("another process"));
        drop(metrics);
        // A process killed while it wrote.
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("25,12");
        std::fs::write(&path, &text).unwrap();

        let mut metrics = Metrics::lock(&path).unwrap();
        metrics.truncate(Some(20)).unwrap();
        metrics.write(&row(25)).unwrap();
        expect_test::expect![[r#"
            step,examples,seconds,loss,position_loss,token_loss,value_loss,position_accuracy,learning_rate,examples_per_second,solve_rate,tokens_per_second,memory_mb,mfu
            0,0,0.5,,,,,,,,0.125,,,
            10,320,0.5,1.5,1.0,0.25,2.5,0.5,0.001,,,,64.0,
            20,640,0.5,1.5,1.0,0.25,2.5,0.5,0.001,,,,,
            25,800,0.5,1.5,1.0,0.25,2.5,0.5,0.001,,,,,
        "#]]
        .assert_eq(&std::fs::read_to_string(&path).unwrap());
    }
}

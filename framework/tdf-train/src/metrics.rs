//! `metrics.csv`: the course of a training as a table.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tdf_files::write_atomically;

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

/// The open table.
#[derive(Debug)]
pub(crate) struct Metrics {
    path: PathBuf,
    file: File,
}

impl Metrics {
    /// Opens the table at `path`, which need not be there, without the rows after `step` (all rows if there is none) and without a
    /// row that was not written to its end. Also gives what the user should know.
    ///
    /// A table with other columns, or with lines that are no rows, is kept beside it under another name.
    pub(crate) fn open(path: &Path, step: Option<u64>) -> Result<(Self, Option<String>), RunError> {
        let text = match tdf_files::read(path, tdf_files::TABLE) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            text => text.naming("read", path)?,
        };
        let Kept { rows, foreign } = Kept::of(&text, step);
        let mut told = None;
        if foreign {
            let old = keep_beside(path, &text)?;
            told = Some(format!(
                "{}: has other columns or lines than this tdf writes; it is kept as {}",
                path.display(),
                old.display()
            ));
        }
        if !text.starts_with(&rows) {
            write_atomically(path, &rows).naming("write", path)?;
        }
        let options = File::options().append(true).create(true).clone();
        let mut file = options.open(path).naming("open", path)?;
        match rows.is_empty() {
            true => {
                file.set_len(0).naming("write", path)?;
                file.write_all(header().as_bytes()).naming("write", path)?;
            }
            false => file.set_len(rows.len() as u64).naming("write", path)?,
        }
        let path = path.to_owned();
        Ok((Self { path, file }, told))
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

fn header() -> String {
    COLUMNS.join(",") + "\n"
}

/// What of a table stays when a training goes on.
struct Kept {
    /// The header and the rows; empty if the header is not ours.
    rows: Vec<u8>,
    /// Whether there is more in the table than rows and one that was not written to its end.
    foreign: bool,
}

impl Kept {
    fn of(text: &[u8], step: Option<u64>) -> Self {
        let header = header();
        // A spreadsheet may have written it: with a mark of UTF-8, and with other ends of lines.
        let content = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut lines = content.split_inclusive(|&b| b == b'\n');
        let first = lines.next().unwrap_or_default();
        if first.trim_ascii_end() != header.trim_end().as_bytes() || !first.ends_with(b"\n") {
            let rows = Vec::new();
            let foreign = !header.as_bytes().starts_with(content);
            return Self { rows, foreign };
        }
        let mut rows = text[..text.len() - content.len() + first.len()].to_vec();
        let mut foreign = false;
        for line in lines.filter(|line| line.ends_with(b"\n")) {
            let number = line.split(|&b| b == b',').next();
            match number.and_then(|number| std::str::from_utf8(number).ok()?.parse().ok()) {
                Some(number) if step >= Some(number) => rows.extend(line),
                Some(_) => {}
                None => foreign = true,
            }
        }
        Self { rows, foreign }
    }
}

/// Writes `text` into a new file beside `path`: `metrics.old.csv`, or `metrics.old2.csv` if there is one, and so on.
fn keep_beside(path: &Path, text: &[u8]) -> Result<PathBuf, RunError> {
    let mut number = 1_u32;
    loop {
        let digits = if number == 1 { String::new() } else { number.to_string() };
        let old = path.with_extension(format!("old{digits}.csv"));
        match File::create_new(&old) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            file => {
                let mut file = file.naming("write", &old)?;
                file.write_all(text).naming("write", &old)?;
                file.sync_all().naming("write", &old)?;
                return Ok(old);
            }
        }
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

    /// The table at `path`, opened as after `step`, and whether there was anything to tell.
    fn open(path: &Path, step: Option<u64>) -> (Metrics, bool) {
        let (metrics, told) = Metrics::open(path, step).unwrap();
        (metrics, told.is_some())
    }

    fn read(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn keeps_rows_up_to_a_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.csv");
        let (mut metrics, _) = open(&path, None);
        for step in [0, 10, 20, 30] {
            metrics.write(&row(step)).unwrap();
        }
        drop(metrics);
        // A process killed while it wrote.
        std::fs::write(&path, read(&path) + "25,12").unwrap();

        let (mut metrics, told) = open(&path, Some(20));
        assert!(!told);
        metrics.write(&row(25)).unwrap();
        expect_test::expect![[r#"
            step,examples,seconds,loss,position_loss,token_loss,value_loss,position_accuracy,learning_rate,examples_per_second,solve_rate,tokens_per_second,memory_mb,mfu
            0,0,0.5,,,,,,,,0.125,,,
            10,320,0.5,1.5,1.0,0.25,2.5,0.5,0.001,,,,64.0,
            20,640,0.5,1.5,1.0,0.25,2.5,0.5,0.001,,,,,
            25,800,0.5,1.5,1.0,0.25,2.5,0.5,0.001,,,,,
        "#]]
        .assert_eq(&read(&path));
        // A process killed while it wrote the header.
        std::fs::write(&path, "step,exam").unwrap();
        assert!(!open(&path, None).1);
        assert_eq!(read(&path), header());
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing else is left"
        );
    }

    /// A spreadsheet has opened the table and saved it.
    #[test]
    fn other_ends_of_lines_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.csv");
        let (mut metrics, _) = open(&path, None);
        for step in [0, 10, 20] {
            metrics.write(&row(step)).unwrap();
        }
        let saved = format!("\u{feff}{}", read(&path).replace('\n', "\r\n"));
        std::fs::write(&path, &saved).unwrap();
        assert!(!open(&path, Some(20)).1);
        assert_eq!(read(&path), saved);
        assert!(!open(&path, Some(10)).1);
        let lines: Vec<&str> = saved.lines().take(3).collect();
        assert_eq!(read(&path).lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn another_table_is_kept_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.csv");
        let rows = format!("{}0,first\n10,second\n", header());
        for (number, text, after) in [
            ("", "step,loss\n0,1.5\n".to_owned(), header()),
            ("2", rows.replace("10,second", "10,second\n# a remark"), rows.clone()),
            ("3", rows.replace(",mfu", ",mfu,more"), header()),
        ] {
            std::fs::write(&path, &text).unwrap();
            assert!(open(&path, Some(10)).1);
            assert_eq!(read(&path), after);
            assert_eq!(read(&folder.path().join(format!("metrics.old{number}.csv"))), text);
        }
    }
}

//! Event files of TensorBoard: what a training adds to them.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tdf_config::Config;

use crate::error::Naming;
use crate::evaluate::Measurement;
use crate::tfevent::{Content, Event, Value};
use crate::{Row, RunError};

/// An open event file.
#[derive(Debug)]
pub(crate) struct Events {
    path: PathBuf,
    file: File,
}

impl Events {
    /// Begins a new event file in `folder` for what comes after `step`. TensorBoard then forgets later steps of older files.
    pub(crate) fn begin(folder: &Path, step: u64) -> Result<Self, RunError> {
        let now = now();
        // TensorBoard reads the files of a folder in the order of their names.
        let (seconds, nanos) = (now.as_secs(), now.subsec_nanos());
        let path = folder.join(format!("events.out.tfevents.{seconds:010}.{nanos:09}.tdf"));
        let file = File::options()
            .append(true)
            .create(true)
            .open(&path)
            .naming("open", &path)?;
        let mut events = Self { path, file };
        events.write(&Event {
            wall_time: now,
            step: 0,
            content: Content::FileVersion,
        })?;
        // Purged are the steps from that of the event on.
        events.write(&Event {
            wall_time: now,
            step: step + 1,
            content: Content::SessionStart,
        })?;
        Ok(events)
    }

    /// Appends the configuration as a text.
    pub(crate) fn config(&mut self, config: &Config, step: u64) -> Result<(), RunError> {
        // Indented lines are code in Markdown.
        let lines: Vec<String> = config.to_toml().lines().map(|line| format!("    {line}")).collect();
        self.summary(step, vec![("config".to_owned(), Value::Text(lines.join("\n")))])
    }

    /// Appends the scalars of a row.
    pub(crate) fn row(&mut self, row: &Row) -> Result<(), RunError> {
        let scalars = row
            .scalars()
            .map(|(name, value)| (format!("train/{name}"), Value::Scalar(value as f32)))
            .collect();
        self.summary(row.step, scalars)
    }

    /// Appends the solve rates of an evaluation and the images that it shows.
    pub(crate) fn evaluation(&mut self, measured: &Measurement, step: u64) -> Result<(), RunError> {
        let rates = measured
            .rates
            .iter()
            .map(|(expansions, rate)| (format!("solve_rate/within_{expansions}"), Value::Scalar(*rate as f32)));
        let images = measured.shown.iter().map(|shown| {
            let image = Value::Image {
                width: shown.width,
                height: shown.height,
                png: shown.png.clone(),
            };
            (format!("tasks/{}", shown.task), image)
        });
        self.summary(step, rates.chain(images).collect())
    }

    fn summary(&mut self, step: u64, values: Vec<(String, Value)>) -> Result<(), RunError> {
        self.write(&Event {
            wall_time: now(),
            step,
            content: Content::Summary(values),
        })
    }

    fn write(&mut self, event: &Event) -> Result<(), RunError> {
        self.file.write_all(&event.record()).naming("write", &self.path)
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

//! What an experiment in a folder is, so that it goes on as it was begun.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use tdf_eval::write_file;
use tdf_files::OutFolder;

/// The file `plan.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Digest of the experiment's file.
    pub experiment: String,
    /// The scale.
    pub minutes: f64,
    /// What the command line set.
    pub sets: Vec<String>,
    /// Networks that the command line named.
    pub runs: Vec<String>,
    /// Number of tasks.
    pub tasks: usize,
    /// Steps of each training; 0 if there is none. Unless they were given, as many as a trial of a few seconds says that fit.
    pub steps: u64,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("plan.toml")
}

impl Plan {
    /// The plan in `folder`, if there is one.
    ///
    /// # Errors
    /// A folder of something else; a damaged plan.
    pub fn read(folder: &Path) -> anyhow::Result<Option<Self>> {
        let shown = folder.display();
        let text = match tdf_files::read_text(&file(folder), tdf_files::CONFIG) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if OutFolder::is_occupied(folder).with_context(|| shown.to_string())? {
                    bail!(
                        "{shown}: holds something else than an experiment (plan.toml is missing): name another folder"
                    )
                }
                return Ok(None);
            }
            Err(error) => return Err(error).with_context(|| file(folder).display().to_string()),
        };
        let plan = toml::from_str(&text).with_context(|| file(folder).display().to_string())?;
        Ok(Some(plan))
    }

    /// The plan in `folder`, if there is one.
    ///
    /// # Errors
    /// One of another experiment or scale; a folder of something else.
    pub fn resume(&self, folder: &Path) -> anyhow::Result<Option<Self>> {
        let shown = folder.display();
        let Some(old) = Self::read(folder)? else {
            return Ok(None);
        };
        let differs = |what: &str, before: &dyn std::fmt::Debug, now: &dyn std::fmt::Debug| {
            bail!(
                "{shown}: holds an experiment with {what} {before:?}, not {now:?}; give it as it was, or name another folder"
            )
        };
        if old.experiment != self.experiment {
            bail!("{shown}: holds another experiment, or this one as its file was before: name another folder");
        }
        if old.minutes != self.minutes {
            return differs("--minutes", &old.minutes, &self.minutes);
        }
        if old.sets != self.sets {
            return differs("--set", &old.sets, &self.sets);
        }
        if old.runs != self.runs {
            return differs("--run", &old.runs, &self.runs);
        }
        if self.steps != 0 && old.steps != self.steps {
            return differs("--steps", &old.steps, &self.steps);
        }
        Ok(Some(old))
    }

    /// Writes it into `folder`.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        Ok(write_file(&file(folder), toml::to_string(self)?.as_bytes())?)
    }
}

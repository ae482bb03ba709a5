//! Targets as the page names them.

use std::sync::Arc;

use serde::Deserialize;
use tdf_data::{ExampleTable, bind_examples, read_examples};
use tdf_domain::DynDomain;
use tdf_search::Target;

use crate::error::ApiError;
use crate::subject::Subject;
use crate::{image, language};

/// A target as the page sends it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Sent {
    /// A file in base 64.
    Png(String),
    /// What a program shows.
    Program(String),
    /// A table.
    Examples { format: Format, text: String },
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Csv,
    Jsonl,
}

impl Format {
    /// Name of a file in this form.
    pub fn file(self) -> &'static str {
        match self {
            Self::Csv => "examples.csv",
            Self::Jsonl => "examples.jsonl",
        }
    }
}

/// A target of a search, and all that belongs to it.
#[derive(Debug)]
pub(crate) struct OwnedTarget {
    /// Bound to the inputs of the examples.
    pub domain: Arc<dyn DynDomain>,
    pub observation: Vec<u8>,
    /// What a solution renders to, if it is known.
    pub known: Option<Vec<u8>>,
    /// The examples, if it is no image.
    pub table: Option<ExampleTable>,
    /// The file that a command reads it from.
    pub file: &'static str,
}

/// The seed of observations that are drawn of programs.
pub(crate) const SEEN: u64 = 0;

impl OwnedTarget {
    /// What was sent, for `subject`.
    pub fn of(subject: &Subject, sent: &Sent) -> Result<Self, ApiError> {
        match sent {
            Sent::Png(data) => Self::of_image(subject, data),
            Sent::Program(text) => Self::of_program(subject, text),
            Sent::Examples { format, text } => Self::of_table(subject, *format, text),
        }
    }

    fn of_image(subject: &Subject, data: &str) -> Result<Self, ApiError> {
        let domain = Arc::clone(&subject.domain);
        let Some(canvas) = domain.canvas() else {
            return Err(ApiError::refused(
                "programs take inputs here: a table of examples is wanted, no image",
            ));
        };
        let bytes = image::decoded(data)?;
        let imported = tdf_eval::import_image(canvas, domain.palette(), &bytes).map_err(ApiError::refused)?;
        let known = (!domain.has_observation_model()).then(|| imported.image.clone());
        Ok(Self {
            domain,
            observation: imported.image,
            known,
            table: None,
            file: "target.png",
        })
    }

    fn of_program(subject: &Subject, text: &str) -> Result<Self, ApiError> {
        let domain = Arc::clone(&subject.domain);
        if domain.signature().is_some() {
            return Err(ApiError::refused(
                "programs take inputs here: a table of examples is wanted",
            ));
        }
        let program = language::parse(&*domain, text)?;
        let known = tdf_eval::render(&domain, &program).map_err(ApiError::refused)?;
        let mut observation = known.clone();
        if domain.has_observation_model() {
            let seen = domain.observe_target(program.nodes(), SEEN, &mut observation);
            seen.map_err(ApiError::refused)?;
        }
        Ok(Self {
            domain,
            observation,
            known: Some(known),
            table: None,
            file: "target.png",
        })
    }

    fn of_table(subject: &Subject, format: Format, text: &str) -> Result<Self, ApiError> {
        let table = read_examples(&*subject.domain, format.file(), text.as_bytes()).map_err(ApiError::refused)?;
        let given = table.rows.iter().filter(|row| row.output.is_some());
        let (domain, observation) = bind_examples(&subject.domain, given).map_err(ApiError::refused)?;
        Ok(Self {
            domain,
            known: Some(observation.clone()),
            observation,
            table: Some(table),
            file: format.file(),
        })
    }

    /// As a search takes it.
    pub fn target(&self) -> Target<'_> {
        Target {
            inputs: self.domain.inputs(),
            observation: &self.observation,
            image: self.known.as_deref(),
        }
    }
}

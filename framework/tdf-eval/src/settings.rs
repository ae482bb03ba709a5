//! How an evaluation searches.

use tdf_search::{Init, SearchOptions};

/// How programs were found.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationSettings {
    /// The method in words.
    pub method: String,
    /// Greatest number of expansions per task.
    pub budget: u32,
    /// Temperature of sampling.
    pub temperature: f64,
    /// Name of the criterion.
    pub criterion: String,
    /// Number of solutions after which a search ends.
    pub solutions: u32,
    /// Greatest number of renders per task, if there is a limit.
    pub renders: Option<u64>,
    /// Greatest time per task in seconds, if there is a limit.
    pub seconds: Option<f64>,
}

impl EvaluationSettings {
    /// The method of evaluations that score the programs of another system.
    pub const PREDICTIONS: &str = "predictions";

    /// Those of programs of another system: each is tested once.
    pub fn predictions(criterion: &str) -> Self {
        Self {
            method: Self::PREDICTIONS.to_owned(),
            budget: 1,
            temperature: 0.0,
            criterion: criterion.to_owned(),
            solutions: 1,
            renders: None,
            seconds: None,
        }
    }
}

impl From<&SearchOptions> for EvaluationSettings {
    fn from(options: &SearchOptions) -> Self {
        Self {
            method: method_name(options),
            budget: options.budget,
            temperature: options.temperature,
            criterion: options.criterion.clone(),
            solutions: options.solutions,
            renders: options.renders,
            seconds: options.seconds,
        }
    }
}

fn method_name(options: &SearchOptions) -> String {
    let Some(method) = tdf_search::method(&options.method) else {
        return options.method.clone();
    };
    let name = (method.describe)(options);
    match options.init {
        Init::Generated if (method.needs)(options).init => format!("{name}, from generated programs"),
        _ => name,
    }
}

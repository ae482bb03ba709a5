//! The programs of another system, scored.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use serde::Deserialize;
use tdf_domain::DynDomain;
use tdf_eval::Setting;

use crate::input;
use crate::output::counted;
use crate::recorded::CodeArgs;

/// What a task set says of its domain.
#[derive(Deserialize)]
struct Head {
    domain: String,
    #[serde(default)]
    options: BTreeMap<String, String>,
}

/// The domain of a task set: `name` and `text` of its file.
pub fn domain_of(name: &str, text: &str, code: &CodeArgs) -> anyhow::Result<Arc<dyn DynDomain>> {
    let first = text.lines().enumerate().find(|(_, line)| !line.trim().is_empty());
    let Some((number, line)) = first else {
        bail!("{name}: no tasks in this file; `tdf tasks` makes some");
    };
    let Ok(head) = serde_json::from_str::<Head>(line) else {
        bail!(
            "{name}:{}: not a task, which is a JSON object with `domain` and `program`",
            number + 1
        );
    };
    let setting = Setting {
        domain: Some(head.domain),
        options: head.options,
        ..Setting::default()
    };
    code.open_setting(name.to_owned(), &setting)
}

/// The answers in `file`, one for each of `tasks` tasks.
pub fn read(file: &Path, tasks: usize) -> anyhow::Result<Vec<String>> {
    let (name, text) = input::read_text(Some(file))?;
    let mut answers: Vec<String> = text.lines().map(str::to_owned).collect();
    while answers.len() > tasks && answers.last().is_some_and(|line| line.trim().is_empty()) {
        answers.pop();
    }
    if answers.len() != tasks {
        bail!(
            "{name}: {} for {}; line k is the program for task k, a blank line is no answer",
            counted(answers.len(), "line"),
            counted(tasks, "task")
        );
    }
    Ok(answers)
}

//! The texts of a run folder: what Python's writer and reader of them need.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::json;
use tdf::config::Config;
use tdf::{DynDomain, ObservationSpec};
use toml::{Table, Value};

use crate::config::PyConfig;
use crate::domain::PyDomain;
use crate::errors::{ConfigError, FileError, raise};

/// A TOML file as a dictionary.
#[pyfunction]
pub(crate) fn read_toml(py: Python<'_>, path: PathBuf) -> PyResult<Py<PyAny>> {
    let json = serde_json::to_string(&table(&path)?).map_err(raise::<FileError>)?;
    Ok(py.import("json")?.call_method1("loads", (json,))?.unbind())
}

/// The configuration in the `config.toml` of a run.
#[pyfunction]
pub(crate) fn run_config(path: PathBuf) -> PyResult<PyConfig> {
    let mut table = table(&path)?;
    table.remove("run");
    let config = table.try_into::<Config>();
    let config =
        config.map_err(|error| raise::<FileError>(format!("{}: {}", path.display(), error.message().trim())))?;
    Ok(PyConfig { config })
}

fn table(path: &std::path::Path) -> PyResult<Table> {
    let name = path.display();
    let text = tdf_files::read_text(path, tdf_files::CONFIG).map_err(|e| raise::<FileError>(format!("{name}: {e}")))?;
    text.parse::<Table>().map_err(|error| {
        let line = error.span().map(|span| 1 + text[..span.start].matches('\n').count());
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        raise::<FileError>(format!("{name}{line}: {}", error.message().trim()))
    })
}

/// The texts of the files of a run on `domain` by their names, and the metadata of its network without the digest, as JSON.
#[pyfunction]
pub(crate) fn run_files<'py>(
    py: Python<'py>,
    domain: &Bound<'py, PyDomain>,
    config: &Bound<'py, PyConfig>,
) -> PyResult<Bound<'py, PyDict>> {
    let domain = &*domain.get().domain;
    let config = config.get().config.recording(domain);
    config.check_edits(domain).map_err(raise::<ConfigError>)?;
    let language = domain.language();
    let header = toml::to_string(&Value::Table(header(domain))).map_err(raise::<ConfigError>)?;
    let files = PyDict::new(py);
    files.set_item("config.toml", format!("[run]\n{header}\n{}", config.to_toml()))?;
    files.set_item("grammar.lalrpop", &language.written().lalrpop)?;
    if let Some(scope) = language.scope_text() {
        files.set_item("grammar.toml", scope)?;
    }
    files.set_item("metadata", metadata(domain, &config).to_string())?;
    Ok(files)
}

/// The table `run`: see `docs/formats.md`.
fn header(domain: &dyn DynDomain) -> Table {
    let grammar = domain.language().grammar();
    let mut header = Table::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            header.insert(key.to_owned(), Value::String(value));
        }
    };
    let from = domain.provenance();
    let origin = from.map(|from| std::path::absolute(&from.origin).unwrap_or_else(|_| from.origin.clone()));
    put("version", Some(env!("CARGO_PKG_VERSION").to_owned()));
    put("domain", Some(domain.name().to_owned()));
    put("grammar", Some(grammar.name.clone()));
    put("fingerprint", Some(grammar.fingerprint.clone()));
    put("origin", origin.map(|path| path.display().to_string()));
    put("plugin", from.map(|from| from.digest.clone()));
    put("size", from.and_then(|from| from.size.clone()));
    put("scope", from.and_then(|from| from.scope.clone()));
    if !grammar.features.is_empty() {
        let features = grammar.features.iter().cloned().map(Value::String).collect();
        header.insert("features".to_owned(), Value::Array(features));
    }
    header
}

/// What a network's file says of itself, without its digest and the length of its training.
fn metadata(domain: &dyn DynDomain, config: &Config) -> serde_json::Value {
    let grammar = domain.language().grammar();
    let mut metadata = json!({
        "domain": domain.name(),
        "grammar": grammar.fingerprint,
        "grammar_name": grammar.name,
        "max_edit_size": config.noise.max_edit_size,
        "objective": config.train.objective,
        "model": config.model,
    });
    match domain.observation_spec() {
        ObservationSpec::Image(canvas) => {
            metadata["canvas"] = json!({
                "width": canvas.width,
                "height": canvas.height,
                "channels": canvas.channels,
                "background": canvas.background,
            });
        }
        ObservationSpec::Values(values) => metadata["max_output"] = json!(values.max_bytes),
    }
    metadata
}

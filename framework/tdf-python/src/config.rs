//! `Config`: the keys of a configuration.

use std::path::PathBuf;

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyString};
use tdf::config::Config;

use crate::domain::PyDomain;
use crate::errors::{ConfigError, raise};

/// Configuration: all keys of docs/configuration.md, with their bounds.
#[pyclass(frozen, name = "Config", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyConfig {
    pub config: Config,
}

/// `key=value` as the command line has it.
pub(crate) fn setting(key: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = if value.is_instance_of::<PyBool>() {
        value.extract::<bool>()?.to_string()
    } else if value.is_instance_of::<PyFloat>() {
        format!("{:?}", value.extract::<f64>()?)
    } else if value.is_instance_of::<PyString>() {
        value.extract::<String>()?
    } else if let Ok((least, greatest)) = value.extract::<(u32, u32)>()
        && !value.is_instance_of::<pyo3::types::PyList>()
    {
        format!("{least}..={greatest}")
    } else {
        value.str()?.to_string()
    };
    Ok(format!("{key}={text}"))
}

/// Settings from a dictionary of dotted keys.
fn settings(changes: &Bound<'_, PyDict>) -> PyResult<Vec<String>> {
    let entries = changes.iter();
    entries
        .map(|(key, value)| setting(&key.extract::<String>()?, &value))
        .collect()
}

/// The configuration that an argument is, or the preset `tiny` with the defaults of `domain`.
pub(crate) fn config_for(config: Option<&Bound<'_, PyConfig>>, domain: &dyn tdf::DynDomain) -> PyResult<Config> {
    match config {
        Some(config) => Ok(config.get().config.clone()),
        None => Ok(preset("tiny")?.for_domain(domain)),
    }
}

fn preset(name: &str) -> PyResult<Config> {
    Config::preset(name).ok_or_else(|| {
        let known = Config::PRESETS.join(", ");
        raise::<ConfigError>(format!("there is no preset {name:?}; there are {known}"))
    })
}

#[pymethods]
impl PyConfig {
    #[new]
    #[pyo3(signature = (preset = "tiny", changes = None, *, file = None, domain = None))]
    fn new(
        preset: &str,
        changes: Option<&Bound<'_, PyDict>>,
        file: Option<PathBuf>,
        domain: Option<&Bound<'_, PyDomain>>,
    ) -> PyResult<Self> {
        let mut config = self::preset(preset)?;
        if let Some(domain) = domain {
            config = config.for_domain(&*domain.get().domain);
        }
        let sets = changes.map_or_else(|| Ok(Vec::new()), settings)?;
        let config = config.layer(file.as_deref(), &sets);
        config.map(|config| Self { config }).map_err(raise::<ConfigError>)
    }

    /// Configuration with other values. This one stays as it is.
    fn change(&self, changes: &Bound<'_, PyDict>) -> PyResult<Self> {
        let config = self.config.layer(None, &settings(changes)?);
        config.map(|config| Self { config }).map_err(raise::<ConfigError>)
    }

    /// All keys with their values, as TOML.
    fn toml(&self) -> String {
        self.config.to_toml()
    }

    /// All keys with their values.
    fn as_dict(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let json = serde_json::to_string(&self.config).map_err(raise::<ConfigError>)?;
        Ok(py.import("json")?.call_method1("loads", (json,))?.unbind())
    }

    fn __getitem__(&self, py: Python<'_>, key: &str) -> PyResult<Py<PyAny>> {
        let mut found = self.as_dict(py)?.into_bound(py);
        for part in key.split('.') {
            found = found.get_item(part).map_err(|_| PyKeyError::new_err(key.to_owned()))?;
        }
        Ok(found.unbind())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.config == other.config
    }

    fn __repr__(&self) -> String {
        let (preset, differences) = self.config.nearest_preset();
        let changes = differences
            .iter()
            .filter(|(_, _, value)| !value.is_empty())
            .map(|(key, _, value)| format!("{key:?}: {}", value.replace('"', "'")));
        let changes: Vec<String> = changes.collect();
        match changes.is_empty() {
            true => format!("Config({preset:?})"),
            false => format!("Config({preset:?}, {{{}}})", changes.join(", ")),
        }
    }
}

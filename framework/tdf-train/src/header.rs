//! What a run is about.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tdf_domain::DynDomain;

/// What a run is about: the table `run` of its `config.toml`.
///
/// Run folders are passed on, so all of it is data: nothing in it may have a library opened or a crate built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHeader {
    /// Version of tdf that began the run.
    pub version: String,
    /// Name of the domain.
    pub domain: String,
    /// Name of its grammar.
    pub grammar: String,
    /// Fingerprint of its grammar.
    pub fingerprint: String,
    /// The features that the grammar was read with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// The grammar file or the shared library that brought the domain; nothing if it is built in. A hint for error
    /// messages: the file may be missing, or another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<PathBuf>,
    /// SHA-256 of the plugin's shared library, in hexadecimal digits; nothing if the domain is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// The size function that replaced the plugin's, as [`Size::parse`](tdf_tree::Size::parse) takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The table `scope` that replaced the plugin's, as a TOML document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl RunHeader {
    /// The header of a run on `domain`.
    pub fn new(domain: &dyn DynDomain) -> Self {
        let grammar = domain.language().grammar();
        let from = domain.provenance();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            domain: domain.name().to_owned(),
            grammar: grammar.name.clone(),
            fingerprint: grammar.fingerprint.clone(),
            features: grammar.features.iter().cloned().collect(),
            origin: from.map(|from| std::path::absolute(&from.origin).unwrap_or_else(|_| from.origin.clone())),
            plugin: from.map(|from| from.digest.clone()),
            size: from.and_then(|from| from.size.clone()),
            scope: from.and_then(|from| from.scope.clone()),
        }
    }
}

//! What the page can search on.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tdf_config::Config;
use tdf_data::{TaskOptions, make_tasks};
use tdf_domain::DynDomain;
use tdf_search::{Networks, SearchOptions};

/// Networks of one search, which owns them.
pub trait OwnedNetworks: Send {
    /// The networks.
    fn networks(&mut self) -> Networks<'_>;
}

/// Makes networks for one more search, over weights that all share.
pub type MakeNetworks = Box<dyn Fn() -> Box<dyn OwnedNetworks> + Send + Sync>;

/// A domain, how to search on it, and the networks of a run, if it is one.
pub struct Subject {
    /// Name in addresses, such as that of the run folder.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// The domain.
    pub domain: Arc<dyn DynDomain>,
    /// How the run searches.
    pub config: Config,
    /// Networks; `None` if there is no run.
    pub networks: Option<MakeNetworks>,
    /// What stands behind `tdf search` to search on the same: `--run DIR` or `--domain NAME`.
    pub arguments: Vec<String>,
    /// The run folder, whose course of training the page shows.
    pub folder: Option<PathBuf>,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let folder = &self.folder;
        f.debug_struct("Subject")
            .field("id", &self.id)
            .field("folder", folder)
            .finish_non_exhaustive()
    }
}

/// Seconds of a search unless the user says otherwise.
pub(crate) const SECONDS: f64 = 10.0;

/// Attempts to find an example in a domain.
const EXAMPLES: usize = 1;

impl Subject {
    /// The names of the methods that it can do.
    pub(crate) fn methods(&self) -> Vec<&'static tdf_search::MethodRegistration> {
        let mut networks = self.networks.as_ref().map(|make| make());
        let has = match &mut networks {
            Some(networks) => networks.networks(),
            None => Networks::default(),
        };
        let can = |method: &&tdf_search::MethodRegistration| {
            let needs = (method.needs)(&SearchOptions::default());
            (!needs.policy || has.policy.is_some())
                && (!needs.value || has.value.is_some())
                && (!needs.generator || has.generator.is_some())
        };
        tdf_search::methods().into_iter().filter(can).collect()
    }

    /// The method unless the user says otherwise: the best of those that it can do.
    pub(crate) fn method(&self) -> &'static str {
        let methods = self.methods();
        let best = ["hybrid", "anneal"]
            .into_iter()
            .find(|name| methods.iter().any(|method| method.name == *name));
        best.or(methods.first().map(|method| method.name)).unwrap_or("random")
    }

    /// What the page has to know.
    pub(crate) fn describe(&self) -> Json {
        let domain = &self.domain;
        let canvas = domain.canvas().map(|canvas| {
            json!({
                "width": canvas.width,
                "height": canvas.height,
                "channels": canvas.channels,
                "background": canvas.background,
            })
        });
        let kinds = |kinds: &[tdf_domain::ValueKind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>();
        let signature = domain.signature().map(|signature| {
            json!({
                "arguments": [signature.arguments.0, signature.arguments.1],
                "argument_kinds": kinds(signature.argument_kinds),
                "output_kinds": kinds(signature.output_kinds),
            })
        });
        let methods: Vec<Json> = self
            .methods()
            .iter()
            .map(|method| json!({ "name": method.name, "about": method.about }))
            .collect();
        json!({
            "id": self.id,
            "domain": domain.name(),
            "title": self.title,
            "network": self.networks.is_some(),
            "kind": if canvas.is_some() { "image" } else { "values" },
            "canvas": canvas,
            "palette": domain.palette(),
            "methods": methods,
            "method": self.method(),
            "seconds": SECONDS,
            "criteria": domain.criteria(),
            "signature": signature,
            "format": self.format(),
            "example": self.example(),
        })
    }

    /// The form of tables of examples: values that a line of CSV holds, or JSON.
    pub(crate) fn format(&self) -> &'static str {
        let Some(signature) = self.domain.signature() else {
            return "csv";
        };
        let mut kinds = signature.argument_kinds.iter().chain(signature.output_kinds);
        let is_list = |kind: &tdf_domain::ValueKind| *kind == tdf_domain::ValueKind::Integers;
        if kinds.any(is_list) { "jsonl" } else { "csv" }
    }

    /// A program to begin with.
    fn example(&self) -> String {
        let options = TaskOptions::new(EXAMPLES, self.config.program.size.range(), 1);
        let tasks = make_tasks(&self.domain, &options).unwrap_or_default();
        let program = tasks.first().and_then(|task| task.program.as_ref());
        program.map_or(String::new(), |program| self.domain.language().print(program.nodes()))
    }
}

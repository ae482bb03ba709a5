//! `search`, and the names of its methods.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tdf::config::Config;
use tdf::search::{MAX_BUDGET, Networks, Outcome, Policy, SearchError as Failure, SearchOptions, Target, Value};
use tdf::{Criterion, DynDomain};

use crate::config::{PyConfig, config_for, setting};
use crate::domain::PyDomain;
use crate::errors::{ConfigError, DomainError, SearchError, raise};
use crate::policy::Callable;
use crate::program::tree_of;
use crate::result::PySearchResult;
use crate::subject::Subject;
use crate::targets::{OwnedTarget, targets};

/// How often a search looks for Ctrl-C.
const SIGNALS: Duration = Duration::from_millis(100);

/// Names of the search methods, and what each does.
#[pyfunction]
pub(crate) fn methods(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let names = PyDict::new(py);
    for method in tdf::search::methods() {
        names.set_item(method.name, method.about)?;
    }
    Ok(names)
}

/// Whether a method works without a policy, a value and a generator.
fn needs_no_network(name: &str) -> bool {
    tdf::search::method(name).is_some_and(|method| {
        let needs = (method.needs)(&SearchOptions::default());
        !(needs.policy || needs.value || needs.generator)
    })
}

/// Searches programs for targets: what `tdf search` does.
#[pyfunction]
#[pyo3(signature = (domain, targets, method = None, *, policy = None, value = None, config = None, seed = 0, start = None, first_task = 0, refine = true, progress = None, **options))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub(crate) fn search(
    py: Python<'_>,
    domain: &Bound<'_, PyDomain>,
    targets: &Bound<'_, PyAny>,
    method: Option<&str>,
    policy: Option<Py<PyAny>>,
    value: Option<Py<PyAny>>,
    config: Option<&Bound<'_, PyConfig>>,
    seed: u64,
    start: Option<&Bound<'_, PyAny>>,
    first_task: usize,
    refine: bool,
    progress: Option<Py<PyAny>>,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<PySearchResult>> {
    let domain = Arc::clone(&domain.get().domain);
    let config = changed(&config_for(config, &*domain)?, method, policy.is_some(), options)?;
    let subject = Subject::of_domain(Arc::clone(&domain));
    let start = start
        .map(|program| tree_of(&subject, domain.start(), program))
        .transpose()?;
    let options = SearchOptions {
        start,
        first_task,
        ..config.search_options(seed)
    };
    let criterion = domain.criterion(&options.criterion).map_err(raise::<DomainError>)?;
    let owned = self::targets(&domain, targets)?;
    let callable = |function: Option<Py<PyAny>>| {
        function.map(|function| Callable {
            function,
            domain: Arc::clone(&domain),
            raised: None,
        })
    };
    let work = Work {
        domain: &domain,
        targets: &owned,
        options: &options,
        criterion,
        refine,
    };
    let (policy, value) = (callable(policy), callable(value));
    let outcomes = py.detach(|| work.run(policy, value, progress))?;
    let results = owned.into_iter().zip(outcomes);
    Ok(results
        .map(|(target, outcome)| PySearchResult::new(target, outcome, criterion))
        .collect())
}

/// The configuration with a method and keys of `search.*`.
fn changed(
    config: &Config,
    method: Option<&str>,
    has_policy: bool,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Config> {
    let mut sets = Vec::new();
    let (mut budget, mut limited) = (false, false);
    for (key, value) in options.into_iter().flatten() {
        let key: String = key.extract()?;
        budget |= key == "budget";
        limited |= ["renders", "seconds"].contains(&&*key);
        sets.push(setting(&format!("search.{key}"), &value)?);
    }
    // As the binary has it: a limit of another kind stands for itself.
    if limited && !budget {
        sets.push(format!("search.budget={MAX_BUDGET}"));
    }
    sets.extend(method.map(|method| format!("search.method={method}")));
    let config = config.layer(None, &sets).map_err(raise::<ConfigError>)?;
    if !has_policy && !needs_no_network(&config.search.method) {
        let known = tdf::search::methods();
        let known = known
            .iter()
            .map(|method| method.name)
            .filter(|name| needs_no_network(name));
        let known: Vec<&str> = known.collect();
        return Err(raise::<SearchError>(format!(
            "only these methods work without a network: {}; give a policy",
            known.join(", ")
        )));
    }
    Ok(config)
}

struct Work<'a> {
    domain: &'a Arc<dyn DynDomain>,
    targets: &'a [OwnedTarget],
    options: &'a SearchOptions,
    criterion: Criterion,
    refine: bool,
}

impl Work<'_> {
    /// Searches, and refines what was found. It is called without the interpreter's lock.
    fn run(
        &self,
        mut policy: Option<Callable>,
        mut value: Option<Callable>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Vec<Outcome>> {
        let targets: Vec<Target<'_>> = self.targets.iter().map(OwnedTarget::target).collect();
        let mut stopped: Option<PyErr> = None;
        let mut looked = Instant::now();
        let mut observe = |now: tdf::search::SearchProgress| {
            if looked.elapsed() >= SIGNALS || now.share >= 1.0 {
                looked = Instant::now();
                let told = Python::attach(|py| {
                    py.check_signals()?;
                    progress
                        .as_ref()
                        .map_or(Ok(()), |tell| tell.call1(py, (now.share,)).map(drop))
                });
                stopped = told.err();
            }
            stopped.is_none()
        };
        let networks = Networks {
            policy: policy.as_mut().map(|policy| policy as &mut dyn Policy),
            value: value.as_mut().map(|value| value as &mut dyn Value),
            generator: None,
        };
        let found = tdf::search::search(self.domain, &targets, networks, self.options, &mut observe);
        let raised = policy
            .and_then(|policy| policy.raised)
            .or(value.and_then(|value| value.raised));
        if let Some(error) = stopped.or(raised) {
            return Err(error);
        }
        let mut outcomes = found.map_err(|error: Failure| raise::<SearchError>(error))?;
        if self.refine {
            for (target, outcome) in self.targets.iter().zip(&mut outcomes) {
                if let Some(observation) = &target.image {
                    tdf::search::refine_outcome(&target.domain, self.criterion, observation, outcome);
                }
            }
        }
        Ok(outcomes)
    }
}

//! Checks of a search before it begins.

use std::sync::Arc;

use tdf_domain::{Criterion, DynDomain, ObservationSpec};
use tdf_tree::{Mutator, Sampler, Weighting};

use crate::task::InitialPrograms;
use crate::{Init, MethodRegistration, Needs, Networks, SearchError, SearchOptions, Target, method, methods};

/// A search that can begin.
pub(crate) struct Checked {
    pub(crate) method: &'static MethodRegistration,
    pub(crate) needs: Needs,
    pub(crate) criterion: Criterion,
    pub(crate) initial: InitialPrograms,
    /// Whether the generator makes the initial programs.
    pub(crate) generated_init: bool,
    /// The domain of each target, bound to its inputs.
    pub(crate) domains: Vec<Arc<dyn DynDomain>>,
}

pub(crate) fn check(
    domain: &Arc<dyn DynDomain>,
    targets: &[Target<'_>],
    networks: &Networks<'_>,
    options: &SearchOptions,
) -> Result<Checked, SearchError> {
    let fail = |message: String| Err(SearchError::Options(message));
    let Some(method) = method(&options.method) else {
        let known: Vec<&str> = methods().iter().map(|method| method.name).collect();
        return fail(format!(
            "there is no search method {:?}; there are {}",
            options.method,
            known.join(", ")
        ));
    };
    let criterion = match domain.criterion(&options.criterion) {
        Ok(criterion) => criterion,
        Err(error) => return fail(error.to_string()),
    };
    if options.budget == 0 {
        return fail("the budget must be 1 expansion or more".to_owned());
    }
    if options.renders == Some(0) {
        return fail("a search must have 1 render or more".to_owned());
    }
    if let Some(seconds) = options
        .seconds
        .filter(|seconds| !(seconds.is_finite() && *seconds > 0.0))
    {
        return fail(format!("the seconds of a search must be more than 0, not {seconds}"));
    }
    if options.chains == Some(0) {
        return fail("a search must have 1 chain or more".to_owned());
    }
    if options.solutions == 0 {
        return fail("a search must look for 1 solution or more".to_owned());
    }
    if options.init_count == 0 {
        return fail("a beam must begin at 1 program or more".to_owned());
    }
    for (what, temperature) in [
        ("temperature", options.temperature),
        ("temperature of generating initial programs", options.init_temperature),
    ] {
        if !(temperature.is_finite() && temperature >= 0.0) {
            return fail(format!("the {what} must be 0 or more, not {temperature}"));
        }
    }
    (method.check)(options).map_err(SearchError::Options)?;
    let (name, needs) = (method.name, (method.needs)(options));
    if needs.policy && networks.policy.is_none() {
        return fail(format!("the search method {name} needs a policy"));
    }
    if needs.value && networks.value.is_none() {
        return fail("a beam ranked by value needs a value network".to_owned());
    }
    let plan = networks.generator.as_ref().map(|generator| generator.plan());
    if needs.generator && plan.is_none() {
        return fail(format!(
            "the search method {name} needs a network that generates programs"
        ));
    }
    let whole = plan.map(|plan| plan.max_pieces() == 1);
    let generated_init = match (options.init, whole) {
        _ if !needs.init || method.policy.is_some() => false,
        (Init::Random, _) | (Init::Auto, None | Some(false)) => false,
        (Init::Auto | Init::Generated, Some(true)) => true,
        (Init::Generated, None) => {
            return fail("to begin at generated programs, a network that generates them is needed".to_owned());
        }
        (Init::Generated, Some(false)) => {
            return fail(
                "to begin at generated programs, a network that generates whole programs is needed".to_owned(),
            );
        }
    };
    let bound = |(number, target)| bound(domain, target).map_err(|what| format!("target {number} {what}"));
    let domains = targets.iter().enumerate().map(bound).collect::<Result<_, _>>();
    Ok(Checked {
        method,
        needs,
        criterion,
        initial: initial(domain, options)?,
        generated_init,
        domains: domains.map_err(SearchError::Options)?,
    })
}

/// `domain` bound to the inputs of `target`. The message says what is wrong with the target.
fn bound(domain: &Arc<dyn DynDomain>, target: &Target<'_>) -> Result<Arc<dyn DynDomain>, String> {
    let name = domain.name();
    if domain.signature().is_some() && target.inputs.is_empty() {
        return Err(format!("has no inputs, programs of {name} take inputs"));
    }
    let bound = tdf_domain::bind(domain, target.inputs).map_err(|error| format!("has unfit inputs: {error}"))?;
    let spec = bound.observation_spec();
    let (bytes, unit, what) = match spec {
        ObservationSpec::Image(_) => (spec.bytes(), "samples", "images"),
        ObservationSpec::Values(_) => (spec.bytes(), "bytes", "outputs"),
    };
    let observations = std::iter::once(target.observation).chain(target.image);
    match observations.into_iter().find(|observation| observation.len() != bytes) {
        Some(other) => Err(format!("has {} {unit}, {what} of {name} have {bytes}", other.len())),
        None => Ok(bound),
    }
}

fn initial(domain: &Arc<dyn DynDomain>, options: &SearchOptions) -> Result<InitialPrograms, SearchError> {
    let sizes = &options.init_sizes;
    if sizes.is_empty() {
        let message = format!("sizes {sizes:?} of initial programs are an empty range");
        return Err(SearchError::Options(message));
    }
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), *sizes.end(), Weighting::Rules);
    let sizes = sampler
        .feasible(domain.start(), sizes.clone())
        .map_err(|e| SearchError::Options(format!("initial programs: {}", e.message)))?;
    let mutator = Mutator::new(Arc::clone(grammar), domain.size().clone(), options.noise);
    Ok(InitialPrograms {
        sampler,
        sizes,
        mutator,
    })
}

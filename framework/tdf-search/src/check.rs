//! What a search cannot be begun with.

use std::sync::Arc;

use tdf_domain::DynDomain;
use tdf_tree::{Sampler, Weighting};

use crate::task::InitialPrograms;
use crate::{Init, Method, Networks, SearchError, SearchOptions, Target};

/// Where searches may begin, if nothing is wrong with what is asked for.
pub(crate) fn check(
    domain: &Arc<dyn DynDomain>,
    targets: &[Target<'_>],
    networks: &Networks<'_>,
    options: &SearchOptions,
) -> Result<InitialPrograms, SearchError> {
    let fail = |message: String| Err(SearchError::Options(message));
    if options.budget == 0 {
        return fail("the budget must be 1 expansion or more".to_owned());
    }
    if options.solutions == 0 {
        return fail("a search must look for 1 solution or more".to_owned());
    }
    if options.init_count == 0 {
        return fail("a beam must begin at 1 program or more".to_owned());
    }
    if !(options.temperature.is_finite() && options.temperature >= 0.0) {
        return fail(format!(
            "the temperature must be 0 or more, not {}",
            options.temperature
        ));
    }
    match options.method {
        Method::Rollout { restart: 0 } | Method::Random { restart: 0, .. } => {
            return fail("a rollout must have 1 edit or more before it restarts".to_owned());
        }
        Method::Beam { width: 0, .. } => return fail("the beam must keep 1 program or more".to_owned()),
        Method::Beam {
            edits_per_program: 0, ..
        } => return fail("the beam must sample 1 edit or more per program".to_owned()),
        Method::Sample { particles: 0 } => return fail("sampling must write 1 program or more at a time".to_owned()),
        method if method.needs_policy() && networks.policy.is_none() => {
            return fail("rollouts and beams need a policy".to_owned());
        }
        method if method.needs_value() && networks.value.is_none() => {
            return fail("a beam ranked by value needs a value network".to_owned());
        }
        Method::Rollout { .. } | Method::Random { .. } | Method::Beam { .. } | Method::Sample { .. } => {}
    }
    let plan = networks.generator.as_ref().map(|writer| writer.plan());
    match (options.method.has_init(), options.init, plan) {
        (false, _, None) => return fail("sampling needs a network that writes programs".to_owned()),
        (true, Init::Generated { .. }, None) => {
            return fail("to begin at written programs, a network that writes them is needed".to_owned());
        }
        (true, Init::Generated { .. }, Some(plan)) if plan.most() > 1 => {
            return fail("to begin at written programs, a network that writes them at once is needed".to_owned());
        }
        (true, Init::Generated { temperature }, _) if !(temperature.is_finite() && temperature >= 0.0) => {
            return fail(format!(
                "the temperature of writing must be 0 or more, not {temperature}"
            ));
        }
        _ => {}
    }
    let bytes = domain.canvas().bytes();
    for (number, target) in targets.iter().enumerate() {
        let images = std::iter::once(target.observation).chain(target.image);
        if let Some(image) = images.into_iter().find(|image| image.len() != bytes) {
            return fail(format!(
                "target {number} has {} samples, images of {} have {bytes}",
                image.len(),
                domain.name()
            ));
        }
    }
    if options.init_sizes.is_empty() {
        return fail(format!(
            "sizes {:?} of first programs are an empty range",
            options.init_sizes
        ));
    }
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), *options.init_sizes.end(), Weighting::Rules);
    let sizes = sampler
        .feasible(domain.start(), options.init_sizes.clone())
        .map_err(|e| SearchError::Options(format!("first programs: {}", e.message)))?;
    Ok(InitialPrograms { sampler, sizes })
}

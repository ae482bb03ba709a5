//! What the network would do with a program.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tdf_domain::{Tree, rng_stream};
use tdf_search::{Proposal, Query};

use crate::error::ApiError;
use crate::subject::Subject;
use crate::target::OwnedTarget;
use crate::{image, language};

/// Edits that are drawn.
const DRAWN: usize = 64;

/// Edits that are shown, at most: the most probable ones.
const SHOWN: usize = 24;

/// The edits of `program` that the network proposes for `target`, the most probable first, and the probabilities of their sites. Edits are
/// drawn at temperature 1; the probability of each that was drawn is exact.
pub(crate) fn proposals(subject: &Subject, program: &Tree, target: &OwnedTarget, seed: u64) -> Result<Json, ApiError> {
    let mut networks = subject.networks.as_ref().map(|make| make());
    let Some(policy) = networks.as_mut().and_then(|networks| networks.networks().policy) else {
        return Err(ApiError::refused("there is no network that proposes edits"));
    };
    let domain = &*target.domain;
    let mut observation = domain.observation_spec().blank();
    let seen = domain.observe_current(program.nodes(), seed, &mut observation);
    seen.map_err(ApiError::refused)?;
    let query = Query {
        program,
        observation: &observation,
        target: &target.observation,
        inputs: domain.inputs(),
    };
    let drawn = policy
        .propose(&[query], DRAWN, 1.0, &mut [rng_stream(seed, 0)])
        .map_err(ApiError::refused)?;
    let mut edits: Vec<&Proposal> = Vec::new();
    let mut sites = BTreeMap::new();
    for proposal in drawn.iter().flatten() {
        if let Some(place) = language::span(domain, program, proposal.edit.node) {
            sites.insert(place, f64::from(proposal.position_log_probability).exp());
        }
        if !edits.iter().any(|other| other.edit == proposal.edit) {
            edits.push(proposal);
        }
    }
    edits.sort_by(|one, other| other.log_probability.total_cmp(&one.log_probability));
    let sites: Vec<Json> = sites
        .into_iter()
        .map(|([start, end], probability)| json!({ "start": start, "end": end, "probability": probability }))
        .collect();
    let edits: Vec<Json> = edits
        .into_iter()
        .take(SHOWN)
        .map(|proposal| edit(target, program, proposal))
        .collect();
    Ok(json!({ "drawn": DRAWN, "sites": sites, "edits": edits }))
}

fn edit(target: &OwnedTarget, program: &Tree, proposal: &Proposal) -> Json {
    let (domain, edit) = (&target.domain, &proposal.edit);
    let print = |nodes: &[tdf_domain::Node]| domain.language().print(nodes);
    let mut edited = program.clone();
    edit.apply(&mut edited);
    let observation = tdf_eval::render(domain, &edited).ok();
    let [start, end] = language::span(&**domain, program, edit.node).unwrap_or_default();
    json!({
        "start": start,
        "end": end,
        "removed": print(program.subtree(edit.node)),
        "inserted": print(&edit.replacement),
        "program": print(edited.nodes()),
        "probability": f64::from(proposal.log_probability).exp(),
        "image": observation.and_then(|image| image::shown(&**domain, &image)),
    })
}

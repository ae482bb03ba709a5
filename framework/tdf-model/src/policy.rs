//! The network as a policy and a value for search.

use std::sync::Arc;

use tdf_decode::Sequencer;
use tdf_domain::DynDomain;
use tdf_search::{Policy, PolicyError, Proposal, Query, Value};
use tdf_tree::Rng;

use crate::Model;

/// Samples edits from a model: prefill once per query, a KV cache, grammar masks, forced tokens without a network call.
#[derive(Debug)]
pub struct NeuralPolicy {
    model: Model,
    domain: Arc<dyn DynDomain>,
    sequencer: Sequencer,
    small: u32,
}

impl NeuralPolicy {
    /// A policy of `model`; `small` is sigma_small.
    pub fn new(model: Model, domain: Arc<dyn DynDomain>, sequencer: Sequencer, small: u32) -> Self {
        Self { model, domain, sequencer, small }
    }

    /// The value network over the same weights.
    pub fn value(&self) -> impl Value + '_ {
        NeuralValue { policy: self }
    }
}

impl Policy for NeuralPolicy {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        let _ = (queries, samples, temperature, rngs, &self.model, &self.domain, &self.sequencer, self.small);
        unimplemented!()
    }
}

struct NeuralValue<'a> {
    policy: &'a NeuralPolicy,
}

impl Value for NeuralValue<'_> {
    fn distances(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<f32>, PolicyError> {
        let _ = (pairs, self.policy);
        unimplemented!()
    }
}

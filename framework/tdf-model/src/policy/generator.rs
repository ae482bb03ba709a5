//! The network as a generator of programs.

use tdf_decode::GenerationPlan;
use tdf_decode::TokenSequence;
use tdf_domain::ObservationPair;
use tdf_search::{Generated, GenerationRequest, Generator, PolicyError};
use tdf_tree::{EditSite, NodeId, Rng};

use super::decode_request::DecodeRequest;
use super::edit_sampler::EditSampler;
use super::neural_policy::NeuralPolicy;
use super::rows::SampledEdit;
use super::worker::Worker;

/// Generates programs with a model that has learnt to, by the same decoding.
#[derive(Debug)]
pub struct NeuralGenerator {
    policy: NeuralPolicy,
    plan: GenerationPlan,
}

impl NeuralPolicy {
    /// A writer over the same weights, which must have learnt to write as `plan` says.
    pub fn into_generator(self, plan: GenerationPlan) -> NeuralGenerator {
        NeuralGenerator { policy: self, plan }
    }
}

impl NeuralGenerator {
    /// See [`NeuralPolicy::apart`].
    pub fn apart(&self, memory: usize) -> Self {
        Self {
            policy: self.policy.apart(memory),
            plan: self.plan.clone(),
        }
    }

    /// See [`NeuralPolicy::forget`].
    pub fn forget(&mut self) {
        self.policy.forget();
    }
}

impl Generator for NeuralGenerator {
    fn plan(&self) -> &GenerationPlan {
        &self.plan
    }

    fn generate(
        &mut self,
        requests: &[GenerationRequest<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Generated>>, PolicyError> {
        let policy = &mut self.policy;
        let asks = |request| policy.edit_sampler.generation_request(&policy.workers[0], request);
        let asks = requests.iter().map(asks).collect();
        let answers = policy.sample_edits(asks, samples, temperature, rngs)?;
        let generated = |drawn: SampledEdit| Generated {
            parts: drawn.parts,
            log_probability: drawn.log_probability,
        };
        let all = |drawn: Vec<SampledEdit>| drawn.into_iter().map(generated).collect();
        Ok(answers.into_iter().map(all).collect())
    }
}

impl EditSampler {
    /// What a request asks: the program at hand is an anchor token, as in training.
    fn generation_request<'a>(&self, worker: &Worker, request: &GenerationRequest<'a>) -> Option<DecodeRequest<'a>> {
        let (first, rest) = request.holes.split_first()?;
        let site = EditSite {
            node: NodeId::ROOT,
            nonterminal: first.nonterminal,
            size: 0,
        };
        Some(DecodeRequest {
            seen: ObservationPair {
                inputs: request.inputs,
                current: request.observation,
                target: request.target,
            },
            sequence: TokenSequence {
                ids: vec![self.tokenizer.vocabulary().anchor()],
                sites: vec![(0, site)],
            },
            budget: first.budget,
            rest,
            left: worker.model.dimensions().most_decisions(1)?,
        })
    }
}

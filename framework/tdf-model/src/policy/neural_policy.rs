//! The network as a policy for search.

use std::sync::{Arc, Mutex};

use tch::Tensor;
use tdf_decode::{ProgramTokenizer, TokenSequence};
use tdf_domain::{DynDomain, ObservationPair};
use tdf_search::{Policy, PolicyError, Proposal, Query};
use tdf_tree::{Edit, Rng};

use super::choose::Chooser;
use super::decode_request::DecodeRequest;
use super::edit_sampler::{EditSampler, Made};
use super::rows::SampledEdit;
use super::value::NeuralValue;
use super::worker::Worker;
use crate::Model;
use crate::features::{Features, Key, key, lock};
use crate::memory::guarded;

/// Samples edits from a model: prefill once per query, a KV cache, grammar masks, forced tokens without a network call.
#[derive(Debug)]
pub struct NeuralPolicy {
    /// One per thread; they see the same parameters in memory.
    pub(super) workers: Vec<Worker>,
    pub(super) edit_sampler: EditSampler,
    /// Shared with the value network.
    seen: Arc<Mutex<Features>>,
}

impl NeuralPolicy {
    /// A policy of `model`; `max_edit_size` is sigma_small.
    pub fn new(model: Model, domain: Arc<dyn DynDomain>, tokenizer: ProgramTokenizer, max_edit_size: u32) -> Self {
        let edit_sampler = EditSampler {
            domain,
            tokenizer,
            max_edit_size,
            chooser: Chooser::of(model.device()),
        };
        Self {
            seen: Arc::new(Mutex::new(Features::new(model.dimensions().features))),
            workers: vec![Worker::new(model)],
            edit_sampler,
        }
    }

    /// Divides queries among `threads` threads of its own. On a CPU that is faster than to let libtorch divide every
    /// operation; set [`tch::set_num_threads`] to 1. What is proposed does not depend on it.
    pub fn with_threads(mut self, threads: usize) -> Self {
        let model = self.model().shallow_clone();
        self.workers
            .resize_with(threads.max(1), || Worker::new(model.shallow_clone()));
        self
    }

    /// Another over the same weights, which shares what it has made of images.
    pub fn shallow_clone(&self) -> Self {
        Self {
            workers: self
                .workers
                .iter()
                .map(|worker| Worker::new(worker.model.shallow_clone()))
                .collect(),
            edit_sampler: self.edit_sampler.clone(),
            seen: Arc::clone(&self.seen),
        }
    }

    /// Another over the same weights that shares nothing else: what it proposes does not depend on what the others were asked. What it
    /// has made of images takes `memory` bytes at most.
    pub fn apart(&self, memory: usize) -> Self {
        let features = Features::within(memory, self.model().dimensions().features);
        Self {
            seen: Arc::new(Mutex::new(features)),
            ..self.shallow_clone()
        }
    }

    /// Chooses what is proposed where the network is, as on a GPU, and not on the host, as on a CPU. What is chosen is the same.
    pub fn choosing_on_device(mut self) -> Self {
        self.edit_sampler.chooser = Chooser::Device;
        self
    }

    /// The value network over the same weights.
    pub fn value(&self) -> NeuralValue {
        NeuralValue {
            worker: Worker::new(self.model().shallow_clone()),
            seen: Arc::clone(&self.seen),
        }
    }

    /// Forgets what it has made of images so far. What it proposes may differ in the last bits with what it was asked
    /// before: searches that are to be the same whatever was searched before begin with this.
    pub fn forget(&mut self) {
        lock(&self.seen).forget();
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.workers[0].model
    }

    /// The answers to `asks`, divided among the threads.
    pub(super) fn sample_edits(
        &mut self,
        mut asks: Vec<Option<DecodeRequest<'_>>>,
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<SampledEdit>>, PolicyError> {
        if asks.is_empty() || samples == 0 {
            return Ok(asks.iter().map(|_| Vec::new()).collect());
        }
        assert_eq!(asks.len(), rngs.len(), "a generator for each query");
        // Nothing is asked about an image of none.
        let key = |ask: &Option<DecodeRequest<'_>>| ask.as_ref().map(|ask| key(&ask.seen));
        let keys: Vec<Option<Key>> = asks.iter().map(key).collect();
        let mut known: Vec<Option<Tensor>> = {
            let seen = lock(&self.seen);
            keys.iter().map(|key| seen.get(key.as_ref()?)).collect()
        };
        let keep = |first: usize, features: Vec<Made>| {
            let mut seen = lock(&self.seen);
            for (numbers, features) in features {
                let keys: Vec<Key> = numbers.iter().filter_map(|i| keys[first + i]).collect();
                seen.put(&keys, &features);
            }
        };
        let share = asks.len().div_ceil(self.workers.len());
        let edit_sampler = &self.edit_sampler;
        let how = (samples, temperature);
        if share == asks.len() {
            let done = guarded(|| edit_sampler.sample(&self.workers[0], asks, how, rngs, &known))?;
            let (answers, features) = done?;
            keep(0, features);
            return Ok(answers);
        }
        guarded(|| {
            std::thread::scope(|scope| {
                let mut known = known.drain(..);
                let parts = rngs.chunks_mut(share);
                let threads: Vec<_> = self
                    .workers
                    .iter_mut()
                    .zip(parts)
                    .map(|(worker, rngs)| {
                        let rest = asks.split_off(share.min(asks.len()));
                        let asks = std::mem::replace(&mut asks, rest);
                        // A thread owns the tensors that it uses.
                        let known: Vec<Option<Tensor>> = known.by_ref().take(asks.len()).collect();
                        scope.spawn(move || guarded(|| edit_sampler.sample(worker, asks, how, rngs, &known))?)
                    })
                    .collect();
                let mut answers = Vec::new();
                for thread in threads {
                    let part = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                    let (mut part, features) = part?;
                    keep(answers.len(), features);
                    answers.append(&mut part);
                }
                Ok(answers)
            })
        })?
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
        let asks = |query| self.edit_sampler.asks(&self.workers[0], query);
        let asks = queries.iter().map(asks).collect();
        let answers = self.sample_edits(asks, samples, temperature, rngs)?;
        let proposal = |drawn: SampledEdit| Proposal {
            edit: Edit {
                node: drawn.node,
                replacement: drawn.parts.iter().flat_map(|part| part.nodes()).copied().collect(),
            },
            position_log_probability: drawn.position_log_probability,
            log_probability: drawn.log_probability,
        };
        let proposals = |drawn: Vec<SampledEdit>| drawn.into_iter().map(proposal).collect();
        Ok(answers.into_iter().map(proposals).collect())
    }
}

impl EditSampler {
    /// What a query asks; `None` if nothing of its program can be edited, or if that is too long for the network.
    fn asks<'a>(&self, worker: &Worker, query: &Query<'a>) -> Option<DecodeRequest<'a>> {
        let mut sequence = TokenSequence::default();
        self.tokenizer
            .sequence(self.domain.start(), query.program, &mut sequence);
        // A site whose least program is larger than sigma_small cannot be edited.
        sequence
            .sites
            .retain(|(_, site)| self.masks().start(site.nonterminal, self.max_edit_size).is_some());
        let left = worker.model.dimensions().most_decisions(sequence.ids.len())?;
        (!sequence.sites.is_empty()).then_some(DecodeRequest {
            seen: ObservationPair {
                inputs: query.inputs,
                current: query.observation,
                target: query.target,
            },
            sequence,
            budget: self.max_edit_size,
            rest: &[],
            left,
        })
    }
}

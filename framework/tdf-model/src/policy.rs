//! The network as a policy and a value for search.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::RngExt as _;
use tch::{Device, Tensor};
use tdf_decode::{DecoderState, Masks, Sequence, Sequencer};
use tdf_domain::DynDomain;
use tdf_grammar::TokenId;
use tdf_search::{Policy, PolicyError, Proposal, Query, Value};
use tdf_tree::{Edit, Rng, Site};

use crate::decode::{Asked, Decoder, Started, Taken};
use crate::encoder::pictures;
use crate::features::{Features, Key, complete, key};
use crate::memory::guarded;
use crate::model::to_vec;
use crate::network::Network;
use crate::{Model, ModelError};

/// Queries whose pictures and programs are run at once, and edits decoded at once: enough to fill matrix products, little
/// enough for any memory. On a GPU the time of a step hardly depends on how much is in it, until it is thousands.
fn at_once(device: Device) -> (usize, usize) {
    match device {
        Device::Cuda(_) => (4096, 16_384),
        _ => (256, 1024),
    }
}

/// Samples edits from a model: prefill once per query, a KV cache, grammar masks, forced tokens without a network call.
#[derive(Debug)]
pub struct NeuralPolicy {
    /// One per thread; they see the same parameters in memory.
    workers: Vec<Worker>,
    drawer: Drawer,
    /// Shared with the value network.
    seen: Arc<Mutex<Features>>,
}

/// The value network over a model's weights.
#[derive(Debug)]
pub struct NeuralValue {
    worker: Worker,
    seen: Arc<Mutex<Features>>,
}

/// A model and its parameters without a graph.
#[derive(Debug)]
struct Worker {
    model: Model,
    network: Network<Tensor>,
}

/// What a policy draws with, whatever the network.
#[derive(Debug)]
struct Drawer {
    domain: Arc<dyn DynDomain>,
    sequencer: Sequencer,
    small: u32,
}

impl From<ModelError> for PolicyError {
    fn from(error: ModelError) -> Self {
        Self(error.0)
    }
}

impl Worker {
    fn new(model: Model) -> Self {
        let network = model.network();
        Self { model, network }
    }
}

impl NeuralPolicy {
    /// A policy of `model`; `small` is sigma_small.
    pub fn new(model: Model, domain: Arc<dyn DynDomain>, sequencer: Sequencer, small: u32) -> Self {
        let drawer = Drawer {
            domain,
            sequencer,
            small,
        };
        Self {
            seen: Arc::new(Mutex::new(Features::new(model.dimensions().features))),
            workers: vec![Worker::new(model)],
            drawer,
        }
    }

    /// Divides queries among `threads` threads of its own. On a CPU that is faster than to let libtorch divide every
    /// operation; set [`tch::set_num_threads`] to 1. What is proposed does not depend on it.
    pub fn with_threads(mut self, threads: usize) -> Self {
        let model = self.model().share();
        self.workers.resize_with(threads.max(1), || Worker::new(model.share()));
        self
    }

    /// The value network over the same weights.
    pub fn value(&self) -> NeuralValue {
        NeuralValue {
            worker: Worker::new(self.model().share()),
            seen: Arc::clone(&self.seen),
        }
    }

    /// Forgets what it has made of pictures so far. What it proposes may differ in the last bits with what it was asked
    /// before: searches that are to be the same whatever was searched before begin with this.
    pub fn forget(&mut self) {
        lock(&self.seen).forget();
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.workers[0].model
    }
}

/// No code that can panic runs under the lock, so that a poisoned one holds nothing half-done.
fn lock(seen: &Mutex<Features>) -> MutexGuard<'_, Features> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Edits of queries, and what was made of their pictures.
type Proposed = (Vec<Vec<Proposal>>, Vec<Made>);

/// Numbers of queries, and features of their pictures, `[n, ..]`.
type Made = (Vec<usize>, Tensor);

impl Drawer {
    /// The edits of queries, a chunk of them after the other.
    fn propose(
        &self,
        worker: &Worker,
        queries: &[Query<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
        known: &[Option<Tensor>],
    ) -> Result<Proposed, PolicyError> {
        let _guard = tch::no_grad_guard();
        let (most, edits) = at_once(worker.model.device());
        let chunk = (edits / samples).clamp(1, most);
        let mut proposals = Vec::with_capacity(queries.len());
        let mut features = Vec::new();
        let parts = queries
            .chunks(chunk)
            .zip(rngs.chunks_mut(chunk))
            .zip(known.chunks(chunk));
        for ((queries, rngs), known) in parts {
            let first = proposals.len();
            let (mut some, made) = self.propose_some(worker, queries, samples, temperature, rngs, known)?;
            proposals.append(&mut some);
            features.extend(
                made.into_iter()
                    .map(|(asked, made)| (asked.into_iter().map(|i| first + i).collect(), made)),
            );
        }
        Ok((proposals, features))
    }

    /// The edits of some queries; those whose programs are too long for the network get none.
    fn propose_some(
        &self,
        worker: &Worker,
        queries: &[Query<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
        known: &[Option<Tensor>],
    ) -> Result<Proposed, PolicyError> {
        let mut proposals = vec![Vec::new(); queries.len()];
        let mut asked: Vec<(usize, usize, Sequence)> = Vec::with_capacity(queries.len());
        for (index, query) in queries.iter().enumerate() {
            let mut sequence = Sequence::default();
            self.sequencer
                .sequence(self.domain.start(), query.program, &mut sequence);
            // A site whose least program is larger than sigma_small cannot be edited.
            sequence
                .sites
                .retain(|(_, site)| self.masks().start(site.nonterminal, self.small).is_some());
            let most = worker.model.dimensions().most_decisions(sequence.ids.len());
            if let Some(most) = most
                && !sequence.sites.is_empty()
            {
                asked.push((index, most, sequence));
            }
        }
        if asked.is_empty() {
            return Ok((proposals, Vec::new()));
        }
        let inputs: Vec<Asked<'_>> = asked
            .iter()
            .map(|(index, _, sequence)| {
                let Query { picture, target, .. } = queries[*index];
                Asked {
                    picture,
                    target,
                    ids: &sequence.ids,
                }
            })
            .collect();
        let numbers: Vec<usize> = asked.iter().map(|(index, ..)| *index).collect();
        let known: Vec<Option<Tensor>> = numbers
            .iter()
            .map(|&i| known[i].as_ref().map(Tensor::shallow_clone))
            .collect();
        let Started {
            mut decoder,
            scores,
            features,
        } = Decoder::start(&worker.network, worker.model.dimensions(), &inputs, &known)?;

        // `rows` holds the edits of the queries that the decoder still knows, `samples` for each.
        let mut open: Vec<Open> = Vec::with_capacity(asked.len());
        let mut weights = Weights::default();
        for ((index, most, sequence), scores) in asked.iter().zip(&scores) {
            let rng = &mut rngs[*index];
            let sites = sequence.sites.iter().map(|&(position, _)| scores[position as usize]);
            weights.set(sites, temperature);
            let rows = (0..samples)
                .map(|_| self.begin(sequence, &mut weights, rng))
                .collect::<Result<_, _>>()?;
            open.push(Open {
                query: *index,
                rows,
                left: *most,
            });
        }
        drop(asked);
        let outputs = worker.model.dimensions().outputs as usize;
        loop {
            self.drop_closed(&mut open, &mut decoder, &mut proposals)?;
            if open.is_empty() {
                return Ok((proposals, vec![(numbers, features)]));
            }
            let taken: Vec<Taken> = open.iter().flat_map(|o| &o.rows).map(|row| row.taken).collect();
            let scores = decoder.step(&taken)?;
            let mut scores = scores.chunks(outputs);
            for Open { query, rows, left } in &mut open {
                let closed = *left == 0;
                *left = left.saturating_sub(1);
                for row in rows {
                    let scores = scores.next().unwrap_or_default();
                    if closed || row.state.is_done() {
                        continue;
                    }
                    let allowed = self.masks().allowed(self.masks().mask_id(&row.state));
                    weights.set(allowed.iter().map(|&id| scores[id as usize]), temperature);
                    let (choice, log_probability) = weights.draw(&mut rngs[*query]);
                    row.log_probability += log_probability;
                    row.taken = Taken {
                        id: allowed[choice],
                        position: None,
                    };
                    row.take(allowed[choice], self.masks());
                    row.take_forced(self.masks());
                }
            }
        }
    }

    fn masks(&self) -> &Masks {
        self.sequencer.masks()
    }

    /// Draws a position and takes what is forced there.
    fn begin(&self, sequence: &Sequence, positions: &mut Weights, rng: &mut Rng) -> Result<Row, PolicyError> {
        let (choice, log_probability) = positions.draw(rng);
        let (position, site) = sequence.sites[choice];
        let state = self.masks().start(site.nonterminal, self.small);
        let state = state.ok_or_else(|| PolicyError("a site without a replacement was not left out".into()))?;
        let mut row = Row {
            site,
            state,
            tokens: Vec::new(),
            taken: Taken {
                id: sequence.ids[position as usize],
                position: Some(position),
            },
            position_log_probability: log_probability,
            log_probability,
        };
        row.take_forced(self.masks());
        Ok(row)
    }

    /// Takes queries whose edits are all done out of the batch, once they are half of it: copying the caches of the
    /// others costs about as much as one decision.
    fn drop_closed(
        &self,
        open: &mut Vec<Open>,
        decoder: &mut Decoder<'_>,
        proposals: &mut [Vec<Proposal>],
    ) -> Result<(), PolicyError> {
        let kept: Vec<usize> = (0..open.len()).filter(|&i| !open[i].is_done()).collect();
        if !kept.is_empty() {
            if kept.len() > open.len() / 2 {
                return Ok(());
            }
            decoder.keep(&kept);
        }
        let (done, rest) = std::mem::take(open).into_iter().partition(Open::is_done);
        *open = rest;
        let done: Vec<Open> = done;
        done.into_iter()
            .try_for_each(|o| self.close(o.query, o.rows, proposals))
    }

    /// Turns finished edits into proposals; others need more decisions than the network can count.
    fn close(&self, query: usize, rows: Vec<Row>, proposals: &mut [Vec<Proposal>]) -> Result<(), PolicyError> {
        for row in rows.into_iter().filter(|row| row.state.is_done()) {
            let tree = self.sequencer.parse(row.site.nonterminal, &row.tokens);
            let tree = tree.ok_or_else(|| PolicyError(format!("the masks led to no program: {:?}", row.tokens)))?;
            proposals[query].push(Proposal {
                edit: Edit {
                    node: row.site.node,
                    replacement: tree.nodes().to_vec(),
                },
                position_log_probability: row.position_log_probability as f32,
                log_probability: row.log_probability as f32,
            });
        }
        Ok(())
    }
}

/// A query in the batch and its edits.
#[derive(Debug)]
struct Open {
    query: usize,
    rows: Vec<Row>,
    /// Decisions that each of them may still take.
    left: usize,
}

impl Open {
    fn is_done(&self) -> bool {
        self.left == 0 || self.rows.iter().all(|row| row.state.is_done())
    }
}

/// An edit being decoded.
#[derive(Debug)]
struct Row {
    site: Site,
    state: DecoderState,
    tokens: Vec<TokenId>,
    /// What the network sees next.
    taken: Taken,
    position_log_probability: f64,
    log_probability: f64,
}

impl Row {
    fn take(&mut self, id: u32, masks: &Masks) {
        masks.advance(&mut self.state, id);
        self.tokens.extend(masks.vocabulary().token(id));
    }

    /// Takes ids until there is a choice.
    fn take_forced(&mut self, masks: &Masks) {
        while !self.state.is_done()
            && let Some(id) = masks.forced(&self.state)
        {
            self.take(id, masks);
        }
    }
}

/// A distribution to draw from; its memory is used again.
#[derive(Debug, Default)]
struct Weights {
    /// Log-probabilities at temperature 1.
    logs: Vec<f64>,
    /// Running sums of unnormalised probabilities at the temperature.
    sums: Vec<f64>,
}

impl Weights {
    /// The softmax of `scores`, sharpened by `temperature`; at 0 all weight is on the highest.
    fn set(&mut self, scores: impl Iterator<Item = f32>, temperature: f64) {
        self.logs.clear();
        self.logs.extend(scores.map(f64::from));
        let most = self.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = self.logs.iter().map(|log| (log - most).exp()).sum();
        self.sums.clear();
        let mut sum = 0.0;
        for log in &mut self.logs {
            let above = *log - most;
            sum += match above {
                0.0 => 1.0,
                _ if temperature <= 0.0 => 0.0,
                _ => (above / temperature).exp(),
            };
            self.sums.push(sum);
            *log = above - total.ln();
        }
    }

    /// An index and its log-probability at temperature 1.
    fn draw(&self, rng: &mut Rng) -> (usize, f64) {
        let total = self.sums.last().copied().unwrap_or(0.0);
        let at = rng.random::<f64>() * total;
        let index = self
            .sums
            .partition_point(|&sum| sum <= at)
            .min(self.logs.len().saturating_sub(1));
        (index, self.logs[index])
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
        if queries.is_empty() || samples == 0 {
            return Ok(vec![Vec::new(); queries.len()]);
        }
        assert_eq!(queries.len(), rngs.len(), "a generator for each query");
        let keys: Vec<Key> = queries.iter().map(|q| key(q.picture, q.target)).collect();
        let mut known: Vec<Option<Tensor>> = {
            let seen = lock(&self.seen);
            keys.iter().map(|key| seen.get(key)).collect()
        };
        let share = queries.len().div_ceil(self.workers.len());
        let drawer = &self.drawer;
        let keep = |first: usize, features: Vec<Made>| {
            let mut seen = lock(&self.seen);
            for (numbers, features) in features {
                let keys: Vec<Key> = numbers.iter().map(|i| keys[first + i]).collect();
                seen.put(&keys, &features);
            }
        };
        if share == queries.len() {
            let done = guarded(|| drawer.propose(&self.workers[0], queries, samples, temperature, rngs, &known))?;
            let (proposals, features) = done?;
            keep(0, features);
            return Ok(proposals);
        }
        guarded(|| {
            std::thread::scope(|scope| {
                let mut known = known.drain(..);
                let parts = queries.chunks(share).zip(rngs.chunks_mut(share));
                let threads: Vec<_> = self
                    .workers
                    .iter_mut()
                    .zip(parts)
                    .map(|(worker, (queries, rngs))| {
                        // A thread owns the tensors that it uses.
                        let known: Vec<Option<Tensor>> = known.by_ref().take(queries.len()).collect();
                        scope.spawn(move || drawer.propose(worker, queries, samples, temperature, rngs, &known))
                    })
                    .collect();
                let mut proposals = Vec::with_capacity(queries.len());
                for thread in threads {
                    let part = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                    let (mut part, features) = part?;
                    keep(proposals.len(), features);
                    proposals.append(&mut part);
                }
                Ok(proposals)
            })
        })?
    }
}

impl NeuralValue {
    /// The value network of `model`.
    pub fn new(model: Model) -> Self {
        Self {
            seen: Arc::new(Mutex::new(Features::new(model.dimensions().features))),
            worker: Worker::new(model),
        }
    }
}

impl Value for NeuralValue {
    fn distances(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<f32>, PolicyError> {
        let _guard = tch::no_grad_guard();
        let Worker { model, network } = &self.worker;
        let dimensions = model.dimensions();
        let mut distances = Vec::with_capacity(pairs.len());
        guarded(|| {
            for chunk in pairs.chunks(at_once(model.device()).0) {
                let keys: Vec<Key> = chunk.iter().map(|(picture, target)| key(picture, target)).collect();
                let mut seen = lock(&self.seen);
                let known: Vec<Option<Tensor>> = keys.iter().map(|key| seen.get(key)).collect();
                let features = complete(&known, |missing| {
                    let pairs = missing.iter().map(|&i| chunk[i]);
                    let pictures = pictures(dimensions, pairs, model.device())?;
                    Ok::<_, ModelError>(network.encoder.features(dimensions, &pictures))
                })?;
                seen.put(&keys, &features);
                distances.append(&mut to_vec(&network.value(&features))?);
            }
            Ok(distances)
        })?
    }
}

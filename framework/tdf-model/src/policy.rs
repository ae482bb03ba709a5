//! The network as a policy and a value for search.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::RngExt as _;
use tch::{Device, Tensor};
use tdf_decode::{DecoderState, Masks, Sequence, Sequencer};
use tdf_domain::{DynDomain, Hole, Plan};
use tdf_grammar::{NonterminalId, TokenId};
use tdf_search::{Policy, PolicyError, Proposal, Query, Request, Value, Writer, Written};
use tdf_tree::{Edit, NodeId, Rng, Site, Tree};

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

/// Writes programs with a model that learnt to, by the same decoding.
#[derive(Debug)]
pub struct NeuralWriter {
    policy: NeuralPolicy,
    plan: Plan,
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

/// Answers, and what was made of the pictures that were asked about.
type Answers = (Vec<Vec<Drawn>>, Vec<Made>);

/// Numbers of queries, and features of their pictures, `[n, ..]`.
type Made = (Vec<usize>, Tensor);

impl Drawer {
    /// What a query asks; `None` if nothing of its program can be edited, or if that is too long for the network.
    fn asks<'a>(&self, worker: &Worker, query: &Query<'a>) -> Option<Ask<'a>> {
        let mut sequence = Sequence::default();
        self.sequencer
            .sequence(self.domain.start(), query.program, &mut sequence);
        // A site whose least program is larger than sigma_small cannot be edited.
        sequence
            .sites
            .retain(|(_, site)| self.masks().start(site.nonterminal, self.small).is_some());
        let left = worker.model.dimensions().most_decisions(sequence.ids.len())?;
        (!sequence.sites.is_empty()).then_some(Ask {
            picture: query.picture,
            target: query.target,
            sequence,
            budget: self.small,
            rest: &[],
            left,
        })
    }

    /// What a request asks: the program at hand is a mark, as in training.
    fn asks_for_writing<'a>(&self, worker: &Worker, request: &Request<'a>) -> Option<Ask<'a>> {
        let (first, rest) = request.holes.split_first()?;
        let site = Site {
            node: NodeId::ROOT,
            nonterminal: first.nonterminal,
            size: 0,
        };
        Some(Ask {
            picture: request.picture,
            target: request.target,
            sequence: Sequence {
                ids: vec![self.sequencer.vocabulary().mark()],
                sites: vec![(0, site)],
            },
            budget: first.budget,
            rest,
            left: worker.model.dimensions().most_decisions(1)?,
        })
    }

    /// `samples` answers for each of `asks`, a chunk of them after the other. None for those that are `None`, and none that
    /// need more decisions than the network can count. `known` has the features of pictures that the network has seen.
    fn draw(
        &self,
        worker: &Worker,
        asks: Vec<Option<Ask<'_>>>,
        (samples, temperature): (usize, f64),
        rngs: &mut [Rng],
        known: &[Option<Tensor>],
    ) -> Result<Answers, PolicyError> {
        let _guard = tch::no_grad_guard();
        let (most, edits) = at_once(worker.model.device());
        let chunk = (edits / samples).clamp(1, most);
        let mut answers = Vec::with_capacity(asks.len());
        let mut features = Vec::new();
        let mut asks = asks.into_iter();
        for (rngs, known) in rngs.chunks_mut(chunk).zip(known.chunks(chunk)) {
            let first = answers.len();
            let asks = asks.by_ref().take(chunk).collect();
            let (mut some, made) = self.draw_some(worker, asks, (samples, temperature), rngs, known)?;
            answers.append(&mut some);
            features.extend(made.into_iter().map(|(asked, made)| {
                let asked = asked.into_iter().map(|i| first + i).collect();
                (asked, made)
            }));
        }
        Ok((answers, features))
    }

    fn draw_some(
        &self,
        worker: &Worker,
        asks: Vec<Option<Ask<'_>>>,
        (samples, temperature): (usize, f64),
        rngs: &mut [Rng],
        known: &[Option<Tensor>],
    ) -> Result<Answers, PolicyError> {
        let mut answers: Vec<Vec<Drawn>> = Vec::new();
        answers.resize_with(asks.len(), Vec::new);
        let numbered = asks.into_iter().enumerate();
        let asked: Vec<(usize, Ask<'_>)> = numbered.filter_map(|(index, ask)| Some((index, ask?))).collect();
        if asked.is_empty() {
            return Ok((answers, Vec::new()));
        }
        let inputs: Vec<Asked<'_>> = asked
            .iter()
            .map(|(_, ask)| Asked {
                picture: ask.picture,
                target: ask.target,
                ids: &ask.sequence.ids,
            })
            .collect();
        let numbers: Vec<usize> = asked.iter().map(|(index, _)| *index).collect();
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
        let mut open: Vec<Open<'_>> = Vec::with_capacity(asked.len());
        let mut weights = Weights::default();
        for ((index, ask), scores) in asked.iter().zip(&scores) {
            let rng = &mut rngs[*index];
            let sites = ask
                .sequence
                .sites
                .iter()
                .map(|&(position, _)| scores[position as usize]);
            weights.set(sites, temperature);
            let rows = (0..samples)
                .map(|_| self.begin(ask, &mut weights, rng))
                .collect::<Result<_, _>>()?;
            open.push(Open {
                query: *index,
                rows,
                left: ask.left,
            });
        }
        let outputs = worker.model.dimensions().outputs as usize;
        loop {
            self.drop_closed(&mut open, &mut decoder, &mut answers)?;
            if open.is_empty() {
                return Ok((answers, vec![(numbers, features)]));
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
                    self.settle(row)?;
                }
            }
        }
    }

    fn masks(&self) -> &Masks {
        self.sequencer.masks()
    }

    /// Draws a position and takes what is forced there.
    fn begin<'a>(&self, ask: &Ask<'a>, positions: &mut Weights, rng: &mut Rng) -> Result<Row<'a>, PolicyError> {
        let (choice, log_probability) = positions.draw(rng);
        let (position, site) = ask.sequence.sites[choice];
        let state = self.masks().start(site.nonterminal, ask.budget);
        let state = state.ok_or_else(|| PolicyError("a site without a replacement was not left out".into()))?;
        let mut row = Row {
            site,
            nonterminal: site.nonterminal,
            state,
            tokens: Vec::new(),
            parts: Vec::new(),
            rest: ask.rest,
            taken: Taken {
                id: ask.sequence.ids[position as usize],
                position: Some(position),
            },
            position_log_probability: log_probability,
            log_probability,
        };
        self.settle(&mut row)?;
        Ok(row)
    }

    /// Takes ids until there is a choice, from hole to hole. A row that is done has all its parts.
    fn settle(&self, row: &mut Row<'_>) -> Result<(), PolicyError> {
        row.take_forced(self.masks());
        while row.state.is_done() {
            let tree = self.sequencer.parse(row.nonterminal, &row.tokens);
            let tree = tree.ok_or_else(|| PolicyError(format!("the masks led to no program: {:?}", row.tokens)))?;
            row.parts.push(tree);
            let Some((hole, rest)) = row.rest.split_first() else {
                break;
            };
            row.tokens.clear();
            (row.rest, row.nonterminal) = (rest, hole.nonterminal);
            let state = self.masks().start(hole.nonterminal, hole.budget);
            row.state = state.ok_or_else(|| PolicyError("nothing fits what is to be written".into()))?;
            row.take_forced(self.masks());
        }
        Ok(())
    }

    /// Takes queries whose edits are all done out of the batch, once they are half of it: copying the caches of the
    /// others costs about as much as one decision.
    fn drop_closed(
        &self,
        open: &mut Vec<Open<'_>>,
        decoder: &mut Decoder<'_>,
        answers: &mut [Vec<Drawn>],
    ) -> Result<(), PolicyError> {
        let kept: Vec<usize> = (0..open.len()).filter(|&i| !open[i].is_done()).collect();
        if !kept.is_empty() {
            if kept.len() > open.len() / 2 {
                return Ok(());
            }
            decoder.keep(&kept);
        }
        let (done, rest): (Vec<Open<'_>>, _) = std::mem::take(open).into_iter().partition(Open::is_done);
        *open = rest;
        for Open { query, rows, .. } in done {
            // The others need more decisions than the network can count.
            let finished = rows.into_iter().filter(|row| row.state.is_done());
            answers[query].extend(finished.map(|row| Drawn {
                node: row.site.node,
                parts: row.parts,
                position_log_probability: row.position_log_probability as f32,
                log_probability: row.log_probability as f32,
            }));
        }
        Ok(())
    }
}

/// What is asked of the network.
#[derive(Debug)]
struct Ask<'a> {
    picture: &'a [u8],
    target: &'a [u8],
    sequence: Sequence,
    /// Greatest size of what is put at a site.
    budget: u32,
    /// What is filled behind it.
    rest: &'a [Hole],
    /// The most decisions.
    left: usize,
}

/// What the network answers.
#[derive(Debug)]
struct Drawn {
    node: NodeId,
    parts: Vec<Tree>,
    position_log_probability: f32,
    log_probability: f32,
}

/// A query in the batch and its edits.
#[derive(Debug)]
struct Open<'a> {
    query: usize,
    rows: Vec<Row<'a>>,
    /// Decisions that each of them may still take.
    left: usize,
}

impl Open<'_> {
    fn is_done(&self) -> bool {
        self.left == 0 || self.rows.iter().all(|row| row.state.is_done())
    }
}

/// An edit being decoded.
#[derive(Debug)]
struct Row<'a> {
    site: Site,
    /// What is being written, and its tokens so far.
    nonterminal: NonterminalId,
    state: DecoderState,
    tokens: Vec<TokenId>,
    /// What is written, and what is to be written after this.
    parts: Vec<Tree>,
    rest: &'a [Hole],
    /// What the network sees next.
    taken: Taken,
    position_log_probability: f64,
    log_probability: f64,
}

impl Row<'_> {
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

impl NeuralPolicy {
    /// The answers to `asks`, divided among the threads.
    fn draw(
        &mut self,
        mut asks: Vec<Option<Ask<'_>>>,
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Drawn>>, PolicyError> {
        if asks.is_empty() || samples == 0 {
            return Ok(asks.iter().map(|_| Vec::new()).collect());
        }
        assert_eq!(asks.len(), rngs.len(), "a generator for each query");
        // Nothing is asked about a picture of none.
        let key = |ask: &Option<Ask<'_>>| ask.as_ref().map(|ask| key(ask.picture, ask.target));
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
        let drawer = &self.drawer;
        let how = (samples, temperature);
        if share == asks.len() {
            let done = guarded(|| drawer.draw(&self.workers[0], asks, how, rngs, &known))?;
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
                        scope.spawn(move || drawer.draw(worker, asks, how, rngs, &known))
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

    /// A writer over the same weights, which must have learnt to write as `plan` says.
    pub fn into_writer(self, plan: Plan) -> NeuralWriter {
        NeuralWriter { policy: self, plan }
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
        let asks = |query| self.drawer.asks(&self.workers[0], query);
        let asks = queries.iter().map(asks).collect();
        let answers = self.draw(asks, samples, temperature, rngs)?;
        let proposal = |drawn: Drawn| Proposal {
            edit: Edit {
                node: drawn.node,
                replacement: drawn.parts.iter().flat_map(|part| part.nodes()).copied().collect(),
            },
            position_log_probability: drawn.position_log_probability,
            log_probability: drawn.log_probability,
        };
        let proposals = |drawn: Vec<Drawn>| drawn.into_iter().map(proposal).collect();
        Ok(answers.into_iter().map(proposals).collect())
    }
}

impl NeuralWriter {
    /// See [`NeuralPolicy::forget`].
    pub fn forget(&mut self) {
        self.policy.forget();
    }
}

impl Writer for NeuralWriter {
    fn plan(&self) -> &Plan {
        &self.plan
    }

    fn write(
        &mut self,
        requests: &[Request<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Written>>, PolicyError> {
        let policy = &mut self.policy;
        let asks = |request| policy.drawer.asks_for_writing(&policy.workers[0], request);
        let asks = requests.iter().map(asks).collect();
        let answers = policy.draw(asks, samples, temperature, rngs)?;
        let written = |drawn: Drawn| Written {
            parts: drawn.parts,
            log_probability: drawn.log_probability,
        };
        let all = |drawn: Vec<Drawn>| drawn.into_iter().map(written).collect();
        Ok(answers.into_iter().map(all).collect())
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

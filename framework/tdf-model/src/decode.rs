//! Decoding with a cache: every query's sequence is run once, then one decision of all its edits at a time.
//!
//! The edits of a query share the keys and values of its sequence; only those of an edit's own positions are per edit.

use tch::{Kind, Tensor};
use tdf_decode::VocabularyId;
use tdf_domain::ObservationPair;

use crate::attention::heads;
use crate::batch::TokenBatch;
use crate::dimensions::Dimensions;
use crate::features::complete;
use crate::forward::{begin, transform};
use crate::network::Network;
use crate::observations::observations;
use crate::transfer::send;
use crate::{ModelError, Position};

/// A query as the decoder takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PrefillInput<'a> {
    pub seen: ObservationPair<'a>,
    pub ids: &'a [VocabularyId],
}

/// Keys and values of one layer.
#[derive(Debug)]
struct Cache {
    /// Of the queries' sequences: `[Q, H, W / H, T]` and `[Q, H, T, W / H]`.
    keys: Tensor,
    values: Tensor,
    /// Of the edits' own positions so far: `[Q, H, S, L, W / H]`.
    own: Option<(Tensor, Tensor)>,
}

/// `Q` queries with `S` edits each, all at the same number of decisions.
#[derive(Debug)]
pub(crate) struct Decoder<'m> {
    network: &'m Network<Tensor>,
    dimensions: &'m Dimensions,
    caches: Vec<Cache>,
    /// 0 for what an edit may see of its query's sequence, else minus infinity: `[Q, 1, 1, T]`.
    mask: Tensor,
    /// Embedded positions of the next ids, `[Q, 1]`.
    next: Tensor,
}

/// A decoder at its beginning.
#[derive(Debug)]
pub(crate) struct Started<'m> {
    pub decoder: Decoder<'m>,
    /// Scores of positions, a row per query: `[Q, T]`; its first entries are those of its program's tokens.
    pub scores: Tensor,
    /// What the encoder made of the queries, `[Q, ..]`.
    pub features: Tensor,
}

/// What an edit takes next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NextToken {
    pub id: VocabularyId,
    /// At the beginning of an edit: its position. `id` is then the program's at this position.
    pub position: Option<u32>,
}

impl<'m> Decoder<'m> {
    /// Runs the sequences of `queries`, some of whose features are `known` ([`complete`]).
    pub fn start(
        network: &'m Network<Tensor>,
        dimensions: &'m Dimensions,
        queries: &[PrefillInput<'_>],
        known: &[Option<Tensor>],
    ) -> Result<Started<'m>, ModelError> {
        let device = network.device();
        let programs: Vec<&[VocabularyId]> = queries.iter().map(|q| q.ids).collect();
        let text = TokenBatch::new(dimensions, &programs, device);

        let features = complete(known, |missing| {
            let pairs = missing.iter().map(|&i| queries[i].seen);
            let observations = observations(dimensions, pairs, device)?;
            Ok::<_, ModelError>(network.encoder.features(&observations))
        })?;
        let x = begin(network, &features, &text);
        let mut caches = Vec::with_capacity(network.layers());
        let states = transform(network, dimensions, x, &text, |_, projected| {
            caches.push(Cache {
                keys: projected.k.transpose(2, 3).contiguous(),
                values: projected.v.contiguous(),
                own: None,
            });
        });
        let scores = network.point(dimensions, &states, &text);

        // The id that asks for the position stands right behind the prefix: edits see it too.
        let positions = Tensor::arange(text.packing.length(), (Kind::Int64, device));
        let hidden = positions
            .unsqueeze(0)
            .gt_tensor(&text.prefix.unsqueeze(1))
            .view([queries.len() as i64, 1, 1, -1]);
        let mask = Tensor::zeros([1], (Kind::Float, device)).masked_fill(&hidden, f64::NEG_INFINITY);
        let decoder = Self {
            network,
            dimensions,
            caches,
            mask,
            next: text.edit_positions.unsqueeze(1) + 1,
        };
        Ok(Started {
            decoder,
            scores,
            features,
        })
    }

    /// Forgets all queries but those at `kept`.
    pub fn keep(&mut self, kept: &[usize]) {
        let kept: Vec<i64> = kept.iter().map(|&query| query as i64).collect();
        let kept = send(&kept, self.mask.device());
        let select = |tensor: &Tensor| tensor.index_select(0, &kept);
        self.mask = select(&self.mask);
        self.next = select(&self.next);
        for cache in &mut self.caches {
            cache.keys = select(&cache.keys);
            cache.values = select(&cache.values);
            cache.own = cache.own.as_ref().map(|(keys, values)| (select(keys), select(values)));
        }
    }

    /// Feeds one id per edit, query by query, and returns the scores of what may be decided next, `[Q, S, outputs]`.
    pub fn step(&mut self, taken: &[NextToken]) -> Tensor {
        let device = self.mask.device();
        let queries = self.mask.size()[0];
        let edits = taken.len() as i64 / queries;
        let send = |values: Vec<i64>| send(&values, device).view([queries, edits]);
        let here = self.next.expand([-1, edits], false);
        let taking = |t: &NextToken| match t.position {
            Some(position) => self.dimensions.edit_position_id(position),
            None => i64::from(t.id),
        };
        let mut x = self.network.embed(&send(taken.iter().map(taking).collect()), &here);
        if self.dimensions.config.position == Position::Pointer && taken.iter().any(|t| t.position.is_some()) {
            let ids = send(taken.iter().map(|t| i64::from(t.id)).collect());
            let positions = send(taken.iter().map(|t| i64::from(t.position.unwrap_or(0))).collect());
            x += self.network.embed(&ids, &positions);
        }
        // An edit that has no decisions left may be carried along by others.
        self.next = (&self.next + 1).clamp_max(self.dimensions.positions() - 1);
        let (mask, count) = (&self.mask, self.dimensions.config.heads);
        for (index, cache) in self.caches.iter_mut().enumerate() {
            x = self.network.layer(index, &x, |qkv| cache.attend(&qkv, count, mask));
        }
        self.network.decide(&self.network.finish(&x))
    }
}

impl Cache {
    /// Attention of one new position per edit (`[Q, S, 3 W]`) over its query's sequence and its own positions.
    fn attend(&mut self, qkv: &Tensor, count: i64, mask: &Tensor) -> Tensor {
        let new = heads(qkv, count);
        let depth = new.q.size()[3];
        let add = |old: Option<&Tensor>, new: Tensor| {
            let new = new.unsqueeze(3);
            match old {
                Some(old) => Tensor::cat(&[old, &new], 3),
                None => new.contiguous(),
            }
        };
        let own_keys = add(self.own.as_ref().map(|own| &own.0), new.k);
        let own_values = add(self.own.as_ref().map(|own| &own.1), new.v);

        // One softmax over both parts, `[Q, H, S, T + L]`.
        let query = new.q / (depth as f64).sqrt();
        let shared = query.matmul(&self.keys) + mask;
        let own = own_keys.matmul(&query.unsqueeze(4)).squeeze_dim(4);
        let sizes = [shared.size()[3], own.size()[3]];
        let kind = self.values.kind();
        let weights = Tensor::cat(&[shared, own], 3).softmax(3, Kind::Float).to_kind(kind);
        let weights = weights.split_with_sizes(sizes, 3);
        let mixed = weights[0].matmul(&self.values) + weights[1].unsqueeze(3).matmul(&own_values).squeeze_dim(3);
        self.own = Some((own_keys, own_values));
        mixed.transpose(1, 2).flatten(2, 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Batch;
    use crate::forward::forward;
    use crate::rounding::{Rounding, greatest};
    use crate::testing::{CANVAS, MASKS, examples, model, narrow, rounding, small};
    use crate::transfer::to_vec;
    use crate::{Attention, ModelConfig, Precision};
    use tch::Device;
    use tdf_data::EncodedExample;

    const OUTPUTS: usize = 10;

    /// Every decision of some edits through the cache, against all of them at once: each query has two edits, and
    /// queries leave the batch when both are done.
    #[test]
    fn a_cache_changes_nothing() {
        for attention in [Attention::Prefix, Attention::Causal] {
            for position in [Position::Pointer, Position::Token] {
                let config = ModelConfig {
                    attention,
                    position,
                    context: 24,
                    ..small()
                };
                cached(&config, Precision::Fp32);
            }
        }
        cached(&narrow(), Precision::Fp32);
        cached(&small(), Precision::Bf16);
        cached(&narrow(), Precision::Bf16);
    }

    fn cached(config: &ModelConfig, precision: Precision) {
        let model = model(config, CANVAS, 1).with_precision(precision);
        let rounding = match precision {
            Precision::Fp32 | Precision::Auto => rounding(&model),
            Precision::Bf16 => Rounding::of_bf16(model.layout().iter().filter(|(_, shape, _)| shape.len() > 1).count()),
        };
        let network = model.network();
        let _guard = tch::no_grad_guard();
        let queries = examples(CANVAS, 12, 7, 1);
        let mut edits: Vec<EncodedExample> = Vec::new();
        for (query, other) in queries.iter().zip(examples(CANVAS, 12, 7, 2)) {
            let position = *query.sites.last().unwrap();
            edits.extend([
                query.clone(),
                EncodedExample {
                    position,
                    steps: other.steps,
                    ..query.clone()
                },
            ]);
        }
        let batch = Batch::new(model.dimensions(), &edits, Device::Cpu).unwrap();
        let nothing = Tensor::zeros([MASKS.len() as i64, OUTPUTS as i64], (Kind::Float, Device::Cpu));
        let all = forward(&network, model.dimensions(), &batch, &nothing);
        let decisions = to_vec(&all.decisions).unwrap();
        let mut rest = decisions.chunks(OUTPUTS);
        let mut of_edit: Vec<Vec<&[f32]>> = Vec::new();
        for edit in &edits {
            of_edit.push(rest.by_ref().take(edit.steps.len()).collect());
        }

        let asked: Vec<PrefillInput<'_>> = queries
            .iter()
            .map(|q| PrefillInput {
                seen: q.pair(),
                ids: &q.ids,
            })
            .collect();
        let known: Vec<Option<Tensor>> = asked.iter().map(|_| None).collect();
        let started = Decoder::start(&network, model.dimensions(), &asked, &known).unwrap();
        let mut decoder = started.decoder;
        let positions = to_vec(&started.scores).unwrap();
        let (width, length) = (started.scores.size()[1] as usize, all.positions.size()[1] as usize);
        let all_positions = to_vec(&all.positions).unwrap();
        let magnitude = greatest(&all_positions).max(greatest(&decisions)).max(1.0);
        for (i, query) in queries.iter().enumerate() {
            for &site in &query.sites {
                let (a, b) = (
                    positions[i * width + site as usize],
                    all_positions[2 * i * length + site as usize],
                );
                rounding.check("position", a.into(), b.into(), magnitude);
            }
        }

        let mut kept: Vec<usize> = (0..queries.len()).collect();
        let mut compared = 0;
        for number in 0.. {
            let left = |query: &usize| (0..2).any(|e| edits[2 * query + e].steps.len() > number);
            let going: Vec<usize> = (0..kept.len()).filter(|&i| left(&kept[i])).collect();
            if going.is_empty() {
                break;
            }
            if going.len() < kept.len() {
                decoder.keep(&going);
                kept.retain(left);
            }
            let open: Vec<usize> = kept.iter().flat_map(|query| [2 * query, 2 * query + 1]).collect();
            let taken: Vec<NextToken> = open
                .iter()
                .map(|&edit| match number {
                    0 => {
                        let position = edits[edit].position;
                        NextToken {
                            id: edits[edit].ids[position as usize],
                            position: Some(position),
                        }
                    }
                    _ => NextToken {
                        id: edits[edit]
                            .steps
                            .get(number - 1)
                            .map_or(VocabularyId::default(), |s| s.id),
                        position: None,
                    },
                })
                .collect();
            let scores = to_vec(&decoder.step(&taken)).unwrap();
            for (&edit, scores) in open.iter().zip(scores.chunks(OUTPUTS)) {
                if let Some(right) = of_edit[edit].get(number) {
                    compared += 1;
                    rounding.check_all(&format!("edit {edit}, decision {number}"), scores, right, magnitude);
                }
            }
        }
        assert_eq!(compared, edits.iter().map(|e| e.steps.len()).sum::<usize>());
    }
}

//! Drawing answers from the network's scores, under the masks.

use std::sync::Arc;

use rand::RngExt as _;
use tch::Tensor;
use tdf_decode::{Masks, ProgramTokenizer};
use tdf_domain::DynDomain;
use tdf_search::PolicyError;
use tdf_tree::Rng;

use super::choose::{Choice, Chooser};
use super::decode_request::DecodeRequest;
use super::rows::{OpenQuery, Row, SampledEdit};
use super::worker::{Worker, at_once};
use crate::decode::{Decoder, NextToken, PrefillInput, Started};

/// What a policy draws with, whatever the network.
#[derive(Clone, Debug)]
pub(super) struct EditSampler {
    pub(super) domain: Arc<dyn DynDomain>,
    pub(super) tokenizer: ProgramTokenizer,
    pub(super) max_edit_size: u32,
    pub(super) chooser: Chooser,
}

/// Answers, and what was made of the images that were asked about.
pub(super) type Answers = (Vec<Vec<SampledEdit>>, Vec<Made>);

/// Numbers of queries, and features of their images, `[n, ..]`.
pub(super) type Made = (Vec<usize>, Tensor);

impl EditSampler {
    /// `samples` answers for each of `asks`, a chunk of them after the other. None for those that are `None`, and none that
    /// need more decisions than the network can count. `known` has the features of images that the network has seen.
    pub(super) fn sample(
        &self,
        worker: &Worker,
        asks: Vec<Option<DecodeRequest<'_>>>,
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
            let (mut some, made) = self.sample_some(worker, asks, (samples, temperature), rngs, known)?;
            answers.append(&mut some);
            features.extend(made.into_iter().map(|(asked, made)| {
                let asked = asked.into_iter().map(|i| first + i).collect();
                (asked, made)
            }));
        }
        Ok((answers, features))
    }

    fn sample_some(
        &self,
        worker: &Worker,
        asks: Vec<Option<DecodeRequest<'_>>>,
        (samples, temperature): (usize, f64),
        rngs: &mut [Rng],
        known: &[Option<Tensor>],
    ) -> Result<Answers, PolicyError> {
        let mut answers: Vec<Vec<SampledEdit>> = Vec::new();
        answers.resize_with(asks.len(), Vec::new);
        let numbered = asks.into_iter().enumerate();
        let asked: Vec<(usize, DecodeRequest<'_>)> = numbered.filter_map(|(index, ask)| Some((index, ask?))).collect();
        if asked.is_empty() {
            return Ok((answers, Vec::new()));
        }
        let inputs: Vec<PrefillInput<'_>> = asked
            .iter()
            .map(|(_, ask)| PrefillInput {
                seen: ask.seen,
                ids: &ask.sequence.ids,
            })
            .collect();
        let seen: Vec<usize> = asked.iter().map(|(index, _)| *index).collect();
        let known: Vec<Option<Tensor>> = seen
            .iter()
            .map(|&i| known[i].as_ref().map(Tensor::shallow_clone))
            .collect();
        let Started {
            mut decoder,
            scores,
            features,
        } = Decoder::start(&worker.network, worker.model.dimensions(), &inputs, &known)?;

        let sites: Vec<Vec<u32>> = asked
            .iter()
            .map(|(_, ask)| ask.sequence.sites.iter().map(|&(position, _)| position).collect())
            .collect();
        let numbers: Vec<Vec<f64>> = asked
            .iter()
            .map(|(index, _)| (0..samples).map(|_| rngs[*index].random()).collect())
            .collect();
        let choices = self.chooser.sites(&scores, &sites, &numbers, temperature)?;
        // `rows` holds the edits of the queries that the decoder still knows, `samples` for each.
        let mut open: Vec<OpenQuery<'_>> = Vec::with_capacity(asked.len());
        for ((index, ask), choices) in asked.iter().zip(&choices) {
            let rows = choices.iter().map(|&choice| self.begin(ask, choice));
            open.push(OpenQuery {
                query: *index,
                rows: rows.collect::<Result<_, _>>()?,
                left: ask.left,
            });
        }
        loop {
            self.drop_closed(&mut open, &mut decoder, &mut answers)?;
            if open.is_empty() {
                return Ok((answers, vec![(seen, features)]));
            }
            let taken: Vec<NextToken> = open.iter().flat_map(|o| &o.rows).map(|row| row.taken).collect();
            let scores = decoder.step(&taken);
            let mut decisions = Vec::with_capacity(taken.len());
            for OpenQuery { query, rows, left } in &open {
                decisions.extend(rows.iter().map(|row| {
                    let due = *left > 0 && !row.state.is_done();
                    due.then(|| (self.masks().mask_id(&row.state), rngs[*query].random()))
                }));
            }
            let masks = (self.masks(), worker.model.masks());
            let chosen = self.chooser.ids(&scores, &decisions, masks, temperature)?;
            let mut chosen = chosen.into_iter();
            for OpenQuery { rows, left, .. } in &mut open {
                *left = left.saturating_sub(1);
                for (row, chosen) in rows.iter_mut().zip(&mut chosen) {
                    let Some(Choice {
                        of: id,
                        log_probability,
                    }) = chosen
                    else {
                        continue;
                    };
                    row.log_probability += log_probability;
                    row.taken = NextToken { id, position: None };
                    row.take(id, self.masks());
                    self.settle(row)?;
                }
            }
        }
    }

    pub(super) fn masks(&self) -> &Masks {
        self.tokenizer.masks()
    }

    /// Begins at the site that was chosen and takes what is forced there.
    fn begin<'a>(&self, ask: &DecodeRequest<'a>, site: Choice<usize>) -> Result<Row<'a>, PolicyError> {
        let Choice { of, log_probability } = site;
        let (position, site) = ask.sequence.sites[of];
        let state = self.masks().start(site.nonterminal, ask.budget);
        let state = state.ok_or_else(|| PolicyError("a site without a replacement was not left out".into()))?;
        let mut row = Row {
            site,
            nonterminal: site.nonterminal,
            state,
            tokens: Vec::new(),
            parts: Vec::new(),
            rest: ask.rest,
            taken: NextToken {
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
            let tree = self.tokenizer.parse(row.nonterminal, &row.tokens);
            let tree = tree.ok_or_else(|| PolicyError(format!("the masks led to no program: {:?}", row.tokens)))?;
            row.parts.push(tree);
            let Some((hole, rest)) = row.rest.split_first() else {
                break;
            };
            row.tokens.clear();
            (row.rest, row.nonterminal) = (rest, hole.nonterminal);
            let state = self.masks().start(hole.nonterminal, hole.budget);
            row.state = state.ok_or_else(|| PolicyError("nothing fits the holes".into()))?;
            row.take_forced(self.masks());
        }
        Ok(())
    }

    /// Takes queries whose edits are all done out of the batch, once they are half of it: copying the caches of the
    /// others costs about as much as one decision.
    fn drop_closed(
        &self,
        open: &mut Vec<OpenQuery<'_>>,
        decoder: &mut Decoder<'_>,
        answers: &mut [Vec<SampledEdit>],
    ) -> Result<(), PolicyError> {
        let kept: Vec<usize> = (0..open.len()).filter(|&i| !open[i].is_done()).collect();
        if !kept.is_empty() {
            if kept.len() > open.len() / 2 {
                return Ok(());
            }
            decoder.keep(&kept);
        }
        let (done, rest): (Vec<OpenQuery<'_>>, _) = std::mem::take(open).into_iter().partition(OpenQuery::is_done);
        *open = rest;
        for OpenQuery { query, rows, .. } in done {
            // The others need more decisions than the network can count.
            let finished = rows.into_iter().filter(|row| row.state.is_done());
            answers[query].extend(finished.map(|row| SampledEdit {
                node: row.site.node,
                parts: row.parts,
                position_log_probability: row.position_log_probability as f32,
                log_probability: row.log_probability as f32,
            }));
        }
        Ok(())
    }
}

//! What is asked of the network.

use tdf_decode::Hole;
use tdf_decode::TokenSequence;
use tdf_search::Query;

use super::Worker;
use super::edit_sampler::EditSampler;

/// What is asked of the network.
#[derive(Debug)]
pub(super) struct DecodeRequest<'a> {
    pub(super) image: &'a [u8],
    pub(super) target: &'a [u8],
    pub(super) sequence: TokenSequence,
    /// Greatest size of what is put at a site.
    pub(super) budget: u32,
    /// What is filled behind it.
    pub(super) rest: &'a [Hole],
    /// The most decisions.
    pub(super) left: usize,
}

impl EditSampler {
    /// What a query asks; `None` if nothing of its program can be edited, or if that is too long for the network.
    pub(super) fn asks<'a>(&self, worker: &Worker, query: &Query<'a>) -> Option<DecodeRequest<'a>> {
        let mut sequence = TokenSequence::default();
        self.tokenizer
            .sequence(self.domain.start(), query.program, &mut sequence);
        // A site whose least program is larger than sigma_small cannot be edited.
        sequence
            .sites
            .retain(|(_, site)| self.masks().start(site.nonterminal, self.max_edit_size).is_some());
        let left = worker.model.dimensions().most_decisions(sequence.ids.len())?;
        (!sequence.sites.is_empty()).then_some(DecodeRequest {
            image: query.observation,
            target: query.target,
            sequence,
            budget: self.max_edit_size,
            rest: &[],
            left,
        })
    }
}

//! Edits while they are decoded, and what becomes of them.

use tdf_decode::{DecoderState, Hole, Masks, VocabularyId};
use tdf_grammar::{NonterminalId, TokenId};
use tdf_tree::{EditSite, NodeId, Tree};

use crate::decode::NextToken;

/// What the network answers.
#[derive(Debug)]
pub(super) struct SampledEdit {
    pub(super) node: NodeId,
    pub(super) parts: Vec<Tree>,
    pub(super) position_log_probability: f32,
    pub(super) log_probability: f32,
}

/// A query in the batch and its edits.
#[derive(Debug)]
pub(super) struct OpenQuery<'a> {
    pub(super) query: usize,
    pub(super) rows: Vec<Row<'a>>,
    /// Decisions that each of them may still take.
    pub(super) left: usize,
}

impl OpenQuery<'_> {
    pub(super) fn is_done(&self) -> bool {
        self.left == 0 || self.rows.iter().all(|row| row.state.is_done())
    }
}

/// An edit being decoded.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) site: EditSite,
    /// The nonterminal that is generated, and its tokens so far.
    pub(super) nonterminal: NonterminalId,
    pub(super) state: DecoderState,
    pub(super) tokens: Vec<TokenId>,
    /// The parts that are generated, and the holes after this one.
    pub(super) parts: Vec<Tree>,
    pub(super) rest: &'a [Hole],
    /// What the network sees next.
    pub(super) taken: NextToken,
    pub(super) position_log_probability: f64,
    pub(super) log_probability: f64,
}

impl Row<'_> {
    pub(super) fn take(&mut self, id: VocabularyId, masks: &Masks) {
        masks.advance(&mut self.state, id).expect("the mask allows it");
        self.tokens.extend(masks.vocabulary().token(id));
    }

    /// Takes ids until there is a choice.
    pub(super) fn take_forced(&mut self, masks: &Masks) {
        while !self.state.is_done()
            && let Some(id) = masks.forced(&self.state)
        {
            self.take(id, masks);
        }
    }
}

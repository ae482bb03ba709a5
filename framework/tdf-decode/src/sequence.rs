//! What the network reads and writes.

use std::sync::Arc;

use tdf_grammar::{NonterminalId, TokenId};
use tdf_tree::{Language, Node, Site, Size, Tree};

use crate::{MaskId, Masks, Vocabulary};

/// A program as the network reads it: the ids of its tokens in text order, without those that the derivation forces
/// (brackets, keywords that are the only choice), and a mark before each site that would have no token of its own.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sequence {
    /// Vocabulary ids.
    pub ids: Vec<u32>,
    /// The sites in pre-order, each with its position in `ids`. Positions are distinct.
    pub sites: Vec<(u32, Site)>,
}

/// One decision of a replacement: the mask it is made under, and the id taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The mask; it allows two ids or more.
    pub mask: MaskId,
    /// The id.
    pub id: u32,
}

/// Turns programs and replacements into sequences and back.
#[derive(Clone, Debug)]
pub struct Sequencer {
    language: Arc<Language>,
    size: Size,
    masks: Arc<Masks>,
}

impl Sequencer {
    /// Prepares a language under a size.
    pub fn new(language: Arc<Language>, size: Size, masks: Arc<Masks>) -> Self {
        Self { language, size, masks }
    }

    /// The vocabulary.
    pub fn vocabulary(&self) -> Vocabulary {
        self.masks.vocabulary()
    }

    /// The masks.
    pub fn masks(&self) -> &Arc<Masks> {
        &self.masks
    }

    /// The language.
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// The sequence of `tree` as a program of `start`, into `out` (cleared first).
    pub fn sequence(&self, start: NonterminalId, tree: &Tree, out: &mut Sequence) {
        let _ = (start, tree, out, &self.size);
        unimplemented!()
    }

    /// The decisions that lead to `replacement`, a program of `nonterminal` of size at most `budget`: one step per id
    /// (the end included) that is not the only one its mask allows.
    pub fn steps(&self, nonterminal: NonterminalId, replacement: &[Node], budget: u32, out: &mut Vec<Step>) {
        let _ = (nonterminal, replacement, budget, out);
        unimplemented!()
    }

    /// The program of `nonterminal` with these tokens, as nodes in pre-order; `None` if they are not one.
    pub fn parse(&self, nonterminal: NonterminalId, tokens: &[TokenId]) -> Option<Tree> {
        self.language.parse_tokens(nonterminal, tokens).ok()
    }
}

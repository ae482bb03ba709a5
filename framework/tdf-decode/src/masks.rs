//! Which tokens may come next: exact under a size budget, without dead ends.

use tdf_grammar::NonterminalId;
use tdf_tree::{Language, Size};

use crate::Vocabulary;

/// One of the finitely many distinct masks of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MaskId(pub u32);

/// Where a decoder stands: a stack of class ids and the budget left.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct DecoderState {
    /// Classes, innermost last; empty when the program is finished.
    pub(crate) stack: Vec<u32>,
    /// Budget that is left beyond the cheapest way to finish.
    pub(crate) slack: u32,
}

/// The mask automaton of a language under an additive size.
#[derive(Clone, Debug)]
pub struct Masks {}

impl DecoderState {
    /// Whether the end has been taken.
    pub fn is_done(&self) -> bool {
        self.stack.is_empty()
    }
}

impl Masks {
    /// Budget for "any size".
    pub const UNBOUNDED: u32 = u32::MAX / 4;

    /// The automaton for programs of every nonterminal under `size`.
    pub fn new(language: &Language, size: &Size) -> Self {
        let _ = (language, size);
        unimplemented!()
    }

    /// The vocabulary that masks range over (`0..=vocabulary.end()`).
    pub fn vocabulary(&self) -> Vocabulary {
        unimplemented!()
    }

    /// Begins a program of `start` of size at most `budget`; `None` if the least one is larger.
    pub fn start(&self, start: NonterminalId, budget: u32) -> Option<DecoderState> {
        let _ = (start, budget);
        unimplemented!()
    }

    /// The mask in `state`. Never empty unless the state is done.
    pub fn mask_id(&self, state: &DecoderState) -> MaskId {
        let _ = state;
        unimplemented!()
    }

    /// Number of distinct masks; ids are `0..count`.
    pub fn mask_count(&self) -> usize {
        unimplemented!()
    }

    /// The ids allowed by `mask`, ascending; the last may be the end.
    pub fn allowed(&self, mask: MaskId) -> &[u32] {
        let _ = mask;
        unimplemented!()
    }

    /// Whether `mask` allows `id`.
    pub fn allows(&self, mask: MaskId, id: u32) -> bool {
        self.allowed(mask).binary_search(&id).is_ok()
    }

    /// The only id that may come next, if there is only one.
    pub fn forced(&self, state: &DecoderState) -> Option<u32> {
        match self.allowed(self.mask_id(state)) {
            &[only] => Some(only),
            _ => None,
        }
    }

    /// Takes `id`, which the mask must allow.
    ///
    /// # Panics
    /// If the mask does not allow it.
    pub fn advance(&self, state: &mut DecoderState, id: u32) {
        let _ = (state, id);
        unimplemented!()
    }
}

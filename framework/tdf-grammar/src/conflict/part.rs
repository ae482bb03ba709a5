//! Parts of readings.

use super::context::Context;
use crate::{NonterminalId, Symbol};

/// A part of a reading.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// A kind, or one of the shortest strings of a nonterminal.
    Symbol(Symbol),
    /// One of the shortest strings of a nonterminal that begin with a token class.
    Beginning(NonterminalId, u32),
    /// A reduction by this production, and the parts of its right-hand side.
    Node(u32, Box<[u32]>),
}

/// Parts by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    parts: Vec<Part>,
    lengths: Vec<u64>,
}

impl Parts {
    pub fn add(&mut self, context: &Context<'_>, part: Part) -> u32 {
        self.lengths.push(match &part {
            Part::Symbol(symbol) => context.shortest.length(*symbol),
            // Not less than one; more is not asked for.
            Part::Beginning(..) => 1,
            Part::Node(_, children) => {
                let lengths = children.iter().map(|c| self.lengths[*c as usize]);
                lengths.fold(0, u64::saturating_add)
            }
        });
        self.parts.push(part);
        self.parts.len() as u32 - 1
    }

    pub fn get(&self, part: u32) -> &Part {
        &self.parts[part as usize]
    }

    /// Number of tokens.
    pub fn length(&self, part: u32) -> u64 {
        self.lengths[part as usize]
    }
}

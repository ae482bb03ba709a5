//! What is asked of the network.

use tdf_decode::Hole;
use tdf_decode::TokenSequence;
use tdf_domain::ObservationPair;

/// What is asked of the network.
#[derive(Debug)]
pub(super) struct DecodeRequest<'a> {
    pub(super) seen: ObservationPair<'a>,
    pub(super) sequence: TokenSequence,
    /// Greatest size of what is put at a site.
    pub(super) budget: u32,
    /// What is filled behind it.
    pub(super) rest: &'a [Hole],
    /// The most decisions.
    pub(super) left: usize,
}

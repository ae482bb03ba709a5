//! What is asked of the network.

use tdf_decode::Hole;
use tdf_decode::TokenSequence;

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

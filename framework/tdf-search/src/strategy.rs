//! What a method of search is to the engine.

use crate::Proposal;
use crate::task::{Member, Task};

/// A method at work on one task. A round is `open`, a call of the policy, `expand`, perhaps a call of the value network
/// on `unscored`, and `select`.
pub(crate) trait Strategy: Send {
    /// The programs to be edited next, when `remaining` expansions are left.
    fn open(&self, remaining: u32) -> &[Member];

    /// Takes proposals for each program of [`Strategy::open`].
    fn expand(&mut self, task: &mut Task<'_>, proposals: Vec<Vec<Proposal>>);

    /// Programs that the value network has not seen.
    fn unscored(&mut self) -> Vec<&mut Member> {
        Vec::new()
    }

    /// Decides what is open in the next round; begins anew if need be.
    fn select(&mut self, task: &mut Task<'_>);
}

//! Tree Diffusion Rollouts (section 4.2).

use crate::Proposal;
use crate::strategy::Strategy;
use crate::task::{Member, Reached, Task};

/// One program, edited again and again. It moves on to what is proposed even if the task has seen that program before:
/// such a step spends no expansion, but it is one of the `restart` edits of the rollout.
#[derive(Debug)]
pub(crate) struct Rollout {
    restart: u32,
    current: Option<Member>,
    /// Edits since the first program.
    edits: u32,
    /// Edits in a row that led to programs seen before.
    edits_without_progress: u32,
}

/// Edits in a row that may lead to programs seen before: a policy that is sure of itself would otherwise go round in
/// circles for the rest of its `restart` edits.
const MAX_EDITS_WITHOUT_PROGRESS: u32 = 16;

impl Rollout {
    pub(crate) fn new(restart: u32) -> Self {
        Self {
            restart,
            current: None,
            edits: 0,
            edits_without_progress: 0,
        }
    }
}

impl Strategy for Rollout {
    fn open(&self, _remaining: u32) -> &[Member] {
        self.current.as_slice()
    }

    fn expand(&mut self, task: &mut Task<'_>, proposals: Vec<Vec<Proposal>>) {
        let proposal = proposals.into_iter().flatten().next();
        let Some((mut current, proposal)) = self.current.take().zip(proposal) else {
            return;
        };
        self.edits += 1;
        let image = std::mem::take(&mut current.image);
        self.current = match task.follow(&current, proposal, image) {
            Reached::New(member) => {
                self.edits_without_progress = 0;
                Some(member)
            }
            Reached::Seen(member) => {
                self.edits_without_progress += 1;
                task.redraw(member)
            }
            Reached::Nothing => None,
        };
    }

    fn select(&mut self, task: &mut Task<'_>) {
        if self.current.is_none()
            || self.edits >= self.restart
            || self.edits_without_progress >= MAX_EDITS_WITHOUT_PROGRESS
        {
            (self.edits, self.edits_without_progress) = (0, 0);
            self.current = task.start();
        }
    }
}

//! Tree Diffusion Rollouts (section 4.2).

use crate::{Attempt, Candidate, MethodRegistration, Needs, Proposal, SearchMethod, SearchOptions, SearchTask};

inventory::submit! {
    MethodRegistration {
        name: "rollout",
        about: "Edits sampled from the policy, one after the other",
        needs: |_| Needs { policy: true, init: true, ..Needs::default() },
        check,
        describe: |options| format!("rollout, restart after {} edits", options.restart),
        edits_per_program: |_| 1,
        policy: None,
        make: |options| Box::new(Rollout::new(options.restart)),
    }
}

pub(super) fn check(options: &SearchOptions) -> Result<(), String> {
    match options.restart {
        0 => Err("a rollout must have 1 edit or more before it restarts".to_owned()),
        _ => Ok(()),
    }
}

/// One program, edited again and again. It moves on to what is proposed even if the task has seen that program before:
/// such a step spends no expansion, but it is one of the `restart` edits of the rollout.
#[derive(Debug)]
pub(super) struct Rollout {
    restart: u32,
    current: Option<Candidate>,
    /// Edits since the initial program.
    edits: u32,
    /// Edits in a row that led to programs seen before.
    edits_without_progress: u32,
}

/// Edits in a row that may lead to programs seen before: a policy that is sure of itself would otherwise go round in
/// circles for the rest of its `restart` edits.
const MAX_EDITS_WITHOUT_PROGRESS: u32 = 16;

impl Rollout {
    pub(super) fn new(restart: u32) -> Self {
        Self {
            restart,
            current: None,
            edits: 0,
            edits_without_progress: 0,
        }
    }
}

impl SearchMethod for Rollout {
    fn to_edit(&self, _remaining: u32) -> &[Candidate] {
        self.current.as_slice()
    }

    fn take_edits(&mut self, task: &mut SearchTask<'_>, proposals: Vec<Vec<Proposal>>) {
        let proposal = proposals.into_iter().flatten().next();
        let Some((mut current, proposal)) = self.current.take().zip(proposal) else {
            return;
        };
        self.edits += 1;
        let image = std::mem::take(&mut current.image);
        self.current = match task.follow(&current, proposal, image) {
            Attempt::New(member) => {
                self.edits_without_progress = 0;
                Some(member)
            }
            Attempt::Seen(member) => {
                self.edits_without_progress += 1;
                task.render_again(member)
            }
            Attempt::DeadEnd => None,
        };
    }

    fn select(&mut self, task: &mut SearchTask<'_>) {
        if self.current.is_none()
            || self.edits >= self.restart
            || self.edits_without_progress >= MAX_EDITS_WITHOUT_PROGRESS
        {
            (self.edits, self.edits_without_progress) = (0, 0);
            self.current = task.start();
        }
    }
}

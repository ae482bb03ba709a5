//! A search as its caller sees it between two rounds.

use crate::rounds::Slot;
use crate::{Candidate, Solution};

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchProgress {
    /// Number of tasks that have ended.
    pub ended: usize,
    /// The part of the work that is done, 0 to 1: a task that has ended is done, another one as far as its budget is spent.
    pub share: f64,
}

/// What a search has found so far.
///
/// # Examples
///
/// ```
/// use tdf_search::{Networks, SearchOptions, Target, search_viewed};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let program = domain.language().parse(domain.start(), "(Arrange h (Box red) (Ball blue))")?;
/// let mut image = domain.observation_spec().blank();
/// domain.render(program.nodes(), &mut image)?;
/// let options = SearchOptions { init_sizes: 1..=3, ..SearchOptions::new("anneal", 100_000) };
/// let mut differences = Vec::new();
/// search_viewed(&domain, &[Target::seen(&image)], Networks::default(), &options, &mut |view| {
///     differences.extend(view.task(0).and_then(|task| task.difference()));
///     true
/// })?;
/// // What is nearest comes nearer.
/// assert!(differences.is_sorted_by(|before, after| before >= after));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SearchView<'v, 'a> {
    progress: SearchProgress,
    /// The number of the first task among `slots`.
    first: usize,
    slots: &'v [Slot<'a>],
}

impl<'v, 'a> SearchView<'v, 'a> {
    pub(crate) fn new(progress: SearchProgress, first: usize, slots: &'v [Slot<'a>]) -> Self {
        Self { progress, first, slots }
    }

    /// How far the search is.
    pub fn progress(&self) -> SearchProgress {
        self.progress
    }

    /// The task of the target with this number, if it is under way.
    pub fn task(&self, number: usize) -> Option<TaskView<'v, 'a>> {
        let slot = self.slots.get(number.checked_sub(self.first)?)?;
        match slot {
            Slot::Open(..) => Some(TaskView { slot }),
            Slot::Ended(_) => None,
        }
    }
}

impl std::fmt::Debug for SearchView<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchView")
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

/// A task that is under way.
pub struct TaskView<'v, 'a> {
    slot: &'v Slot<'a>,
}

impl<'v> TaskView<'v, '_> {
    /// Node expansions, renders and answers of networks so far.
    pub fn spent(&self) -> (u32, u64, u64) {
        self.of_task((0, 0, 0), |task| {
            let spent = task.ledger.spent();
            (spent.expansions, spent.renders, spent.network_calls)
        })
    }

    /// The distance of the first solution from the target, else of the nearest program so far; as in [`Solution::difference`].
    pub fn difference(&self) -> Option<f64> {
        self.of_task(None, |task| task.ledger.best_difference())
    }

    /// The first solution, else the nearest program so far, and whether it is a solution.
    pub fn best(&self) -> Option<(Solution, bool)> {
        self.of_task(None, |task| task.ledger.best_solution())
    }

    /// The programs that the method asks a policy about next: the members of a beam, or where a rollout is.
    pub fn members(&self) -> &'v [Candidate] {
        match self.slot {
            Slot::Open(task, method) => method.to_edit(task.ledger.remaining()),
            Slot::Ended(_) => &[],
        }
    }

    fn of_task<T>(&self, ended: T, ask: impl FnOnce(&crate::SearchTask<'_>) -> T) -> T {
        match self.slot {
            Slot::Open(task, _) => ask(task),
            Slot::Ended(_) => ended,
        }
    }
}

impl std::fmt::Debug for TaskView<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaskView")
            .field("spent", &self.spent())
            .finish_non_exhaustive()
    }
}

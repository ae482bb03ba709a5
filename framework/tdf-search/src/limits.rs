//! What a search may spend, and what it has spent.

/// What ends a search, but for the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Node expansions.
    pub(crate) budget: u32,
    /// Renders.
    pub(crate) renders: u64,
    /// Solutions that are wanted.
    pub(crate) solutions: u32,
}

/// What a search has spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    /// Node expansions.
    pub(crate) expansions: u32,
    /// Programs that were rendered, also on a coarse canvas, and also those that were met before.
    pub(crate) renders: u64,
    /// Answers of networks: sampled edits, generated pieces, predicted distances.
    pub(crate) network_calls: u64,
}

impl Spent {
    /// Expansions that are left. A render that is no expansion of its own does not go with every expansion, but each expansion
    /// renders once.
    pub(crate) fn remaining(&self, limits: &Limits) -> u32 {
        let renders = limits.renders.saturating_sub(self.renders);
        let expansions = limits.budget.saturating_sub(self.expansions);
        expansions.min(u32::try_from(renders).unwrap_or(u32::MAX))
    }
}

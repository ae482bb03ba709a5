//! The interface of search methods, and their registry.

use std::sync::Arc;

use tdf_decode::GenerationPlan;
use tdf_domain::DynDomain;

use crate::task::{Candidate, SearchTask};
use crate::{Generated, Policy, Proposal, SearchOptions};

/// A search method at work on one task.
///
/// The engine runs all tasks side by side, so that one call of a network serves all of them. A round has four steps:
///
/// 1. programs for [`SearchMethod::generation`] are generated and given to [`SearchMethod::take_generated`],
/// 2. edits for [`SearchMethod::to_edit`] are proposed and given to [`SearchMethod::take_edits`],
/// 3. the value network scores [`SearchMethod::unscored`],
/// 4. [`SearchMethod::select`] chooses the programs to edit, generate or score in the next round.
///
/// In the first round a method that edits has no programs yet: it tries its first ones in `select`. All random numbers come
/// from the task. So the outcome of a task does not depend on other tasks or on threads.
pub trait SearchMethod: Send {
    /// The programs to be edited in this round, when `remaining` expansions are left. Default: none.
    fn to_edit(&self, remaining: u32) -> &[Candidate] {
        let _ = remaining;
        &[]
    }

    /// Takes the proposed edits: `proposals[i]` belong to `to_edit()[i]`. [`SearchTask::follow`] applies one, and may spend an
    /// expansion.
    fn take_edits(&mut self, task: &mut SearchTask<'_>, proposals: Vec<Vec<Proposal>>) {
        let _ = (task, proposals);
    }

    /// The programs to be generated or continued in this round. Default: none.
    fn generation(&self, plan: &GenerationPlan, remaining: u32) -> GenerationDemand<'_> {
        let _ = (plan, remaining);
        GenerationDemand::default()
    }

    /// Takes the generated pieces: `answers[i]` belong to partial program `i` of [`SearchMethod::generation`].
    fn take_generated(&mut self, task: &mut SearchTask<'_>, plan: &GenerationPlan, answers: Vec<Vec<Generated>>) {
        let _ = (task, plan, answers);
    }

    /// Programs that the value network is to score and has not seen. Default: none.
    fn unscored(&mut self) -> Vec<&mut Candidate> {
        Vec::new()
    }

    /// Chooses the programs to edit, generate or score in the next round. A method that has none calls
    /// [`SearchTask::start`], which may spend expansions. The engine calls it for tasks that have not ended.
    fn select(&mut self, task: &mut SearchTask<'_>);
}

/// The request of a method to the generator.
#[derive(Debug, Default)]
pub struct GenerationDemand<'m> {
    /// The partial programs to be continued; `None` for one that begins.
    pub partial: Vec<Option<&'m Candidate>>,
    /// Number of samples for each. It must be the same for all tasks of a search.
    pub samples: usize,
}

/// The networks that a method needs, and whether it has initial programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A policy that proposes edits. A method with a policy of its own does not need one.
    pub policy: bool,
    /// A value network.
    pub value: bool,
    /// A network that generates programs.
    pub generator: bool,
    /// Whether it has initial programs, random or generated, see [`Init`](crate::Init).
    pub init: bool,
}

/// Makes the policy that a method brings along.
pub type MakePolicy = fn(&Arc<dyn DynDomain>, &SearchOptions) -> Box<dyn Policy>;

/// A search method by name. A file registers its method with `inventory::submit!`, see `methods/rollout.rs`.
#[derive(Clone, Copy, Debug)]
pub struct MethodRegistration {
    /// Name on the command line and in configurations.
    pub name: &'static str,
    /// A description in one line, without a full stop. It stands in `docs/configuration.md`.
    pub about: &'static str,
    /// Its needs under these options.
    pub needs: fn(&SearchOptions) -> Needs,
    /// Refuses options that it cannot work with. The message is one sentence without a full stop.
    pub check: fn(&SearchOptions) -> Result<(), String>,
    /// The method and its options in words, for tables.
    pub describe: fn(&SearchOptions) -> String,
    /// Number of edits that the policy samples for each program.
    pub edits_per_program: fn(&SearchOptions) -> usize,
    /// The policy that it brings along; `None` to use the caller's.
    pub policy: Option<MakePolicy>,
    /// Makes it for one task. The options have passed `check`.
    pub make: fn(&SearchOptions) -> Box<dyn SearchMethod>,
}

inventory::collect!(MethodRegistration);

/// All registered methods by name.
///
/// # Examples
///
/// ```
/// let names: Vec<&str> = tdf_search::methods().iter().map(|method| method.name).collect();
/// assert_eq!(names, ["anneal", "beam", "enumerate", "hybrid", "random", "rollout", "sample"]);
/// ```
pub fn methods() -> Vec<&'static MethodRegistration> {
    let mut all: Vec<_> = inventory::iter::<MethodRegistration>.into_iter().collect();
    all.sort_by_key(|method| method.name);
    all
}

/// The method called `name`.
///
/// # Examples
///
/// ```
/// use tdf_search::{SearchOptions, method};
///
/// let random = method("random").expect("it is registered");
/// let options = SearchOptions { restart: 9, ..SearchOptions::default() };
/// assert_eq!((random.describe)(&options), "random mutations, restart after 9 edits");
/// assert!(method("depth-first").is_none());
/// ```
pub fn method(name: &str) -> Option<&'static MethodRegistration> {
    inventory::iter::<MethodRegistration>
        .into_iter()
        .find(|method| method.name == name)
}

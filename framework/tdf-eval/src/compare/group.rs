//! Which evaluations may stand side by side.

use std::collections::BTreeSet;
use std::sync::Arc;

use tdf_domain::DynDomain;
use tdf_search::MAX_BUDGET;

use crate::{CompareError, Folder, Provenance, Setting};

/// Evaluations on the same tasks of one domain under the same criterion and budget.
#[derive(Clone, Debug)]
pub struct Group {
    /// The domain's name, if it is known.
    pub name: Option<String>,
    /// The domain, if there is one to draw with.
    pub domain: Option<Arc<dyn DynDomain>>,
    /// The evaluations, in the order in which they were given.
    pub folders: Vec<Folder>,
}

/// Evaluations side by side, by domain.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// A group per domain, in the order in which they were met.
    pub groups: Vec<Group>,
    /// The heading of the page and the beginning of captions, if there is a better one than "Evaluations side by side".
    pub title: Option<String>,
    /// More notes below the tables of solve rates.
    pub notes: Vec<String>,
    /// What made it; stands at the end of the page.
    pub made: Provenance,
}

impl Comparison {
    /// Sorts evaluations by their domains. One that does not say which domain it is of (older versions did not) is held to
    /// be of the domain of another with the same tasks.
    ///
    /// # Errors
    /// No evaluations, two of one name, and two of one domain with different tasks, criteria or budgets: these cannot be
    /// ranked.
    pub fn new(mut folders: Vec<Folder>) -> Result<Self, CompareError> {
        if folders.is_empty() {
            return Err(CompareError("no evaluations to compare".to_owned()));
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = folders.iter().find(|folder| !names.insert(folder.name.as_str())) {
            return Err(CompareError(format!(
                "two evaluations are called {}: give other names (NAME=DIR)",
                twice.name
            )));
        }
        let known: Vec<Folder> = folders
            .iter()
            .filter(|f| f.summary.setting.domain.is_some())
            .cloned()
            .collect();
        for folder in folders.iter_mut().filter(|f| f.summary.setting.domain.is_none()) {
            let twin = known.iter().find(|other| other_task(other, folder).is_none());
            folder.summary.setting.domain = twin.and_then(|other| other.summary.setting.domain.clone());
        }
        let mut groups: Vec<Group> = Vec::new();
        for folder in folders {
            let name = folder.summary.setting.domain.clone();
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.folders.push(folder),
                None => groups.push(Group {
                    name,
                    domain: None,
                    folders: vec![folder],
                }),
            }
        }
        groups.iter().try_for_each(Group::check)?;
        Ok(Self {
            groups,
            title: None,
            notes: Vec::new(),
            made: Provenance::default(),
        })
    }
}

/// The first task in which two evaluations differ.
fn other_task(a: &Folder, b: &Folder) -> Option<usize> {
    let tasks = |folder: &Folder| folder.summary.tasks;
    let most = tasks(a).max(tasks(b));
    let target = |folder: &Folder, task: usize| {
        let lines = folder.lines.get(..tasks(folder)).unwrap_or_default();
        lines.get(task).map(|line| line.target.clone())
    };
    (0..most).find(|&task| target(a, task) != target(b, task))
}

fn differ<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

impl Group {
    /// What the group is called.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or("unknown domain")
    }

    /// The setting that all share.
    pub fn setting(&self) -> &Setting {
        &self.folders[0].summary.setting
    }

    /// Says so if the evaluations were made with several builds of the plugin: nothing tells whether these render and measure
    /// alike.
    pub fn plugins_differ(&self) -> Option<String> {
        let digests = self
            .folders
            .iter()
            .filter_map(|folder| folder.summary.setting.plugin.as_deref());
        let digests: BTreeSet<&str> = digests.collect();
        (digests.len() > 1).then(|| {
            format!(
                "these evaluations were made with {} builds of the plugin; if they render or measure otherwise, the figures \
                 cannot be compared",
                digests.len()
            )
        })
    }

    /// The budget of those that searched; that of predictions is 1 and means nothing.
    pub fn budget(&self) -> u32 {
        let searched = self.folders.iter().find(|folder| !folder.is_predictions());
        searched.unwrap_or(&self.folders[0]).summary.budget
    }

    /// The budget in words.
    pub(crate) fn budget_in_words(&self) -> String {
        match self.budget() {
            MAX_BUDGET => "expansions without limit".to_owned(),
            budget => format!("budget: {budget} expansions a task"),
        }
    }

    /// Whether all that searched had a limit of seconds: each of their tasks had the machine to itself.
    pub(crate) fn is_timed(&self) -> bool {
        let mut searched = self.folders.iter().filter(|folder| !folder.is_predictions()).peekable();
        searched.peek().is_some() && searched.all(|folder| folder.summary.currencies.max_seconds.is_some())
    }

    fn check(&self) -> Result<(), CompareError> {
        let first = &self.folders[0];
        let mut searched: Option<&Folder> = None;
        for other in &self.folders {
            let (a, b) = (&first.summary, &other.summary);
            let (one, two) = (first.path.display(), other.path.display());
            let fail = |what: String| {
                Err(CompareError(format!(
                    "{one} and {two} cannot be compared: {what}; compare those that are alike, in runs of their own"
                )))
            };
            if differ(&a.setting.grammar, &b.setting.grammar) {
                return fail(format!("their grammars of {} differ", self.title()));
            }
            if a.setting.grammar.is_some() && b.setting.grammar.is_some() && a.setting.options != b.setting.options {
                return fail(format!("the options of {} differ", self.title()));
            }
            if let Some(task) = other_task(first, other) {
                let sizes = match a.tasks == b.tasks {
                    true => String::new(),
                    false => format!(" ({} and {} tasks)", a.tasks, b.tasks),
                };
                return fail(format!("their task sets differ{sizes}, first in task {task}"));
            }
            if differ(&a.setting.tasks, &b.setting.tasks) {
                return fail("the observations of their tasks differ".to_owned());
            }
            if a.criterion != b.criterion {
                return fail(format!("their criteria are {} and {}", a.criterion, b.criterion));
            }
            if other.is_predictions() {
                continue;
            }
            let searched = searched.get_or_insert(other);
            if searched.summary.budget != b.budget {
                let (one, budget) = (searched.path.display(), searched.summary.budget);
                return Err(CompareError(format!(
                    "{one} and {two} cannot be compared: their budgets are {budget} and {} expansions; compare those that are \
                     alike, in runs of their own",
                    b.budget
                )));
            }
        }
        Ok(())
    }

    /// The number of the evaluation that solves most within the budget; the first of several.
    pub fn best(&self) -> usize {
        let rate = |folder: &Folder| folder.share(|line| line.solved).0;
        let mut best = 0;
        for (number, folder) in self.folders.iter().enumerate() {
            if rate(folder) > rate(&self.folders[best]) {
                best = number;
            }
        }
        best
    }
}

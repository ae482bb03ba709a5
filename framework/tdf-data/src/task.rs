//! Tasks: pictures to be explained.

use std::ops::RangeInclusive;
use std::sync::Arc;

use tdf_domain::DynDomain;
use tdf_tree::Tree;

/// A picture to be explained, and a program that draws it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The program.
    pub program: Tree,
    /// What it draws.
    pub picture: Vec<u8>,
}

/// What a task set is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskOptions {
    /// Number of tasks.
    pub count: usize,
    /// Sizes of their programs.
    pub sizes: RangeInclusive<u32>,
    /// Seed. Streams of tasks never meet those of training examples.
    pub seed: u64,
}

/// A task set that cannot be made or read: file, line and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TaskError(pub String);

/// Draws a task set: distinct pictures, none near empty.
pub fn make_tasks(domain: &Arc<dyn DynDomain>, options: &TaskOptions) -> Result<Vec<Task>, TaskError> {
    let _ = (domain, options);
    unimplemented!()
}

/// Writes a task set: a JSON object `{"task": 0, "domain": ..., "program": text, "size": n, "seed": s}` per line.
pub fn write_tasks(domain: &Arc<dyn DynDomain>, options: &TaskOptions, tasks: &[Task], out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let _ = (domain, options, tasks, out);
    unimplemented!()
}

/// Reads what [`write_tasks`] wrote. `file` is used in messages.
pub fn read_tasks(domain: &Arc<dyn DynDomain>, file: &str, text: &str) -> Result<Vec<Task>, TaskError> {
    let _ = (domain, file, text);
    unimplemented!()
}

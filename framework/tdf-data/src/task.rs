//! Tasks: pictures to be explained.

use std::hash::BuildHasher as _;
use std::ops::RangeInclusive;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Serialize};
use tdf_domain::DynDomain;
use tdf_tree::{Sampler, Tree, Weighting, stream};

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

/// Streams from here on are those of tasks, those below are of training examples.
pub(crate) const TASK_STREAMS: u64 = 1 << 63;

/// Programs drawn in a row without a new picture before the sizes are held to have no more.
const ATTEMPTS: u32 = 10_000;

/// A line of a task file. Fields of other names are let through, so that a file may say more about its tasks.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(default)]
    task: u64,
    domain: String,
    /// Fingerprint.
    #[serde(default)]
    grammar: Option<String>,
    program: String,
    #[serde(default)]
    size: u32,
    #[serde(default)]
    seed: u64,
}

/// Draws a task set: distinct pictures, none near empty. Sizes are drawn uniformly; small ones become rarer as their
/// pictures are used up.
///
/// # Errors
/// If the sizes have no programs, or not enough pictures.
pub fn make_tasks(domain: &Arc<dyn DynDomain>, options: &TaskOptions) -> Result<Vec<Task>, TaskError> {
    if options.sizes.is_empty() {
        return Err(TaskError(format!(
            "program sizes {:?} are an empty range",
            options.sizes
        )));
    }
    let sampler = Sampler::new(
        domain.language().grammar(),
        domain.size(),
        *options.sizes.end(),
        Weighting::Rules,
    );
    let sizes = sampler
        .feasible(domain.start(), options.sizes.clone())
        .map_err(|e| TaskError(e.message))?;
    let mut tasks: Vec<Task> = Vec::new();
    let mut by_hash: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut picture = vec![0; domain.canvas().bytes()];
    let mut attempts = 0;
    let mut failure = None;
    for index in 0.. {
        if tasks.len() == options.count {
            break;
        }
        if attempts == ATTEMPTS {
            let why = failure.map_or_else(
                || "ask for fewer, or for larger programs".to_owned(),
                |error| format!("some programs cannot be drawn: {error}"),
            );
            return Err(TaskError(format!(
                "only {} distinct pictures found for programs of sizes {:?} of {} where {} are wanted: {why}",
                tasks.len(),
                options.sizes,
                domain.name(),
                options.count,
            )));
        }
        attempts += 1;
        let program = sampler.sample(domain.start(), &sizes, &mut stream(options.seed, TASK_STREAMS | index));
        if let Err(error) = domain.render(program.nodes(), &mut picture) {
            failure = Some(error);
            continue;
        }
        if domain.near_empty(&picture) {
            continue;
        }
        let alike = by_hash.entry(FxBuildHasher.hash_one(&picture)).or_default();
        if alike.iter().any(|&i| tasks[i].picture == picture) {
            continue;
        }
        alike.push(tasks.len());
        tasks.push(Task {
            program,
            picture: picture.clone(),
        });
        attempts = 0;
    }
    Ok(tasks)
}

/// Writes a task set: a JSON object per line,
/// `{"task": 0, "domain": ..., "grammar": fingerprint, "program": text, "size": n, "seed": s}`.
pub fn write_tasks(
    domain: &Arc<dyn DynDomain>,
    options: &TaskOptions,
    tasks: &[Task],
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    let language = domain.language();
    for (number, task) in tasks.iter().enumerate() {
        let line = Line {
            task: number as u64,
            domain: domain.name().to_owned(),
            grammar: Some(language.grammar().fingerprint.clone()),
            program: language.print(task.program.nodes()),
            size: domain.size().of(task.program.nodes()),
            seed: options.seed,
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Reads what [`write_tasks`] wrote, and hand-made lines that have at least `domain` and `program`. Blank lines are
/// skipped. `file` is used in messages.
///
/// # Errors
/// `FILE:LINE: what is wrong`, or `FILE: ...` if it concerns the whole file.
pub fn read_tasks(domain: &Arc<dyn DynDomain>, file: &str, text: impl AsRef<[u8]>) -> Result<Vec<Task>, TaskError> {
    let mut tasks = Vec::new();
    for (i, line) in text.as_ref().split(|&b| b == b'\n').enumerate() {
        if !line.trim_ascii().is_empty() {
            let task = read_line(domain, line).map_err(|message| TaskError(format!("{file}:{}: {message}", i + 1)))?;
            tasks.push(task);
        }
    }
    if tasks.is_empty() {
        return Err(TaskError(format!(
            "{file}: no tasks in this file; `tdf tasks` makes some"
        )));
    }
    Ok(tasks)
}

fn read_line(domain: &Arc<dyn DynDomain>, line: &[u8]) -> Result<Task, String> {
    let line = std::str::from_utf8(line).ok().filter(|line| !line.contains('\0'));
    let line = line.ok_or("not text: is this a task set?")?;
    if !line.trim_start().starts_with('{') {
        return Err("not a task, which is a JSON object with `domain` and `program`".to_owned());
    }
    let line: Line = serde_json::from_str(line).map_err(|e| {
        // serde_json counts lines within this one line: its column helps, its line would mislead.
        let (message, column) = (e.to_string(), e.column());
        let message = message.split(" at line ").next().unwrap_or(&message);
        format!("not a task: {message} at column {column}")
    })?;
    if line.domain != domain.name() {
        return Err(format!(
            "a task of the domain {:?}, not of {:?}",
            line.domain,
            domain.name()
        ));
    }
    let language = domain.language();
    let fingerprint = &language.grammar().fingerprint;
    if let Some(made_with) = line.grammar.filter(|g| g != fingerprint) {
        return Err(format!(
            "made with another grammar of {} (fingerprint {made_with:.12}, the grammar in use has {fingerprint:.12}); \
             make the tasks again",
            domain.name()
        ));
    }
    let program = language.parse(domain.start(), &line.program).map_err(|e| {
        format!(
            "the program {:?} is not one of {}: column {}: {}",
            line.program,
            domain.name(),
            e.position.column,
            e.message
        )
    })?;
    let mut picture = vec![0; domain.canvas().bytes()];
    domain
        .render(program.nodes(), &mut picture)
        .map_err(|e| format!("{} cannot be drawn: {e}", line.program))?;
    Ok(Task { program, picture })
}

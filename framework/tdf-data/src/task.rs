//! Tasks: images to be explained.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::ops::RangeInclusive;
use std::sync::Arc;

use rand::Rng as _;
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Serialize};
use tdf_domain::{DynDomain, Inputs, RenderError, bind};
use tdf_tree::{Sampler, Tree, Weighting, rng_stream};

use crate::constants::Constants;
use crate::streams::TASK_STREAMS;
use crate::{Hardness, TaskError, task_values};

/// An observation to be explained: an image, or outputs for inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// A program with this observation, if one is known.
    pub program: Option<Tree>,
    /// What its source calls it, if it does.
    pub name: Option<String>,
    /// The inputs that programs run on; none in domains of images.
    pub inputs: Inputs,
    /// The observation.
    pub image: Vec<u8>,
    /// If `image` is an observation: of what.
    pub observed: Option<Observed>,
}

/// What is behind an observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// What the program renders to.
    pub plain: Vec<u8>,
    /// The seed of [`DynDomain::observe_target`].
    pub seed: u64,
}

impl Task {
    /// What the program renders to.
    pub fn plain(&self) -> &[u8] {
        self.observed.as_ref().map_or(&self.image, |observed| &observed.plain)
    }

    /// A task on `program`, which draws `plain`. The domain is bound to the inputs of the task.
    fn new(domain: &dyn DynDomain, program: Tree, plain: Vec<u8>, seed: u64) -> Result<Self, RenderError> {
        let inputs = domain.inputs().clone();
        if !domain.has_observation_model() {
            return Ok(Self {
                program: Some(program),
                name: None,
                inputs,
                image: plain,
                observed: None,
            });
        }
        let mut image = vec![0; domain.observation_spec().bytes()];
        domain.observe_target(program.nodes(), seed, &mut image)?;
        Ok(Self {
            program: Some(program),
            name: None,
            inputs,
            image,
            observed: Some(Observed { plain, seed }),
        })
    }
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
    /// Only tasks whose images compress worse than those of this share of random tasks, in percent: see
    /// [`Hardness`](crate::Hardness).
    pub hard: Option<u8>,
}

impl TaskOptions {
    /// The most tasks of a set: their images are all in memory.
    pub const MOST: usize = 1 << 16;

    /// `count` tasks of any hardness.
    pub fn new(count: usize, sizes: RangeInclusive<u32>, seed: u64) -> Self {
        Self {
            count,
            sizes,
            seed,
            hard: None,
        }
    }
}

/// Programs drawn in a row without a new image before the sizes are held to have no more.
const ATTEMPTS: u32 = 10_000;

/// A line of a task file. Fields of other names are let through, so that a file may say more about its tasks.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(default)]
    task: u64,
    domain: String,
    /// Options of the domain.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    options: BTreeMap<String, String>,
    /// Fingerprint.
    #[serde(default)]
    grammar: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    program: Option<String>,
    /// The arguments of each run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<Vec<serde_json::Value>>,
    /// The output of each run; `null` where the program fails.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outputs: Vec<serde_json::Value>,
    /// What its source calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default)]
    size: u32,
    #[serde(default)]
    seed: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hard: Option<u8>,
    /// Whether a smaller part of the program renders to the same by the criterion of the paper's text; told, not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reducible: Option<bool>,
    /// Seed of the observation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    observation: Option<u64>,
}

/// Draws a task set: distinct images, none uninformative. Sizes are drawn uniformly; small ones become rarer as their
/// images are used up.
///
/// # Errors
/// If more than [`TaskOptions::MOST`] are asked for, if the sizes have no programs, or not enough images.
///
/// # Examples
///
/// ```
/// use tdf_data::{TaskOptions, make_tasks};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let tasks = make_tasks(&domain, &TaskOptions::new(3, 2..=3, 0))?;
/// assert_eq!(tasks.len(), 3);
/// assert_ne!(tasks[0].image, tasks[1].image);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn make_tasks(domain: &Arc<dyn DynDomain>, options: &TaskOptions) -> Result<Vec<Task>, TaskError> {
    if options.count > TaskOptions::MOST {
        return Err(TaskError(format!(
            "{} tasks are too many: allowed are {}",
            options.count,
            TaskOptions::MOST
        )));
    }
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
    let hardness = options
        .hard
        .map(|percent| Hardness::new(&**domain, &sampler, &sizes, options.seed, percent))
        .transpose()?;
    let mut tasks: Vec<Task> = Vec::new();
    let mut by_hash: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut image = Vec::new();
    let mut attempts = 0;
    let mut failure = None;
    for index in 0.. {
        if tasks.len() == options.count {
            break;
        }
        if attempts == ATTEMPTS {
            let why = failure.map_or_else(
                || "ask for fewer, or for larger programs".to_owned(),
                |error| format!("some programs cannot be rendered: {error}"),
            );
            return Err(TaskError(format!(
                "only {} distinct images found for programs of sizes {:?} of {} where {} are wanted: {why}",
                tasks.len(),
                options.sizes,
                domain.name(),
                options.count,
            )));
        }
        attempts += 1;
        let mut rng = rng_stream(options.seed, TASK_STREAMS | index);
        let inputs = domain.sample_inputs(&mut rng);
        let bound = bind(domain, &inputs).map_err(|error| TaskError(format!("{}: {error}", domain.name())))?;
        let domain = &bound;
        image.resize(domain.observation_spec().bytes(), 0);
        let mut program = sampler.sample(domain.start(), &sizes, &mut rng);
        Constants::of(&**domain).suggest(&mut program, &mut rng);
        if let Err(error) = domain.render(program.nodes(), &mut image) {
            failure = Some(error);
            continue;
        }
        if domain.is_uninformative(&image) || hardness.as_ref().is_some_and(|hardness| !hardness.admits(&image)) {
            continue;
        }
        let alike = by_hash.entry(FxBuildHasher.hash_one(&image)).or_default();
        if alike.iter().any(|&i| tasks[i].plain() == image) {
            continue;
        }
        match Task::new(&**domain, program, image.clone(), rng.next_u64()) {
            Ok(task) => {
                alike.push(tasks.len());
                tasks.push(task);
                attempts = 0;
            }
            Err(error) => failure = Some(error),
        }
    }
    Ok(tasks)
}

/// Writes a task set: a JSON object per line,
/// `{"task": 0, "domain": ..., "options": {...}, "grammar": fingerprint, "program": text, "size": n, "seed": s}`, and
/// `"hard"`, `"reducible"` (what `reducible` says of each task, if anything) and `"observation"` (a seed) where there are
/// such. Tasks with inputs have `"inputs"`, the arguments of each run, and `"outputs"`.
///
/// # Examples
///
/// ```
/// use tdf_data::{TaskOptions, make_tasks, write_tasks};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let options = TaskOptions::new(2, 1..=1, 0);
/// let tasks = make_tasks(&domain, &options)?;
/// let mut file = Vec::new();
/// write_tasks(&domain, &options, &tasks, &[], &mut file)?;
/// let text = String::from_utf8(file)?;
/// assert_eq!(text.lines().count(), 2);
/// assert!(text.starts_with(r#"{"task":0,"domain":"rainbow""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_tasks(
    domain: &Arc<dyn DynDomain>,
    options: &TaskOptions,
    tasks: &[Task],
    reducible: &[bool],
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    let language = domain.language();
    for (number, task) in tasks.iter().enumerate() {
        let nodes = task.program.as_ref().map(Tree::nodes);
        let line = Line {
            task: number as u64,
            domain: domain.name().to_owned(),
            options: in_words(&**domain),
            grammar: Some(language.grammar().fingerprint.clone()),
            program: nodes.map(|nodes| language.print(nodes)),
            inputs: task_values::inputs(&task.inputs),
            outputs: task_values::outputs(&**domain, task.plain()),
            name: task.name.clone(),
            size: nodes.map_or(0, |nodes| domain.size().of(nodes)),
            seed: options.seed,
            hard: options.hard,
            reducible: reducible.get(number).copied(),
            observation: task.observed.as_ref().map(|observed| observed.seed),
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Reads what [`write_tasks`] wrote, and hand-made lines that have at least `domain` and `program`, or `inputs` and `outputs` where
/// programs take inputs. Blank lines are skipped. `file` is used in messages.
///
/// # Errors
/// `FILE:LINE: what is wrong`, or `FILE: ...` if it concerns the whole file.
///
/// # Examples
///
/// ```
/// use tdf_data::read_tasks;
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let line = r#"{"domain": "rainbow", "program": "(Box red)"}"#;
/// let tasks = read_tasks(&domain, "tasks.jsonl", line)?;
/// let program = tasks[0].program.as_ref().expect("it is known");
/// assert_eq!(domain.language().print(program.nodes()), "(Box red)");
///
/// let error = read_tasks(&domain, "tasks.jsonl", r#"{"domain": "rainbow", "program": "(Box rot)"}"#).unwrap_err();
/// assert!(error.to_string().starts_with("tasks.jsonl:1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_tasks(domain: &Arc<dyn DynDomain>, file: &str, text: impl AsRef<[u8]>) -> Result<Vec<Task>, TaskError> {
    let mut tasks = Vec::new();
    for (i, line) in text.as_ref().split(|&b| b == b'\n').enumerate() {
        if !line.trim_ascii().is_empty() {
            if tasks.len() == TaskOptions::MOST {
                let most = TaskOptions::MOST;
                return Err(TaskError(format!("{file}: more than {most} tasks: divide the file")));
            }
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
    // A line made by hand may leave the options out.
    if !line.options.is_empty() && line.options != in_words(&**domain) {
        let with: Vec<String> = line
            .options
            .iter()
            .map(|(name, value)| format!("domain.{name}={value}"))
            .collect();
        return Err(format!(
            "made with {}, the domain in use has {}: make the tasks again, or use a network of the same options",
            with.join(" "),
            domain.options()
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
    let inputs = task_values::read_inputs(&**domain, &line.inputs)?;
    let domain = bind(domain, &inputs).map_err(|error| error.0)?;
    let Some(text) = line.program else {
        if domain.signature().is_none() {
            return Err("not a task: `program` is missing".to_owned());
        }
        return Ok(Task {
            program: None,
            name: line.name,
            image: task_values::read_outputs(&*domain, &line.outputs)?,
            inputs,
            observed: None,
        });
    };
    let program = language.parse(domain.start(), &text).map_err(|e| {
        format!(
            "the program {text:?} is not one of {}: column {}: {}",
            domain.name(),
            e.position.column,
            e.message
        )
    })?;
    let mut image = vec![0; domain.observation_spec().bytes()];
    domain
        .render(program.nodes(), &mut image)
        .and_then(|()| Task::new(&*domain, program, image, line.observation.unwrap_or_default()))
        .map(|task| Task {
            name: line.name,
            ..task
        })
        .map_err(|e| format!("{text} cannot be rendered: {e}"))
}

/// The options of a domain as they stand in a task file.
fn in_words(domain: &dyn DynDomain) -> BTreeMap<String, String> {
    let options = domain.options().iter();
    options
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

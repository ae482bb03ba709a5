//! `cargo xtask demo`: from a fresh clone to solved images, by the commands of `tdf` itself.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace::Workspace;
use crate::{build, steps};

// Every command line of the demo; RUN, SIZE and MINUTES are filled in.
const TRAIN: &str =
    "train --domain rainbow --preset tiny --set program.size=SIZE --set train.minutes=MINUTES --run RUN";
const TASKS: &str = "tasks --domain rainbow -n 64 --size SIZE --seed 1000";
const EVAL: &str =
    "eval --run RUN --tasks target/demo/tasks.jsonl --method rollout --budget 500 --out target/demo/eval";
const EVAL_UNTRAINED: &str = "eval --run RUN --untrained --tasks target/demo/tasks.jsonl --method rollout --budget 500 --out target/demo/untrained";

const FOLDER: &str = "target/demo";
const RUN: &str = "target/demo/run";
const TASKS_FILE: &str = "target/demo/tasks.jsonl";
const TRAINED: &str = "target/demo/eval";
const UNTRAINED: &str = "target/demo/untrained";
/// A trained network that the repository holds.
const SHIPPED: &str = "examples/checkpoints/rainbow-tiny";
/// The sizes of programs that it was trained on.
const SHIPPED_SIZE: &str = "2..=4";
/// How many found programs the terminal shows.
const SHOWN: usize = 4;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Train even though the repository holds a trained network
    #[arg(long)]
    from_scratch: bool,
    /// Minutes of training
    #[arg(long, value_name = "M", default_value_t = 10.0, value_parser = minutes)]
    minutes: f64,
    /// Sizes of the programs, in shapes; other than 2..=4 needs --from-scratch
    #[arg(long, default_value = SHIPPED_SIZE)]
    size: String,
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(minutes) if minutes.is_finite() && minutes > 0.0 => Ok(minutes),
        _ => Err("a number above zero is expected".to_owned()),
    }
}

pub fn demo(workspace: &Workspace, options: &Options) -> Result<()> {
    let tdf = build::build(workspace)?;
    let root = workspace.root();
    let folder = root.join(FOLDER);
    if folder.exists() {
        println!("{FOLDER} is of an earlier demo; it is made anew");
        fs::remove_dir_all(&folder).with_context(|| format!("{FOLDER} could not be removed"))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{FOLDER} could not be made"))?;

    let shipped = !options.from_scratch && options.size == SHIPPED_SIZE && root.join(SHIPPED).is_dir();
    let run = if shipped { SHIPPED } else { RUN };
    let command = |line: &str| command(root, &tdf, line, run, options);
    if shipped {
        println!(
            "\nThe network in {SHIPPED} is used; --from-scratch trains one in {} minutes.",
            options.minutes
        );
    } else {
        title(&format!("Train on images of programs with {} shapes", options.size));
        steps::run(&mut command(TRAIN))?;
    }
    title("64 programs that training has not seen, as tasks");
    write_output(&mut command(TASKS), root, TASKS_FILE)?;
    title("Find programs for their images");
    steps::run(&mut command(EVAL))?;
    title("The same with a network that was not trained");
    steps::run(&mut command(EVAL_UNTRAINED))?;

    let trained = Outcome::read(&root.join(TRAINED))?;
    let untrained = Outcome::read(&root.join(UNTRAINED))?;
    title("Found");
    for (target, program) in &trained.found {
        println!("target  {target}\nfound   {program}\n");
    }
    println!("trained    {} of {} images solved", trained.solved, trained.tasks);
    println!("untrained  {} of {} images solved", untrained.solved, untrained.tasks);
    println!("page       {TRAINED}/index.html");
    Ok(())
}

fn title(text: &str) {
    println!("\n=== {text}");
}

fn command(root: &Path, tdf: &Path, line: &str, run: &str, options: &Options) -> Command {
    // Named as a user types it, from the root; a relative program is looked up in our folder, not in the new one.
    let mut command = Command::new(tdf);
    if tdf.is_relative() && std::env::current_dir().is_ok_and(|here| here != root) {
        command = Command::new(root.join(tdf));
    }
    let words = line
        .split(' ')
        .map(|word| word.replace("RUN", run).replace("SIZE", &options.size))
        .map(|word| OsString::from(word.replace("MINUTES", &options.minutes.to_string())));
    command.args(words).current_dir(root);
    command
}

/// Runs a command with its output in a file, which appears when it is complete.
fn write_output(command: &mut Command, root: &Path, file: &str) -> Result<()> {
    let line = format!("{} > {file}", steps::line(command));
    println!("$ {line}");
    let partial = root.join(format!("{file}.partial"));
    let output = File::create(&partial).with_context(|| format!("{} could not be made", partial.display()))?;
    let status = command
        .stdout(output)
        .status()
        .with_context(|| format!("`{line}` could not be started"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    fs::rename(&partial, root.join(file)).with_context(|| format!("{file} could not be written"))
}

/// What `tdf eval` found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    tasks: usize,
    solved: usize,
    /// The first solved tasks: target and program.
    found: Vec<(String, String)>,
}

impl Outcome {
    fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("results.jsonl");
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut outcome = Self::default();
        for (index, line) in text.lines().enumerate() {
            let result: Value =
                serde_json::from_str(line).with_context(|| format!("{}:{}: no JSON", path.display(), index + 1))?;
            outcome.add(&result);
        }
        Ok(outcome)
    }

    fn add(&mut self, result: &Value) {
        self.tasks += 1;
        if result["solved"] != Value::Bool(true) {
            return;
        }
        self.solved += 1;
        if let (Some(target), Some(program), true) = (
            result["target"].as_str(),
            result["program"].as_str(),
            self.found.len() < SHOWN,
        ) {
            self.found.push((target.to_owned(), program.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_can_be_typed() {
        let root = std::env::current_dir().unwrap();
        let options = Options {
            from_scratch: true,
            minutes: 10.0,
            size: SHIPPED_SIZE.to_owned(),
        };
        let command = command(&root, Path::new("target/release/tdf"), TRAIN, RUN, &options);
        assert_eq!(
            steps::line(&command),
            "target/release/tdf train --domain rainbow --preset tiny --set program.size=2..=4 --set train.minutes=10 \
             --run target/demo/run"
        );
    }

    #[test]
    fn results_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let lines = [
            r#"{"task":0,"solved":true,"program":"(Box red)","target":"(Box red)"}"#,
            r#"{"task":1,"solved":false,"program":null,"target":"(Ball red)"}"#,
        ];
        fs::write(folder.path().join("results.jsonl"), lines.join("\n")).unwrap();
        let outcome = Outcome::read(folder.path()).unwrap();
        assert_eq!((outcome.tasks, outcome.solved, outcome.found.len()), (2, 1, 1));
        fs::write(folder.path().join("results.jsonl"), "{\n").unwrap();
        assert!(format!("{:#}", Outcome::read(folder.path()).unwrap_err()).contains("results.jsonl:1"));
    }

    #[test]
    fn minutes_are_above_zero() {
        assert_eq!(minutes("0.5"), Ok(0.5));
        for bad in ["0", "-1", "inf", "ten"] {
            assert!(minutes(bad).is_err(), "{bad}");
        }
    }
}

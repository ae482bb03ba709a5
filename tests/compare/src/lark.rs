//! Lark's LALR parser, in Python.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::json;

use crate::Answer;
use crate::subject::{Subject, rules};

const VERSION: &str = "lark==1.3.1";

/// The interpreter of a virtual environment with Lark, made on the first run.
pub fn environment() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv");
    let python = folder.join("bin/python");
    if !python.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let there = Command::new(&python)
        .args(["-c", "import lark"])
        .stderr(Stdio::null())
        .status();
    if !there.is_ok_and(|status| status.success()) {
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", VERSION]))?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("{command:?} could not be started"))?;
    if !status.success() {
        bail!("{command:?} failed ({status})");
    }
    Ok(())
}

#[derive(Deserialize)]
struct Reply {
    /// The token classes allowed, ascending; the end is the number of token classes.
    token_classes: Vec<Vec<Vec<usize>>>,
    nanoseconds: f64,
}

/// `None` if Lark finds conflicts: its tables are LALR(1).
pub fn steps(python: &Path, subject: &Subject) -> Result<Option<Answer>> {
    let grammar = subject.language.grammar();
    let token_classes = |program: &Vec<u32>| -> Vec<usize> {
        let kind = |&id: &u32| grammar.tokens[id as usize].token_class.index();
        program.iter().map(kind).collect()
    };
    let declared: Vec<String> = (0..grammar.token_classes.len())
        .map(|kind| format!("K{kind}"))
        .collect();
    let task = json!({
        "grammar": format!("{}%declare {}\n", rules(subject.language.grammar()), declared.join(" ")),
        "token_classes": grammar.token_classes.len(),
        "programs": subject.programs.iter().map(token_classes).collect::<Vec<_>>(),
    });
    let mut child = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lark_steps.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("python could not be started")?;
    let mut input = child.stdin.take().context("no input to python")?;
    input.write_all(task.to_string().as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{}: the Python script failed", subject.name);
    }
    let Some(reply) = serde_json::from_slice::<Option<Reply>>(&output.stdout)? else {
        return Ok(None);
    };
    let tokens = |token_classes: &Vec<usize>| -> Vec<u32> {
        let mut ids: Vec<u32> = Vec::new();
        for &kind in token_classes {
            match grammar.token_classes.get(kind) {
                Some(kind) => ids.extend(kind.tokens.iter().map(|t| t.0)),
                None => ids.push(subject.end()),
            }
        }
        ids.sort_unstable();
        ids
    };
    Ok(Some(Answer {
        allowed: reply
            .token_classes
            .iter()
            .map(|p| p.iter().map(tokens).collect())
            .collect(),
        nanoseconds: reply.nanoseconds,
    }))
}

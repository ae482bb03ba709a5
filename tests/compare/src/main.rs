//! Masks of tdf, of llguidance and of Lark's `accepts()` on the same grammars and programs: whether they allow the same
//! tokens at every step, and how long a step takes.
//!
//! A *step* asks which tokens may come next and takes the next one of a given program; the last step of a program takes
//! its end. Every tool works on whole tokens: llguidance, which reads bytes, gets a vocabulary and a grammar in which
//! each token is its text and one blank, so that no token is the beginning of another and blanks leave nothing to
//! decide. Lark gets token classes as terminals, without a lexer. No budget holds, since only tdf has one; tdf with a
//! budget is timed beside it.
//!
//! Names in scope are compared alone: llguidance has no means for them and gets the grammar in which every name can stand
//! everywhere.

mod lark;
mod llg;
mod ours;
#[path = "../../../framework/tdf-tree/benches/scoped/mod.rs"]
#[allow(dead_code, reason = "the benchmarks also measure sizes")]
mod scoped;
mod scopes;
mod subject;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::subject::Subject;

/// Sequences of a batch.
const BATCH: usize = 512;

/// What a tool says of one grammar.
#[derive(Debug)]
pub struct Answer {
    /// The tokens allowed at each step of each program that was checked, ascending; the end is the number of tokens.
    pub allowed: Vec<Vec<Vec<u32>>>,
    /// Nanoseconds a step.
    pub nanoseconds: f64,
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shipped: Vec<PathBuf> = ["csg2d", "tinysvg", "rainbow"]
        .map(|name| root.join(format!("grammars/{name}.lalrpop")))
        .into();
    let corpus = files(&root.join("tests/grammars/pass"))?;
    let python = lark::environment()?;

    println!("the same tokens allowed at every step?");
    let (mut grammars, mut steps, mut skipped) = (0, 0, Vec::new());
    for path in shipped.iter().chain(&corpus) {
        let Some(subject) = Subject::read(path, 64)? else {
            skipped.push(subject::name(path));
            continue;
        };
        let ours = ours::steps(&subject);
        same(&subject, "llguidance", &ours, &llg::steps(&subject)?.allowed)?;
        match lark::steps(&python, &subject)? {
            Some(theirs) => same(&subject, "Lark", &ours, &theirs.allowed)?,
            None => println!("  {}: not LALR(1), without Lark", subject.name),
        }
        grammars += 1;
        steps += subject.steps();
    }
    println!(
        "  yes: {grammars} grammars, {steps} steps; left out: {}",
        skipped.join(", ")
    );

    println!("\nnanoseconds a step, one thread, {BATCH} programs of size 8, the least of three runs");
    println!(
        "{:<10} {:>8} {:>12} {:>14} {:>14} {:>12} {:>12}",
        "grammar", "steps", "tdf: an id", "tdf: a bitmap", "tdf: size <= 8", "llguidance", "Lark"
    );
    for path in &shipped {
        let Some(subject) = Subject::read(path, BATCH)? else {
            bail!("{} cannot be compared", path.display());
        };
        let [id, bitmap, budget] = ours::time(&subject);
        let llguidance = llg::steps(&subject)?.nanoseconds;
        let lark = lark::steps(&python, &subject)?
            .context("a shipped grammar is LALR(1)")?
            .nanoseconds;
        println!(
            "{:<10} {:>8} {id:>12.1} {bitmap:>14.1} {budget:>14.1} {llguidance:>12.0} {lark:>12.0}",
            subject.name,
            subject.steps()
        );
    }

    scopes::compare()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.map(|e| Ok(e?.path())).collect::<Result<_>>()?;
    files.retain(|f| f.extension().is_some_and(|e| e == "lalrpop"));
    files.sort();
    Ok(files)
}

fn same(subject: &Subject, tool: &str, ours: &[Vec<Vec<u32>>], theirs: &[Vec<Vec<u32>>]) -> Result<()> {
    for (program, (ours, theirs)) in subject.programs.iter().zip(ours.iter().zip(theirs)) {
        for (step, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            if ours != theirs {
                bail!(
                    "{}: after {:?} tdf allows {:?}, {tool} {:?}",
                    subject.name,
                    subject.words(&program[..step]),
                    subject.words(ours),
                    subject.words(theirs)
                );
            }
        }
        if ours.len() != theirs.len() {
            bail!("{}: {tool} stops in {:?}", subject.name, subject.words(program));
        }
    }
    Ok(())
}

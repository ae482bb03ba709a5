//! Commands that are shown as they can be typed, and named steps with their times.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Shows a command and runs it with our own input and output.
pub fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", line(command));
    let status = command
        .status()
        .with_context(|| format!("`{}` could not be started", line(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// A command as it can be typed; the programs are ours, so that the folder of the toolchain's cargo says nothing.
pub fn line(command: &Command) -> String {
    let program = command.get_program();
    let program = match std::path::Path::new(program).file_stem() {
        Some(stem) if stem == "cargo" => stem,
        _ => program,
    };
    let set = command.get_envs().filter_map(|(key, value)| Some((key, value?)));
    let mut words: Vec<String> = set
        .map(|(key, value)| format!("{}={}", key.display(), quoted(value)))
        .collect();
    words.extend(
        std::iter::once(program)
            .chain(command.get_args())
            .map(|word| quoted(word).into_owned()),
    );
    words.join(" ")
}

fn quoted(word: &OsStr) -> Cow<'_, str> {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+./,:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', r"'\''")).into()
    }
}

#[derive(Debug, Default)]
pub struct Steps {
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Runs a step; after a failure the table shows how far it got.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n=== {name}");
        let start = Instant::now();
        let result = work();
        self.done.push((name.to_owned(), start.elapsed()));
        result
            .inspect_err(|_| println!("\n{}", self.table("FAILED")))
            .with_context(|| format!("step `{name}`"))
    }

    /// The table of steps and seconds, with the outcome of the last one.
    pub fn table(&self, last: &str) -> String {
        let width = self
            .done
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or(0)
            .max("total".len());
        let mut table = String::new();
        for (index, (name, time)) in self.done.iter().enumerate() {
            let outcome = if index + 1 == self.done.len() { last } else { "ok" };
            table += &format!("{name:width$}  {:8.1} s  {outcome}\n", time.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|(_, time)| *time).sum();
        table + &format!("{:width$}  {:8.1} s", "total", total.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_pasted_into_a_shell() {
        let mut command = Command::new("/some/toolchain/bin/cargo");
        command
            .env("RUSTDOCFLAGS", "-D warnings")
            .args(["doc", "--size", "2..=4", "it's", ""]);
        assert_eq!(
            line(&command),
            r"RUSTDOCFLAGS='-D warnings' cargo doc --size 2..=4 'it'\''s' ''"
        );
    }

    #[test]
    fn a_failed_step_is_named_and_ends_the_table() {
        let mut steps = Steps::default();
        steps.step("first", || Ok(())).unwrap();
        let error = steps.step("second", || bail!("no luck")).unwrap_err();
        assert_eq!(format!("{error:#}"), "step `second`: no luck");
        let table = steps.table("FAILED");
        let rows: Vec<&str> = table.lines().collect();
        assert!(rows[0].starts_with("first") && rows[0].ends_with("ok"), "{table}");
        assert!(rows[1].starts_with("second") && rows[1].ends_with("FAILED"), "{table}");
        assert!(rows[2].starts_with("total"), "{table}");
    }
}

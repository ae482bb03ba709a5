//! `--help` teaches: every command has examples, and they work.

use crate::shell::Shell;
use crate::tool::{TestDir, repository};

/// The commands that `tdf --help` lists.
pub fn commands() -> Vec<String> {
    let help = TestDir::new().tdf("--help").ok();
    let (_, list) = help.split_once("Commands:\n").expect("a list of commands");
    let list = list.split("\n\n").next().unwrap_or_default();
    let name = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    let names: Vec<String> = list
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(name)
        .filter(|name| name != "help")
        .collect();
    assert!(names.len() > 10, "{help}");
    names
}

/// The lines that the help of a command gives as examples.
fn examples(command: &str) -> Vec<String> {
    let help = TestDir::new().tdf(&format!("{command} --help")).ok();
    let lines = help.lines().filter_map(|line| line.trim_start().strip_prefix("$ "));
    lines.map(str::to_owned).collect()
}

#[test]
fn every_command_has_examples() {
    for command in commands() {
        let examples = examples(&command);
        assert!((1..=3).contains(&examples.len()), "{command}: {examples:?}");
        for example in examples {
            assert!(example.contains(&format!("tdf {command}")), "{command}: {example}");
        }
    }
}

/// The language that the examples call `my-dsl`. The tutorial builds one of that name.
const LANGUAGE: &str = "helped-dsl";

/// Makes what the examples speak of: programs, their images, tasks, a language, a trained network.
fn prepare(shell: &mut Shell) {
    let checkpoint = repository("examples/checkpoints/rainbow-tiny");
    let experiments = repository("examples/experiments");
    let lark = repository("examples/lark/calculator.lark");
    let lines = format!(
        "tdf new {LANGUAGE}\n\
         tdf sample --domain rainbow -n 5 --size 2..=4 > programs.txt\n\
         tdf render --domain rainbow programs.txt --out images\n\
         tdf tasks --domain rainbow -n 64 --size 2..=3 > tasks.jsonl\n\
         tdf eval --method anneal --tasks tasks.jsonl --shard 1/2 --budget 50 --out half-1\n\
         tdf eval --method anneal --tasks tasks.jsonl --shard 2/2 --budget 50 --out half-2\n\
         mkdir runs examples\n\
         cp '{}' .\n\
         cp -r '{}' runs/rainbow\n\
         cp -r '{}' examples/experiments",
        lark.display(),
        checkpoint.display(),
        experiments.display()
    );
    shell.run(&lines).ok();
}

#[test]
fn every_example_works() {
    let mut shell = Shell::new("help");
    prepare(&mut shell);
    for command in commands() {
        // These make what the others use.
        match command.as_str() {
            "new" => shell.run("mkdir new; cd new").ok(),
            "train" => shell.run("mv runs runs-before").ok(),
            _ => String::new(),
        };
        for example in examples(&command) {
            let example = example.replace("my-dsl", LANGUAGE);
            // A server ends by Ctrl-C alone.
            let (line, code) = match command.as_str() {
                "studio" => (format!("timeout --preserve-status -s INT 3 {example}"), 130),
                _ => (example, 0),
            };
            let ended = shell.run(&line);
            assert_eq!(ended.code, Some(code), "$ {line}\n{}{}", ended.out, ended.err);
        }
        match command.as_str() {
            "new" => shell.run("cd ..").ok(),
            "train" => shell.run("rm -r runs; mv runs-before runs").ok(),
            _ => String::new(),
        };
    }
}

//! Shells complete what can be typed, and there is a manual.

use std::process::{Command, Output};

use crate::help::commands;
use crate::tool::TestDir;

/// Runs a program if it is there.
fn run(dir: &TestDir, program: &str, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(dir.path(""))
        .env("MANROFFSEQ", "")
        .env("LC_ALL", "C.UTF-8");
    command.output().ok()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_shell_gets_a_script() {
    let dir = TestDir::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = dir.tdf(&format!("completions {shell}")).ok();
        assert!(script.contains("TDF_COMPLETE"), "{shell}: {script}");
        dir.write(shell, script);
        let checked = match shell {
            "powershell" | "elvish" => None,
            _ => run(&dir, shell, &["-n", shell]),
        };
        if let Some(output) = checked {
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{}",
                text(&output.stderr)
            );
        }
    }
    dir.tdf("completions tcsh").fails(2);
}

/// What the script of a shell gets for a line.
fn answers(dir: &TestDir, shell: &str, line: &str) -> String {
    let mut command = dir.command(&format!("-- {line}"));
    command.env("TDF_COMPLETE", shell);
    // The others count the words themselves.
    let words = line.split_whitespace().count();
    command.env("_CLAP_COMPLETE_INDEX", (words - 1).to_string());
    text(&command.output().expect("tdf starts").stdout)
}

#[test]
fn every_shell_completes_commands_keys_and_values() {
    let dir = TestDir::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        for (line, expected) in [
            ("tdf train --set noise.ch", "noise.choice="),
            ("tdf search --set search.method=be", "search.method=beam"),
        ] {
            let answers = answers(&dir, shell, line);
            // Zsh and fish show a meaning behind each word; zsh quotes colons.
            assert!(answers.contains(expected), "{shell}: {line}: {answers}");
            assert_eq!(answers.trim_end().lines().count(), 1, "{shell}: {line}: {answers}");
        }
    }
    let known = answers(&dir, "fish", "tdf t");
    for command in commands().iter().filter(|command| command.starts_with('t')) {
        assert!(known.contains(command.as_str()), "{command}: {known}");
    }
    // Fish shows what a key does.
    let about = answers(&dir, "fish", "tdf train --set train.clip");
    assert!(
        about.starts_with("train.clip=\tGreatest norm of the gradient"),
        "{about}"
    );
}

#[test]
fn bash_completes_commands_options_and_values() {
    let dir = TestDir::new();
    dir.write("tdf.bash", dir.tdf("completions bash").ok());
    let path = std::env::var("PATH").unwrap_or_default();
    let tdf = std::path::Path::new(env!("CARGO_BIN_EXE_tdf"))
        .parent()
        .expect("a folder");
    let completed = |words: &str, current: &str| {
        // What bash does when the tabulator is pressed behind the last word: `words` are those that it breaks the line
        // into, `current` is the part of the last one that the completion replaces.
        let script = format!(
            "PATH={}:{path}; source ./tdf.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _tdf tdf \"{current}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; echo ${{COMPREPLY[@]}}",
            tdf.display()
        );
        let output = run(&dir, "bash", &["-c", &script])?;
        assert_eq!(text(&output.stderr), "", "{words}");
        Some(text(&output.stdout))
    };
    for (words, current, expected) in [
        ("tdf sam", "sam", "sample\n"),
        ("tdf sample --weigh", "--weigh", "--weighting\n"),
        ("tdf tasks --domain rai", "rai", "rainbow\n"),
        ("tdf search --method b", "b", "beam\n"),
        ("tdf train --preset ''", "", "tiny best paper\n"),
        ("tdf train --set no", "no", NOISE),
        // Bash breaks words at `=`; only what stands behind it is replaced.
        ("tdf train --set noise.choice =", "", "size rule uniform\n"),
        ("tdf train --set noise.choice = si", "si", "size\n"),
        ("tdf train --set noise.simplify_targets = t", "t", "true\n"),
        ("tdf train --set noise.choice = size --pre", "--pre", "--preset\n"),
        ("tdf render --set domain.comp", "domain.comp", "domain.composition=\n"),
    ] {
        if let Some(words_completed) = completed(words, current) {
            assert_eq!(words_completed, expected, "{words}");
        }
    }
}

const NOISE: &str =
    "noise.steps= noise.rho= noise.max_edit_size= noise.choice= noise.redraws= noise.labels= noise.simplify_targets=\n";

#[test]
fn there_is_a_page_for_every_command() {
    let dir = TestDir::new();
    dir.tdf("man --out pages").ok();
    let mut expected: Vec<String> = commands().iter().map(|name| format!("tdf-{name}.1")).collect();
    expected.push("tdf.1".to_owned());
    expected.sort();
    assert_eq!(dir.list("pages"), expected);
    assert_eq!(dir.tdf("man").ok(), dir.read("pages/tdf.1"));
    assert_eq!(dir.tdf("man sample").ok(), dir.read("pages/tdf-sample.1"));
    for page in expected {
        let path = format!("pages/{page}");
        let source = dir.read(&path);
        for section in [
            "NAME",
            "SYNOPSIS",
            "OPTIONS",
            if page == "tdf.1" { "SUBCOMMANDS" } else { "EXAMPLES" },
        ] {
            assert!(source.contains(&format!(".SH {section}\n")), "{page}: {section}");
        }
        // The formatter's complaints go to standard error.
        for (program, arguments) in [
            ("man", vec!["--warnings", "-E", "UTF-8", "-Tutf8", "-Z", "-l", &path]),
            ("mandoc", vec!["-T", "lint", "-W", "error", &path]),
        ] {
            if let Some(output) = run(&dir, program, &arguments) {
                assert_eq!(text(&output.stderr), "", "{program} {page}");
                assert!(output.status.success(), "{program} {page}: {}", text(&output.stdout));
            }
        }
    }
    let err = dir.tdf("man smaple").fails(1);
    assert!(
        err.contains("there is no such command; there are") && err.contains("sample"),
        "{err}"
    );
}

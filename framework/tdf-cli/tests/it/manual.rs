//! Shells complete what can be typed, and there is a manual.

use std::process::{Command, Output};

use crate::help::commands;
use crate::tool::Place;

/// Runs a program if it is there.
fn run(place: &Place, program: &str, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(place.path(""))
        .env("MANROFFSEQ", "")
        .env("LC_ALL", "C.UTF-8");
    command.output().ok()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_shell_gets_a_script() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.tdf(&format!("completions {shell}")).ok();
        for word in commands() {
            assert!(script.contains(&word), "{shell}: {word}");
        }
        // The other two do not complete values.
        if ["bash", "zsh", "fish"].contains(&shell) {
            assert!(script.contains("rainbow") && script.contains("tinysvg"), "{shell}");
        }
        place.write(shell, script);
        let checked = match shell {
            "powershell" | "elvish" => None,
            _ => run(&place, shell, &["-n", shell]),
        };
        if let Some(output) = checked {
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{}",
                text(&output.stderr)
            );
        }
    }
    place.tdf("completions tcsh").fails(2);
}

#[test]
fn bash_completes_commands_options_and_domains() {
    let place = Place::new();
    place.write("tdf.bash", place.tdf("completions bash").ok());
    let completed = |words: &str| {
        // What bash does when the tabulator is pressed behind the last word.
        let script = format!(
            "source ./tdf.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _tdf tdf \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; echo ${{COMPREPLY[@]}}"
        );
        run(&place, "bash", &["-c", &script]).map(|output| text(&output.stdout))
    };
    for (words, expected) in [
        ("tdf sam", "sample\n"),
        ("tdf sample --weigh", "--weighting\n"),
        ("tdf tasks --domain rai", "rainbow\n"),
        ("tdf search --method b", "beam\n"),
    ] {
        if let Some(words_completed) = completed(words) {
            assert_eq!(words_completed, expected, "{words}");
        }
    }
}

#[test]
fn there_is_a_page_for_every_command() {
    let place = Place::new();
    place.tdf("man --out pages").ok();
    let mut expected: Vec<String> = commands().iter().map(|name| format!("tdf-{name}.1")).collect();
    expected.push("tdf.1".to_owned());
    expected.sort();
    assert_eq!(place.list("pages"), expected);
    assert_eq!(place.tdf("man").ok(), place.read("pages/tdf.1"));
    assert_eq!(place.tdf("man sample").ok(), place.read("pages/tdf-sample.1"));
    for page in expected {
        let path = format!("pages/{page}");
        let source = place.read(&path);
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
            if let Some(output) = run(&place, program, &arguments) {
                assert_eq!(text(&output.stderr), "", "{program} {page}");
                assert!(output.status.success(), "{program} {page}: {}", text(&output.stdout));
            }
        }
    }
    let err = place.tdf("man smaple").fails(1);
    assert!(
        err.contains("there is no such command; there are") && err.contains("sample"),
        "{err}"
    );
}

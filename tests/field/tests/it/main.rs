//! The program as it is called: over the grammars of this repository, and with faults that it must find.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The limits of time are wide, since tests are not optimised.
fn field(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tdf-field"));
    command.current_dir(root());
    if !arguments.contains(&"--read-seconds") {
        command.args(["--read-seconds", "100"]);
    }
    command.args(["--programs", "9", "--tokens", "300"]);
    command.args(arguments).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The lines of JSON of a run.
fn rows(arguments: &[&str]) -> (Output, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.jsonl");
    let output = field(&[&["--json", file.to_str().unwrap()], arguments].concat());
    let lines = std::fs::read_to_string(&file).unwrap_or_default();
    let rows = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output, rows)
}

#[test]
fn the_grammars_of_this_repository_show_no_fault() {
    let (output, rows) = rows(&["grammars", "examples", "tests/grammars/pass", "tests/grammars/lark"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    for name in ["`rainbow.lalrpop`", "`lark/calculator.lark`"] {
        assert!(table.contains(name), "{table}");
    }
    assert!(rows.len() > 30);
    for row in rows {
        if row["verdict"] != "accepted" {
            continue;
        }
        assert!(row["programs"].as_u64().unwrap() > 0, "{row}");
        assert!(
            row["no_masks"].is_string() || row["mask_tokens"].as_u64().unwrap() >= 300,
            "{row}"
        );
    }
}

/// A check that finds nothing wrong must be one that could.
#[test]
fn planted_faults_are_found() {
    let cases = [
        ("mask-missing", "masks", "the recogniser alone"),
        ("mask-extra", "masks", "the mask alone allows"),
        ("dead-end", "dead-end", "nothing may follow"),
        ("print", "round-trip", "cannot be parsed"),
        ("panic", "panic", "a planted panic"),
        ("hang", "hang", "more than 1 s"),
        ("block", "hang", "more than 1 s"),
        ("memory", "memory", "more than 200 MiB"),
    ];
    for (plant, kind, message) in cases {
        let seconds = if ["hang", "block"].contains(&plant) { "1" } else { "100" };
        let (output, rows) = rows(&[
            "--plant",
            plant,
            "--memory",
            "200",
            "grammars/rainbow.lalrpop",
            "--read-seconds",
            seconds,
        ]);
        assert_eq!(output.status.code(), Some(1), "{plant}: {}", text(&output.stderr));
        assert_eq!(rows[0]["verdict"]["fault"], kind, "{}", rows[0]);
        assert!(rows[0]["message"].as_str().unwrap().contains(message), "{}", rows[0]);
    }
}

#[test]
fn a_refused_grammar_is_no_fault_and_has_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let grammars = [
        ("ambiguous", r#"grammar; pub Row: () = { Row Row => (), "a" => () };"#),
        ("endless", r#"grammar; pub Row: () = { "(" Row ")" => () };"#),
    ];
    for (name, grammar) in grammars {
        std::fs::write(folder.path().join(format!("{name}.lalrpop")), grammar).unwrap();
    }
    let (output, rows) = rows(&["--lalrpop", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    for (row, (message, stock)) in rows.iter().zip([("ambiguous", "refused"), ("ever ends", "taken")]) {
        assert_eq!(row["verdict"], "refused");
        assert!(row["message"].as_str().unwrap().contains(message), "{row}");
        assert_eq!(row["stock"]["verdict"], stock, "{row}");
        assert!(table.contains(message), "{table}");
    }
    assert!(table.contains("their own tools refuse 1 too and take 1."), "{table}");
}

#[test]
fn a_real_parser_is_asked_about_each_program() {
    let (output, rows) = rows(&["--accept", "grep -q Ball", "grammars/rainbow.lalrpop"]);
    assert_eq!(output.status.code(), Some(0));
    let accepted = &rows[0]["accepted"];
    let (yes, of) = (accepted["accepted"].as_u64().unwrap(), accepted["of"].as_u64().unwrap());
    assert!(0 < yes && yes < of, "{accepted}");
    assert!(!accepted["refused"][0].as_str().unwrap().contains("Ball"));
    assert!(text(&output.stdout).contains(&format!("{yes} of {of}")));
}

#[test]
fn another_tool_is_asked_about_the_grammar() {
    let (_, rows) = rows(&["--stock-for", ".lark", "exit 1", "examples/lark/calculator.lark"]);
    assert_eq!(rows[0]["stock"]["verdict"], "refused");
    let (_, rows) = self::rows(&["--stock-for", ".lark", "test -f {}", "examples/lark/calculator.lark"]);
    assert_eq!(rows[0]["stock"]["verdict"], "taken");
}

#[test]
fn bad_arguments_are_one_error() {
    for (arguments, message) in [
        (["nowhere"], "nowhere: "),
        (["tests/field/src"], "there is no .lalrpop and no .lark file"),
    ] {
        let output = field(&arguments);
        assert_eq!(output.status.code(), Some(2));
        let error = text(&output.stderr);
        assert!(error.starts_with("error: ") && error.contains(message), "{error}");
    }
}

//! Standard streams that cannot be read or written, and inputs that are no regular files.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use crate::attack::{Limits, TINY, attack, attack_within, tiny_run};
use crate::tool::TestDir;

/// A device that every write to fails, as on a full disk.
fn full() -> Stdio {
    OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("the device")
        .into()
}

/// A pipe that nobody reads.
fn unread() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

/// What it says is never worth the work. The commands say something: solve rates, an image that is fitted, an error.
#[test]
fn standard_error_that_cannot_be_written() {
    let place = TestDir::new();
    tiny_run(&place);
    place.write("program.txt", place.tdf("sample --domain csg2d --size 2").ok());
    attack(&place, "render --domain csg2d program.txt --out images").ok();
    let telling = TINY.replace("evaluate.tasks=0", "evaluate.tasks=2");
    let train = format!("train --domain rainbow --set train.steps=3 --set train.evaluate_every=1 {telling}");
    for (line, code) in [
        (format!("{train} --run RUN"), 0),
        (
            "search --run run --target images/00000.png --budget 2 --set search.budget=2".to_owned(),
            0,
        ),
        ("parse --domain rainbow nowhere.txt".to_owned(), 1),
        ("sample --nothing-of-the-kind".to_owned(), 2),
    ] {
        let talks = place.tdf(&line.replace("RUN", "loud"));
        assert!(!talks.err.is_empty(), "{line} says nothing");
        for (name, err) in [("full", full()), ("unread", unread())] {
            let mut command = place.command(&line.replace("RUN", name));
            let output = command.stderr(err).output().expect("tdf starts");
            assert_eq!(output.status.code(), Some(code), "{line}, {name}: {:?}", output.status);
        }
        let tdf = place.command(&line.replace("RUN", "closed"));
        let mut closed = Command::new("sh");
        closed.args(["-c", "exec \"$@\" 2>&-", "sh"]);
        closed.arg(tdf.get_program()).args(tdf.get_args());
        let status = closed
            .current_dir(place.path(""))
            .stdout(Stdio::null())
            .status()
            .expect("sh starts");
        assert_eq!(status.code(), Some(code), "{line}, closed: {status:?}");
    }
}

/// Results that are lost are an error; a reader who has seen enough is not.
#[test]
fn standard_output_that_cannot_be_written() {
    let place = TestDir::new();
    for line in [
        "sample --domain rainbow -n 9",
        "--help",
        "--version",
        "completions bash",
    ] {
        let run = |out: Stdio| {
            let output = place
                .command(line)
                .stdout(out)
                .stderr(Stdio::piped())
                .output()
                .expect("tdf starts");
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stderr).into_owned(),
            )
        };
        let (code, err) = run(full());
        assert_eq!(code, Some(1), "{line}: {err}");
        assert!(err.contains("standard output: No space left"), "{line}: {err}");
        let (code, err) = run(unread());
        assert_eq!((code, &*err), (Some(0), ""), "{line}");
    }
}

/// A folder that cannot be used is told before the work; the result of a search is printed whatever happens to its page.
#[test]
fn a_search_does_not_lose_its_result() {
    let place = TestDir::new();
    tiny_run(&place);
    place.write("program.txt", place.tdf("sample --domain rainbow --size 2").ok());
    attack(&place, "render --domain rainbow program.txt --out images").ok();
    place.write("file", "");
    let search = "search --run run --target images/00000.png --budget 2";
    let err = attack(&place, &format!("{search} --out file/found")).fails(1);
    assert!(err.contains("file: is a file, a folder is wanted"), "{err}");
    // In the place of the page is a folder.
    std::fs::create_dir_all(place.path("found/index.html/below")).expect("a folder");
    let ended = attack(&place, &format!("{search} --out found"));
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.out.contains("images/00000.png: "), "{}", ended.out);
    assert!(ended.err.contains("found/index.html"), "{}", ended.err);
}

/// The folder is looked at before anything else: here the other arguments name files that do not exist.
#[test]
fn folders_are_looked_at_first() {
    let place = TestDir::new();
    place.write("file", "");
    for line in [
        "search --run none --target none.png --out file",
        "eval --run none --tasks none.jsonl --out file",
        "compare none --out file/below",
        "export --run none --out file",
        "experiment none.toml --out file",
        "render --domain rainbow none.txt --out file",
        "train --grammar none.lalrpop --run file",
        "man --out file",
    ] {
        let err = attack(&place, line).fails(1);
        assert!(err.contains("file") && !err.contains("none"), "{line}: {err}");
    }
}

/// What stands in the place of a file, and what is said of it.
const NO_FILES: [(&str, &str); 4] = [
    ("pipe", "is a pipe"),
    ("zero", "is a device"),
    ("folder", "director"),
    ("socket", "is a socket"),
];

/// One error, at once, for every input file of every command.
#[test]
fn inputs_that_are_no_files() {
    let place = TestDir::new();
    tiny_run(&place);
    place.write(
        "tasks.jsonl",
        place.tdf("tasks --domain rainbow -n 2 --size 1..=2").ok(),
    );
    attack(&place, "eval --run run --tasks tasks.jsonl --budget 2 --out eval").ok();
    place.write("program.txt", place.tdf("sample --domain rainbow --size 2").ok());
    attack(&place, "render --domain rainbow program.txt --out images").ok();
    let grammar = std::fs::read(crate::tool::repository("framework/tdf-new/template/my-dsl.lalrpop"));
    place.write("lone.lalrpop", grammar.expect("a grammar"));

    let made = Command::new("mkfifo")
        .arg(place.path("pipe"))
        .status()
        .expect("mkfifo starts");
    assert!(made.success());
    std::fs::create_dir(place.path("folder")).expect("a folder");
    let _socket = std::os::unix::net::UnixListener::bind(place.path("socket")).expect("a socket");
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(from, place.path(to)).expect("a link");
    link("/dev/zero", "zero");

    let limits = Limits {
        seconds: 60,
        memory_mib: None,
    };
    for (what, said) in NO_FILES {
        for line in [
            "parse --domain rainbow X",
            "render --domain rainbow X --out drawn",
            "mutate --domain rainbow X",
            "check X",
            "sample --grammar X",
            "sample --plugin X",
            "search --run run --target X --budget 2",
            "eval --run run --tasks X --out other",
            "eval --tasks tasks.jsonl --predictions X --out other",
            "experiment X --check",
            "train --domain rainbow --config X --run other",
            "train --domain rainbow --set train.from=X --run other",
        ] {
            // What is no pipe takes the same way: a text and an image show it.
            if what != "pipe" && !["parse", "search"].iter().any(|command| line.starts_with(command)) {
                continue;
            }
            // A folder of images is a target; this one has none.
            let said = match (what, line.starts_with("search")) {
                ("folder", true) => "holds no PNG or JPEG file",
                _ => said,
            };
            let err = attack_within(&place, &line.replace('X', what), limits).fails(1);
            assert!(err.contains(what) && err.contains(said), "{line}, {what}: {err}");
            assert!(err.trim_end().lines().count() == 1, "{line}, {what}: {err}");
        }
        if what != "pipe" {
            continue;
        }
        // Files whose names are not given.
        for (file, line) in [
            ("run/config.toml", "search --run run --target images/00000.png"),
            (
                "run/checkpoints/model.safetensors",
                "search --run run --target images/00000.png",
            ),
            ("run/checkpoints/model.safetensors", "export --run run --out exported"),
            (
                "run/checkpoints/state.safetensors",
                "train --domain rainbow --run run --resume --set train.steps=4",
            ),
            (
                "run/metrics.csv",
                "train --domain rainbow --run run --resume --set train.steps=4",
            ),
            ("eval/summary.json", "compare eval --out compared"),
            ("eval/results.jsonl", "compare eval --out compared"),
            ("lone.toml", "render --grammar lone.lalrpop program.txt --out drawn"),
        ] {
            let kept = place.path("kept");
            let file = place.path(file);
            let is_there = file.exists();
            if is_there {
                std::fs::rename(&file, &kept).expect("a file");
            }
            std::os::unix::fs::symlink(place.path(what), &file).expect("a link");
            let err = attack_within(&place, line, limits).fails(1);
            assert!(err.contains(said), "{line}, {what}: {err}");
            std::fs::remove_file(&file).expect("the link");
            if is_there {
                std::fs::rename(&kept, &file).expect("a file");
            }
        }
    }
    assert!(!place.path("other").exists() && !place.path("drawn").exists());
}

/// Standard input may be a pipe.
#[test]
fn standard_input_is_read() {
    let place = TestDir::new();
    let programs = place.tdf("sample --domain rainbow --size 2").ok();
    let mut command = place.command("parse --domain rainbow -");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("tdf starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut pipe, programs.as_bytes()).expect("it reads");
    drop(pipe);
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success() && !output.stdout.is_empty());
}

//! Faulty input: one clear message with the place, the right exit code, nothing half-written.

use crate::tool::TestDir;

/// Files that are no programs, and what is said of them.
const FAULTY: [(&str, &[u8], &str); 3] = [
    ("empty.txt", b"", "empty.txt: no program in it"),
    (
        "binary.txt",
        b"(Box red)\n\xff\xfe\x00",
        "binary.txt: not a text file: byte 10 is not UTF-8",
    ),
    (
        "syntax.txt",
        b"(Box red)\n(Box (Ball red))\n",
        "syntax.txt:2:6: error: ",
    ),
];

#[test]
fn program_files() {
    let dir = TestDir::new();
    std::fs::create_dir(dir.path("folder")).expect("a folder");
    for command in ["parse", "mutate", "render --out images"] {
        for (name, bytes, message) in FAULTY {
            dir.write(name, bytes);
            let err = dir.tdf(&format!("{command} --domain rainbow {name}")).fails(1);
            assert!(err.contains(message), "{command} {name}: {err}");
        }
        let err = dir.tdf(&format!("{command} --domain rainbow nowhere.txt")).fails(1);
        assert!(err.contains("nowhere.txt: No such file"), "{err}");
        let err = dir.tdf(&format!("{command} --domain rainbow folder")).fails(1);
        assert!(err.contains("folder: is a directory"), "{err}");
    }
    assert!(
        !dir.path("images").exists(),
        "nothing is written before all programs are read"
    );
}

/// In Rust `3..8` ends at 7, for most people at 8.
#[test]
fn ranges_with_two_readings() {
    let dir = TestDir::new();
    let err = dir.tdf("sample --domain rainbow --size 3..8").fails(2);
    let advice = "write 3..=8 (with 8) or 3..=7 (without 8)";
    assert!(err.contains(advice), "{err}");
    assert!(dir.tdf("tasks --domain rainbow --size 3..8").fails(2).contains(advice));
    let set = "train --domain rainbow --run run --set program.size=3..8";
    assert!(dir.tdf(set).fails(1).contains(advice));
    dir.write("config.toml", "[program]\nsize = '3..8'\n");
    let file = "train --domain rainbow --run run --config config.toml";
    assert!(dir.tdf(file).fails(1).contains(advice));
    dir.write(
        "experiment.toml",
        "title = 'a'\ndomain = 'rainbow'\n[tasks]\nmost = 2\nper_minute = 2\nsize = '3..8'\n[[method]]\nname = 'random'\n",
    );
    assert!(dir.tdf("experiment experiment.toml --check").fails(1).contains(advice));
}

#[test]
fn features_without_a_grammar_file() {
    let err = TestDir::new().tdf("sample --domain rainbow --feature minus").fails(1);
    assert!(
        err.contains("--feature minus: features are those of a grammar file"),
        "{err}"
    );
}

#[test]
fn grammar_files() {
    let dir = TestDir::new();
    std::fs::create_dir(dir.path("folder")).expect("a folder");
    dir.write("empty.lalrpop", "");
    dir.write("binary.lalrpop", b"grammar;\n\xff\xfe");
    dir.write(
        "undefined.lalrpop",
        "grammar;\npub A: A = { \"a\" <b:Bb> => A { <> } };\nB: B = { \"b\" => B };\n",
    );
    let cases = [
        ("nowhere.lalrpop", "nowhere.lalrpop: "),
        ("folder", "folder: "),
        ("empty.lalrpop", "empty.lalrpop"),
        ("binary.lalrpop", "binary.lalrpop"),
        ("undefined.lalrpop", "undefined.lalrpop:2:"),
    ];
    for (name, message) in cases {
        for command in [
            format!("check {name}"),
            format!("sample --grammar {name}"),
            format!("train --grammar {name}"),
        ] {
            let err = dir.tdf(&command).fails(1);
            assert!(err.contains(message), "{command}: {err}");
        }
    }
}

#[test]
fn names_that_do_not_exist() {
    let dir = TestDir::new();
    let err = dir.tdf("sample --domain rainbw").fails(1);
    assert!(err.contains("rainbw") && err.contains("rainbow"), "{err}");
    let err = dir.tdf("sample --domain rainbow --start Colour").fails(1);
    assert!(err.contains("Colour") && err.contains("Color"), "{err}");
    let err = dir.tdf("mask --domain rainbow '( Circle'").fails(1);
    assert!(err.contains("no token begins at \"Circle\""), "{err}");
    let err = dir.tdf("mask --domain rainbow '( )'").fails(1);
    assert!(err.contains("\")\" cannot come at"), "{err}");
    let err = dir.tdf("path --domain rainbow '(Box red)' '(Box'").fails(1);
    assert!(err.contains("TO:1:"), "{err}");
}

#[test]
fn sizes_that_do_not_exist() {
    let dir = TestDir::new();
    let err = dir.tdf("sample --domain rainbow --size 0").fails(1);
    assert!(err.contains('0'), "{err}");
    let err = dir.tdf("mask --domain rainbow --budget 0").fails(1);
    assert!(err.contains("the least has size 1"), "{err}");
    let err = dir.tdf("sample --domain rainbow --size 5..=2").fails(2);
    assert!(err.contains("5..=2"), "{err}");
    let err = dir.tdf("sample --domain rainbow --size 3..=4000000000").fails(2);
    assert!(err.contains("4000000000"), "{err}");
    let err = dir
        .tdf("path --domain rainbow --max-edit-size 4000000000 '(Box red)' '(Ball red)'")
        .fails(2);
    assert!(err.contains("--max-edit-size"), "{err}");
}

#[test]
fn usage() {
    let dir = TestDir::new();
    for line in [
        "",
        "no-such-command",
        "sample",
        "sample --domain rainbow --grammar g",
        "train --domain rainbow --no-such-flag",
    ] {
        dir.tdf(line).fails(2);
    }
    assert!(dir.tdf("--help").ok().contains("Usage"));
}

#[test]
fn run_folders() {
    let dir = TestDir::new();
    dir.write("file", "no folder");
    std::fs::create_dir(dir.path("empty")).expect("a folder");
    dir.write("t.png", "no image");
    dir.write("tasks.jsonl", "");
    for (run, message) in [
        ("nowhere", "nowhere"),
        ("file", "file"),
        ("empty", "empty is not a run folder"),
    ] {
        for command in [
            format!("search --run {run} --target t.png"),
            format!("eval --run {run} --tasks tasks.jsonl --out out"),
        ] {
            let err = dir.tdf(&command).fails(1);
            assert!(err.contains(message), "{command}: {err}");
        }
    }
    assert!(!dir.path("out").exists());
}

#[test]
fn configuration() {
    let dir = TestDir::new();
    dir.write("bad.toml", "[train]\nbatch = 32\nlearning_rate = 3\n");
    let cases = [
        ("--preset small", "there is no such preset; there are tiny, best, paper"),
        ("--set train.bach=3", "train.batch"),
        ("--set train.batch=many", "train.batch"),
        ("--set train.batch=0", "train.batch"),
        ("--config bad.toml", "bad.toml:3"),
        ("--config nowhere.toml", "nowhere.toml"),
        ("--set program.size=5..=2", "program.size"),
    ];
    for (arguments, message) in cases {
        let err = dir.tdf(&format!("train --domain rainbow --run r {arguments}")).fails(1);
        assert!(err.contains(message), "{arguments}: {err}");
        assert!(!dir.path("r").exists(), "{arguments}");
    }
}

/// A device on which every write fails for want of space.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output() {
    let dir = TestDir::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    let output = dir
        .command("sample --domain rainbow")
        .stdout(full)
        .output()
        .expect("tdf starts");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("standard output: No space left"), "{err}");
}

#[test]
fn nobody_reads_standard_output() {
    let dir = TestDir::new();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = dir
        .command("sample --domain rainbow -n 100000")
        .stdout(writer)
        .output()
        .expect("tdf starts");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn outputs_in_the_way() {
    let dir = TestDir::new();
    dir.write("p.txt", "(Box red)\n");
    dir.write("out", "a file");
    let err = dir.tdf("render --domain rainbow p.txt --out out").fails(1);
    assert!(err.contains("out: is a file, a folder is wanted"), "{err}");
    assert_eq!(dir.read("out"), "a file");
}

#[test]
fn deep_programs_end_in_an_error_or_a_result() {
    let dir = TestDir::new();
    let deep = format!(
        "{}(Box red){}\n",
        "(Arrange h ".repeat(100_000),
        " (Box red))".repeat(100_000)
    );
    dir.write("deep.txt", &deep);
    assert_eq!(dir.tdf("parse --domain rainbow deep.txt").ok(), deep);
    let rendered = dir.tdf("render --domain rainbow deep.txt --out images");
    assert!(matches!(rendered.code, Some(0 | 1)), "{}", rendered.err);
    let open = "(Arrange h ".repeat(100_000);
    dir.write("open.txt", &open);
    dir.tdf("parse --domain rainbow open.txt").fails(1);
}

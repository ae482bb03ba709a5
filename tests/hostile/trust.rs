//! Folders that try to have code run.
//!
//! A library whose constructor makes a file, and a crate whose build script makes one, lie wherever data can name them. Data
//! must never spring such a trap.

use std::process::Command;

use crate::attack::{attack, tiny_run};
use crate::tool::{Ended, TestDir};

/// What a trap makes when it is sprung.
const MARKER: &str = "sprung";

/// Traps in `place`: `trap.so` by itself, `trap.lalrpop` with a `.toml` that names it, and `crate/trap.lalrpop` with a
/// `.toml` that names a crate.
fn set_traps(place: &TestDir) {
    let marker = place.path(MARKER);
    place.write(
        "trap.c",
        format!(
            "#include <stdio.h>\n__attribute__((constructor)) static void spring(void) {{\n    FILE *f = fopen({:?}, \"w\");\n    \
             if (f) fclose(f);\n}}\n",
            marker.display()
        ),
    );
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let built = Command::new(compiler)
        .args(["-fPIC", "-shared", "-o", "trap.so", "trap.c"])
        .current_dir(place.path(""))
        .status()
        .expect("these tests need a C compiler");
    assert!(built.success());

    let folder = |name: &str| std::fs::create_dir_all(place.path(name)).expect("a folder");
    let manifest = |key: &str| format!("[domain]\nname = \"trapped\"\ngrammar = \"trap.lalrpop\"\n{key}\n");
    place.write("trap.lalrpop", GRAMMAR);
    place.write("trap.toml", manifest("plugin = \"trap.so\""));
    folder("crate/src");
    place.write("crate/trap.lalrpop", GRAMMAR);
    place.write("crate/trap.toml", manifest("crate = \".\""));
    place.write(
        "crate/Cargo.toml",
        "[package]\nname = \"trap\"\nedition = \"2021\"\n[lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n",
    );
    place.write("crate/src/lib.rs", "");
    place.write(
        "crate/build.rs",
        format!(
            "fn main() {{ std::fs::write({:?}, \"\").unwrap(); }}\n",
            marker.display()
        ),
    );
}

/// Of no built-in domain.
const GRAMMAR: &str = "grammar;\npub A: A = { \"trap\" => A::Trap, \"door\" => A::Door };\n";

/// Runs a command, which must not spring a trap.
fn safe(place: &TestDir, line: &str) -> Ended {
    let ended = attack(place, line);
    assert!(
        !place.path(MARKER).exists(),
        "`tdf {line}` ran code that only a file names: {}{}",
        ended.out,
        ended.err
    );
    ended
}

/// Runs a command of which the user names the trap, which is sprung.
fn sprung(place: &TestDir, line: &str) {
    attack(place, line).fails(1);
    let marker = place.path(MARKER);
    assert!(marker.exists(), "the trap does not work: `tdf {line}`");
    std::fs::remove_file(marker).expect("the marker");
}

/// Files that bring a domain, as a folder may record them.
fn origins(place: &TestDir) -> Vec<String> {
    let absolute = |name: &str| place.path(name).display().to_string();
    vec![
        absolute("trap.so"),
        absolute("trap.lalrpop"),
        absolute("crate/trap.lalrpop"),
        // Older versions took these from the folder of the run.
        "../trap.so".to_owned(),
        "../trap.lalrpop".to_owned(),
    ]
}

/// A library and a crate.
fn some_origins(place: &TestDir) -> [String; 2] {
    ["trap.so", "crate/trap.lalrpop"].map(|name| place.path(name).display().to_string())
}

/// Makes the run in `folder` say that it is on `domain`, which `origin` brought.
fn forge_run(place: &TestDir, folder: &str, domain: &str, origin: &str) {
    let file = format!("{folder}/config.toml");
    let config: String = place
        .read(&file)
        .lines()
        .filter(|line| !line.starts_with("origin = ") && !line.starts_with("plugin = "))
        .map(|line| match line.starts_with("domain = ") {
            true => format!("domain = {domain:?}\norigin = {origin:?}\nplugin = \"00\"\n"),
            false => format!("{line}\n"),
        })
        .collect();
    place.write(&file, config);
}

#[test]
fn the_traps_work() {
    let place = TestDir::new();
    set_traps(&place);
    sprung(&place, "domains --plugin trap.so");
    sprung(&place, "domains --grammar trap.lalrpop");
    sprung(&place, "domains --grammar crate/trap.lalrpop");
}

#[test]
fn a_run_folder_runs_nothing() {
    let place = TestDir::new();
    set_traps(&place);
    tiny_run(&place);
    place.write("p.txt", "(Box red)\n");
    safe(&place, "render --domain rainbow p.txt --out images").ok();
    place.write("tasks.jsonl", safe(&place, "tasks --domain rainbow -n 1 --size 1").ok());
    let search = "search --run run --target images/00000.png --budget 2";
    // A built-in domain is taken, whatever the folder says of its origin.
    for origin in origins(&place) {
        forge_run(&place, "run", "rainbow", &origin);
        safe(&place, search).ok();
    }
    for (number, origin) in some_origins(&place).iter().enumerate() {
        forge_run(&place, "run", "rainbow", origin);
        let eval = format!("eval --run run --tasks tasks.jsonl --budget 2 --out eval{number}");
        safe(&place, &eval).ok();
        safe(&place, &format!("export --run run --out export{number}")).ok();
        let train = format!(
            "train --domain rainbow --run run --resume --set train.steps={}",
            3 + number
        );
        safe(&place, &train).ok();
    }
    forge_run(&place, "run", "rainbow", &origins(&place)[0]);
    // The folder as the second network, as the beginning of a training, as a configuration.
    let start = "search --run run --target images/00000.png --budget 2 --init-run run";
    assert!(safe(&place, start).fails(1).contains("its network learnt diffusion"));
    let tiny = "--set train.steps=1 --set evaluate.tasks=0 --set train.batch=8";
    safe(
        &place,
        &format!("train --domain rainbow --run other --config run/config.toml {tiny}"),
    )
    .ok();
    safe(
        &place,
        &format!("train --domain rainbow --run third --config run/config.toml --set train.from=run {tiny}"),
    )
    .ok();
    // Another domain asks for its code, and says what is recorded of it.
    for origin in some_origins(&place) {
        forge_run(&place, "run", "trapped", &origin);
        for line in [
            search,
            start,
            "search --run run --target images/00000.png --method random",
            "eval --run run --tasks tasks.jsonl --out no",
            "export --run run --out no",
        ] {
            let err = safe(&place, line).fails(1);
            assert!(
                err.contains("the domain \"trapped\" is not built in")
                    && err.contains("--grammar FILE or --plugin LIB")
                    && err.contains(&format!("{origin:?}")),
                "{line}: {err}"
            );
        }
        let err = safe(&place, "train --domain rainbow --run run --resume").fails(1);
        assert!(err.contains("a run on the domain trapped, not on rainbow"), "{err}");
    }
    assert!(!place.path("no").exists());
    // What the user names is run.
    sprung(&place, &format!("{search} --plugin trap.so"));
    sprung(&place, &format!("{search} --grammar trap.lalrpop"));
}

/// A grammar that came with a run may be read, but the `.toml` beside it is nobody's.
#[test]
fn a_grammar_in_a_run_folder_brings_no_plugin() {
    let place = TestDir::new();
    set_traps(&place);
    tiny_run(&place);
    place.write("run/grammar.lalrpop", GRAMMAR);
    for (key, value) in [("plugin", place.path("trap.so")), ("crate", place.path("crate"))] {
        let manifest = format!("[domain]\nname = \"trapped\"\ngrammar = \"grammar.lalrpop\"\n{key} = {value:?}\n");
        place.write("run/grammar.toml", manifest);
        safe(&place, "check run/grammar.lalrpop").ok();
        safe(&place, "sample --grammar run/grammar.lalrpop --size 1").ok();
        for line in [
            "domains --grammar run/grammar.lalrpop",
            "bench --grammar run/grammar.lalrpop --seconds 0.01",
            "train --grammar run/grammar.lalrpop --run run --resume",
            "search --run run --grammar run/grammar.lalrpop --target x.png",
        ] {
            let err = safe(&place, line).fails(1);
            assert!(err.contains("it lies in a run folder"), "{line}: {err}");
        }
    }
}

#[test]
fn an_evaluation_runs_nothing() {
    let place = TestDir::new();
    set_traps(&place);
    tiny_run(&place);
    place.write("tasks.jsonl", safe(&place, "tasks --domain rainbow -n 1 --size 1").ok());
    safe(&place, "eval --run run --tasks tasks.jsonl --budget 2 --out eval").ok();
    let summary = place.read("eval/summary.json");
    let forge = |domain: &str, origin: &str| {
        let mut forged: serde_json::Value = serde_json::from_str(&summary).expect("a summary");
        forged["setting"]["domain"] = domain.into();
        forged["setting"]["origin"] = origin.into();
        forged["setting"]["plugin"] = "00".into();
        place.write("eval/summary.json", forged.to_string());
    };
    for origin in origins(&place) {
        forge("rainbow", &origin);
        safe(&place, "compare eval --out compared").ok();
        assert!(place.read("compared/domains.csv").contains("rainbow"));
        safe(
            &place,
            "eval --run run --tasks tasks.jsonl --budget 2 --out eval --resume",
        )
        .ok();
        forge("trapped", &origin);
        let ended = safe(&place, "compare eval --out compared");
        assert!(
            ended.err.contains("the domain \"trapped\" is not built in") && ended.err.contains(&format!("{origin:?}")),
            "{}",
            ended.err
        );
        ended.ok();
    }
    place.write("eval/summary.json", &summary);
}

#[test]
fn a_task_set_runs_nothing() {
    let place = TestDir::new();
    set_traps(&place);
    for origin in origins(&place) {
        let task = |domain: &str, program: &str| {
            format!(
                "{{\"domain\":{domain:?},\"program\":{program:?},\"origin\":{origin:?},\"plugin\":{origin:?},\"grammar\":null}}\n"
            )
        };
        place.write("programs.txt", "trap\n");
        place.write("tasks.jsonl", task("trapped", "trap"));
        for line in [
            "eval --method random --tasks tasks.jsonl --out no",
            "eval --predictions programs.txt --tasks tasks.jsonl --out no",
        ] {
            let err = safe(&place, line).fails(1);
            assert!(
                err.contains("tasks.jsonl: the domain \"trapped\" is not built in"),
                "{err}"
            );
        }
        place.write("tasks.jsonl", task("rainbow", "(Box red)"));
        for line in [
            "eval --method random --set search.budget=1 --tasks tasks.jsonl --out a",
            "eval --predictions programs.txt --tasks tasks.jsonl --out b",
        ] {
            // Other fields than those of a task may be refused.
            safe(&place, line);
        }
    }
}

#[test]
fn an_experiment_runs_nothing() {
    let place = TestDir::new();
    set_traps(&place);
    tiny_run(&place);
    let experiment = |head: &str| {
        format!(
            "title = \"x\"\n{head}\nset = {{ program.size = \"1..=2\", search.budget = 2 }}\nseeds = 1\n\n\
             [tasks]\nper_minute = 1\nmost = 1\n\n[[network]]\nname = \"n\"\nrun = \"run\"\n\n\
             [[method]]\nname = \"m\"\nnetwork = \"n\"\n"
        )
    };
    for (number, origin) in some_origins(&place).iter().enumerate() {
        forge_run(&place, "run", "rainbow", origin);
        place.write("x.toml", experiment("domain = \"rainbow\""));
        safe(&place, &format!("experiment x.toml --minutes 0.01 --out x{number}")).ok();
        forge_run(&place, "run", "trapped", origin);
        let err = safe(&place, &format!("experiment x.toml --minutes 0.01 --out y{number}")).fails(1);
        assert!(err.contains("the domain \"trapped\" is not built in"), "{err}");
    }
    // The file itself may be anybody's.
    place.write("x.toml", experiment("domain = \"trapped\""));
    for more in ["--check", "--minutes 0.01 --out no"] {
        let err = safe(&place, &format!("experiment x.toml {more}")).fails(1);
        assert!(err.contains("x.toml: the domain \"trapped\" is not built in"), "{err}");
        for key in ["grammar = \"trap.lalrpop\"", "plugin = \"trap.so\""] {
            place.write("y.toml", experiment(&format!("domain = \"trapped\"\n{key}")));
            let err = safe(&place, &format!("experiment y.toml {more}")).fails(1);
            assert!(err.contains("y.toml:3: unknown key "), "{err}");
        }
    }
    sprung(&place, "experiment x.toml --check --plugin trap.so");
}

/// A file that is no library: neither waited for nor read without end.
#[test]
fn a_plugin_that_is_no_file() {
    let place = TestDir::new();
    let made = Command::new("mkfifo").arg(place.path("pipe.so")).status();
    assert!(made.expect("mkfifo").success());
    for (path, message) in [
        ("pipe.so", "a file is wanted"),
        ("/dev/zero", "a file is wanted"),
        (".", "this is a directory"),
    ] {
        let err = attack(&place, &format!("domains --plugin {path}")).fails(1);
        assert!(err.contains(message), "{path}: {err}");
    }
}

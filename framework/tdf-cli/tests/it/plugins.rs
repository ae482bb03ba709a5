//! Domains that are no part of the program.

use serde_json::Value;

use crate::tool::{TestDir, repository};

const SMALL: &str = "--set model.width=16 --set model.layers=1 --set model.heads=2 --set model.channels=[8,8,8] \
    --set train.batch=8 --set program.size=1..=2 --set evaluate.tasks=4 --set evaluate.budget=5 --set train.threads=1";

/// A grammar file of the examples.
fn example(name: &str) -> String {
    let path = repository(&format!("examples/{name}/{name}.lalrpop"));
    path.to_string_lossy().into_owned()
}

#[test]
fn a_loaded_domain_does_what_a_built_in_one_does() {
    let dir = TestDir::new();
    let plot = example("plot");
    let listed = dir.tdf(&format!("domains --json --grammar {plot}")).ok();
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let last = listed.as_array().and_then(|rows| rows.last()).expect("rows");
    assert_eq!(
        (&last["name"], &last["origin"]),
        (&"plot".into(), &plot.as_str().into())
    );

    dir.tdf(&format!(
        "train --grammar {plot} --run run --set train.steps=20 {SMALL}"
    ))
    .ok();
    assert!(dir.read("run/config.toml").contains(&format!("origin = \"{plot}\"")));
    dir.write("p.txt", "(+ x 1.5)\n(sin x)\n");
    dir.tdf(&format!("render --grammar {plot} p.txt --out images")).ok();
    let tasks = dir.tdf(&format!("tasks --grammar {plot} -n 4 --size 1..=2")).ok();
    dir.write("tasks.jsonl", tasks);
    let search = format!("search --run run --target images/00000.png --budget 20 --json --grammar {plot}");
    let found: Value = serde_json::from_str(&dir.tdf(&search).ok()).expect("JSON");
    assert!(found["program"].is_string(), "{found}");
    dir.tdf(&format!(
        "eval --run run --tasks tasks.jsonl --budget 20 --out eval --grammar {plot}"
    ))
    .ok();
    dir.tdf(&format!("compare eval --out compared --grammar {plot}")).ok();
    dir.tdf(&format!(
        "train --grammar {plot} --run run --resume --set train.steps=25"
    ))
    .ok();
}

/// What a run records of its domain is a hint, wherever the file is now.
#[test]
fn a_domain_that_is_not_named_is_asked_for() {
    let dir = TestDir::new();
    let plot = example("plot");
    dir.tdf(&format!("train --grammar {plot} --run run --set train.steps=2 {SMALL}"))
        .ok();
    dir.write("p.txt", "x\n");
    dir.tdf(&format!("render --grammar {plot} p.txt --out images")).ok();
    let err = dir.tdf("search --run run --target images/00000.png").fails(1);
    assert!(
        err.contains("the domain \"plot\" is not built in: name its code with --grammar FILE or --plugin LIB")
            && err.contains(&format!("it was made with {plot:?}; SHA-256 of the library: ")),
        "{err}"
    );
    let rainbow = repository("grammars/rainbow.lalrpop");
    let line = format!(
        "search --run run --target images/00000.png --grammar {}",
        rainbow.display()
    );
    let err = dir.tdf(&line).fails(1);
    assert!(
        err.contains("the run in run is on the domain \"plot\", not on rainbow"),
        "{err}"
    );
}

#[test]
fn the_shipped_network_of_a_loaded_domain_finds_a_curve() {
    let dir = TestDir::new();
    dir.write("p.txt", "(* 2.5 x)\n");
    dir.tdf(&format!("render --grammar {} p.txt --out images", example("plot")))
        .ok();
    let run = repository("examples/checkpoints/plot-tiny");
    let line = format!(
        "search --run {} --grammar {} --target images/00000.png --budget 500 --json",
        run.display(),
        example("plot")
    );
    let found: Value = serde_json::from_str(&dir.tdf(&line).ok()).expect("JSON");
    assert_eq!(found["solved"], true, "{found}");
}

#[test]
fn what_is_no_plugin() {
    let dir = TestDir::new();
    dir.write("lib.so", "a text");
    dir.write(
        "other.lalrpop",
        "grammar;\npub A: A = { \"a\" => A::One, \"b\" => A::Two };\n",
    );
    let err = |line: &str| dir.tdf(line).fails(1);
    assert!(err("sample --plugin lib.so").contains("lib.so: no shared library that can be loaded"));
    assert!(err("sample --plugin none.so").contains("none.so: there is no such file"));
    assert!(err("domains --plugin lib.so").contains("lib.so: no shared library"));
    assert!(err("train --grammar other.lalrpop").contains("no table `domain` in other.toml names its plugin"));
    // Without images a grammar is enough.
    dir.tdf("sample --grammar other.lalrpop --size 1").ok();
    dir.write(
        "other.toml",
        "[domain]\nname = \"other\"\ngrammar = \"other.lalrpop\"\nplugin = \"lib.so\"\n",
    );
    assert!(err("train --grammar other.lalrpop").contains("lib.so: no shared library"));
    dir.write(
        "other.toml",
        "[domain]\nname = \"other\"\ngrammar = \"other.lalrpop\"\ncrate = \"nowhere\"\n",
    );
    assert!(err("train --grammar other.lalrpop").contains("nowhere: there is no Cargo.toml in this folder"));
}

/// A grammar whose programs need larger edits than the paper's gets the least that work, unless the user says otherwise.
#[test]
fn edits_are_as_large_as_the_grammar_needs_them() {
    let dir = TestDir::new();
    let grammar = r#"-DGRAMMAR="grammar;\npub A = { \"a\" => A::End, \"(\" <B> <B> \")\" => A::Pair(<>) };\nB = { \"x\", \"y\" };\n""#;
    let status = std::process::Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .args(["-std=c99", "-fPIC", "-shared", grammar, "-DFORM={16, 16, 1, 0}", "-I"])
        .arg(repository("framework/tdf-domain/include"))
        .arg("-o")
        .arg(dir.path("plugin.so"))
        .arg(repository("framework/tdf-loader/tests/c/table.c"))
        .status();
    assert!(status.expect("a C compiler").success());
    const TRAIN: &str = "train --plugin plugin.so --run run --set train.steps=1 --set model.width=16 --set model.layers=1 \
        --set model.heads=2 --set model.channels=[8,8] --set train.batch=2 --set program.size=1..=3 \
        --set evaluate.tasks=0 --set train.threads=1 --set noise.redraws=0";
    let printed = dir.tdf(&format!("{TRAIN} --print-config")).ok();
    assert!(printed.contains("max_edit_size = 3"), "{printed}");
    let error = dir.tdf(&format!("{TRAIN} --set noise.max_edit_size=2")).fails(1);
    assert!(
        error.contains("noise.max_edit_size = 2: edits of size 2 are too small: no such edit can make `Pair` of `A`; the least bound that works is 3"),
        "{error}"
    );
    dir.tdf(TRAIN).ok();
    assert!(dir.read("run/config.toml").contains("max_edit_size = 3"));
}

/// Names in scope from the first task to the last search, with a table `scope` of the `.toml` in place of the plugin's.
#[test]
fn names_in_scope_go_through_everything() {
    let dir = TestDir::new();
    let (grammar, text) = (
        example("bound"),
        std::fs::read_to_string(example("bound")).expect("a grammar"),
    );
    dir.write("bound.lalrpop", text);
    let manifest = |levels: u32| {
        let folder = repository("examples/bound");
        let toml = std::fs::read_to_string(folder.join("bound.toml")).expect("a file");
        let toml = toml.replace("crate = \".\"", &format!("crate = {:?}", folder.display().to_string()));
        toml.replace("inputs = 1", &format!("inputs = 1\nlevels = {levels}"))
    };
    dir.write("bound.toml", manifest(2));
    // With two levels there is one name beside the first.
    let programs = dir.tdf("sample --grammar bound.lalrpop -n 300 --size 8").ok();
    assert!(
        programs.contains("(let u ") && !programs.contains('v') && !programs.contains('w'),
        "{programs}"
    );
    let own = dir.tdf(&format!("sample --grammar {grammar} -n 300 --size 8")).ok();
    assert!(own.contains("(let v "), "{own}");

    const TRAIN: &str = "train --grammar bound.lalrpop --run run";
    dir.tdf(&format!(
        "{TRAIN} --set train.steps=20 {SMALL} --set program.size=1..=8"
    ))
    .ok();
    let listed = dir.tdf("check run/grammar.lalrpop").ok();
    assert!(
        listed.contains("names in scope: Name, at most 2 at once, 1 from the start"),
        "{listed}"
    );
    dir.write(
        "tasks.jsonl",
        dir.tdf("tasks --grammar bound.lalrpop -n 6 --size 2..=6").ok(),
    );
    dir.tdf("eval --run run --tasks tasks.jsonl --budget 20 --out eval --grammar bound.lalrpop")
        .ok();
    dir.write("p.txt", "(let v (sin t) (* v v))\n");
    dir.tdf("render --grammar bound.lalrpop p.txt --out images").ok();
    let search = |more: &str| {
        let found = dir
            .tdf(&format!("search --target images/00000.png --budget 300 --json {more}"))
            .ok();
        let found: Value = serde_json::from_str(&found).expect("JSON");
        let program = found["program"].as_str().expect("a program").to_owned();
        dir.write("found.txt", format!("{program}\n"));
        assert_eq!(
            dir.tdf("parse --grammar bound.lalrpop found.txt").ok().trim_end(),
            program
        );
    };
    search("--run run --grammar bound.lalrpop");
    search("--grammar bound.lalrpop --method anneal");
    search("--domain bound --grammar bound.lalrpop --method enumerate");
    let error = dir.tdf("search --target images/00000.png --method anneal").fails(1);
    assert!(
        error.contains("name the domain with --domain NAME, --grammar FILE or --plugin LIB"),
        "{error}"
    );
    // The library alone has the plugin's names in scope; a run has those that it was trained with.
    dir.tdf("export --run run --out shared --grammar bound.lalrpop").ok();
    assert!(dir.read("shared/grammar.toml").contains("levels = 2"));
    search(&format!("--run shared --grammar {grammar}"));

    dir.write("bound.toml", manifest(3));
    let error = dir.tdf(&format!("{TRAIN} --resume --set train.steps=30")).fails(1);
    assert!(
        error.contains("other names are in scope: grammar.toml holds the table `scope` of then"),
        "{error}"
    );
    dir.write("bound.toml", manifest(2));
    dir.tdf(&format!("{TRAIN} --resume --set train.steps=30")).ok();
    dir.write("bound.toml", manifest(9));
    let error = dir.tdf("sample --grammar bound.lalrpop").fails(1);
    assert!(
        error.starts_with("bound.toml:10:10: error: 9 names cannot be in scope at once: `Name` has 4 members"),
        "{error}"
    );
}

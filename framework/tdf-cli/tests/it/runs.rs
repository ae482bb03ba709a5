//! Training, searching and evaluating, small.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tdf_model::digest::{UNSEALED, seal};

use crate::tool::TestDir;

/// A network that trains in a second.
pub const SMALL: &str = "--set model.width=16 --set model.layers=1 --set model.heads=2 --set model.channels=[8,8,8] \
    --set train.batch=8 --set program.size=1..=2 --set evaluate.tasks=4 --set evaluate.budget=5 --set train.threads=1";

pub fn trained(dir: &TestDir, steps: u32) {
    dir.tdf(&format!(
        "train --domain rainbow --run run --set train.steps={steps} {SMALL}"
    ))
    .ok();
}

pub fn with_images(dir: &TestDir) {
    dir.write("p.txt", "(Box red)\n(Arrange h (Box red) (Ball blue))\n");
    dir.tdf("render --domain rainbow p.txt --out images").ok();
}

/// A network in half the bytes solves what the whole one solves.
#[test]
fn exports_search_as_their_runs_do() {
    let dir = TestDir::new();
    let run = crate::tool::repository("examples/checkpoints/rainbow-tiny");
    let run = run.display();
    dir.write(
        "tasks.jsonl",
        dir.tdf("tasks --domain rainbow -n 16 --size 2..=4 --seed 5").ok(),
    );
    let solved = |run: &str| {
        let line = format!(
            "eval --run {run} --tasks tasks.jsonl --budget 100 --json --out eval-{}",
            run.len()
        );
        let summary: Value = serde_json::from_str(&dir.tdf(&line).ok()).expect("a summary");
        let rates = summary["rates"].as_array().expect("rates").clone();
        rates.last().expect("a rate")["mean"].as_f64().expect("a number")
    };
    let whole = solved(&run.to_string());
    assert!(whole > 0.9, "{whole}");
    for precision in ["fp16", "bf16"] {
        let out = format!("out-of-{precision}");
        let out = if precision == "fp16" { out } else { out + "x" };
        dir.tdf(&format!("export --run {run} --precision {precision} --out {out}"))
            .ok();
        assert!(solved(&out) >= whole - 0.07, "{precision}");
        let card = dir.read(&format!("{out}/README.md"));
        for part in [
            "`tdf train --domain rainbow --preset tiny ",
            "712160 in 22255 steps",
            "fingerprint",
            "License",
        ] {
            assert!(card.contains(part), "{part}: {card}");
        }
        let small = dir.tdf(&format!("export --run {run} --out {out}")).fails(1);
        assert!(small.contains("is not empty: export to another folder"), "{small}");
        let again = dir
            .tdf(&format!(
                "train --domain rainbow --run {out} --resume --set train.steps=5"
            ))
            .fails(1);
        assert!(again.contains("train in another folder"), "{again}");
    }
}

/// A network that another preset made does not pass for the one that the configuration speaks of.
#[test]
fn a_checkpoint_of_another_preset() {
    let dir = TestDir::new();
    trained(&dir, 2);
    let run = crate::tool::repository("examples/checkpoints/rainbow-tiny");
    std::fs::copy(
        run.join("checkpoints/model.safetensors"),
        dir.path("run/checkpoints/model.safetensors"),
    )
    .unwrap();
    with_images(&dir);
    let error = dir.tdf("search --run run --target images/00000.png").fails(1);
    assert!(
        error.contains("the network is of another preset or other sizes than config.toml"),
        "{error}"
    );
    assert!(error.contains("model.width is 64, not 16"), "{error}");
}

/// The programs in lines of JSON.
fn programs(lines: &str) -> Vec<Value> {
    let program = |line| serde_json::from_str::<Value>(line).expect("a JSON object")["program"].clone();
    lines.lines().map(program).collect()
}

#[test]
fn train_search_and_evaluate() {
    let dir = TestDir::new();
    trained(&dir, 20);
    assert!(dir.read("run/metrics.csv").starts_with("step,"));
    with_images(&dir);

    let line = "search --run run --target images/00000.png images/00001.png --budget 40 --out found --gif --json";
    let found = programs(&dir.tdf(line).ok());
    assert_eq!(found, programs(&dir.tdf(line).ok()), "searching is seeded");
    assert_eq!(found.len(), 2);
    assert_eq!(
        dir.list("found"),
        [
            "00000.gif",
            "00000.png",
            "00000.svg",
            "00000.txt",
            "00001.gif",
            "00001.png",
            "00001.svg",
            "00001.txt",
            "index.html",
            "results.jsonl"
        ]
    );
    dir.tdf("search --run run --target images/00000.png --method beam --budget 40 --set search.beam=4")
        .ok();

    dir.write(
        "tasks.jsonl",
        dir.tdf("tasks --domain rainbow -n 6 --size 1..=2 --seed 9").ok(),
    );
    let told = dir
        .tdf("eval --run run --tasks tasks.jsonl --budget 20 --seeds 2 --out eval")
        .ok();
    assert!(
        told.contains("; 6 tasks, 2 seeds\n") && told.contains(" solved  +- "),
        "{told}"
    );
    assert_eq!(
        dir.list("eval"),
        ["config.toml", "index.html", "results.jsonl", "summary.json"]
    );
    let results = dir.read("eval/results.jsonl");
    assert_eq!(results.lines().count(), 12);
    for line in results.lines() {
        let result: Value = serde_json::from_str(line).expect("a JSON object");
        assert!(
            result["expansions"].as_u64().is_some_and(|n| (1..=20).contains(&n)),
            "{line}"
        );
        assert_eq!(result["solved"], result["solved_by"]["pixels-0.99"], "{line}");
    }
    let summary: Value = serde_json::from_str(&dir.read("eval/summary.json")).expect("JSON");
    let rates: Vec<_> = summary["rates"]
        .as_array()
        .expect("rates")
        .iter()
        .map(|r| r["expansions"].clone())
        .collect();
    assert_eq!(rates, [1, 10, 20]);
    // One seed has no deviation.
    let told = dir
        .tdf("eval --run run --tasks tasks.jsonl --budget 5 --untrained --out floor")
        .ok();
    assert!(told.contains("; 6 tasks, 1 seed\n") && !told.contains("+-"), "{told}");
    assert!(
        told.contains("     1 expansion  ") && told.contains("     5 expansions  "),
        "{told}"
    );
    let page = dir.read("floor/index.html");
    assert!(page.contains(" %</td><td>-</td>"), "no deviation on the page");
    dir.write("one.txt", "(Box red)\n");
    let told = dir.tdf("render --domain rainbow one.txt --out one").ok();
    assert_eq!(told, "1 image in one\n");
}

#[test]
fn images_that_cannot_be_read() {
    let dir = TestDir::new();
    trained(&dir, 2);
    with_images(&dir);
    let whole = std::fs::read(dir.path("images/00000.png")).expect("an image");
    dir.write("cut.png", &whole[..whole.len() / 2]);
    dir.write("empty.png", "");
    dir.write("text.png", "no image");
    let cases = [
        ("cut.png", "cut.png: "),
        ("empty.png", "empty.png: an empty file; PNG and JPEG files can be read"),
        ("text.png", "text.png: no image file; PNG and JPEG files can be read"),
        ("nowhere.png", "nowhere.png: No such file"),
    ];
    for (name, message) in cases {
        let err = dir
            .tdf(&format!(
                "search --run run --target images/00001.png {name} --out found"
            ))
            .fails(1);
        assert!(err.contains(message), "{name}: {err}");
        assert!(!dir.path("found").exists(), "{name}");
    }
}

#[test]
fn images_from_outside_are_fitted() {
    let dir = TestDir::new();
    trained(&dir, 2);
    with_images(&dir);
    let png = |color, side: u32, samples: &[u8]| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(color);
        encoder
            .write_header()
            .and_then(|mut w| w.write_image_data(samples))
            .expect("a PNG");
        bytes
    };
    dir.write("grey.png", png(png::ColorType::Grayscale, 64, &[0; 64 * 64]));
    dir.write("small.png", png(png::ColorType::Rgb, 2, &[250; 12]));
    let line = "search --run run --budget 3 --target images/00000.png grey.png small.png";
    let ended = dir.tdf(line);
    let said: Vec<&str> = ended.err.lines().filter(|line| line.contains(".png")).collect();
    let expected = [
        "small.png: scaled from 2x2 to 64x64; every pixel taken to the nearest of 8 colours",
        "small.png: shows next to nothing: for the domain rainbow an empty image solves it",
    ];
    assert_eq!(said, expected);
    assert_eq!(ended.ok().lines().count(), 3);
}

/// A network is not used under other options of its domain than it was trained under.
#[test]
fn options_of_the_domain_are_kept() {
    let dir = TestDir::new();
    let train = format!("train --domain csg2d --run run --set train.steps=2 --set domain.canvas=32 {SMALL}");
    dir.tdf(&format!("{train} --set domain.composition=flat")).ok();
    let config = dir.read("run/config.toml");
    assert!(
        config.contains("[domain]\ncanvas = 32\ncomposition = \"flat\"\n"),
        "{config}"
    );

    let err = dir
        .tdf(&format!("{train} --resume --set domain.composition=tree"))
        .fails(1);
    assert!(err.contains("domain.composition was \"flat\", is \"tree\""), "{err}");

    let options = "--set domain.canvas=32 --set domain.composition";
    let tasks = |options: &str| dir.tdf(&format!("tasks --domain csg2d -n 2 --size 3 {options}")).ok();
    let (flat, tree) = (tasks(&format!("{options}=flat")), tasks(&format!("{options}=tree")));
    dir.write("flat.jsonl", flat);
    dir.write("tree.jsonl", tree);
    dir.tdf("eval --run run --tasks flat.jsonl --budget 2 --out out").ok();
    assert!(dir.read("out/config.toml").contains("composition = \"flat\""));
    let err = dir
        .tdf("eval --run run --tasks tree.jsonl --budget 2 --out other")
        .fails(1);
    let expected = "tree.jsonl:1: made with domain.canvas=32 domain.composition=tree, the domain in use has \
                    domain.composition=flat domain.canvas=32";
    assert!(err.contains(expected), "{err}");
    let err = dir
        .tdf("eval --run run --tasks flat.jsonl --set domain.composition=tree --out other")
        .fails(1);
    assert!(
        err.contains("trained under domain.canvas=32 domain.composition=flat"),
        "{err}"
    );
}

#[test]
fn sketches_are_searched() {
    let dir = TestDir::new();
    let sketch = "--domain csg2d-sketch --set domain.canvas=32";
    for current in ["plain", "sketch"] {
        let sketch = format!("{sketch} --set domain.current={current}");
        dir.tdf(&format!("train {sketch} --run {current} --set train.steps=2 {SMALL}"))
            .ok();
        let tasks = dir.tdf(&format!("tasks {sketch} -n 2 --size 1..=2")).ok();
        assert!(tasks.contains("\"observation\":"), "{tasks}");
        dir.write("tasks.jsonl", tasks);
        dir.tdf(&format!(
            "eval --run {current} --tasks tasks.jsonl --budget 5 --out {current}-out"
        ))
        .ok();
    }
    dir.write("p.txt", "(- (Circle 4 8 8) (Quad 8 8 4 4 45))\n");
    dir.tdf("render --domain csg2d-sketch --canvas 32 --sketch p.txt --out images")
        .ok();
    let ended = dir.tdf("search --run plain --budget 3 --target images/00000.png");
    assert!(
        ended.err.contains("cannot tell of an image from outside"),
        "{}",
        ended.err
    );
    assert!(ended.ok().contains("nearest after 3 expansions"));
}

#[test]
fn task_sets_that_do_not_fit() {
    let dir = TestDir::new();
    trained(&dir, 2);
    let good = dir.tdf("tasks --domain rainbow -n 2 --size 1..=2").ok();
    dir.write("empty.jsonl", "");
    dir.write("binary.jsonl", [good.as_bytes(), b"\xff\xfe"].concat());
    dir.write("text.jsonl", format!("{good}(Box red)\n"));
    dir.write("syntax.jsonl", good.replacen("(B", "[B", 1));
    dir.write("domain.jsonl", good.replace("\"rainbow\"", "\"csg2d\""));
    for (name, message) in [
        ("empty.jsonl", "empty.jsonl"),
        ("binary.jsonl", "binary.jsonl"),
        ("text.jsonl", "text.jsonl:3"),
        ("syntax.jsonl", "syntax.jsonl:1"),
        ("domain.jsonl", "csg2d"),
        ("nowhere.jsonl", "nowhere.jsonl"),
    ] {
        let err = dir.tdf(&format!("eval --run run --tasks {name} --out out")).fails(1);
        assert!(err.contains(message), "{name}: {err}");
        assert!(!dir.path("out").exists(), "{name}");
    }
}

#[test]
fn checkpoints_that_do_not_fit() {
    let dir = TestDir::new();
    trained(&dir, 2);
    with_images(&dir);
    let file = "run/checkpoints/model.safetensors";
    let whole = std::fs::read(dir.path(file)).expect("a checkpoint");
    let search = "search --run run --target images/00000.png --budget 5";
    let lacking = |bytes: &[u8], message: &str| {
        dir.write(file, bytes);
        let err = dir.tdf(search).fails(1);
        assert!(err.contains("model.safetensors") && err.contains(message), "{err}");
    };
    for end in [0, 4, 100, whole.len() / 2, whole.len() - 1] {
        lacking(&whole[..end], "");
    }
    lacking(b"no checkpoint at all", "");
    // Text of the metadata: the same length keeps the file well formed.
    let changed = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = whole
            .windows(from.len())
            .position(|w| w == from.as_bytes())
            .expect("the text is in the metadata");
        let mut bytes = whole.clone();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        // Another program may write such a file, with a digest that fits.
        let key = br#"digest\":\""#;
        let at = bytes.windows(key.len()).position(|w| w == key).expect("a digest") + key.len();
        bytes[at..at + UNSEALED.len()].copy_from_slice(UNSEALED.as_bytes());
        seal(&mut bytes).expect("a place for the digest");
        bytes
    };
    let header = dir.read("run/config.toml");
    let fingerprint = header
        .split("fingerprint = \"")
        .nth(1)
        .and_then(|t| t.split('"').next())
        .expect("a fingerprint");
    let other = fingerprint
        .chars()
        .map(|c| if c == 'f' { '0' } else { 'f' })
        .collect::<String>();
    lacking(&changed(fingerprint, &other), &other[..12]);
    dir.write(file, &whole);
    dir.tdf(search).ok();
}

#[test]
fn a_run_is_not_overwritten() {
    let dir = TestDir::new();
    trained(&dir, 2);
    let err = dir
        .tdf(&format!("train --domain rainbow --run run --set train.steps=2 {SMALL}"))
        .fails(1);
    assert!(err.contains("--resume"), "{err}");
    let resumed = dir
        .tdf("train --domain rainbow --run run --resume --set train.steps=6")
        .ok();
    assert!(resumed.contains("6 steps"), "{resumed}");
}

#[test]
fn resuming_gives_the_run_that_was_not_interrupted() {
    let dir = TestDir::new();
    let train = |run: &str, more: &str| {
        dir.tdf(&format!(
            "train --domain rainbow --run {run} --set train.log_every=1 --set train.schedule=constant {more}"
        ))
        .ok();
    };
    train("whole", &format!("{SMALL} --set train.steps=12"));
    train("parts", &format!("{SMALL} --set train.steps=5"));
    train("parts", "--resume --set train.steps=12");
    let losses = |run: &str| -> Vec<String> {
        let rows = dir.read(&format!("{run}/metrics.csv"));
        // Step, examples and losses; the clock of two runs differs.
        rows.lines()
            .skip(2)
            .map(|row| {
                row.split(',')
                    .enumerate()
                    .filter(|(i, _)| [0, 1, 3, 4, 5, 6].contains(i))
                    .map(|(_, v)| v)
                    .collect::<Vec<_>>()
                    .join(",")
            })
            .collect()
    };
    assert_eq!(losses("whole"), losses("parts"));
    let weights =
        |run: &str| std::fs::read(dir.path(&format!("{run}/checkpoints/model.safetensors"))).expect("a checkpoint");
    assert!(weights("whole") == weights("parts"), "the networks differ");
}

/// The kernel refuses to let a file grow: what a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_while_saving() {
    let dir = TestDir::new();
    trained(&dir, 2);
    let file = dir.path("run/checkpoints/state.safetensors");
    let before = std::fs::read(&file).expect("a checkpoint");
    let tdf = env!("CARGO_BIN_EXE_tdf");
    let script =
        format!("trap '' XFSZ; ulimit -f 8; exec {tdf} train --domain rainbow --run run --resume --set train.steps=6");
    let output = Command::new("sh")
        .arg("-c")
        .arg(script)
        .current_dir(dir.path("."))
        .output()
        .expect("sh starts");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(
        err.contains("safetensors: cannot be written") && !err.contains("panicked"),
        "{err}"
    );
    assert!(
        before == std::fs::read(&file).expect("a checkpoint"),
        "the checkpoint before is whole"
    );
    assert_eq!(
        dir.list("run/checkpoints"),
        ["best.safetensors", "model.safetensors", "state.safetensors"],
        "no temporary file stays"
    );
    dir.tdf("train --domain rainbow --run run --resume --set train.steps=6")
        .ok();
}

/// A training that ruins the network that it began with ends early, and the better network can be chosen.
#[test]
fn the_best_network_can_be_chosen() {
    let dir = TestDir::new();
    let shipped = crate::tool::repository("examples/checkpoints/rainbow-tiny");
    let train = format!(
        "train --domain rainbow --run run --set train.from={} --set train.lr=1 --set train.warmup=0 --set train.ema=0 \
         --set train.schedule=constant --set train.steps=9 --set train.evaluate_every=1 --set train.patience=2 \
         --set train.batch=4 --set train.threads=1 --set program.size=2..=3 --set evaluate.tasks=8 --set evaluate.budget=20",
        shipped.display()
    );
    let out = dir.tdf(&train).ok();
    assert!(out.starts_with("2 steps, "), "{out}");
    assert!(
        out.contains("after step 0: run/checkpoints/best.safetensors (--checkpoint best)"),
        "{out}"
    );
    assert!(
        out.contains("ended early: 2 evaluations in a row brought no better solve rate (train.patience)"),
        "{out}"
    );
    assert!(!out.contains("go on with --resume"), "{out}");

    let tasks = dir.tdf("tasks --domain rainbow -n 8 --size 2..=3 --seed 7").ok();
    dir.write("tasks.jsonl", tasks);
    let rate = |checkpoint: &str| {
        let line = format!(
            "eval --run run --tasks tasks.jsonl --budget 20 --json {checkpoint} --out out{}",
            checkpoint.replace(' ', "")
        );
        let summary: Value = serde_json::from_str(&dir.tdf(&line).ok()).expect("a summary");
        summary["rates"][2]["mean"].as_f64().expect("a rate")
    };
    let (best, last) = (rate("--checkpoint best"), rate("--checkpoint last"));
    assert!(best > last && last == rate(""), "{best} {last}");
    assert!(
        dir.read("out--checkpointbest/config.toml")
            .contains("checkpoint = \"best\"")
    );
    dir.tdf("export --run run --checkpoint best --out best").ok();

    let err = dir
        .tdf(&format!(
            "eval --run {} --checkpoint best --tasks tasks.jsonl --out none",
            shipped.display()
        ))
        .fails(1);
    assert!(err.contains("no network of a best evaluation"), "{err}");
}

/// Trains until `ready` says so, then presses Ctrl-C.
#[cfg(unix)]
fn train_until(dir: &TestDir, line: &str, ready: impl Fn() -> bool) {
    let quiet = std::process::Stdio::null;
    let mut child = dir
        .command(line)
        .stderr(quiet())
        .stdout(quiet())
        .spawn()
        .expect("tdf starts");
    let begin = Instant::now();
    while !ready() {
        assert!(
            begin.elapsed() < Duration::from_secs(120),
            "the training does not get on"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill starts");
    assert!(killed.success());
    assert_eq!(child.wait().expect("tdf ends").code(), Some(130));
}

#[cfg(unix)]
#[test]
fn ctrl_c_saves_a_checkpoint() {
    let dir = TestDir::new();
    let step = || -> u64 {
        let rows = std::fs::read_to_string(dir.path("run/metrics.csv")).unwrap_or_default();
        rows.lines()
            .last()
            .and_then(|row| row.split(',').next())
            .and_then(|step| step.parse().ok())
            .unwrap_or(0)
    };
    let line = format!("train --domain rainbow --run run --set train.steps=1000000 --set train.log_every=5 {SMALL}");
    train_until(&dir, &line, || step() > 20);
    let first = step();
    with_images(&dir);
    dir.tdf("search --run run --target images/00000.png --budget 5").ok();
    train_until(&dir, "train --domain rainbow --run run --resume", || {
        step() > first + 20
    });
    assert_eq!(
        dir.list("run/checkpoints"),
        ["best.safetensors", "model.safetensors", "state.safetensors"]
    );
}

//! Experiments: whole, gone on with, refused.

use crate::tool::TestDir;

const EXPERIMENT: &str = r#"title = "Two networks"
about = """A test,
of two lines."""
domain = "rainbow"
set = { program.size = "1..=2", search.budget = 30, model.width = 16, model.layers = 1, model.channels = [8, 8, 8], train.batch = 4 }
seeds = 2

[tasks]
per_minute = 3
most = 256

[[network]]
name = "full"

[[network]]
name = "no image"
set = { model.current_image = false }

[[method]]
name = "rollout"
network = "full"

[[method]]
name = "beam"
network = "full"
set = { search.method = "beam" }

[[method]]
name = "blind"
network = "no image"
"#;

const COMMAND: &str = "experiment two.toml --minutes 1 --steps 12 --device cpu --out out";

/// A file, and when it was written.
fn stamp(dir: &TestDir, name: &str) -> (Vec<u8>, std::time::SystemTime) {
    let path = dir.path(name);
    let written = std::fs::metadata(&path).and_then(|found| found.modified());
    (std::fs::read(path).expect(name), written.expect(name))
}

#[test]
fn an_experiment_is_done_once() {
    let dir = TestDir::new();
    dir.write("two.toml", EXPERIMENT);
    let out = dir.tdf(COMMAND).ok();
    assert!(out.ends_with("index.html\n"), "{out}");
    let tasks = dir.read("out/tasks.jsonl");
    assert_eq!(tasks.lines().count(), 3);
    assert!(
        tasks.lines().all(|line| line.contains("\"reducible\":false")),
        "{tasks}"
    );
    let table = dir.read("out/solve-rates.md");
    for part in [
        "Two networks. Tasks of rainbow solved",
        "| rollout |",
        "| beam |",
        "| blind |",
        "A test, of two lines.",
        "Network full: nothing set; 12 steps, 48 examples, trained for ",
        "Network no image: model.current\\_image=false; 12 steps",
        "A scale of 1 minute: ",
        "hardware: ",
    ] {
        assert!(table.contains(part), "{part}: {table}");
    }
    let network = dir.read("out/runs/no image/config.toml");
    assert!(network.contains("current_image = false"), "{network}");

    // Again: nothing is done, the tables are as they were.
    let before = stamp(&dir, "out/runs/full/checkpoints/model.safetensors");
    let results = stamp(&dir, "out/evaluations/rollout/results.jsonl").0;
    dir.tdf(COMMAND).ok();
    assert_eq!(stamp(&dir, "out/runs/full/checkpoints/model.safetensors"), before);
    assert_eq!(stamp(&dir, "out/evaluations/rollout/results.jsonl").0, results);
    assert_eq!(dir.read("out/solve-rates.md"), table);

    // Half of it lost: that half is done again, the other is left alone.
    std::fs::remove_dir_all(dir.path("out/runs/no image")).expect("a run folder");
    std::fs::remove_dir_all(dir.path("out/evaluations/blind")).expect("an evaluation");
    std::fs::remove_file(dir.path("out/solve-rates.md")).expect("a table");
    dir.tdf(COMMAND).ok();
    assert_eq!(stamp(&dir, "out/runs/full/checkpoints/model.safetensors"), before);
    assert_eq!(stamp(&dir, "out/evaluations/rollout/results.jsonl").0, results);
    let again = dir.read("out/solve-rates.md");
    assert!(
        again.contains("| blind |") && again.contains("Network no image"),
        "{again}"
    );

    for (command, message) in [
        (
            COMMAND.replace("--minutes 1", "--minutes 2"),
            "holds an experiment with --minutes 1.0, not 2.0",
        ),
        (
            COMMAND.replace("--steps 12", "--steps 13"),
            "holds an experiment with --steps 12, not 13",
        ),
        (
            format!("{COMMAND} --set train.lr=0.1"),
            "holds an experiment with --set []",
        ),
        (
            COMMAND.replace("--out out", "--out out/runs"),
            "holds something else than an experiment",
        ),
    ] {
        let err = dir.tdf(&command).fails(1);
        assert!(err.contains(message), "{err}");
    }
    dir.write("two.toml", EXPERIMENT.replace("Two", "2"));
    let err = dir.tdf(COMMAND).fails(1);
    assert!(
        err.contains("out: holds another experiment, or this one as its file was before"),
        "{err}"
    );

    // A network from elsewhere is taken as it is.
    dir.write("two.toml", EXPERIMENT);
    let other = COMMAND.replace("--out out", "--out other");
    dir.tdf(&format!("{other} --run full=out/runs/full")).ok();
    assert!(!dir.path("other/runs/full").exists());
    let table = dir.read("other/solve-rates.md");
    assert!(table.contains("(earlier)"), "{table}");
}

#[test]
fn mistakes_are_found_before_anything_is_trained() {
    let dir = TestDir::new();
    for (from, to, message) in [
        (
            "seeds = 2",
            "seed = 2",
            "two.toml:6: unknown key seed, the nearest is seeds",
        ),
        (
            "model.current_image = false",
            "model.current_images = false",
            "two.toml: network no image: --set model.current_images=false: unknown key model.current_images, the nearest is \
             model.current_image",
        ),
        (
            "search.method = \"beam\"",
            "search.method = \"bean\"",
            "two.toml: method beam: --set search.method=\"bean\": search.method = \"bean\": unknown variant `bean`",
        ),
        (
            "network = \"no image\"",
            "network = \"no images\"",
            "two.toml: method blind: there is no network no images, the nearest is no image",
        ),
        ("\"rainbow\"", "\"rainbows\"", "rainbows"),
        (
            "title",
            "preset = \"tinny\"\ntitle",
            "two.toml: preset \"tinny\": there are tiny, ",
        ),
    ] {
        dir.write("two.toml", EXPERIMENT.replacen(from, to, 1));
        let err = dir.tdf(COMMAND).fails(1);
        assert!(err.contains(message), "{err}");
        assert!(!dir.path("out").exists(), "{from}");
    }
    dir.write("two.toml", EXPERIMENT);
    for (more, message) in [
        ("--run ful=a", "there is no network ful; there are full, no image"),
        ("--run a", "write it as NETWORK=DIR"),
        ("--run full=nowhere", "nowhere: no such folder"),
        ("--set noise.rhoo=1", "unknown key noise.rhoo, the nearest is noise.rho"),
    ] {
        let err = dir.tdf(&format!("{COMMAND} {more}")).fails(1);
        assert!(err.contains(message), "{err}");
        assert!(!dir.path("out").exists(), "{more}");
    }
    let err = dir.tdf("experiment nowhere.toml --out out").fails(1);
    assert!(err.contains("nowhere.toml"), "{err}");
}

/// What is shipped can be read, and every key in it is one.
#[test]
fn the_experiments_of_the_paper_are_sound() {
    let folder = crate::tool::repository("examples/experiments");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of experiments") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let out = TestDir::new()
                .tdf(&format!("experiment {} --check", path.display()))
                .ok();
            assert!(out.ends_with(" tasks\n"), "{out}");
            count += 1;
        }
    }
    assert!(count >= 2, "{count}");
}

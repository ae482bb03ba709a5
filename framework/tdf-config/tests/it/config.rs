//! Configurations from presets, files and settings.

use std::path::PathBuf;

use expect_test::{Expect, expect};
use tdf_config::{Config, Ends, Interval, Range, Schedule, key_bounds};
use tdf_search::Ranking;

fn tiny() -> Config {
    Config::preset("tiny").unwrap()
}

fn with_file(text: &[u8]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    std::fs::write(&file, text).unwrap();
    tiny()
        .layer(Some(&file), &[])
        .map_err(|e| e.0.replace(&format!("{}/", folder.path().display()), ""))
}

fn with_sets(sets: &[&str]) -> Result<Config, String> {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    tiny().layer(None, &sets).map_err(|e| e.0)
}

#[test]
fn every_preset_is_there() {
    for name in Config::PRESETS {
        let config = Config::preset(name).unwrap();
        assert_eq!(
            config.layer(None, &[]),
            Ok(config.clone()),
            "{name} is within its ranges"
        );
    }
    assert_eq!(Config::preset("tinny"), None);
}

#[test]
fn reads_what_it_prints() {
    let mut config = tiny();
    config.train.lr = 0.1 + 0.2;
    config.train.minutes = 1e-300;
    config.train.seed = i64::MAX as u64;
    config.train.schedule = Schedule::Constant;
    config.train.checkpoint_every = Interval::Seconds(0.1);
    config.train.evaluate_every = Interval::Steps(7);
    config.search.ranking = Ranking::Pixels;
    assert_eq!(with_file(config.to_toml().as_bytes()), Ok(config));
}

#[test]
fn prints_every_key() {
    expect![[r#"
        [train]
        objective = "diffusion"
        from = ""
        steps = 20000
        minutes = 0.0
        batch = 32
        seed = 0
        lr = 0.0015
        schedule = "cosine"
        warmup = 0.03
        beta1 = 0.9
        beta2 = 0.98
        weight_decay = 0.01
        clip = 1.0
        ema = 0.999
        threads = 0
        workers = 1
        log_every = 50
        evaluate_every = "120s"
        checkpoint_every = "30s"
        patience = 0
        precision = "auto"
        slice_minutes = 0.0
        peak_tflops = 0.0

        [program]
        size = "2..=8"

        [noise]
        steps = 5
        rho = 0.2
        max_edit_size = 2
        choice = "size"
        redraws = 100
        labels = "next-edit"
        simplify_targets = false

        [model]
        encoder = "grid"
        attention = "prefix"
        position = "pointer"
        number_embedding = "independent"
        global_tokens = 0
        spatial_tokens = true
        width = 64
        layers = 4
        heads = 4
        channels = [32, 64, 96]
        context = 128
        value_weight = 0.1
        value_apart = false
        current_image = true

        [search]
        method = "rollout"
        beam = 4
        edits_per_program = 4
        ranking = "pixels"
        restart = 25
        particles = 16
        init = "auto"
        init_count = 1
        init_temperature = 0.1
        budget = 500
        renders = 0
        seconds = 0.0
        chains = 0
        temperature = 0.7
        criterion = ""
        precision = "auto"
        solutions = 1

        [evaluate]
        tasks = 64
        budget = 100
        seed = 0
    "#]]
    .assert_eq(&tiny().to_toml());
}

#[test]
fn later_sources_win() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    std::fs::write(
        &file,
        "train.steps = 5\ntrain.batch = 6\n[model]\nchannels = [1, 2, 3]\n[run]\nversion = '9'\n",
    )
    .unwrap();
    let sets = [
        "train.steps=7",
        "search.method=beam",
        "program.size=2..=4",
        "train.lr = 1",
        "noise={rho=0.5}",
    ];
    let config = tiny().layer(Some(&file), &sets.map(str::to_owned)).unwrap();
    let mut expected = tiny();
    expected.train.steps = 7;
    expected.train.batch = 6;
    expected.train.lr = 1.0;
    expected.model.channels = vec![1, 2, 3];
    expected.search.method = "beam".to_owned();
    expected.program.size = "2..=4".parse().unwrap();
    expected.noise.rho = 0.5;
    assert_eq!(config, expected);
    let differing: Vec<_> = config.differences(&tiny()).into_iter().map(|(key, _, _)| key).collect();
    assert_eq!(
        differing,
        [
            "model.channels",
            "noise.rho",
            "program.size",
            "search.method",
            "train.batch",
            "train.lr",
            "train.steps"
        ]
    );
    assert_eq!(with_sets(&["program.size=8"]).unwrap().program.size.range(), 8..=8);
    assert_eq!(
        with_sets(&["train.checkpoint_every=500ms"])
            .unwrap()
            .train
            .checkpoint_every,
        Interval::Seconds(0.5)
    );
}

fn check(result: Result<Config, String>, expected: Expect) {
    expected.assert_eq(&result.unwrap_err());
}

#[test]
fn unknown_keys_name_the_nearest() {
    check(
        with_sets(&["train.stepps=5"]),
        expect!["--set train.stepps=5: unknown key train.stepps, the nearest is train.steps"],
    );
    check(
        with_sets(&["lr=1"]),
        expect!["--set lr=1: unknown key lr, the nearest is train.lr"],
    );
    check(
        with_sets(&["batch_size=1"]),
        expect!["--set batch_size=1: unknown key batch_size, the nearest is train.batch"],
    );
    check(
        with_sets(&["model.with=1"]),
        expect!["--set model.with=1: unknown key model.with, the nearest is model.width"],
    );
    check(
        with_sets(&["train=5"]),
        expect!["--set train=5: train is a group of keys, such as train.batch"],
    );
    check(
        with_sets(&["train.lr.x=5"]),
        expect!["--set train.lr.x=5: unknown key train.lr.x, the nearest is train.lr"],
    );
    check(
        with_sets(&["train.steps"]),
        expect!["--set train.steps: write it as key=value"],
    );
    check(
        with_file(b"# mine\n[train]\nsteps = 5\nbach = 3\n"),
        expect!["my.toml:4: unknown key train.bach, the nearest is train.batch"],
    );
    check(
        with_file(b"\n\nbudget = 5\n"),
        expect!["my.toml:3: unknown key budget, the nearest is evaluate.budget"],
    );
}

#[test]
fn wrong_values_say_what_is_allowed() {
    check(
        with_sets(&["train.lr=fast"]),
        expect![[r#"--set train.lr=fast: train.lr = "fast": invalid type: string "fast", expected a number"#]],
    );
    check(
        with_sets(&["train.steps=2.5"]),
        expect![
            "--set train.steps=2.5: train.steps = 2.5: invalid type: floating point `2.5`, expected a whole number, 0 or more"
        ],
    );
    check(
        with_sets(&["train.batch=-1"]),
        expect![
            "--set train.batch=-1: train.batch = -1: invalid value: integer `-1`, expected a whole number, 0 or more"
        ],
    );
    check(
        with_sets(&["search.method=magic"]),
        expect![
            "--set search.method=magic: search.method = \"magic\": unknown variant `magic`, expected one of `anneal`, `beam`, `enumerate`, `hybrid`, `random`, `rollout`, `sample`"
        ],
    );
    check(
        with_sets(&["program.size=8..=2"]),
        expect![
            "--set program.size=8..=2: program.size = \"8..=2\": `8..=2` holds no size: the upper end is below the lower"
        ],
    );
    check(
        with_sets(&["model.channels=3"]),
        expect!["--set model.channels=3: model.channels = 3: invalid type: integer `3`, expected a list"],
    );
    check(
        with_sets(&["train.checkpoint_every=soon"]),
        expect![[
            r#"--set train.checkpoint_every=soon: train.checkpoint_every = "soon": `soon` is no interval: write a number of steps (500), a time ("60s", "2min", "300ms") or "never""#
        ]],
    );
    check(
        with_file(b"[noise]\nrho = 2\n"),
        expect!["my.toml:2: noise.rho = 2: allowed is 0 to 1"],
    );
    check(
        with_file(b"[train]\nlr = nan\n"),
        expect!["my.toml:2: train.lr = NaN: allowed is more than 0, up to 1000"],
    );
    check(
        with_sets(&["train.steps=0"]),
        expect!["--set train.steps=0: train.steps = 0: allowed is 1 to 1000000000000"],
    );
}

/// The dotted keys of `table` that hold a number, a range of sizes or an interval.
fn keys_with_numbers(table: &toml::Table, prefix: &str, keys: &mut Vec<String>) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            toml::Value::Table(inner) => keys_with_numbers(inner, &format!("{key}."), keys),
            toml::Value::String(text) if text.starts_with(|c: char| c.is_ascii_digit()) => keys.push(key),
            toml::Value::Array(values) if values.iter().all(toml::Value::is_integer) => keys.push(key),
            toml::Value::Integer(_) | toml::Value::Float(_) => keys.push(key),
            _ => (),
        }
    }
}

#[test]
fn every_number_has_bounds() {
    let mut keys = Vec::new();
    keys_with_numbers(&toml::from_str(&tiny().to_toml()).unwrap(), "", &mut keys);
    let mut bounded: Vec<&str> = key_bounds().map(|bounds| bounds.key).collect();
    keys.sort_unstable();
    bounded.sort_unstable();
    assert_eq!(keys, bounded);
}

#[test]
fn what_is_out_of_its_bounds_is_refused() {
    for bounds in key_bounds() {
        let (inside, outside) = match bounds.allowed {
            Range::Whole { least, most } => (
                vec![least.to_string(), most.to_string()],
                vec![(i128::from(least) - 1).to_string(), (i128::from(most) + 1).to_string()],
            ),
            Range::Real { least, most, ends } => {
                let within = match ends {
                    Ends::Both => [least, most],
                    Ends::Lower => [least, 0.999_999 * most],
                    Ends::Upper => [1e-300, most],
                };
                let mut outside = vec![least - 1e-3, most * 1.001, f64::NAN, f64::INFINITY];
                outside.extend((ends == Ends::Lower).then_some(most));
                outside.extend((ends == Ends::Upper).then_some(least));
                let text = |x: &f64| toml::Value::Float(*x).to_string();
                (within.iter().map(text).collect(), outside.iter().map(text).collect())
            }
            Range::Sizes { most } => (vec![most.to_string()], vec![(most + 1).to_string()]),
            Range::Interval { most_steps, .. } => (
                vec![most_steps.to_string(), "\"1ms\"".to_owned()],
                vec![
                    (most_steps + 1).to_string(),
                    "\"0.1ms\"".to_owned(),
                    "\"100000h\"".to_owned(),
                ],
            ),
        };
        let set = |value: &str| match bounds.key {
            "model.channels" => format!("{}=[1, {value}]", bounds.key),
            key => format!("{key}={value}"),
        };
        for value in inside {
            assert_eq!(with_sets(&[&set(&value)]).err(), None);
        }
        for value in outside {
            let error = with_sets(&[&set(&value)]).unwrap_err();
            let known = [&format!("allowed is {bounds}"), "expected a whole number", "too large"];
            assert!(known.iter().any(|text| error.contains(text)), "{error}");
            assert!(error.contains(bounds.key), "{error}");
        }
    }
}

#[test]
fn files_that_cannot_be_read() {
    check(
        with_file(b"[train]\nsteps = = 5\n"),
        expect!["my.toml:2: extra `=`, expected nothing"],
    );
    check(
        with_file(b"[train]\nlr = 1 \xff\n"),
        expect!["my.toml:2: not text in UTF-8"],
    );
    check(
        with_file(b"[train]\nlr = 1\nlr = 2\n"),
        expect!["my.toml:3: duplicate key"],
    );
    assert_eq!(with_file(b""), Ok(tiny()));
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), PathBuf::from("/no/such/file.toml")] {
        let error = tiny().layer(Some(&path), &[]).unwrap_err().0;
        assert!(
            error.starts_with(&format!("cannot read {}: ", path.display())),
            "{error}"
        );
    }
}

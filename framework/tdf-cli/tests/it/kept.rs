//! What a run keeps: its preset and its grammar.

use crate::runs::{SMALL, trained, with_images};
use crate::tool::TestDir;

/// A resumed run has a configuration: a preset beside it would be passed over.
#[test]
fn a_resumed_run_takes_no_other_preset() {
    let dir = TestDir::new();
    trained(&dir, 2);
    let resume = "train --domain rainbow --run run --resume --set train.steps=4";
    let before = dir.read("run/config.toml");
    for preset in ["best", "paper"] {
        let err = dir.tdf(&format!("{resume} --preset {preset}")).fails(1);
        assert!(
            err.contains(&format!("--resume --preset {preset}: "))
                && err.contains("nearest to the preset tiny: leave out --preset"),
            "{err}"
        );
    }
    let err = dir.tdf(&format!("{resume} --preset small")).fails(1);
    assert!(err.contains("there is no such preset"), "{err}");
    assert_eq!(dir.read("run/config.toml"), before);
    dir.tdf(&format!("{resume} --preset tiny")).ok();
    dir.tdf("train --domain rainbow --run run --resume --set train.steps=5")
        .ok();
    // The preset names the folder of a run that has none, of a resumed one, too.
    let best = format!("train --domain rainbow --preset best --set train.steps=1 {SMALL}");
    dir.tdf(&best).ok();
    dir.tdf(&format!("{best} --resume")).ok();
    assert!(dir.path("runs/rainbow-best/config.toml").exists());
}

/// A network belongs to a grammar: what has changed since is said, and what to do.
#[test]
fn a_changed_grammar_is_told_apart() {
    let dir = TestDir::new();
    trained(&dir, 2);
    with_images(&dir);
    let grammar = dir.read("run/grammar.lalrpop");
    let ball = grammar
        .lines()
        .find(|line| line.contains("Scene::Ball"))
        .expect("balls");
    dir.write("run/grammar.lalrpop", grammar.replace(ball, ""));
    let config = dir.read("run/config.toml");
    let fingerprint = config
        .lines()
        .find(|line| line.starts_with("fingerprint = "))
        .expect("a fingerprint");
    dir.write(
        "run/config.toml",
        config.replace(fingerprint, "fingerprint = \"60129e60129e60129e\""),
    );
    dir.write("tasks.jsonl", dir.tdf("tasks --domain rainbow -n 1 --size 1").ok());
    for line in [
        "search --run run --target images/00000.png",
        "eval --run run --tasks tasks.jsonl --out no",
        "export --run run --out no",
        "train --domain rainbow --run run --resume",
        "train --domain rainbow --run no --set train.from=run",
    ] {
        let err = dir.tdf(line).fails(1);
        let changed = format!("What has changed (- then, + now):\n  + {}\nTrain again", ball.trim());
        assert!(
            err.contains("is not the one that this network was trained for (fingerprint 60129e60129e, now ")
                && err.contains(&changed)
                && err.contains("run/grammar.lalrpop"),
            "{line}: {err}"
        );
        assert!(!dir.path("no").exists(), "{line}");
    }
}

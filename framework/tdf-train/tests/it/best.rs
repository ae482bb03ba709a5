//! The best network of a training, and trainings that end early.

use std::path::{Path, PathBuf};

use tch::Device;
use tdf_config::{Config, Interval, Schedule};
use tdf_model::CheckpointInfo;
use tdf_train::{Checkpoint, Observer, Progress, Stage, Summary, open_run_at, train};

use crate::domain::{StopAfter, learnt, rainbow, tiny};

fn run(config: &Config, folder: &Path, resume: bool, observer: &mut dyn Observer) -> Summary {
    train(rainbow(), config, folder, resume, Device::Cpu, observer).unwrap()
}

/// Evaluates every four steps and hardly learns, so that all evaluations are alike.
fn still() -> Config {
    let mut config = tiny();
    config.train.lr = 1e-12;
    config.train.ema = 0.0;
    config.train.schedule = Schedule::Constant;
    config.train.evaluate_every = Interval::Steps(4);
    config.train.log_every = 3;
    config.evaluate.tasks = 4;
    config.evaluate.budget = 5;
    config
}

fn best(run: &Path) -> PathBuf {
    run.join("checkpoints/best.safetensors")
}

/// The tensors of a file, without what its metadata says.
fn tensors(file: &Path) -> Vec<(String, Vec<u8>)> {
    let bytes = std::fs::read(file).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Vec<_> = tensors
        .iter()
        .map(|(name, view)| (name.to_owned(), view.data().to_vec()))
        .collect();
    tensors.sort();
    tensors
}

/// Stops in the midst of the evaluation after a step.
struct StopInEvaluation(u64);

impl Observer for StopInEvaluation {
    fn progress(&mut self, progress: &Progress) -> bool {
        // The step is told with the one after it; the evaluation before the first step is that of step 0.
        !(matches!(progress.stage, Stage::Evaluating { .. }) && progress.step == self.0)
    }
}

#[test]
fn evaluations_without_a_better_rate_end_a_training() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = still();
    config.train.patience = 2;
    let whole = folder.path().join("whole");
    let summary = run(&config, &whole, false, &mut ());
    assert_eq!(
        (summary.step, summary.out_of_patience, summary.stopped),
        (8, true, false),
        "{summary:?}"
    );
    let kept = summary.best.unwrap();
    assert_eq!((kept.step, &kept.model), (8, &best(&whole)), "of equal rates the last");
    assert_eq!(CheckpointInfo::read(&best(&whole)).unwrap().step, 8);

    // However it is cut, the same comes of it: between evaluations, where one is due, and within one.
    let parts = folder.path().join("parts");
    assert!(run(&config, &parts, false, &mut StopInEvaluation(0)).stopped);
    assert!(run(&config, &parts, true, &mut StopAfter(3)).stopped);
    assert!(run(&config, &parts, true, &mut StopAfter(4)).stopped);
    let summary = run(&config, &parts, true, &mut StopInEvaluation(8));
    assert!(
        summary.stopped && !summary.out_of_patience && summary.step == 8,
        "{summary:?}"
    );
    let summary = run(&config, &parts, true, &mut ());
    assert!(
        summary.out_of_patience && !summary.stopped && summary.step == 8,
        "{summary:?}"
    );
    assert_eq!(learnt(&parts), learnt(&whole));
    assert_eq!(tensors(&best(&parts)), tensors(&best(&whole)));

    // It has ended; with more patience it goes on.
    assert_eq!(run(&config, &parts, true, &mut ()).step, 8);
    assert_eq!(learnt(&parts), learnt(&whole));
    config.train.patience = 3;
    assert_eq!(run(&config, &parts, true, &mut ()).step, 12);
    // Rates of another evaluation do not compare: counting begins anew.
    config.evaluate.budget = 4;
    let summary = run(&config, &parts, true, &mut ());
    assert_eq!(
        (summary.step, summary.best.unwrap().step),
        (28, 28),
        "16 is the first, three more are no better"
    );
}

#[test]
fn trainings_without_patience_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let summary = run(&still(), folder.path(), false, &mut ());
    assert_eq!((summary.step, summary.out_of_patience), (40, false));
}

#[test]
fn patience_needs_evaluations() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = tiny();
    config.train.patience = 3;
    let at = folder.path().join("run");
    let error = train(rainbow(), &config, &at, false, Device::Cpu, &mut ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "train.patience = 3: it counts evaluations, and evaluate.tasks = 0 makes none: set evaluate.tasks, or train.patience=0"
    );
    assert!(!at.exists());
}

/// A training that ruins a good network keeps the good one.
#[test]
fn the_best_network_outlives_worse_ones() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/checkpoints/rainbow-tiny");
    let mut config = still();
    config.model = Config::preset("tiny").unwrap().model;
    config.program.size = "2..=3".parse().unwrap();
    config.train.from = shipped.display().to_string();
    config.train.lr = 1.0;
    config.train.warmup = 0.0;
    config.train.steps = 4;
    config.train.evaluate_every = Interval::Steps(2);
    config.evaluate.tasks = 8;
    config.evaluate.budget = 20;
    let at = folder.path().join("run");
    let summary = run(&config, &at, false, &mut ());
    assert_eq!(summary.best.as_ref().map(|best| best.step), Some(0), "{summary:?}");
    assert!(summary.solve_rate < summary.untrained_solve_rate, "{summary:?}");
    assert_eq!(
        tensors(&best(&at)),
        tensors(&shipped.join("checkpoints/model.safetensors"))
    );
    let opened = |checkpoint| open_run_at(&at, checkpoint).unwrap().model;
    assert_eq!(opened(Checkpoint::Best), best(&at));
    assert_ne!(tensors(&opened(Checkpoint::Last)), tensors(&best(&at)));

    // More steps that are no better leave it alone.
    config.train.steps = 6;
    run(&config, &at, true, &mut ());
    assert_eq!(CheckpointInfo::read(&best(&at)).unwrap().step, 0);

    std::fs::remove_file(best(&at)).unwrap();
    let error = open_run_at(&at, Checkpoint::Best).unwrap_err().to_string();
    assert!(
        error.contains("best.safetensors is missing") && error.contains("evaluate.tasks"),
        "{error}"
    );
}

/// A process that is killed between the files of a checkpoint leaves a state from which the network follows.
#[test]
fn the_best_network_follows_from_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = still();
    config.train.steps = 8;
    run(&config, folder.path(), false, &mut ());
    let before = std::fs::read(best(folder.path())).unwrap();
    std::fs::write(best(folder.path()), "another").unwrap();
    let part = folder.path().join("checkpoints/best.safetensors.part");
    std::fs::write(&part, "half").unwrap();
    run(&config, folder.path(), true, &mut ());
    assert!(before == std::fs::read(best(folder.path())).unwrap());
    assert!(!part.exists());
}

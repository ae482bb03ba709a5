//! Run folders, checkpoints and resumption.

use std::path::Path;

use tch::Device;
use tdf_config::{Config, Interval};
use tdf_model::Weights;
use tdf_train::{Observer, Progress, RunError, Summary, TrainError, export, open_run, run_config, train};

use crate::domain::{Messages, StopAfter, learnt, rainbow, tiny};

fn run(config: &Config, folder: &Path, resume: bool, observer: &mut dyn Observer) -> Result<Summary, TrainError> {
    train(rainbow(), config, folder, resume, Device::Cpu, observer)
}

fn error(config: &Config, folder: &Path, resume: bool) -> String {
    let name = folder.parent().unwrap().display().to_string() + "/";
    run(config, folder, resume, &mut ())
        .unwrap_err()
        .to_string()
        .replace(&name, "")
}

#[test]
fn resumes_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    for threads in [1, 2] {
        let mut config = tiny();
        config.train.threads = threads;
        // Rows of several steps, so that the stop falls between two of them.
        config.train.log_every = 3;
        config.evaluate.tasks = 4;
        config.evaluate.budget = 5;
        config.train.evaluate_every = Interval::Steps(16);
        let whole = folder.path().join(format!("whole{threads}"));
        let parts = folder.path().join(format!("parts{threads}"));
        let summary = run(&config, &whole, false, &mut ()).unwrap();
        assert_eq!((summary.step, summary.examples, summary.stopped), (40, 160, false));
        assert!(summary.solve_rate.is_some() && summary.untrained_solve_rate.is_some());

        assert!(run(&config, &parts, false, &mut StopAfter(20)).unwrap().stopped);
        let mut messages = Messages::default();
        assert_eq!(run(&config, &parts, true, &mut messages).unwrap().step, 40);
        assert_eq!(messages.0, ["resuming at step 20"]);
        assert_eq!(learnt(&parts), learnt(&whole));
        assert_eq!(
            learnt(&whole).0.len(),
            1 + 13 + 3,
            "a row before the first step, each third, and each evaluation"
        );

        // Resuming what has ended changes nothing.
        assert_eq!(run(&config, &parts, true, &mut ()).unwrap().step, 40);
        assert_eq!(learnt(&parts), learnt(&whole));
    }
}

#[test]
fn later_rows_are_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, cut) = (folder.path().join("whole"), folder.path().join("cut"));
    let mut config = tiny();
    config.train.steps = 12;
    run(&config, &whole, false, &mut ()).unwrap();
    run(&config, &cut, false, &mut StopAfter(5)).unwrap();
    // Rows that a killed process wrote after its last checkpoint, the last one not to its end.
    let metrics = cut.join("metrics.csv");
    let text = std::fs::read_to_string(&metrics).unwrap();
    std::fs::write(&metrics, text + "6,24,1,9,9,9,9,9,9,9,\n7,28,1,9,9").unwrap();
    std::fs::write(cut.join("checkpoints/state.safetensors.part"), "half").unwrap();
    run(&config, &cut, true, &mut ()).unwrap();
    assert_eq!(learnt(&cut), learnt(&whole));
    assert!(!cut.join("checkpoints/state.safetensors.part").exists());
}

#[test]
fn resumes_before_the_first_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, early) = (folder.path().join("whole"), folder.path().join("early"));
    let mut config = tiny();
    config.train.steps = 3;
    run(&config, &whole, false, &mut ()).unwrap();
    run(&config, &early, false, &mut StopAfter(1)).unwrap();
    std::fs::remove_dir_all(early.join("checkpoints")).unwrap();
    let mut messages = Messages::default();
    run(&config, &early, true, &mut messages).unwrap();
    assert_eq!(messages.0, ["the run has no checkpoint yet: it begins at step 0"]);
    assert_eq!(learnt(&early), learnt(&whole));
}

#[test]
fn a_network_without_its_state_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    let mut config = tiny();
    config.train.steps = 2;
    run(&config, &at, false, &mut ()).unwrap();
    std::fs::remove_file(at.join("checkpoints/state.safetensors")).unwrap();
    let network = std::fs::read(at.join("checkpoints/model.safetensors")).unwrap();
    assert_eq!(
        error(&config, &at, true),
        "run holds a trained network, but not the state that a training goes on from \
         (run/checkpoints/state.safetensors): train in another folder"
    );
    assert!(network == std::fs::read(at.join("checkpoints/model.safetensors")).unwrap());
}

#[test]
fn a_run_is_not_overwritten_or_mixed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    let mut config = tiny();
    config.train.steps = 2;
    assert_eq!(
        error(&config, &at, true),
        "run: no such folder, so no run to resume; leave out --resume to begin one"
    );
    assert!(!at.exists());
    run(&config, &at, false, &mut ()).unwrap();
    let before = learnt(&at);
    assert_eq!(
        error(&config, &at, false),
        "run already holds a run: --resume continues it, another --run begins one"
    );

    config.train.lr = 0.5;
    config.noise.rho = 0.0;
    config.train.steps = 1;
    config.train.checkpoint_every = Interval::Steps(1);
    expect_test::expect![[r#"
        the run in run was begun with another configuration:
          noise.rho was 0.2, is 0.0
          train.lr was 0.0015, is 0.5
          train.steps was 2, is 1
        Only train.steps or train.minutes may be raised; to change more, begin another run"#]]
    .assert_eq(&error(&config, &at, true));
    assert_eq!(learnt(&at), before);

    let mut longer = run_config(&at).unwrap();
    longer.train.steps = 4;
    assert_eq!(run(&longer, &at, true, &mut ()).unwrap().step, 4);
    assert_eq!(run_config(&at).unwrap(), longer);

    let other = folder.path().join("papers");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("thesis.tex"), "").unwrap();
    assert_eq!(
        error(&longer, &other, false),
        "papers is not a run folder: it has thesis.tex and no config.toml"
    );
    std::fs::write(folder.path().join("file"), "").unwrap();
    assert_eq!(
        error(&longer, &folder.path().join("file"), false),
        "file is a file, not a run folder"
    );
}

#[test]
fn opens_runs() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    let message = |at: &Path| {
        let name = folder.path().display().to_string() + "/";
        open_run(at).unwrap_err().to_string().replace(&name, "")
    };
    assert_eq!(message(&at), "run: no such folder; `tdf train --run run` makes one");
    assert!(matches!(open_run(&at), Err(RunError::NoFolder(_))));
    std::fs::create_dir(&at).unwrap();
    assert_eq!(message(&at), "run is not a run folder: it has no config.toml");
    assert!(matches!(open_run(&at), Err(RunError::NoRun(_))));

    let mut config = tiny();
    config.train.steps = 1;
    run(&config, &at, false, &mut ()).unwrap();
    let opened = open_run(&at).unwrap();
    assert_eq!(opened.config, config);
    assert_eq!(opened.header.domain, "rainbow");
    assert_eq!(opened.header.fingerprint, rainbow().language().grammar().fingerprint);
    let tokenizer = tdf_train::tokenizer(&*rainbow()).unwrap();
    let (_, info) =
        tdf_model::Model::load(&opened.model, &tokenizer, rainbow().observation_spec(), Device::Cpu).unwrap();
    assert_eq!((info.step, info.examples), (1, 4));
    // Its own configuration serves as a file for another run.
    assert_eq!(tiny().layer(Some(&at.join("config.toml")), &[]), Ok(config));

    std::fs::remove_file(&opened.model).unwrap();
    assert_eq!(
        message(&at),
        "run has no checkpoint yet (run/checkpoints/model.safetensors is missing): train it first, or longer"
    );
    assert!(matches!(open_run(&at), Err(RunError::NoCheckpoint(_))));
    std::fs::write(at.join("config.toml"), "[run]\nversion = ").unwrap();
    assert!(message(&at).starts_with("run/config.toml:2: "), "{}", message(&at));
    assert!(matches!(open_run(&at), Err(RunError::Damaged(_))));
}

#[test]
fn a_loss_that_is_not_finite_stops() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = tiny();
    config.train.checkpoint_every = Interval::Steps(1);
    config.train.log_every = 40;
    // Decay turns each weight into a million times its opposite, until none is finite.
    (config.train.lr, config.train.weight_decay) = (1e3, 1e3);
    config.train.warmup = 0.2;
    config.train.schedule = tdf_config::Schedule::Constant;
    let failure = run(&config, folder.path(), false, &mut ()).unwrap_err();
    let TrainError::NotFinite { step, kept, .. } = &failure else {
        panic!("{failure}")
    };
    let kept: u64 = kept
        .split(' ')
        .nth(4)
        .and_then(|step| step.parse().ok())
        .unwrap_or_else(|| panic!("{failure}"));
    assert!(kept < *step && *step < 40, "{failure}");
    let info = tdf_model::CheckpointInfo::read(&folder.path().join("checkpoints/model.safetensors")).unwrap();
    assert_eq!(info.step, kept);
}

/// Lets the disk be full from a step on: what is written beside the file goes to a device that takes nothing.
#[cfg(target_os = "linux")]
struct FullDisk<'a>(&'a Path, u64);

#[cfg(target_os = "linux")]
impl Observer for FullDisk<'_> {
    fn progress(&mut self, progress: &Progress) -> bool {
        if progress.step == self.1 {
            let _ = std::os::unix::fs::symlink("/dev/full", self.0.join("checkpoints/state.safetensors.part"));
        }
        true
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_the_checkpoint_before() {
    let folder = tempfile::tempdir().unwrap();
    let (at, whole) = (folder.path().join("run"), folder.path().join("whole"));
    let mut config = tiny();
    config.train.steps = 8;
    config.train.checkpoint_every = Interval::Steps(2);
    run(&config, &whole, false, &mut ()).unwrap();
    let failure = run(&config, &at, false, &mut FullDisk(&at, 5)).unwrap_err().to_string();
    assert_eq!(
        failure,
        format!(
            "cannot write {}/checkpoints/state.safetensors: No space left on device (os error 28)",
            at.display()
        )
    );
    let mut messages = Messages::default();
    run(&config, &at, true, &mut messages).unwrap();
    assert_eq!(messages.0, ["resuming at step 4"]);
    assert_eq!(learnt(&at), learnt(&whole));
}

#[test]
fn minutes_end_a_training() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = tiny();
    config.train.minutes = 0.5 / 60.0;
    config.train.steps = 1;
    let summary = run(&config, folder.path(), false, &mut ()).unwrap();
    assert!(
        summary.step > 1 && summary.seconds >= 0.5 && !summary.stopped,
        "{summary:?}"
    );
    config.train.minutes = 1.0 / 60.0;
    let longer = run(&config, folder.path(), true, &mut ()).unwrap();
    assert!(longer.step > summary.step && longer.seconds >= 1.0);
}

/// A training cut into slices of time is the training that was not cut: the schedule is that of the whole.
#[test]
fn slices_of_time_make_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (at, whole) = (folder.path().join("run"), folder.path().join("whole"));
    let mut config = tiny();
    config.train.steps = 400;
    config.train.warmup = 0.1;
    run(&config, &whole, false, &mut ()).unwrap();
    config.train.slice_minutes = 0.3 / 60.0;
    let mut slices = 1;
    let mut summary = run(&config, &at, false, &mut ()).unwrap();
    while summary.stopped {
        assert!(summary.step > 0 && summary.step < 400);
        config.train.slice_minutes *= 2.0;
        summary = run(&config, &at, true, &mut ()).unwrap();
        slices += 1;
    }
    assert!(slices > 1, "one slice was enough: {summary:?}");
    assert_eq!(summary.step, 400);
    assert_eq!(learnt(&at), learnt(&whole));
}

#[test]
fn trains_in_bf16() {
    let folder = tempfile::tempdir().unwrap();
    let (at, whole) = (folder.path().join("run"), folder.path().join("whole"));
    let mut config = tiny();
    config.train.precision = tdf_config::Precision::Bf16;
    run(&config, &whole, false, &mut ()).unwrap();
    let text = std::fs::read_to_string(whole.join("metrics.csv")).unwrap();
    assert!(
        text.lines()
            .next()
            .unwrap()
            .ends_with("tokens_per_second,memory_mb,mfu")
    );
    run(&config, &at, false, &mut StopAfter(20)).unwrap();
    run(&config, &at, true, &mut ()).unwrap();
    assert_eq!(learnt(&at), learnt(&whole));
    config.train.precision = tdf_config::Precision::Auto;
    let fp32 = folder.path().join("fp32");
    run(&config, &fp32, false, &mut ()).unwrap();
    assert_ne!(learnt(&fp32), learnt(&whole));
    assert!(error(&config, &at, true).contains("train.precision was \"bf16\", is \"auto\""));
}

#[test]
fn one_process_trains_in_a_folder() {
    struct Second<'a>(&'a Path, Option<String>);

    impl Observer for Second<'_> {
        fn progress(&mut self, _: &Progress) -> bool {
            self.1 = Some(run(&tiny(), self.0, true, &mut ()).unwrap_err().to_string());
            false
        }
    }

    let folder = tempfile::tempdir().unwrap();
    let mut second = Second(folder.path(), None);
    run(&tiny(), folder.path(), false, &mut second).unwrap();
    let message = second.1.unwrap();
    assert!(message.contains("another process works in this folder"), "{message}");
}

/// A training that begins with the network of another is as good at its first step as that was at its last.
#[test]
fn begins_with_the_network_of_another_run() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, other] = ["first", "second", "other"].map(|name| folder.path().join(name));
    let mut config = tiny();
    config.evaluate.tasks = 4;
    config.evaluate.budget = 5;
    let learnt = run(&config, &first, false, &mut ()).unwrap();
    config.train.from = first.display().to_string();
    config.program.size = "2..=3".parse().unwrap();
    config.train.seed = 1;
    run(&config, &second, false, &mut StopAfter(0)).unwrap();
    let weights = |run: &Path| {
        let bytes = std::fs::read(run.join("checkpoints/model.safetensors")).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors: Vec<_> = tensors
            .iter()
            .map(|(name, view)| (name.to_owned(), view.data().to_vec()))
            .collect();
        tensors.sort();
        tensors
    };
    assert!(learnt.step == 40 && weights(&first) == weights(&second));

    // A resumed run has no need of the other any more.
    std::fs::remove_dir_all(&first).unwrap();
    assert_eq!(run(&config, &second, true, &mut ()).unwrap().step, 40);

    // Whoever is given the network learns what it began with, and nothing of this machine.
    let given = folder.path().join("given");
    let opened = open_run(&second).unwrap();
    export(&*rainbow(), &opened, Weights::Fp16, &given).unwrap();
    assert_eq!(open_run(&given).unwrap().config.train.from, "first");
    let card = std::fs::read_to_string(given.join("README.md")).unwrap();
    assert!(card.contains("| Began with | the network of `first` "), "{card}");
    assert!(
        !card.contains("--set 'train.from"),
        "the command works without the other run: {card}"
    );
    assert!(!card.contains(&folder.path().display().to_string()), "{card}");

    config.train.from = second.display().to_string();
    config.model.width = 32;
    let message = error(&config, &other, false);
    assert!(
        message.starts_with("train.from: second/checkpoints/model.safetensors holds another network:\n  model.width is 16 there, 32 here"),
        "{message}"
    );
    config.train.from = "nowhere".to_owned();
    let message = error(&config, &other, false);
    assert!(
        message.starts_with("train.from: ") && message.contains("nowhere"),
        "{message}"
    );
    assert!(!other.exists());
}

#[test]
fn bad_configurations_leave_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("run");
    let mut config = tiny();
    config.train.batch = 0;
    assert_eq!(error(&config, &at, false), "train.batch = 0: allowed is 1 to 65536");
    let mut config = tiny();
    config.model.heads = 3;
    assert!(error(&config, &at, false).contains("heads"));
    assert!(!at.exists());
}

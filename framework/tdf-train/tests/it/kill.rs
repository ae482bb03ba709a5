//! A training that is killed at random moments, again and again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rand::RngExt;
use tch::Device;
use tdf_config::{Config, Interval};
use tdf_train::train;

use crate::domain::{learnt, rainbow, tiny};

const FOLDER: &str = "TDF_TRAIN_KILL_TEST";

fn config() -> Config {
    let mut config = tiny();
    config.train.steps = 1200;
    config.train.log_every = 7;
    config.train.checkpoint_every = Interval::Seconds(0.1);
    config
}

/// Not a test by itself: what [`survives_being_killed`] starts in a process of its own, and kills.
#[test]
fn trains_in_a_child_process() {
    if let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) {
        train(rainbow(), &config(), &folder, folder.exists(), Device::Cpu, &mut ()).unwrap();
    }
}

fn spawn(folder: &Path) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::trains_in_a_child_process", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn survives_being_killed() {
    let temporary = tempfile::tempdir().unwrap();
    let (whole, killed) = (temporary.path().join("whole"), temporary.path().join("killed"));
    train(rainbow(), &config(), &whole, false, Device::Cpu, &mut ()).unwrap();

    let seed = std::env::var("TDF_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(0);
    let mut rng = tdf_tree::rng_stream(seed, 0);
    let mut interrupted = 0;
    for _ in 0..20 {
        let mut child = spawn(&killed);
        // From before the folder is made until long after the first checkpoint.
        std::thread::sleep(Duration::from_millis(rng.random_range(0..600)));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!message.contains("panicked"), "TDF_SEED={seed}: {message}");
        interrupted += u32::from(!output.status.success());
    }
    assert!(
        interrupted >= 10,
        "TDF_SEED={seed}: only {interrupted} of 20 were killed at work"
    );
    let output = spawn(&killed).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(learnt(&killed), learnt(&whole), "TDF_SEED={seed}");
}

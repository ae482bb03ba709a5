//! A training that is killed at random moments, again and again.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rand::RngExt;
use tch::Device;
use tdf_train::train;

use crate::domain::learnt;
use crate::training::{config, stripes};

fn spawn(folder: &Path) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_tdf-train-process"))
        .arg("killed")
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn survives_being_killed() {
    let temporary = tempfile::tempdir().unwrap();
    let (whole, killed) = (temporary.path().join("whole"), temporary.path().join("killed"));
    train(stripes(), &config("killed"), &whole, false, Device::Cpu, &mut ()).unwrap();

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

//! `tdf train` in several processes, each in a folder of its own, as on several machines.

use crate::runs::SMALL;
use crate::tool::{Ended, TestDir};

/// A process that trains, not yet started.
fn process(dir: &TestDir, rank: usize, port: u16, more: &str) -> std::process::Command {
    let line = format!("train --domain rainbow --device cpu --run run --set train.threads=1 {more}");
    let mut command = dir.command(&line);
    command
        .env("RANK", rank.to_string())
        .env("WORLD_SIZE", "2")
        .env("MASTER_PORT", port.to_string())
        .env("TDF_PARALLEL_TIMEOUT", "60")
        .env("GLOO_SOCKET_IFNAME", "lo")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command
}

#[cfg(feature = "parallel")]
mod built {
    use std::process::Child;
    use std::time::Duration;

    use super::*;

    fn port() -> u16 {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("its number").port()
    }

    fn spawn(places: [&TestDir; 2], more: [&str; 2]) -> [Child; 2] {
        let port = port();
        [0, 1].map(|rank| {
            process(places[rank], rank, port, more[rank])
                .spawn()
                .expect("tdf starts")
        })
    }

    fn ended(children: [Child; 2]) -> [Ended; 2] {
        children.map(|child| Ended::of(child.wait_with_output().expect("tdf ends")))
    }

    #[test]
    fn the_first_process_tells_and_writes() {
        let (first, second) = (TestDir::new(), TestDir::new());
        let more = format!("{SMALL} --set train.steps=4");
        let [told, silent] = ended(spawn([&first, &second], [&more, &more]));
        assert!(told.ok().contains("4 steps"));
        assert_eq!(
            (silent.code, silent.out.as_str(), silent.err.as_str()),
            (Some(0), "", "")
        );
        assert!(second.list(".").is_empty(), "{:?}", second.list("."));
        assert!(first.path("run/checkpoints/model.safetensors").exists());

        // Only the first process has the run.
        let more = "--resume --set train.steps=6";
        let [told, silent] = ended(spawn([&first, &second], [more, more]));
        assert!(told.ok().contains("6 steps"));
        assert_eq!((silent.ok().as_str(), second.list(".").len()), ("", 0));

        // And only it can find that the folder is taken.
        let more = format!("{SMALL} --set train.steps=4");
        let [told, silent] = ended(spawn([&first, &second], [&more, &more]));
        assert!(told.fails(1).contains("run already holds a run"));
        let expected = "error: process 1 of 2: process 0 has failed; its own message says why\n";
        assert_eq!(silent.fails(1), expected);
        let [told, silent] = ended(spawn([&first, &second], ["--preset none", ""]));
        assert!(told.fails(1).contains("--preset none"));
        assert_eq!(silent.fails(1), expected);
    }

    #[test]
    fn ctrl_c_on_one_ends_both() {
        let (first, second) = (TestDir::new(), TestDir::new());
        let more = format!("{SMALL} --set train.steps=1000000 --set train.log_every=10");
        let children = spawn([&first, &second], [&more, &more]);
        let metrics = first.path("run/metrics.csv");
        for _ in 0..3000 {
            std::thread::sleep(Duration::from_millis(20));
            if std::fs::read_to_string(&metrics).is_ok_and(|text| text.contains("\n10,")) {
                break;
            }
        }
        let pid = children[1].id().to_string();
        let sent = std::process::Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        let [told, silent] = ended(children);
        assert!(told.ok().contains("stopped early"));
        assert_eq!((silent.code, silent.err.as_str()), (Some(130), ""));
    }
}

#[test]
fn doctor_says_what_is_built() {
    let text = TestDir::new().tdf("doctor --json").ok();
    let found: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(found["parallel"], cfg!(feature = "parallel"));
}

#[cfg(not(feature = "parallel"))]
#[test]
fn a_plain_build_says_how_to_build() {
    let dir = TestDir::new();
    let output = process(&dir, 0, 1, SMALL).output().expect("tdf starts");
    let text = Ended::of(output).fails(1);
    assert!(text.contains("--features parallel"), "{text}");
}

#[test]
fn variables_that_make_no_sense_are_named() {
    let dir = TestDir::new();
    let output = process(&dir, 2, 1, SMALL).output().expect("tdf starts");
    let text = Ended::of(output).fails(1);
    assert!(
        text.contains("RANK is \"2\": allowed is a whole number from 0 to 1"),
        "{text}"
    );
}

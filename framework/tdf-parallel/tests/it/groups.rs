//! A test starts the helper binary `tests/bin/process.rs` once per process, with the variables that torchrun would set.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A port that was free a moment ago.
fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn spawn(role: &str, rank: usize, size: usize, port: u16, seconds: u64) -> Child {
    command(role, rank, size, port, seconds).spawn().unwrap()
}

fn command(role: &str, rank: usize, size: usize, port: u16, seconds: u64) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tdf-parallel-process"));
    command
        .arg(role)
        .env("RANK", rank.to_string())
        .env("WORLD_SIZE", size.to_string())
        .env("MASTER_PORT", port.to_string())
        .env("TDF_PARALLEL_TIMEOUT", seconds.to_string())
        .env("GLOO_SOCKET_IFNAME", "lo")
        .env_remove("TORCHELASTIC_USE_AGENT_STORE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The output of a process, which must succeed.
fn said(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    text
}

#[test]
fn all_see_the_same() {
    let port = port();
    let children: Vec<_> = (0..3).map(|rank| spawn("sums", rank, 3, port, 60)).collect();
    for child in children {
        expect_test::expect![[r#"
            [6.0, 30.0]
            [6.0, 30.0]
            [0.0, 5.0]
            Some(Ok("from 0"))
            Some([])
            None
            true
            true
        "#]]
        .assert_eq(&said(child));
    }
}

#[test]
fn a_process_that_ends_ends_the_others() {
    let port = port();
    let start = Instant::now();
    let children = [0, 1, 2].map(|rank| spawn("dies", rank, 3, port, 60));
    let said = children.map(said);
    for text in [&said[0], &said[2]] {
        assert!(text.contains("another process has ended"), "{text}");
    }
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}: that was the time limit",
        start.elapsed()
    );
}

#[test]
fn a_process_that_hangs_ends_the_others() {
    let port = port();
    let children = [0, 1].map(|rank| spawn("sleeps", rank, 2, port, 2));
    let [first, _] = children.map(said);
    assert!(first.starts_with("process 0 of 2: "), "{first}");
    assert!(first.contains("within 2 s (TDF_PARALLEL_TIMEOUT)"), "{first}");
}

#[test]
fn nobody_comes() {
    let port = port();
    let start = Instant::now();
    let alone = said(spawn("sums", 0, 2, port, 2));
    assert!(alone.contains("did not meet at 127.0.0.1:"), "{alone}");
    assert!(alone.contains("MASTER_PORT"), "{alone}");
    let alone = said(spawn("sums", 1, 2, port, 2));
    assert!(alone.contains("process 1 of 2: the processes did not meet"), "{alone}");
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_port_in_use_is_named() {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let text = said(spawn("sums", 0, 2, listener.local_addr().unwrap().port(), 3));
    assert!(
        text.contains("address already in use") || text.contains("EADDRINUSE"),
        "{text}"
    );
}

/// torchrun listens itself, and all its processes are guests; it begins anew in the same store.
#[test]
fn torchrun_is_the_host() {
    let port = port();
    let mut host = command("hosts", 0, 2, port, 60).stdin(Stdio::piped()).spawn().unwrap();
    for attempt in ["0", "1"] {
        let guest = |rank| {
            command("sums", rank, 2, port, 60)
                .env("TORCHELASTIC_USE_AGENT_STORE", "True")
                .env("TORCHELASTIC_RESTART_COUNT", attempt)
                .spawn()
                .unwrap()
        };
        for said in [0, 1].map(guest).map(said) {
            assert!(said.starts_with("[3.0, 20.0]\n"), "{said}");
        }
    }
    drop(host.stdin.take());
    assert_eq!(said(host), "listening\n");
}

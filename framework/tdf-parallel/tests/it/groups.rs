//! A test starts its own binary once per process, with the variables that torchrun would set.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tch::{Kind, Tensor};
use tdf_parallel::{Communicator, ProcessRank};

/// What a child process does: a word.
const ROLE: &str = "TDF_PARALLEL_TEST";

/// A port that was free a moment ago.
fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn spawn(role: &str, rank: usize, size: usize, port: u16, seconds: u64) -> Child {
    command(role, rank, size, port, seconds).spawn().unwrap()
}

fn command(role: &str, rank: usize, size: usize, port: u16, seconds: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "groups::a_process_of_a_group", "--nocapture"])
        .env(ROLE, role)
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

/// What the child said: the lines of its own that begin with a star; its errors if it panicked.
fn said(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let (text, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{text}\n{errors}");
    text.lines()
        .filter_map(|line| line.split_once('*'))
        .map(|(_, line)| line.to_owned() + "\n")
        .collect()
}

fn say(text: impl std::fmt::Display) {
    // The harness begins the line with the name of the test.
    #[allow(clippy::print_stdout)]
    {
        println!("*{text}");
    }
}

/// Not a test by itself: what the tests start.
#[test]
fn a_process_of_a_group() {
    let Ok(role) = std::env::var(ROLE) else { return };
    if role == "hosts" {
        return host();
    }
    let group = match Communicator::from_environment() {
        Ok(group) => group.expect("the variables name a group"),
        Err(error) => return say(error),
    };
    match role.as_str() {
        "sums" => sums(&group),
        "dies" if group.rank() == 1 => std::process::exit(0),
        "sleeps" if group.rank() == 1 => {
            std::thread::sleep(Duration::from_secs(6));
        }
        "dies" | "sleeps" => {
            let error = (0..1000).find_map(|_| group.barrier().err());
            say(error.expect("nobody answers"));
        }
        other => panic!("{other}"),
    }
}

/// Listens as torchrun does, until the test says that it has ended. A group of one process that shares no key with the others.
fn host() {
    let place = ProcessRank::from_environment().unwrap().unwrap();
    let place = ProcessRank {
        rank: 0,
        size: 1,
        attempt: 1000,
        ..place
    };
    let _group = Communicator::join(place).unwrap();
    say("listening");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

fn sums(group: &Communicator) {
    let rank = group.rank() as f64;
    let tensor = Tensor::from_slice(&[rank as f32 + 1.0, 10.0]);
    group.all_reduce_sum(&tensor).unwrap();
    say(format!("{:?}", Vec::<f32>::try_from(&tensor).unwrap()));
    group.all_reduce_mean(&tensor).unwrap();
    say(format!("{:?}", Vec::<f32>::try_from(&tensor).unwrap()));
    let tensor = Tensor::from_slice(&[rank, 2.0 * rank + 5.0]);
    group.broadcast(&tensor).unwrap();
    say(format!("{:?}", Vec::<f64>::try_from(&tensor).unwrap()));
    let own = format!("from {}", group.rank());
    say(format!(
        "{:?}",
        group
            .broadcast_bytes(Some(own.as_bytes()))
            .unwrap()
            .map(String::from_utf8)
    ));
    say(format!("{:?}", group.broadcast_bytes(Some(b"")).unwrap()));
    say(format!("{:?}", group.broadcast_bytes(None).unwrap()));
    // As long as the parameters of a network, which go in pieces.
    let tensor = Tensor::full([3_000_001], 0.5 + rank, (Kind::Float, tch::Device::Cpu));
    group.all_reduce_sum(&tensor).unwrap();
    say(tensor.min().double_value(&[]) == tensor.max().double_value(&[]));
    let transposed = Tensor::zeros([2, 3], (Kind::Float, tch::Device::Cpu)).transpose(0, 1);
    say(group.all_reduce_sum(&transposed).is_err());
    group.barrier().unwrap();
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

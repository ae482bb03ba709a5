//! Several processes that train together, with Gloo on this machine. A test starts the helper binary `tests/bin/process.rs` once
//! per process.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tch::Device;
use tdf_model::Model;
use tdf_train::train;

use crate::domain::learnt;
use crate::rounding::Rounding;
use crate::training::{config, preset, stripes};

/// A port that was free a moment ago.
fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn spawn(role: &str, folder: &Path, size: usize) -> Vec<Child> {
    let port = port();
    let child = |rank: usize| {
        Command::new(env!("CARGO_BIN_EXE_tdf-train-process"))
            .arg(role)
            .arg(folder)
            .env("RANK", rank.to_string())
            .env("WORLD_SIZE", size.to_string())
            .env("MASTER_PORT", port.to_string())
            .env("TDF_PARALLEL_TIMEOUT", "60")
            .env("GLOO_SOCKET_IFNAME", "lo")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    (0..size).map(child).collect()
}

/// How a process ended: its output, without the last line break.
fn ended(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let (text, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{text}\n{errors}");
    let ended = text.strip_suffix('\n');
    ended.unwrap_or_else(|| panic!("{text}\n{errors}")).to_owned()
}

fn run(role: &str, folder: &Path, size: usize) -> Vec<String> {
    spawn(role, folder, size).into_iter().map(ended).collect()
}

/// What one process learns with so many threads.
fn alone(role: &str, folder: &Path, threads: usize) {
    let mut config = config(role);
    config.train.threads = threads;
    train(stripes(), &config, folder, false, Device::Cpu, &mut ()).unwrap();
}

fn tensors(run: &Path) -> Vec<(String, Vec<f32>)> {
    let bytes = std::fs::read(run.join("checkpoints/state.safetensors")).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let numbers = |data: &[u8]| {
        data.chunks_exact(4)
            .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
            .collect()
    };
    let mut tensors: Vec<_> = tensors
        .iter()
        .filter(|(name, _)| *name != "window")
        .map(|(name, view)| (name.to_owned(), numbers(view.data())))
        .collect();
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    tensors
}

/// How much the gradients that two runs of one step have seen differ, as a share of their norm. After one step the first
/// moment is a tenth of the gradient.
fn difference(a: &Path, b: &Path) -> f64 {
    let moment = |run| {
        tensors(run)
            .into_iter()
            .find(|(name, _)| name == "first_moment")
            .unwrap()
            .1
    };
    let (a, b) = (moment(a), moment(b));
    assert_eq!(a.len(), b.len());
    let squares = a.iter().zip(&b).map(|(a, b)| f64::from(a - b).powi(2));
    (squares.sum::<f64>() / b.iter().map(|b| f64::from(*b).powi(2)).sum::<f64>()).sqrt()
}

fn rows(run: &Path) -> Vec<Vec<f64>> {
    let number = |x: &String| x.parse::<f64>().unwrap_or(f64::NAN);
    learnt(run)
        .0
        .iter()
        .map(|row| row.iter().map(number).collect())
        .collect()
}

/// The gradient of a batch is half that of its first half and half that of its second, whether two threads or two processes
/// work them out: halving is exact and a sum of two has no order, so that nothing may differ by a bit.
#[test]
fn two_processes_learn_what_two_threads_learn() {
    let folder = tempfile::tempdir().unwrap();
    let [two, threads] = ["two", "threads"].map(|name| folder.path().join(name));
    assert_eq!(run("preset", &two, 2), ["step 12 stopped false"; 2]);
    alone("preset", &threads, 2);
    assert!(tensors(&two) == tensors(&threads));

    // The losses are means over the batches of a row; they are weighted in another order.
    let examples = preset().train.batch * preset().train.log_every as usize;
    let rounding = Rounding::of(examples);
    let (two, threads) = (rows(&two), rows(&threads));
    assert_eq!(two.len(), threads.len());
    for (two, threads) in two.iter().zip(&threads) {
        let same = |a: &f64, b: &f64| a.is_nan() && b.is_nan() || rounding.allows(*a, *b, b.abs().max(1.0));
        assert!(two.iter().zip(threads).all(|(a, b)| same(a, b)), "{two:?}\n{threads:?}");
    }
}

/// One thread sums in another order, and so do three processes, whose parts of 7 examples are 2, 2 and 3. The gradient of a
/// step is compared: Adam makes whole steps of gradients that are nothing but roundings, so that parameters drift apart.
#[test]
fn the_gradient_is_that_of_the_whole_batch() {
    for (role, size) in [("first", 2), ("uneven", 3)] {
        let folder = tempfile::tempdir().unwrap();
        let [one, several] = ["one", "several"].map(|name| folder.path().join(name));
        assert_eq!(run(role, &several, size), vec!["step 1 stopped false"; size]);
        alone(role, &one, 1);
        let config = config(role);
        let tokenizer = tdf_train::tokenizer(&*stripes()).unwrap();
        let canvas = stripes().canvas().unwrap();
        let model = Model::new(&config.model, &tokenizer, canvas, Device::Cpu, 0).unwrap();
        // A kernel's gradient is a sum over all pixels of the first convolution, whose stride is 4.
        let pixels = canvas.width * canvas.height / 16 * config.train.batch as u32;
        let bound = Rounding::of_network(model.layout())
            .of_gradient(pixels as usize)
            .bound(1.0);
        let difference = difference(&several, &one);
        assert!(difference < bound, "{role}: {difference}, rounding explains {bound}");
    }
}

#[test]
fn resumes_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, parts] = ["whole", "parts"].map(|name| folder.path().join(name));
    assert_eq!(run("whole", &whole, 2), ["step 40 stopped false"; 2]);
    // All stop at the step at which they hear that one was asked to.
    assert_eq!(run("stops", &parts, 2), ["step 21 stopped true"; 2]);
    assert_eq!(run("resumes", &parts, 2), ["step 40 stopped false"; 2]);
    assert_eq!(learnt(&parts), learnt(&whole));
}

#[test]
fn a_stop_during_the_evaluation_of_another_process_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        run("evaluates", &folder.path().join("run"), 2),
        ["step 0 stopped true"; 2]
    );
}

#[test]
fn minutes_end_all_at_the_same_step() {
    let folder = tempfile::tempdir().unwrap();
    let said = run("minutes", &folder.path().join("run"), 2);
    assert_eq!(said[0], said[1]);
    assert!(said[0].ends_with("stopped false"), "{said:?}");
}

#[test]
fn a_killed_process_ends_the_other() {
    for killed in [0, 1] {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        let mut children = spawn("long", &run, 2);
        let start = Instant::now();
        // Both train by then.
        while !std::fs::read_to_string(run.join("metrics.csv")).is_ok_and(|text| text.contains("\n100,")) {
            assert!(start.elapsed() < Duration::from_secs(120), "it did not begin to train");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut killed = children.remove(killed);
        killed.kill().unwrap();
        killed.wait().unwrap();
        let clock = Instant::now();
        let said = ended(children.remove(0));
        assert!(said.contains("another process has ended"), "{said}");
        assert!(!said.contains('\n'), "{said}");
        assert!(clock.elapsed() < Duration::from_secs(20), "{:?}", clock.elapsed());
        // What the first process has saved stays.
        assert!(!tensors(&run).is_empty());
    }
}

#[test]
fn a_loss_that_is_not_finite_ends_all() {
    let folder = tempfile::tempdir().unwrap();
    let said = run("explodes", &folder.path().join("run"), 2);
    let [first, second] = [&said[0], &said[1]].map(|said| said.split(": ").next().unwrap().to_owned());
    assert!(first.contains("is not finite at step"), "{said:?}");
    assert_eq!(first, second);
}

#[test]
fn one_error_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let said = run("differs", &folder.path().join("a"), 2);
    assert_eq!(
        said[0],
        "process 0 of 2: process 1 has failed; its own message says why"
    );
    assert!(said[1].contains("does not train the same as process 0"), "{said:?}");
    assert!(said[1].contains("\n  train.lr: "), "{said:?}");

    let said = run("small", &folder.path().join("b"), 2);
    assert!(
        said.iter()
            .all(|said| said.contains("train.batch = 1: each of 2 processes")),
        "{said:?}"
    );

    // What only the first process can see.
    let taken = folder.path().join("c");
    std::fs::write(&taken, "").unwrap();
    let said = run("whole", &taken, 2);
    assert!(said[0].ends_with("is a file, not a run folder"), "{said:?}");
    assert_eq!(
        said[1],
        "process 1 of 2: process 0 has failed; its own message says why"
    );
}

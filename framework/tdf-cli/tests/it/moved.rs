//! The binary in another place than the one it was built in.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tool::{Ended, TestDir};

/// The libtorch that set-up puts beside the folder of the binary, if the binary is built for it.
fn libtorch() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_BIN_EXE_tdf"))
        .parent()?
        .parent()?
        .join("libtorch");
    let used = std::env::var_os("LIBTORCH").map(PathBuf::from);
    let is_used = used.is_none_or(|used| used.canonicalize().ok() == beside.canonicalize().ok());
    (beside.join("lib").is_dir() && is_used && std::env::var_os("LIBTORCH_USE_PYTORCH").is_none()).then_some(beside)
}

/// Whether `bytes` hold `text`.
fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A binary finds the libtorch beside its folder wherever both are, and looks nowhere else. One that was built for a libtorch
/// elsewhere also looks there, and is for the machine that it was built on.
#[test]
fn a_moved_binary_finds_libtorch_beside_it() {
    let binary = Path::new(env!("CARGO_BIN_EXE_tdf"));
    let bytes = std::fs::read(binary).expect("the binary");
    assert!(holds(&bytes, "$ORIGIN/../libtorch/lib"));
    let Some(libtorch) = libtorch() else {
        return;
    };
    let real = libtorch.canonicalize().expect("the folder of libtorch");
    for built_with in [&libtorch, &real] {
        assert!(!holds(&bytes, &format!("{}/lib", built_with.display())));
    }

    let dir = TestDir::new();
    std::fs::create_dir(dir.path("bin")).expect("a folder");
    std::fs::copy(binary, dir.path("bin/tdf")).expect("a copy");
    let run = || {
        let mut command = Command::new(dir.path("bin/tdf"));
        command.arg("--version").env_clear();
        Ended::of(command.output().expect("it can be started"))
    };
    assert!(run().err.contains("libtorch_cpu.so"), "it found another");
    std::os::unix::fs::symlink(&libtorch, dir.path("libtorch")).expect("a link");
    assert!(run().ok().starts_with("tdf "));
}

//! `cargo xtask test`: everything that must pass, the quick things first.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, iter};

use anyhow::Result;

use crate::guard::{self, TORCH};
use crate::inputs;
use crate::steps::{self, Steps};
use crate::workspace::Workspace;
use crate::{browser, build, circles, deny, kernels, libtorch, python_package};

/// Half of the workspace: the crates that link libtorch, or the others.
///
/// Every profile compiles torch-sys anew, minutes of C++. So whatever touches libtorch runs in the release profile, which
/// the `tdf` binary needs in any case; the others run unoptimised, with overflow checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Light,
    Torch,
}

impl Half {
    fn name(self, step: &str) -> String {
        match self {
            Self::Light => format!("{step}, without libtorch"),
            Self::Torch => format!("{step}, with libtorch"),
        }
    }

    /// Chooses the crates, those with libtorch as they are when training takes several processes.
    fn select(self, command: &mut Command) -> &mut Command {
        match self {
            Self::Light => self.select_plain(command),
            Self::Torch => self.select_plain(command).args(["--features", build::PARALLEL]),
        }
    }

    fn select_plain(self, command: &mut Command) -> &mut Command {
        match self {
            Self::Light => command
                .arg("--workspace")
                .args(TORCH.iter().flat_map(|name| ["--exclude", name])),
            // The library has networks by a feature.
            Self::Torch => command
                .args(["--release", "--features", "tdf/torch", "--package", "tdf"])
                .args(TORCH.iter().flat_map(|name| ["--package", name])),
        }
    }
}

pub fn test(workspace: &Workspace, light: bool) -> Result<()> {
    let mut steps = Steps::default();
    if !light {
        steps.step("set-up", || libtorch::setup(workspace))?;
    }
    steps.step("format", || {
        steps::run(workspace.cargo().args(["fmt", "--all", "--check"]))
    })?;
    steps.step("dependency rules", || guard::guard(workspace))?;
    steps.step("circles of files", || circles::check(workspace))?;
    steps.step("input files", || inputs::check(workspace))?;
    steps.step("licences and sources", || deny::deny(workspace))?;
    steps.step("a browser for the page", || browser::prepare(workspace))?;
    half(&mut steps, workspace, Half::Light)?;
    without_torch(&mut steps, workspace)?;
    python_tests(&mut steps, workspace)?;
    if !light {
        half(&mut steps, workspace, Half::Torch)?;
        other_kernels(&mut steps, workspace)?;
    }
    steps.step("the examples in Python", || {
        let tdf = workspace.tdf()?;
        python_package::examples(workspace, (!light).then_some(&*tdf))
    })?;
    println!("\n{}", steps.table("ok"));
    Ok(())
}

/// `cargo xtask python`: the tests of the Python package, and its examples with the binary that is there.
pub fn python(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    python_tests(&mut steps, workspace)?;
    steps.step("the examples in Python", || {
        let tdf = workspace.tdf()?;
        let is_there = workspace.root().join(&tdf).is_file();
        python_package::examples(workspace, is_there.then_some(&*tdf))
    })?;
    println!("\n{}", steps.table("ok"));
    Ok(())
}

/// Results are compared with those of the binary without libtorch.
fn python_tests(steps: &mut Steps, workspace: &Workspace) -> Result<()> {
    steps.step("the Python package", || {
        let mut build = workspace.cargo();
        steps::run(build.args(["build", "--package", "tdf-cli", "--no-default-features"]))?;
        let tdf = workspace
            .target()?
            .join("debug")
            .join(format!("tdf{}", env::consts::EXE_SUFFIX));
        python_package::test(workspace, &tdf)
    })
}

/// Tests whose numbers depend on the processor: all of tdf-model, and those of other crates that hold results of a network or of the
/// optimiser against others.
const NUMERIC: &str = "package(tdf-model) \
    + package(tdf-train) & test(/^(optimizer::|run::resumes_bit|run::trains_in|parallel::two_|parallel::the_gradient)/) \
    + package(tdf-cli) & test(runs::exports_search)";

/// Once more with the kernels of another processor, those tests whose numbers they change.
fn other_kernels(steps: &mut Steps, workspace: &Workspace) -> Result<()> {
    steps.step("tests that compute, with the kernels of another processor", || {
        let mut command = workspace.cargo();
        if !kernels::narrow(&mut command) {
            println!("this processor has no other kernels");
            return Ok(());
        }
        if has_nextest(workspace) {
            Half::Torch.select(command.args(["nextest", "run"]));
            command.args(["-E", NUMERIC]);
        } else {
            Half::Torch.select(command.args(["test", "--tests"]));
        }
        steps::run(&mut command)
    })
}

/// The binary as it is built without libtorch.
fn without_torch(steps: &mut Steps, workspace: &Workspace) -> Result<()> {
    const PLAIN: [&str; 3] = ["--package", "tdf-cli", "--no-default-features"];
    steps.step("lints, of the binary without libtorch", || {
        let mut command = workspace.cargo();
        steps::run(
            command
                .arg("clippy")
                .args(PLAIN)
                .args(["--all-targets", "--", "-D", "warnings"]),
        )
    })?;
    steps.step("tests of the binary without libtorch", || {
        let mut command = workspace.cargo();
        match has_nextest(workspace) {
            true => command.args(["nextest", "run", "--no-fail-fast"]),
            false => command.arg("test"),
        };
        steps::run(command.args(PLAIN).args(["--test", "light"]))
    })
}

/// The tests come last: their closing lines are what a reader of the end of the log looks for.
fn half(steps: &mut Steps, workspace: &Workspace, half: Half) -> Result<()> {
    steps.step(&half.name("lints"), || {
        let mut command = workspace.cargo();
        steps::run(
            half.select(command.arg("clippy"))
                .args(["--all-targets", "--", "-D", "warnings"]),
        )
    })?;
    if half == Half::Torch {
        steps.step("lints, for training in one process", || {
            let mut command = workspace.cargo();
            steps::run(half.select_plain(command.arg("clippy")).args(["--", "-D", "warnings"]))
        })?;
    }
    steps.step(&half.name("documentation"), || {
        let mut command = workspace.cargo();
        command.env("RUSTDOCFLAGS", "-D warnings");
        steps::run(half.select(command.args(["doc", "--no-deps"])))
    })?;
    steps.step(&half.name("examples in the documentation"), || {
        let mut command = workspace.cargo();
        if half == Half::Torch {
            find_libtorch(&mut command, workspace)?;
        }
        steps::run(half.select(command.args(["test", "--doc", "--quiet"])))
    })?;
    if half == Half::Torch {
        steps.step("the tdf binary", || build::compile(workspace, true).map(|_| ()))?;
    }
    steps.step(&half.name("tests"), || {
        let mut command = workspace.cargo();
        if has_nextest(workspace) {
            // A crate without tests is no failure; older versions of nextest do not know the variable, nor mind.
            command
                .env("NEXTEST_NO_TESTS", "pass")
                .args(["nextest", "run", "--no-fail-fast"]);
        } else {
            command.args(["test", "--tests"]);
        }
        steps::run(half.select(&mut command))
    })
}

/// Tells the programs that `command` starts where libtorch is. Examples in the documentation are linked without the path that
/// build scripts give to binaries and tests.
fn find_libtorch(command: &mut Command, workspace: &Workspace) -> Result<()> {
    let libtorch = env::var_os("LIBTORCH").map_or_else(|| workspace.libtorch(), PathBuf::from);
    let name = if cfg!(target_os = "macos") {
        "DYLD_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let before = env::var_os(name).unwrap_or_default();
    let folders = iter::once(libtorch.join("lib")).chain(env::split_paths(&before));
    command.env(
        name,
        env::join_paths(folders.filter(|folder| !folder.as_os_str().is_empty()))?,
    );
    Ok(())
}

/// `cargo xtask parallel`: the binary that trains in several processes, and the tests that start some.
pub fn parallel(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.step("set-up", || libtorch::setup(workspace))?;
    steps.step("the tdf binary", || build::compile(workspace, true).map(|_| ()))?;
    steps.step("tests with several processes", || {
        let mut command = workspace.cargo();
        // The other tests of these crates do not depend on the feature.
        steps::run(
            Half::Torch
                .select(command.arg("test"))
                .args(["--test", "it", "--", "groups::", "parallel::"]),
        )
    })?;
    println!("\n{}", steps.table("ok"));
    Ok(())
}

fn has_nextest(workspace: &Workspace) -> bool {
    let mut command = workspace.cargo();
    command
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

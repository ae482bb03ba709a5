//! Set-up, build, demo, tests, measurements and documentation of the workspace; `cargo xtask help` lists the commands.

#![forbid(unsafe_code)]
// A program for the terminal, unlike the libraries the lint is meant for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod browser;
mod build;
mod circles;
mod demo;
mod deny;
mod extra;
mod guard;
mod inputs;
mod installed;
mod kernels;
mod libtorch;
mod links;
mod provide;
mod python;
mod python_package;
mod site;
mod soak;
mod steps;
mod test;
mod unpack;
mod wheels;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Set-up, build, demo and tests of the workspace"
)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Provide libtorch: fetch it once into target/libtorch, or check the one that LIBTORCH or LIBTORCH_USE_PYTORCH names
    Setup {
        /// Provide it in this folder instead, whatever LIBTORCH says
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
    /// Set up and build target/release/tdf
    Build,
    /// Set up, build, train on Rainbow, and solve held-out images; ends with a page to look at
    Demo(demo::Options),
    /// Set up and run everything that must pass: format, lints, dependency rules, tests, documentation
    Test {
        /// Leave out set-up and the crates that link libtorch
        #[arg(long)]
        light: bool,
    },
    /// Set up, build target/release/tdf for training in several processes, and test that
    Parallel,
    /// Check only which crates use which, that libtorch stays where it belongs, and that input files are read with a limit
    Guard,
    /// Run the fuzz targets of tests/fuzz (needs cargo-fuzz)
    Fuzz(extra::Fuzz),
    /// Train and evaluate under random SIGKILL, SIGTERM, SIGHUP, SIGINT and full disks; the results have to be as without them
    Soak(soak::Options),
    /// Compare masks with those of llguidance and Lark: the same tokens, and nanoseconds a step (needs Python)
    Compare,
    /// Run only the tests of the Python package, and its examples if there is PyTorch (needs Python)
    Python,
    /// Build the Python package as a wheel and a source distribution in target/wheels (needs Python)
    Wheel,
    /// Build the documents as a book (needs mdbook), with the API documentation of the crates without libtorch beside it
    Site(site::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Setup { into: Some(folder) } => provide::libtorch(&folder),
        Task::Setup { into: None } => libtorch::setup(&workspace),
        Task::Build => build::build(&workspace).map(|_| ()),
        Task::Demo(options) => demo::demo(&workspace, &options),
        Task::Test { light } => test::test(&workspace, light),
        Task::Parallel => test::parallel(&workspace),
        Task::Guard => guard::guard(&workspace)
            .and_then(|()| circles::check(&workspace))
            .and_then(|()| inputs::check(&workspace)),
        Task::Fuzz(options) => extra::fuzz(&workspace, &options),
        Task::Soak(options) => soak::soak(&workspace, &options),
        Task::Compare => extra::compare(&workspace),
        Task::Python => test::python(&workspace),
        Task::Wheel => python_package::wheel(&workspace),
        Task::Site(options) => site::site(&workspace, &options),
    }
}

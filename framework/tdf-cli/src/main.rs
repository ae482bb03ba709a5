//! The `tdf` command.
//!
//! Exit codes: 0 done; 1 the input was at fault (a message on standard error); 2 wrong usage; 130 interrupted.

// The terminal is what this crate is for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod commands;
mod domains;
mod hardware;
mod input;
mod interrupt;
mod output;
mod torch;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

/// Neural program synthesis by diffusion on syntax trees, for languages of your own.
#[derive(Debug, Parser)]
#[command(name = "tdf", version, max_term_width = 110, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> std::process::ExitCode {
    torch::leave_memory_to_errors();
    let matches = command_line().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match commands::run(arguments.command) {
        Ok(()) if interrupt::requested() => interrupt::EXIT_CODE.into(),
        Ok(()) => 0.into(),
        Err(error) if output::is_broken_pipe(&error) => 0.into(),
        Err(error) => {
            // Errors of grammars come with their own source lines and headings.
            let text = message(&error);
            let heading = if text.contains("error:") { "" } else { "error: " };
            eprintln!("{heading}{}", text.trim_end());
            if interrupt::requested() {
                interrupt::EXIT_CODE.into()
            } else {
                1.into()
            }
        }
    }
}

/// What can be typed.
fn command_line() -> clap::Command {
    commands::examples::teach(Arguments::command())
}

/// The error and its causes, each once: some errors quote their cause in their own text.
fn message(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(|cause| cause.to_string()) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

//! The `tdf` command.
//!
//! Exit codes: 0 done; 1 the input was at fault (a message on standard error), or standard output cannot be written; 2 wrong
//! usage; 130, 143 and 129 stopped by Ctrl-C, SIGTERM and SIGHUP.

// `output` writes to both streams and says what becomes of lines that cannot be written.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod commands;
mod complete;
mod device;
mod domains;
mod hardware;
mod input;
mod interrupt;
mod layout;
mod memory;
mod output;
mod recorded;
mod shown;
#[cfg(feature = "torch")]
mod torch;
mod waiting;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use output::note;

#[global_allocator]
static ALLOCATOR: memory::Allocator = memory::Allocator;

/// Neural program synthesis by diffusion on syntax trees, for languages of your own.
#[derive(Debug, Parser)]
#[command(name = "tdf", version, max_term_width = 110, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> std::process::ExitCode {
    complete::answer_shells(command_line);
    memory::take_panics();
    tdf_loader::keep_working_folder();
    let parsed = command_line().try_get_matches();
    let arguments = match parsed.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(told) => return tell_usage(&told),
    };
    match commands::run(arguments.command) {
        Ok(()) if interrupt::requested() => interrupt::exit_code().into(),
        Ok(()) => 0.into(),
        Err(error) if output::is_broken_pipe(&error) => 0.into(),
        Err(error) if error.is::<output::Told>() => 1.into(),
        Err(error) => {
            // Errors of grammars come with their own source lines and headings.
            let text = message(&error);
            let heading = if text.contains("error:") { "" } else { "error: " };
            note!("{heading}{}", text.trim_end());
            if interrupt::requested() {
                interrupt::exit_code().into()
            } else {
                1.into()
            }
        }
    }
}

/// Prints help or the version to standard output, what is wrong with the usage to standard error.
fn tell_usage(told: &clap::Error) -> std::process::ExitCode {
    let code = u8::try_from(told.exit_code()).unwrap_or(2).into();
    // Clap shows arguments as they are, and names of files may be among them.
    let plain = told.render().to_string();
    if told.use_stderr() && shown::message(&plain) != plain {
        note!("{}", plain.trim_end());
        return code;
    }
    match told.print() {
        Err(error) if !told.use_stderr() && error.kind() != std::io::ErrorKind::BrokenPipe => {
            note!("error: standard output: {error}");
            1.into()
        }
        _ => code,
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

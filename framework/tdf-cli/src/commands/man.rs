use std::path::PathBuf;

use anyhow::bail;
use clap::Command;
use clap_mangen::roff::{Roff, roman};

use crate::commands::examples;
use crate::output::{self, counted};

/// Writes the manual: a page for each command
#[derive(Debug, clap::Args)]
pub struct Man {
    /// Print the page of this command; default: that of tdf itself
    #[arg(conflicts_with = "out")]
    command: Option<String>,
    /// Folder for all pages: tdf.1, tdf-sample.1, ...
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub fn run(self) -> anyhow::Result<()> {
        let mut tdf = crate::command_line().disable_help_subcommand(true);
        // Gives every subcommand its full name.
        tdf.build();
        let commands: Vec<&Command> = tdf.get_subcommands().filter(|c| !c.is_hide_set()).collect();
        let Some(folder) = self.out else {
            let Some(name) = &self.command else {
                return output::print(&page(&tdf)?);
            };
            let Some(command) = commands.iter().find(|c| c.get_name() == name) else {
                let names: Vec<&str> = commands.iter().map(|c| c.get_name()).collect();
                bail!("{name}: there is no such command; there are {}", names.join(", "));
            };
            return output::print(&page(command)?);
        };
        tdf_eval::create_folder(&folder)?;
        for command in commands.iter().copied().chain([&tdf]) {
            let name = format!("{}.1", command.get_display_name().unwrap_or(command.get_name()));
            tdf_eval::write_file(&folder.join(name), page(command)?.as_bytes())?;
        }
        let pages = counted(commands.len() + 1, "page");
        output::print_report([format!("{pages} in {}", folder.display())])
    }
}

/// The page of a command, in the language of roff.
fn page(command: &Command) -> anyhow::Result<String> {
    let man = clap_mangen::Man::new(command.clone()).manual("tdf");
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut out)?;
    }
    let examples = examples::of(command.get_name());
    if !examples.is_empty() {
        let mut roff = Roff::new();
        roff.control("SH", ["EXAMPLES"]);
        for (what, line) in examples {
            // A tagged paragraph: what it does, and below it the line, as it is.
            roff.control("TP", []);
            roff.text([roman(format!("{what}:"))]);
            roff.control("nf", []);
            roff.text([roman(*line)]);
            roff.control("fi", []);
        }
        roff.to_writer(&mut out)?;
    }
    man.render_version_section(&mut out)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

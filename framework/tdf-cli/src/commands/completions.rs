use clap::builder::PossibleValuesParser;
use clap_complete::Shell;

use crate::output;

/// Prints a script with which a shell completes commands and options
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> anyhow::Result<()> {
        // Only here: elsewhere an unknown domain gets a message of its own, and others can be loaded.
        let known: Vec<&str> = tdf_domain::builtins().iter().map(|domain| domain.name).collect();
        let mut command = crate::command_line().mut_subcommands(|subcommand| {
            let takes_one = subcommand.get_arguments().any(|argument| argument.get_id() == "domain");
            match takes_one {
                true => subcommand.mut_arg("domain", |a| a.value_parser(PossibleValuesParser::new(&known))),
                false => subcommand,
            }
        });
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "tdf", &mut script);
        output::print(&String::from_utf8_lossy(&script))
    }
}

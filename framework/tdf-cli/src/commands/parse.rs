use std::path::PathBuf;

use crate::domains::{DomainArgs, StartArgs};
use crate::{input, output};

/// Prints the canonical text of programs, one a line
#[derive(Debug, clap::Args)]
pub struct Parse {
    #[command(flatten)]
    domain: DomainArgs,
    #[command(flatten)]
    start: StartArgs,
    /// A file with one program a line; standard input if there is none
    file: Option<PathBuf>,
}

impl Parse {
    pub fn run(self) -> anyhow::Result<()> {
        let subject = self.domain.subject()?;
        let start = self.start.find(&subject.language)?;
        let programs = input::read_programs(&subject.language, start, self.file.as_deref())?;
        output::print_lines(programs.iter().map(|p| subject.language.print(p.nodes())))
    }
}

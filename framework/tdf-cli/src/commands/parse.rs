use std::path::PathBuf;

use crate::domains::{DomainArgs, StartArgs};
use crate::{input, layout, output};

/// Prints the canonical text of programs, one a line
#[derive(Debug, clap::Args)]
pub struct Parse {
    #[command(flatten)]
    domain: DomainArgs,
    #[command(flatten)]
    start: StartArgs,
    /// A file with one program a line; standard input if there is none
    file: Option<PathBuf>,
    /// Programs have line breaks and indentation, and are parted by blank lines: for languages with tokens for them
    #[arg(long)]
    layout: bool,
    /// Print programs so
    #[arg(long)]
    to_layout: bool,
}

impl Parse {
    pub fn run(self) -> anyhow::Result<()> {
        let subject = self.domain.subject()?;
        let start = self.start.find(&subject.language)?;
        let language = &subject.language;
        if self.layout || self.to_layout {
            layout::check(language)?;
        }
        let file = self.file.as_deref();
        let programs = match self.layout {
            true => input::read_layout(language, start, file)?,
            false => input::read_programs(language, start, file)?,
        };
        let texts = programs
            .iter()
            .map(|p| layout::print(language, p.nodes(), self.to_layout));
        output::print(&texts.collect::<String>())
    }
}

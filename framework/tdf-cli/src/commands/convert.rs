use std::path::PathBuf;

use crate::output::{self, note};

/// Converts a grammar in Lark's syntax to LALRPOP's
#[derive(Debug, clap::Args)]
pub struct Convert {
    /// The grammar file
    grammar: PathBuf,
    /// The syntax to write
    #[arg(long, value_enum, default_value_t = Syntax::Lalrpop)]
    to: Syntax,
    /// The rule that programs begin with; `start` or the first rule if none is given
    #[arg(long, value_name = "RULE")]
    start: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Syntax {
    Lalrpop,
}

impl Convert {
    pub fn run(self) -> anyhow::Result<()> {
        let Syntax::Lalrpop = self.to;
        let file = self.grammar.to_string_lossy();
        if self.grammar.extension().is_some_and(|ending| ending == "lalrpop") {
            anyhow::bail!("{file}: this is in LALRPOP's syntax already");
        }
        let source = tdf_files::read_text(&self.grammar, tdf_files::CONFIG)
            .map_err(|error| anyhow::anyhow!("{file}: {error}"))?;
        let converted = tdf_lark::convert(&file, &source, &tdf_lark::Options { start: self.start })?;
        for warning in &converted.warnings {
            note!("{}\n", warning.render("warning", &file, &source));
        }
        output::print(&converted.text)
    }
}

use std::path::PathBuf;

use crate::domains::Features;

/// Runs LALRPOP on a grammar file. `tdf check --strict` starts it in a process of its own, since LALRPOP may panic or run
/// without end.
#[derive(Debug, clap::Args)]
pub struct StockLalrpop {
    grammar: PathBuf,
    /// Where LALRPOP's parser goes
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    features: Features,
}

impl StockLalrpop {
    pub fn run(self) -> anyhow::Result<()> {
        if !tdf_build::stock_lalrpop(&self.grammar, self.features.features, &self.out) {
            // LALRPOP has said why.
            std::process::exit(1);
        }
        Ok(())
    }
}

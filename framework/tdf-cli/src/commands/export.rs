use std::path::PathBuf;

use clap::ValueEnum;
use tdf_files::check_folder;
use tdf_model::Weights;
use tdf_train::{export, open_run_at};

use crate::commands::search_args::CheckpointChoice;
use crate::output;
use crate::recorded::CodeArgs;

/// Writes the network of a run alone, in half the bytes, with a model card
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The run folder of the network
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// The network of the run: that of its last step, or that of the best evaluation while training
    #[arg(long, value_enum, default_value_t)]
    checkpoint: CheckpointChoice,
    #[command(flatten)]
    code: CodeArgs,
    /// What parameters are rounded to
    #[arg(long, value_enum, default_value_t = Rounding::Fp16)]
    precision: Rounding,
    /// Folder for the network, its configuration and README.md; commands take it as --run
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// How parameters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Rounding {
    /// 11 bits of precision, up to 65,504
    Fp16,
    /// 8 bits of precision, the range of fp32
    Bf16,
    /// As they are
    Fp32,
}

impl Export {
    pub fn run(self) -> anyhow::Result<()> {
        check_folder(&self.out)?;
        let run = open_run_at(&self.run, self.checkpoint.into())?;
        let domain = self.code.open_run(&run)?;
        let weights = match self.precision {
            Rounding::Fp16 => Weights::Fp16,
            Rounding::Bf16 => Weights::Bf16,
            Rounding::Fp32 => Weights::Fp32,
        };
        let exported = export(&*domain, &run, weights, &self.out)?;
        output::print_report([
            format!(
                "network: {} ({:.1} MB)",
                exported.model.display(),
                exported.bytes as f64 / 1e6
            ),
            format!("card: {}", exported.card.display()),
        ])
    }
}

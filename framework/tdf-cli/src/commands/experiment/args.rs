//! The arguments of `tdf experiment`.

use std::path::{Path, PathBuf};

use clap_complete::ArgValueCompleter;

use crate::complete;
use crate::device::DeviceChoice;
use crate::recorded::CodeArgs;

/// Runs an experiment: trains its networks, evaluates its methods, sets them side by side
#[derive(Debug, clap::Args)]
pub struct Experiment {
    /// The experiment, a TOML file (examples/experiments has those of the paper)
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) code: CodeArgs,
    /// Its scale: minutes for all of it on this machine. All networks are trained for as many steps as fit
    #[arg(long, default_value_t = 15.0)]
    pub(super) minutes: f64,
    /// Steps of each training, whatever they take
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) steps: Option<u64>,
    /// The run folder of a network that is trained already
    #[arg(long = "run", value_name = "NETWORK=DIR")]
    pub(super) runs: Vec<String>,
    /// Set a key of all configurations; wins over the file
    #[arg(long = "set", value_name = "KEY=VALUE", add = ArgValueCompleter::new(complete::settings))]
    pub(super) sets: Vec<String>,
    /// Where networks run
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto)]
    pub(super) device: DeviceChoice,
    /// Look for mistakes in the file and stop
    #[arg(long)]
    pub(super) check: bool,
    /// Folder for everything; the same command goes on with what is there
    #[arg(long, value_name = "DIR", required_unless_present = "check")]
    pub(super) out: Option<PathBuf>,
}

impl Experiment {
    pub(super) fn out(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new(""))
    }
}

//! Where networks run.

use clap::ValueEnum;

/// Where the network runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DeviceChoice {
    /// The GPU if there is one that can be used, else the processor
    #[default]
    Auto,
    /// The processor
    Cpu,
    /// The first GPU
    Cuda,
}

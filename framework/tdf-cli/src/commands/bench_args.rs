//! The configuration that `tdf bench` measures.

use anyhow::Context as _;
use clap_complete::{ArgValueCandidates, ArgValueCompleter};
use tdf_config::Config;
use tdf_domain::DynDomain;

use crate::complete;
use crate::device::DeviceChoice;

/// The configuration, and the network of the stages `train` and `expand`.
#[derive(Clone, Debug, clap::Args)]
pub struct BenchArgs {
    /// The preset
    #[arg(long, default_value = "tiny", add = ArgValueCandidates::new(complete::presets))]
    preset: String,
    /// Change a key of the preset, such as train.batch=256 or domain.canvas=64
    #[arg(long = "set", value_name = "KEY=VALUE", add = ArgValueCompleter::new(complete::settings))]
    sets: Vec<String>,
    /// Where the network runs, in the stages `train` and `expand`
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto)]
    pub device: DeviceChoice,
    /// Tasks of the stage `expand`, searched at once
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    pub tasks: u16,
}

impl BenchArgs {
    /// The preset with what the command line changes.
    pub fn config(&self, domain: &dyn DynDomain) -> anyhow::Result<Config> {
        let preset = Config::preset(&self.preset).with_context(|| {
            let presets = Config::PRESETS.join(", ");
            format!("--preset {}: there is no such preset; there are {presets}", self.preset)
        })?;
        Ok(preset.for_domain(domain).layer(None, &self.sets)?)
    }
}

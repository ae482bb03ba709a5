//! The networks of an experiment, and what is set for them and for its methods.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use tdf_config::Config;
use tdf_loader::ResolvedDomain;
use tdf_train::run_config;

use super::args::Experiment;
use super::description::{Description, Method, Network, settings};

/// A network of the experiment.
pub(super) struct Net {
    pub(super) name: String,
    /// Its run folder.
    pub(super) run: PathBuf,
    /// How it is trained; `None` if it is trained already.
    pub(super) training: Option<Config>,
    /// What sets it apart, in words.
    pub(super) settings: Vec<String>,
}

impl Experiment {
    /// Values to begin with, and what is set for all.
    pub(super) fn base(&self, description: &Description, found: &ResolvedDomain) -> anyhow::Result<Config> {
        let preset = &description.preset;
        let Some(config) = Config::preset(preset) else {
            let known = Config::PRESETS.join(", ");
            bail!("{}: preset {preset:?}: there are {known}", self.file.display());
        };
        // What is evaluated while training is not told by anything.
        let mut sets = vec!["evaluate.tasks=0".to_owned()];
        sets.extend(settings(&description.set));
        sets.extend(self.sets.iter().cloned());
        let config = config.for_domain(&*found.open(&[])?).layer(None, &sets);
        config.with_context(|| self.file.display().to_string())
    }

    pub(super) fn networks(&self, description: &Description, found: &ResolvedDomain) -> anyhow::Result<Vec<Net>> {
        let mut named = Vec::new();
        for run in &self.runs {
            let Some((name, folder)) = run.split_once('=') else {
                bail!("--run {run}: write it as NETWORK=DIR");
            };
            if !description.networks.iter().any(|network| network.name == name) {
                let known: Vec<&str> = description.networks.iter().map(|network| &*network.name).collect();
                bail!(
                    "--run {run}: there is no network {name}; there are {}",
                    known.join(", ")
                );
            }
            named.push((name, PathBuf::from(folder)));
        }
        let base = self.base(description, found)?;
        let network = |network: &Network| {
            let given = named.iter().find(|(name, _)| *name == network.name);
            let given = given.map(|(_, folder)| folder.clone()).or(network.run.clone());
            let trained = given.is_some();
            let run = given.unwrap_or_else(|| self.out().join("runs").join(&network.name));
            let config = match trained {
                true => run_config(&run)?,
                false => {
                    let mut sets = settings(&network.set);
                    sets.extend(self.sets.iter().cloned());
                    let config = base.layer(None, &sets);
                    config.with_context(|| format!("{}: network {}", self.file.display(), network.name))?
                }
            };
            Ok(Net {
                name: network.name.clone(),
                run,
                training: (!trained).then_some(config),
                settings: settings(&network.set),
            })
        };
        description.networks.iter().map(network).collect()
    }

    /// Finds mistakes in the keys of methods before anything is trained.
    pub(super) fn check_methods(&self, description: &Description, networks: &[Net]) -> anyhow::Result<()> {
        for method in &description.methods {
            let of = || format!("{}: method {}", self.file.display(), method.name);
            let network = networks
                .iter()
                .find(|network| Some(&network.name) == method.network.as_ref());
            let config = match network {
                Some(Net {
                    training: Some(config), ..
                }) => config.clone(),
                Some(network) => run_config(&network.run)?,
                None => Config::preset(&description.preset).with_context(of)?,
            };
            config
                .layer(None, &self.settings_of(description, method))
                .with_context(of)?;
        }
        Ok(())
    }

    /// What is set for the searches of a method.
    pub(super) fn settings_of(&self, description: &Description, method: &Method) -> Vec<String> {
        // What has no network has no run to take the other keys from.
        let groups = match method.network {
            Some(_) => &["search."][..],
            None => &["search.", "program.", "noise."],
        };
        let is_search = |set: &String| groups.iter().any(|group| set.starts_with(group));
        let common = settings(&description.set).into_iter().filter(is_search);
        let own = settings(&method.set);
        common
            .chain(own)
            .chain(self.sets.iter().filter(|set| is_search(set)).cloned())
            .collect()
    }
}

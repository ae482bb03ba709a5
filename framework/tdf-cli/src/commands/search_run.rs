//! The network and the domain of a run, ready for search.

use anyhow::bail;
use tdf::{Run, RunOptions};
use tdf_config::Config;
use tdf_data::Objective;
use tdf_search::Init;
use tdf_train::{RunInfo, check_grammar, open_run, open_run_at};

use crate::commands::search_args::{SearchArgs, needs_no_network, under};
use crate::commands::searcher::Searcher;
use crate::torch;

impl SearchArgs {
    /// Opens the run.
    pub fn open(&self) -> anyhow::Result<Searcher> {
        let run = open_run_at(self.run(), self.checkpoint.into())?;
        let config = self.change(&run.config)?;
        if config.model != run.config.model {
            bail!(
                "--set model.*: the network of {} is trained; its sizes cannot be changed",
                self.run().display()
            );
        }
        if config.domain != run.config.domain {
            bail!(
                "--set domain.*: the network of {} was trained under {}; options of its domain cannot be changed",
                self.run().display(),
                under(&run.config),
            );
        }
        let domain = self.code.open_run(&run)?;
        if needs_no_network(&config.search.method) {
            self.check_init_run(&run.config, &config.search.method)?;
            self.check_untrained()?;
            return Ok(Searcher::without_networks(domain, config));
        }
        let device = torch::device(self.device)?;
        let info = RunInfo { config, ..run.clone() };
        let options = RunOptions {
            device,
            threads: info.config.train.threads,
            untrained: self.untrained,
        };
        let mut opened = Run::open_on(&info, domain.clone(), options)?;
        let objective = opened.objective();
        let mut network = opened.digest().to_owned();
        let mut config = self.fitting(info.config, objective)?;
        self.check_init_run(&run.config, &config.search.method)?;
        // The network's word counts: a configuration can be edited.
        config.train.objective = objective;
        let options = config.search_options(0);
        let needs =
            tdf_search::method(&options.method).map_or_else(Default::default, |method| (method.needs)(&options));
        let another = self.init_run.is_some() || objective == Objective::Diffusion;
        if needs.init && config.search.init == Init::Generated && another {
            let first = self.init_network(&run, &domain, device)?;
            network = format!("{network}, from {}", first.digest());
            let (folder, learnt) = (self.init_run.as_deref().unwrap_or(self.run()), first.objective());
            if !opened.init_from(first) {
                bail!(
                    "--init-run {}: its network learnt {learnt}; train.objective = \"autoregressive\" or \"joint\" is needed",
                    folder.display()
                );
            }
        }
        // The record of an evaluation says where its searches began.
        config.search.init = match config.search.init {
            Init::Auto if needs.init && objective == Objective::Joint => Init::Generated,
            Init::Auto => Init::Random,
            init => init,
        };
        Ok(Searcher {
            domain,
            config,
            run: Some(opened),
            on_gpu: device.is_cuda(),
            network: Some(network),
            objective,
        })
    }

    /// `config` with a method that a network of this objective can do; what the user chose must be one.
    fn fitting(&self, mut config: Config, objective: Objective) -> anyhow::Result<Config> {
        let run = self.run().display();
        let (edits, writes) = (objective.edits(), objective != Objective::Diffusion);
        let samples = config.search.method == "sample";
        if !edits && !samples {
            if let Some(method) = &self.method {
                bail!(
                    "--method {method}: the network of {run} was trained to generate programs (train.objective = \"{objective}\"), not \
                     to edit them: --method sample"
                );
            }
            if let Some(set) = self
                .sets
                .iter()
                .find(|set| set.trim_start().starts_with("search.method"))
            {
                bail!(
                    "--set {set}: the network of {run} generates programs (train.objective = \"{objective}\"): \"sample\""
                );
            }
            config.search.method = "sample".to_owned();
        }
        if !writes && samples {
            bail!(
                "--method sample: the network of {run} was trained to edit programs, not to generate them (train --set \
                 train.objective=joint, autoregressive or repl): --method rollout or beam"
            );
        }
        if !edits && self.init_run.is_some() {
            bail!(
                "--init-run: the network of {run} generates programs itself and begins at none: leave out --init-run"
            );
        }
        Ok(config)
    }

    /// The network that generates the initial programs.
    fn init_network(
        &self,
        run: &RunInfo,
        domain: &std::sync::Arc<dyn tdf_domain::DynDomain>,
        device: tch::Device,
    ) -> anyhow::Result<Run> {
        let Some(folder) = &self.init_run else {
            bail!(
                "search.init = \"generated\": name the run folder of a network that generates programs with --init-run DIR, or \
                 set search.init=random"
            );
        };
        let first = open_run(folder)?;
        let (folder, header) = (folder.display(), &first.header);
        if header.domain != run.header.domain {
            bail!(
                "--init-run {folder} is a run on the domain {}, not on {}",
                header.domain,
                run.header.domain
            );
        }
        check_grammar(&first, domain.language())?;
        if first.config.domain != run.config.domain {
            let (theirs, ours) = (under(&first.config), under(&run.config));
            bail!("--init-run {folder}: its network was trained under {theirs}, the other under {ours}");
        }
        let options = RunOptions {
            device,
            threads: run.config.train.threads,
            untrained: false,
        };
        Ok(Run::open_on(&first, domain.clone(), options)?)
    }
}

//! A domain, a configuration, and networks if there are some, ready for search.

use std::sync::Arc;

use tdf_config::Config;
use tdf_data::Objective;
use tdf_domain::DynDomain;
use tdf_search::Networks;

/// A search that can begin.
#[derive(Debug)]
pub struct Searcher {
    pub domain: Arc<dyn DynDomain>,
    pub config: Config,
    /// The network of a run; `None` for methods that ask none.
    #[cfg(feature = "torch")]
    pub run: Option<tdf::Run>,
    /// Whether the network runs on a GPU.
    pub on_gpu: bool,
    /// Digest of the network; `None` if none is asked. That of `--init-run` stands behind it.
    pub network: Option<String>,
    /// What the network learnt.
    pub objective: Objective,
}

impl Searcher {
    /// Without networks, on `domain`.
    pub fn without_networks(domain: Arc<dyn DynDomain>, config: Config) -> Self {
        Self {
            domain,
            config,
            #[cfg(feature = "torch")]
            run: None,
            on_gpu: false,
            network: None,
            objective: Objective::Diffusion,
        }
    }

    /// The networks for search.
    pub fn networks(&mut self) -> Networks<'_> {
        #[cfg(feature = "torch")]
        if let Some(run) = &mut self.run {
            return run.networks();
        }
        Networks::default()
    }

    /// The next search does not depend on those before.
    pub fn forget(&mut self) {
        #[cfg(feature = "torch")]
        if let Some(run) = &mut self.run {
            run.forget();
        }
    }
}

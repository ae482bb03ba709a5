//! Domains that a run, a task set or an evaluation names.
//!
//! Files and folders are passed on, so what they record is data. It picks a built-in domain, or it tells in an error message
//! what is missing. A library is opened and a crate is built only for `--grammar` and `--plugin`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use tdf_domain::DynDomain;
use tdf_eval::Setting;
use tdf_loader::{DomainSource, LoadError, ResolvedDomain};
#[cfg(feature = "torch")]
use tdf_train::{RunHeader, RunInfo};

use crate::domains::find;
use crate::output::note;

/// The code of a domain that is not built in, named by the user.
#[derive(Args, Clone, Debug, Default)]
pub struct CodeArgs {
    /// The grammar file of the domain, if that is not built in: the .toml beside it names the plugin, which is built if it is
    /// out of date
    #[arg(long, value_name = "FILE", conflicts_with = "plugin")]
    grammar: Option<PathBuf>,
    /// The shared library of the domain, if that is not built in
    #[arg(long, value_name = "LIB")]
    plugin: Option<PathBuf>,
}

/// What is recorded of a domain.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// What records it, for messages.
    pub source: String,
    /// Name of the domain.
    pub domain: String,
    /// The file that brought it: a hint for people, never opened.
    pub origin: Option<String>,
    /// SHA-256 of the plugin's library.
    pub plugin: Option<String>,
    /// The size function that replaced the plugin's. Recorded together with `plugin`.
    pub size: Option<String>,
    /// The table `scope` that replaced the plugin's. Recorded together with `plugin`.
    pub scope: Option<String>,
}

impl Recorded {
    /// What the run in `folder` records.
    #[cfg(feature = "torch")]
    pub fn in_run(folder: &std::path::Path, header: &RunHeader) -> Self {
        Self {
            source: format!("the run in {}", folder.display()),
            domain: header.domain.clone(),
            origin: header.origin.as_ref().map(|path| path.display().to_string()),
            plugin: header.plugin.clone(),
            size: header.size.clone(),
            scope: header.scope.clone(),
        }
    }

    /// What the evaluation or task set `source` records; `domain` is the name in `setting`.
    pub fn in_setting(source: String, domain: &str, setting: &Setting) -> Self {
        Self {
            source,
            domain: domain.to_owned(),
            origin: setting.origin.clone(),
            plugin: setting.plugin.clone(),
            size: setting.size.clone(),
            scope: setting.scope.clone(),
        }
    }

    /// Says that the code of a domain was not named. What is quoted may be anybody's.
    fn missing(&self, nearest: Option<&str>) -> anyhow::Error {
        let (source, domain) = (&self.source, &self.domain);
        let nearest = nearest.map_or(String::new(), |nearest| format!(" (did you mean {nearest:?}?)"));
        let hints = [
            self.origin
                .as_ref()
                .map(|origin| format!("it was made with {origin:?}")),
            self.plugin
                .as_ref()
                .map(|digest| format!("SHA-256 of the library: {}", short(digest))),
        ];
        let hints: Vec<String> = hints.into_iter().flatten().collect();
        let hints = match &hints[..] {
            [] => String::new(),
            hints => format!(" ({})", hints.join("; ")),
        };
        anyhow!(
            "{source}: the domain {domain:?} is not built in{nearest}: name its code with --grammar FILE or --plugin LIB{hints}. \
             tdf runs no code because a file or a folder names it"
        )
    }

    /// Tells, once, if `digest` is not that of the library that was recorded.
    pub fn compare_plugin(&self, digest: &str) {
        static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let Some(then) = self.plugin.as_ref().filter(|then| *then != digest) else {
            return;
        };
        let text = format!(
            "{}: made with another build of the plugin (SHA-256 {}, now {}): if it renders or measures otherwise, results differ",
            self.source,
            short(then),
            short(digest)
        );
        if TOLD.lock().unwrap_or_else(PoisonError::into_inner).insert(text.clone()) {
            note!("{text}");
        }
    }
}

/// The first digits of a digest, which may be anybody's text.
pub fn short(digest: &str) -> String {
    digest.chars().take(12).flat_map(char::escape_debug).collect()
}

impl CodeArgs {
    /// Whether no code is named.
    pub fn is_empty(&self) -> bool {
        self.grammar.is_none() && self.plugin.is_none()
    }

    /// The words on the command line that name the code.
    pub fn arguments(&self) -> Vec<String> {
        let named = [("--grammar", &self.grammar), ("--plugin", &self.plugin)];
        let words = named
            .into_iter()
            .filter_map(|(name, path)| Some([name.to_owned(), path.as_ref()?.display().to_string()]));
        words.flatten().collect()
    }

    /// The domain that was recorded: a built-in one, or that of the code that the user names.
    ///
    /// # Errors
    /// A domain that is neither, another domain, code that cannot be used.
    pub fn find(&self, recorded: &Recorded) -> anyhow::Result<ResolvedDomain> {
        let Recorded { source, domain, .. } = recorded;
        if self.is_empty() {
            let built_in = DomainSource {
                domain: Some(domain.clone()),
                ..DomainSource::default()
            };
            return find(&built_in).map_err(|error| match error {
                LoadError::Unknown { nearest, .. } => recorded.missing(nearest.as_deref()),
                error => error.into(),
            });
        }
        let named = DomainSource {
            domain: self.plugin.is_some().then(|| domain.clone()),
            grammar: self.grammar.clone(),
            plugin: self.plugin.clone(),
            ..DomainSource::default()
        };
        let mut found = find(&named).with_context(|| format!("{source}: the domain {domain:?}"))?;
        if found.name() != domain {
            bail!("{source} is on the domain {domain:?}, not on {}", found.name());
        }
        if let Some((digest, overrides)) = found.plugin() {
            recorded.compare_plugin(&digest);
            if recorded.plugin.is_some() {
                overrides.size.clone_from(&recorded.size);
                overrides.scope.clone_from(&recorded.scope);
            }
        }
        Ok(found)
    }

    /// The domain that the code offers, with the defaults of its options, for a command that was given `what`.
    pub fn open_named(&self, what: &str) -> anyhow::Result<Arc<dyn DynDomain>> {
        if self.is_empty() {
            bail!("{what}: name the domain with --domain NAME, --grammar FILE or --plugin LIB");
        }
        let named = DomainSource {
            grammar: self.grammar.clone(),
            plugin: self.plugin.clone(),
            ..DomainSource::default()
        };
        crate::domains::open(&find(&named)?, &[]).map_err(Into::into)
    }

    /// As [`CodeArgs::find`], opened with names and values of options.
    pub fn open(&self, recorded: &Recorded, options: &[(&str, &str)]) -> anyhow::Result<Arc<dyn DynDomain>> {
        Ok(crate::domains::open(&self.find(recorded)?, options)?)
    }

    /// The domain of a run, under the options of the run.
    ///
    /// # Errors
    /// As [`CodeArgs::find`]; a grammar that is not the run's.
    #[cfg(feature = "torch")]
    pub fn open_run(&self, run: &RunInfo) -> anyhow::Result<Arc<dyn DynDomain>> {
        let options = run.config.domain_options();
        let options: Vec<(&str, &str)> = options.iter().map(|(name, value)| (&**name, &**value)).collect();
        let domain = self.open(&Recorded::in_run(&run.folder, &run.header), &options)?;
        tdf_train::check_grammar(run, domain.language())?;
        Ok(domain)
    }

    /// The domain of an evaluation or a task set, under the options that were recorded with it. A built-in domain goes before
    /// the code, which may be that of another one in the same comparison.
    ///
    /// # Errors
    /// As [`CodeArgs::find`]; a domain that was not recorded.
    pub fn open_setting(&self, source: String, setting: &Setting) -> anyhow::Result<Arc<dyn DynDomain>> {
        let Some(name) = &setting.domain else {
            bail!("its domain was not recorded; --domain says which it is");
        };
        let options = setting.options.iter();
        let options: Vec<(&str, &str)> = options.map(|(name, value)| (&**name, &**value)).collect();
        let recorded = Recorded::in_setting(source, name, setting);
        match tdf_domain::builtin(name) {
            Some(_) => Self::default().open(&recorded, &options),
            None => self.open(&recorded, &options),
        }
    }
}

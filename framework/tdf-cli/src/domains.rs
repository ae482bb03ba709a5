//! Which language a command is about.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{anyhow, bail};
use clap::Args;
use clap_complete::{ArgValueCandidates, ArgValueCompleter};
use tdf_domain::DynDomain;
use tdf_grammar::{NonterminalId, NonterminalKind};
use tdf_loader::{DomainSource, LoadError, ResolvedDomain};
use tdf_reader::ReadOptions;
use tdf_tree::{Language, Size};

use crate::output::note;
use crate::{complete, waiting};

// The built-in domains. Without a `use` the linker drops a plugin and with it its registration.
use tdf as _;

/// Which domain: built in, by its grammar, or in a shared library.
#[derive(Args, Clone, Debug, Default)]
#[group(required = true, multiple = true)]
struct Name {
    /// A domain by name (`tdf domains` lists them)
    #[arg(long, value_name = "NAME", conflicts_with = "grammar", add = ArgValueCandidates::new(complete::domains))]
    domain: Option<String>,
    /// The grammar file of a domain: of a built-in one, or with a .toml beside it that names the plugin, which is built
    /// if it is out of date
    #[arg(long, value_name = "FILE")]
    grammar: Option<PathBuf>,
    /// A shared library with the domain; if it has several, --domain names one
    #[arg(long, value_name = "LIB", conflicts_with = "grammar")]
    plugin: Option<PathBuf>,
}

/// A domain, and how its grammar is read.
#[derive(Args, Clone, Debug)]
pub struct DomainName {
    #[command(flatten)]
    name: Name,
    #[command(flatten)]
    features: Features,
}

/// With which features a grammar file is read.
#[derive(Args, Clone, Debug, Default)]
pub struct Features {
    /// A feature that `#[cfg(feature = "...")]` in the grammar file asks for; may be repeated
    #[arg(long = "feature", value_name = "NAME")]
    pub features: Vec<String>,
}

impl Features {
    pub fn options(&self) -> ReadOptions {
        ReadOptions::with_features(&self.features)
    }
}

/// A domain and its options.
#[derive(Args, Clone, Debug)]
pub struct DomainArgs {
    #[command(flatten)]
    domain: DomainName,
    /// Set an option of the domain, such as domain.canvas=64 (`tdf domains` lists them)
    #[arg(long = "set", value_name = "domain.KEY=VALUE", add = ArgValueCompleter::new(complete::domain_settings))]
    sets: Vec<String>,
}

/// What commands that draw nothing work with: a language and the size of its programs.
#[derive(Clone, Debug)]
pub struct LanguageArgs {
    pub language: Arc<Language>,
    pub size: Size,
}

impl DomainName {
    fn source(&self) -> DomainSource {
        DomainSource {
            domain: self.name.domain.clone(),
            grammar: self.name.grammar.clone(),
            plugin: self.name.plugin.clone(),
            reading: self.features.options(),
        }
    }

    /// The domain, not yet opened.
    pub fn find(&self) -> anyhow::Result<ResolvedDomain> {
        if let (None, Some(feature)) = (&self.name.grammar, self.features.features.first()) {
            bail!("--feature {feature}: features are those of a grammar file: name it with --grammar FILE");
        }
        Ok(find(&self.source())?)
    }
}

/// Finds a domain; what the compiler says while a plugin is built goes to standard error.
pub fn find(source: &DomainSource) -> Result<ResolvedDomain, LoadError> {
    tdf_loader::find(source, &mut |line| note!("{line}"))
}

/// Opens a domain with values of its options: this reads its grammar.
pub fn open(found: &ResolvedDomain, options: &[(&str, &str)]) -> Result<Arc<dyn DynDomain>, LoadError> {
    waiting::show("opening the domain", || found.open(options))
}

/// The language of a grammar file.
pub fn language_of(path: &Path, options: &ReadOptions) -> anyhow::Result<Language> {
    waiting::show(&format!("reading {}", path.display()), || {
        let grammar = tdf_reader::read_grammar_file_with(path, options)?;
        Ok(match tdf_loader::scope_beside(path)? {
            Some((file, text)) => Language::with_scopes(grammar, &file.to_string_lossy(), &text)?,
            None => Language::new(grammar)?,
        })
    })
}

/// Tells what went wrong inside a plugin and was passed over.
pub fn tell_faults(domain: &dyn DynDomain) {
    if let Some(faults) = domain.faults() {
        note!("{}: {faults}", domain.name());
    }
}

impl DomainArgs {
    /// The options that the command line sets.
    fn options(&self) -> anyhow::Result<Vec<(&str, &str)>> {
        fn option(set: &str) -> anyhow::Result<(&str, &str)> {
            let Some((key, value)) = set.split_once('=') else {
                bail!("--set {set}: write it as domain.KEY=VALUE");
            };
            let Some(name) = key.trim().strip_prefix("domain.") else {
                bail!("--set {set}: only options of the domain can be set here: domain.KEY=VALUE");
            };
            Ok((name, value.trim()))
        }
        self.sets.iter().map(|set| option(set)).collect()
    }

    /// The domain, with values for more of its options.
    pub fn open_with(&self, more: &[(&str, &str)]) -> anyhow::Result<Arc<dyn DynDomain>> {
        let mut options = self.options()?;
        options.extend(more);
        Ok(open(&self.domain.find()?, &options)?)
    }

    /// The domain.
    pub fn open(&self) -> anyhow::Result<Arc<dyn DynDomain>> {
        self.open_with(&[])
    }

    /// The language alone: any grammar file will do. Programs of a grammar that belongs to no domain are measured in
    /// nodes.
    pub fn subject(&self) -> anyhow::Result<LanguageArgs> {
        let Some(path) = &self.domain.name.grammar else {
            let domain = self.open()?;
            return Ok(LanguageArgs {
                language: domain.language().clone(),
                size: domain.size().clone(),
            });
        };
        let (features, options) = (self.domain.features.options(), self.options()?);
        match find(&self.domain.source()) {
            Ok(found) => {
                let domain = open(&found, &options)?;
                return Ok(LanguageArgs {
                    language: domain.language().clone(),
                    size: domain.size().clone(),
                });
            }
            Err(LoadError::Foreign { .. } | LoadError::InRunFolder { .. }) if options.is_empty() => (),
            Err(error) => return Err(error.into()),
        }
        let language = language_of(path, &features)?;
        Ok(LanguageArgs {
            size: Size::nodes(language.grammar()),
            language: Arc::new(language),
        })
    }
}

/// How sizes of programs are counted.
#[derive(Args, Clone, Debug)]
pub struct MeasureArgs {
    /// What sizes count: `nodes`, `tokens`, alternatives and rules with weights, such as `Circle,Quad=2`, or `depth`
    /// (`sample` and `mask` only) [default: what the domain counts, else nodes]
    #[arg(long, value_name = "MEASURE")]
    pub measure: Option<String>,
}

impl MeasureArgs {
    /// `subject` with the size that was asked for; `most` is the greatest that is of interest, where one is known.
    ///
    /// Measured by depth, the language is another one with the same texts: its trees are good for nothing else.
    pub fn apply(&self, mut subject: LanguageArgs, most: Option<u32>) -> anyhow::Result<LanguageArgs> {
        if self.measure.as_deref() == Some("depth") {
            let Some(most) = most else {
                bail!("--measure depth: give a greatest depth, and only to sample (--size) and mask (--budget)");
            };
            let (grammar, size) =
                tdf_tree::by_depth(subject.language.grammar(), most).map_err(|e| anyhow!("--measure depth: {e}"))?;
            let language = Arc::new(Language::new(grammar)?);
            return Ok(LanguageArgs { language, size });
        }
        if let Some(text) = &self.measure {
            let size = Size::parse(subject.language.written(), text).map_err(|e| anyhow!("--measure {text}: {e}"))?;
            subject.size = subject.language.size_of_written(&size);
        }
        Ok(subject)
    }
}

/// The nonterminal that programs derive from.
#[derive(Args, Clone, Debug)]
pub struct StartArgs {
    /// Begin at this nonterminal instead of the grammar's start symbol
    #[arg(long, value_name = "NONTERMINAL")]
    pub start: Option<String>,
}

impl StartArgs {
    /// The nonterminal.
    pub fn find(&self, language: &Language) -> anyhow::Result<NonterminalId> {
        let grammar = language.grammar();
        let Some(name) = &self.start else {
            return Ok(grammar.start);
        };
        match grammar.nonterminal(name) {
            Some(id) => Ok(id),
            None => {
                let rules = language
                    .written()
                    .nonterminals
                    .iter()
                    .filter(|n| n.kind != NonterminalKind::Suffix);
                let names: Vec<&str> = rules.map(|n| n.name.as_str()).collect();
                bail!(
                    "--start {name}: the grammar `{}` has no such nonterminal; it has {}",
                    grammar.name,
                    names.join(", ")
                )
            }
        }
    }
}

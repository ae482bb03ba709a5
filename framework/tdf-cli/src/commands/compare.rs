use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use tdf_domain::DynDomain;
use tdf_eval::{Comparison, Folder, Group, Setting, read_folder, write_comparison};
use tdf_files::{OutFolder, check_folder};
use tdf_loader::Source;

use crate::commands::made_by;
use crate::domains::find;
use crate::output::{self, note};

/// Sets evaluations side by side: curves, tables, and a page
#[derive(Debug, clap::Args)]
pub struct Compare {
    /// Folders that `tdf eval` wrote; NAME=DIR gives one another name than its own
    #[arg(required = true, value_name = "[NAME=]DIR")]
    folders: Vec<String>,
    /// The grammar file of their domain, if that is not built in and not where it was
    #[arg(long, value_name = "FILE", conflicts_with = "plugin")]
    grammar: Option<PathBuf>,
    /// The shared library of their domain, likewise
    #[arg(long, value_name = "LIB")]
    plugin: Option<PathBuf>,
    /// The domain of evaluations that do not say of which they are: older versions did not record it
    #[arg(long, value_name = "NAME")]
    domain: Option<String>,
    /// Folder for the curves, the tables and index.html
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Compare {
    pub fn run(self) -> anyhow::Result<()> {
        check_folder(&self.out)?;
        let folders = self.folders.iter().map(|argument| self.read(argument));
        let mut comparison = Comparison::new(folders.collect::<anyhow::Result<_>>()?)?;
        let out = OutFolder::claim(&self.out)?;
        for group in &mut comparison.groups {
            group.domain = match self.open(group) {
                Ok(domain) => Some(domain),
                Err(error) => {
                    note!(
                        "no pictures of {}, and nothing about its grammar: {error:#}",
                        group.title()
                    );
                    None
                }
            };
        }
        comparison.made = made_by::this_command_and_version();
        write_comparison(&comparison, out.path())?;
        output::print_report([format!("page: {}", self.out.join("index.html").display())])
    }

    fn read(&self, argument: &str) -> anyhow::Result<Folder> {
        let whole = Path::new(argument);
        let (name, path) = match argument.split_once('=') {
            Some((name, path)) if !whole.exists() => (name.to_owned(), Path::new(path)),
            _ => (own_name(whole), whole),
        };
        let mut folder = read_folder(&name, path)?;
        let domain = &mut folder.summary.setting.domain;
        *domain = domain.take().or_else(|| self.domain.clone());
        Ok(folder)
    }

    fn open(&self, group: &Group) -> anyhow::Result<Arc<dyn DynDomain>> {
        let setting = group.setting();
        let domain = open(setting, self.grammar.as_deref(), self.plugin.as_deref())?;
        let grammar = &domain.language().grammar().fingerprint;
        if setting.grammar.as_ref().is_some_and(|recorded| recorded != grammar) {
            bail!("its grammar has changed since");
        }
        Ok(domain)
    }
}

/// The name of a folder, of whatever form its path is.
fn own_name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = whole.file_name().unwrap_or(whole.as_os_str());
    name.to_string_lossy().into_owned()
}

/// The domain that a setting names, from the file that it names or from another.
pub fn open(setting: &Setting, grammar: Option<&Path>, plugin: Option<&Path>) -> anyhow::Result<Arc<dyn DynDomain>> {
    let Some(name) = &setting.domain else {
        bail!("its domain was not recorded; --domain says which it is");
    };
    let mut source = Source {
        domain: Some(name.clone()),
        plugin: plugin.map(Path::to_owned),
        ..Source::default()
    };
    let origin = setting.origin.as_deref().map(Path::new).filter(|_| plugin.is_none());
    match grammar.or(origin) {
        Some(file) if file.extension().is_some_and(|e| e == "lalrpop") => {
            (source.domain, source.grammar) = (None, Some(file.to_owned()));
        }
        Some(library) => source.plugin = Some(library.to_owned()),
        None => {}
    }
    let found = find(&source)?;
    if found.name() != name {
        bail!("the domain found is {}, not {name}", found.name());
    }
    let options: Vec<(&str, &str)> = setting
        .options
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    Ok(found.open(&options)?)
}

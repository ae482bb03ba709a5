use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use tdf_domain::DynDomain;
use tdf_eval::{Comparison, Folder, Group, read_folder, write_comparison};
use tdf_files::{OutFolder, check_folder};

use crate::commands::made_by;
use crate::output::{self, note};
use crate::recorded::{CodeArgs, short};

/// Sets evaluations side by side: curves, tables, and a page
#[derive(Debug, clap::Args)]
pub struct Compare {
    /// Folders that `tdf eval` wrote; NAME=DIR gives one another name than its own
    #[arg(required = true, value_name = "[NAME=]DIR")]
    folders: Vec<String>,
    #[command(flatten)]
    code: CodeArgs,
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
            if let Some(differ) = group.plugins_differ() {
                note!("{}: {differ}", group.title());
            }
            group.domain = match self.open(group) {
                Ok(domain) => Some(domain),
                Err(error) => {
                    note!(
                        "no images of {}, and nothing about its grammar: {error:#}",
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
        let source = group.folders[0].path.display().to_string();
        let domain = self.code.open_setting(source, setting)?;
        let now = &domain.language().grammar().fingerprint;
        if let Some(then) = setting.grammar.as_ref().filter(|then| *then != now) {
            bail!(
                "its grammar has changed since (fingerprint {}, now {}): evaluate again, or name the grammar or the plugin of \
                 then",
                short(then),
                short(now)
            );
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

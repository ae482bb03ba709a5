//! The `.toml` beside a grammar: which plugin draws its programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::LoadError;
use crate::exported::CALL_LIMIT;

/// The greatest number of processes of a domain.
const MOST_PROCESSES: usize = 1024;

/// What a `.toml` says.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file.
    pub path: PathBuf,
    /// Name of the domain among those of the plugin.
    pub name: String,
    /// The grammar file.
    pub grammar: PathBuf,
    /// The plugin.
    pub plugin: PluginSource,
    /// Seconds that a call into the plugin may take.
    pub limit: u64,
    /// The size function instead of the plugin's, as [`Size::parse`](tdf_domain::Size::parse) takes it.
    pub size: Option<String>,
    /// The whole text of the file if it has a table `scope`, which goes before the plugin's, see
    /// [`Language::with_scopes`](tdf_domain::Language::with_scopes).
    pub scope: Option<String>,
}

/// Where the plugin is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PluginSource {
    /// A folder with a crate, which cargo builds.
    Crate(PathBuf),
    /// A shared library.
    Library(PathBuf),
    /// A command that is run in the folder of the `.toml`: a domain in a process of its own.
    Command {
        /// The program and its arguments.
        words: Vec<String>,
        /// The greatest number of processes; `None` for one for each core.
        processes: Option<usize>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    domain: Option<DomainTable>,
    size: Option<SizeTable>,
    /// Read elsewhere.
    scope: Option<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainTable {
    name: String,
    grammar: PathBuf,
    #[serde(rename = "crate")]
    package: Option<PathBuf>,
    plugin: Option<PathBuf>,
    command: Option<Vec<String>>,
    processes: Option<usize>,
    limit: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SizeTable {
    primitives: Option<Vec<String>>,
    weights: Option<BTreeMap<String, u32>>,
    kind: Option<String>,
}

/// Reads the `.toml` beside the file `grammar`.
///
/// # Errors
/// No such file (says what it would hold), syntax errors with their place, keys that are missing, unknown or do not go
/// together; a grammar in a run folder, whose `.toml` is not read.
///
/// # Examples
///
/// ```
/// use tdf_loader::{PluginSource, manifest_beside};
///
/// let manifest = manifest_beside("../../examples/logo/logo.lalrpop".as_ref())?;
/// assert_eq!(manifest.name, "logo");
/// assert!(matches!(manifest.plugin, PluginSource::Crate(_)));
/// # Ok::<(), tdf_loader::LoadError>(())
/// ```
pub fn manifest_beside(grammar: &Path) -> Result<Manifest, LoadError> {
    let path = grammar.with_extension("toml");
    if in_run_folder(grammar) {
        return Err(LoadError::InRunFolder {
            path: grammar.to_owned(),
        });
    }
    let fail = |message: String| LoadError::File {
        path: path.clone(),
        message,
    };
    let text = tdf_files::read_text(&path, tdf_files::CONFIG).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => LoadError::Foreign {
            path: grammar.to_owned(),
            manifest: path.clone(),
        },
        _ => fail(format!("cannot be read: {error}")),
    })?;
    let file: File = toml::from_str(&text).map_err(|error| fail(error.to_string().trim_end().to_owned()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let Some(domain) = file.domain else {
        if file.scope.is_none() {
            let message = "it has no table `domain`, which names the plugin, and no table `scope`";
            return Err(fail(message.to_owned()));
        }
        return Err(LoadError::Foreign {
            path: grammar.to_owned(),
            manifest: path.clone(),
        });
    };
    let DomainTable {
        name,
        grammar: named,
        package,
        plugin,
        command,
        processes,
        limit,
    } = domain;
    if processes.is_some() && command.is_none() {
        return Err(fail(
            "processes: only a domain with a `command` has processes".to_owned(),
        ));
    }
    let plugin = match (package, plugin, command) {
        (Some(package), None, None) => PluginSource::Crate(folder.join(package)),
        (None, Some(library), None) => PluginSource::Library(folder.join(library)),
        (None, None, Some(words)) if words.is_empty() => return Err(fail("command: it names no program".to_owned())),
        (None, None, Some(_)) if processes.is_some_and(|most| !(1..=MOST_PROCESSES).contains(&most)) => {
            return Err(fail(format!("processes: allowed are 1 to {MOST_PROCESSES}")));
        }
        (None, None, Some(words)) => PluginSource::Command { words, processes },
        _ => {
            return Err(fail(
                "the table `domain` needs one of `crate` (a folder with a crate), `plugin` (a shared library) and `command` (a \
                 program and its arguments)"
                    .to_owned(),
            ));
        }
    };
    let named = folder.join(named);
    if !same_file(&named, grammar) {
        let (named, given) = (named.display(), grammar.display());
        return Err(fail(format!("it describes the grammar {named}, not {given}")));
    }
    let limit = limit.unwrap_or(CALL_LIMIT);
    if limit == 0 {
        return Err(fail("limit: a call may take 1 second or more".to_owned()));
    }
    Ok(Manifest {
        name,
        grammar: named,
        plugin,
        limit,
        size: file.size.map(size).transpose().map_err(fail)?,
        scope: file.scope.is_some().then_some(text),
        path,
    })
}

/// The file that says which names are in scope in programs of the file `grammar`, and its text: the `.toml` beside it, if there is
/// one with a table `scope`. Such a table is data alone, so that it is read in run folders, too.
///
/// # Errors
/// A file that cannot be read, or is no TOML.
pub fn scope_beside(grammar: &Path) -> Result<Option<(PathBuf, String)>, LoadError> {
    let path = grammar.with_extension("toml");
    let fail = |message: String| LoadError::File {
        path: path.clone(),
        message,
    };
    let text = match tdf_files::read_text(&path, tdf_files::CONFIG) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| fail(format!("cannot be read: {error}")))?,
    };
    let file: File = toml::from_str(&text).map_err(|error| fail(error.to_string().trim_end().to_owned()))?;
    Ok(file.scope.is_some().then_some((path, text)))
}

/// Whether the file `grammar` lies in a run folder. What `tdf train` and `tdf export` write there is passed on, so that a
/// `.toml` beside it may be anybody's.
fn in_run_folder(grammar: &Path) -> bool {
    let config = grammar.with_file_name("config.toml");
    let text = tdf_files::read_text(&config, tdf_files::CONFIG).unwrap_or_default();
    toml::from_str::<toml::Table>(&text).is_ok_and(|table| table.contains_key("run"))
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

fn size(table: SizeTable) -> Result<String, String> {
    match table {
        SizeTable {
            primitives: Some(names),
            weights: None,
            kind: None,
        } if !names.is_empty() => Ok(names.join(",")),
        SizeTable {
            primitives: None,
            weights: Some(weights),
            kind: None,
        } if !weights.is_empty() => {
            let parts: Vec<String> = weights
                .iter()
                .map(|(name, weight)| format!("{name}={weight}"))
                .collect();
            Ok(parts.join(","))
        }
        SizeTable {
            primitives: None,
            weights: None,
            kind: Some(kind),
        } => match &*kind {
            "nodes" | "tokens" => Ok(kind),
            "depth" => {
                Err("size: depth serves `tdf sample` and `tdf mask` only (--measure depth), not training".to_owned())
            }
            other => Err(format!("size: kind is \"nodes\" or \"tokens\", not {other:?}")),
        },
        _ => Err("the table `size` needs one of `primitives`, `weights` and `kind`, and something in it".to_owned()),
    }
}

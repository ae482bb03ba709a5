use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use tdf_config::Config;
use tdf_domain::DynDomain;
use tdf_eval::Setting;
use tdf_studio::{Studio as Server, Subject, serve};

use crate::device::DeviceChoice;
use crate::output::note;
use crate::recorded::CodeArgs;
use crate::{interrupt, output};

/// Where the shipped networks are, seen from a clone of the repository.
const SHIPPED: &str = "examples/checkpoints";

/// Serves a page on this machine: draw a target, and watch a search find a program
#[derive(Debug, clap::Args)]
pub struct Studio {
    /// Run folders of networks; default: the shipped ones in examples/checkpoints, else the built-in domains without a network
    #[arg(long, value_name = "DIR", num_args = 1..)]
    run: Vec<PathBuf>,
    /// Domains to search on without a network
    #[arg(long, value_name = "NAME", num_args = 1..)]
    domain: Vec<String>,
    #[command(flatten)]
    code: CodeArgs,
    /// Port on 127.0.0.1; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
    /// Where the networks run
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

impl Studio {
    pub fn run(self) -> anyhow::Result<()> {
        let studio = Server {
            subjects: self.subjects()?,
            port: self.port,
        };
        interrupt::watch();
        let begun = |url: &str| {
            let printed = output::print_lines([format!("open {url} (stop with Ctrl-C)")]);
            if let Err(error) = printed {
                note!("{error}");
            }
            if self.open {
                open(url);
            }
        };
        Ok(serve(studio, begun, interrupt::requested)?)
    }

    fn subjects(&self) -> anyhow::Result<Vec<Subject>> {
        let mut subjects = Vec::new();
        for folder in &self.run {
            subjects.push(self.of_run(folder)?);
        }
        for name in &self.domain {
            let setting = Setting {
                domain: Some(name.clone()),
                ..Setting::default()
            };
            let domain = self.code.open_setting(format!("--domain {name}"), &setting)?;
            subjects.push(of_domain(&domain, vec!["--domain".to_owned(), name.clone()])?);
        }
        if subjects.is_empty() && !self.code.is_empty() {
            subjects.push(of_domain(&self.code.open_named("tdf studio")?, self.code.arguments())?);
        }
        if subjects.is_empty() {
            subjects = self.shipped();
        }
        if subjects.is_empty() {
            for registration in tdf_domain::builtins() {
                let domain = registration.open()?;
                let arguments = vec!["--domain".to_owned(), domain.name().to_owned()];
                subjects.push(of_domain(&domain, arguments)?);
            }
        }
        distinguish(&mut subjects);
        Ok(subjects)
    }

    /// The shipped networks on domains that are linked in; those that do not open are passed over.
    fn shipped(&self) -> Vec<Subject> {
        let Ok(entries) = std::fs::read_dir(SHIPPED) else {
            return Vec::new();
        };
        let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        // A small one with short programs is the best first sight.
        folders.sort_by_key(|folder| (!folder.ends_with("rainbow-tiny"), folder.clone()));
        folders.iter().filter_map(|folder| self.of_run(folder).ok()).collect()
    }

    #[cfg(feature = "torch")]
    fn of_run(&self, folder: &Path) -> anyhow::Result<Subject> {
        let args = super::search_args::SearchArgs {
            run: Some(folder.to_owned()),
            code: self.code.clone(),
            device: self.device,
            unless_given: Some(super::search::DEFAULTS),
            ..Default::default()
        };
        let searcher = args.open()?;
        let mut arguments = vec!["--run".to_owned(), folder.display().to_string()];
        arguments.extend(self.code.arguments());
        let run = searcher.run.context("a run has networks")?;
        let run = std::sync::Mutex::new(run);
        let make = move || -> Box<dyn tdf_studio::OwnedNetworks> {
            let run = run.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            Box::new(Networks(run.apart(MEMORY)))
        };
        Ok(Subject {
            id: folder
                .file_name()
                .map_or("run".to_owned(), |name| name.to_string_lossy().into_owned()),
            title: folder
                .file_name()
                .map_or(String::new(), |name| name.to_string_lossy().into_owned()),
            domain: searcher.domain,
            config: searcher.config,
            networks: Some(Box::new(make)),
            arguments,
            folder: Some(folder.to_owned()),
        })
    }

    #[cfg(not(feature = "torch"))]
    fn of_run(&self, folder: &Path) -> anyhow::Result<Subject> {
        let _ = self.device;
        anyhow::bail!(
            "--run {} needs a network: {}",
            folder.display(),
            super::needs_torch::HOW
        )
    }
}

/// Bytes of memory that each network of a search may take for images: many searches may be under way.
#[cfg(feature = "torch")]
const MEMORY: usize = 64 << 20;

#[cfg(feature = "torch")]
struct Networks(tdf::Run);

#[cfg(feature = "torch")]
impl tdf_studio::OwnedNetworks for Networks {
    fn networks(&mut self) -> tdf_search::Networks<'_> {
        self.0.networks()
    }
}

fn of_domain(domain: &Arc<dyn DynDomain>, arguments: Vec<String>) -> anyhow::Result<Subject> {
    let tiny = Config::preset("tiny").context("there is no preset tiny")?;
    Ok(Subject {
        id: domain.name().to_owned(),
        title: format!("{} (no network)", domain.name()),
        domain: Arc::clone(domain),
        config: tiny.for_domain(&**domain),
        networks: None,
        arguments,
        folder: None,
    })
}

/// Gives each subject a name of its own that can stand in an address.
fn distinguish(subjects: &mut [Subject]) {
    for number in 0..subjects.len() {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '-'
            }
        };
        let name: String = subjects[number].id.chars().map(plain).collect();
        let taken = |id: &str| subjects[..number].iter().any(|other| other.id == id);
        let names = std::iter::once(name.clone()).chain((2..).map(|count| format!("{name}-{count}")));
        let id = names.into_iter().find(|id| !taken(id)).unwrap_or(name);
        subjects[number].id = id;
    }
}

/// Opens a page in the user's browser. A machine without one is told so; the address stands above.
fn open(url: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = std::process::Command::new(program);
    let quiet = std::process::Stdio::null;
    if let Err(error) = command.arg(url).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn() {
        note!("--open: {program}: {error}: open the address above");
    }
}

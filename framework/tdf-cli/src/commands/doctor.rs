use serde_json::json;
use tdf_domain::abi;

use crate::output;

/// Says what was found: libtorch, CUDA, domains; and why something is not used
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub fn run(self) -> anyhow::Result<()> {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let mut domains = Vec::new();
        for registration in tdf_domain::builtins() {
            let state = match registration.open() {
                Ok(_) => "ok".to_owned(),
                Err(e) => format!("cannot be used: {e}"),
            };
            domains.push((registration.name, state));
        }
        let cargo = cargo();
        let Libtorch {
            version,
            library,
            works,
            usable,
            cuda,
            parallel,
        } = libtorch()?;
        if self.json {
            return output::print_json(&json!({
                "version": env!("CARGO_PKG_VERSION"),
                "libtorch": { "version": version, "path": library, "works": works },
                "cuda": { "usable": usable, "detail": cuda },
                "cores": cores,
                "parallel": parallel,
                "plugins": { "interface": abi::API, "build": abi::BUILD, "cargo": cargo },
                "domains": domains.iter().map(|(n, s)| json!({ "name": n, "state": s })).collect::<Vec<_>>(),
            }));
        }
        let mut lines = vec![
            format!("tdf       {}", env!("CARGO_PKG_VERSION")),
            format!(
                "libtorch  {}{library}{}",
                version.map_or(String::new(), |version| format!("{version}, ")),
                if works || version.is_none() {
                    ""
                } else {
                    "  DOES NOT COMPUTE"
                }
            ),
            format!("cuda      {}{cuda}", if usable { "" } else { "not used: " }),
            format!("cores     {cores}"),
            if parallel {
                "parallel  several processes can train together (docs/parallel.md)".to_owned()
            } else {
                "parallel  built to train in one process; `cargo xtask parallel` builds for several".to_owned()
            },
            format!(
                "plugins   interface {}, those in Rust built with {}",
                abi::API,
                abi::BUILD
            ),
            match &cargo {
                Some(cargo) => format!("cargo     {cargo}"),
                None => "cargo     not found: plugins cannot be built here, only loaded (--plugin LIB)".to_owned(),
            },
        ];
        lines.extend(domains.iter().map(|(name, state)| format!("domain    {name}: {state}")));
        output::print_report(lines)
    }
}

/// The state of libtorch and CUDA.
struct Libtorch {
    /// The version; `None` in a binary without libtorch.
    version: Option<&'static str>,
    library: String,
    works: bool,
    /// Whether a GPU can be used.
    usable: bool,
    cuda: String,
    parallel: bool,
}

#[cfg(feature = "torch")]
fn libtorch() -> anyhow::Result<Libtorch> {
    use crate::torch::{self, Cuda, LIBTORCH_VERSION};
    let (usable, cuda) = match torch::cuda() {
        Cuda::Usable(n) => (true, format!("{n} device(s)")),
        Cuda::Unusable(reason) => (false, reason),
    };
    let sum = f64::try_from(tch::Tensor::from_slice(&[1.0, 2.0]).sum(tch::Kind::Double))?;
    Ok(Libtorch {
        version: Some(LIBTORCH_VERSION),
        library: torch::library_path().unwrap_or_else(|| "(the system does not tell)".to_owned()),
        works: sum == 3.0,
        usable,
        cuda,
        parallel: tdf_parallel::AVAILABLE,
    })
}

#[cfg(not(feature = "torch"))]
fn libtorch() -> anyhow::Result<Libtorch> {
    Ok(Libtorch {
        version: None,
        library: format!("none: {}", crate::commands::needs_torch::HOW),
        works: false,
        usable: false,
        cuda: "there is no libtorch".to_owned(),
        parallel: false,
    })
}

/// What cargo calls itself, if it is there.
fn cargo() -> Option<String> {
    let output = std::process::Command::new("cargo").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

//! Which crates may use which: the arrows of ARCHITECTURE.md, read against what cargo sees.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Result, bail};
use serde_json::Value;

use crate::workspace::Workspace;

/// The only crates of ours that may reach libtorch, by whatever way.
pub const TORCH: &[&str] = &["tdf-model", "tdf-parallel", "tdf-train", "tdf-cli"];

const TORCH_BINDINGS: &[&str] = &["tch", "torch-sys"];

/// What each crate may use of ours, and with it what that may use. Tests may use more: only libtorch is barred there.
const ARROWS: &[(&str, &[&str])] = &[
    ("tdf-files", &[]),
    ("tdf-diagnostic", &[]),
    ("tdf-lark", &["tdf-diagnostic", "tdf-files"]),
    // Whoever needs tables, trees or masks needs no reader.
    ("tdf-grammar", &["tdf-diagnostic"]),
    ("tdf-reader", &["tdf-grammar", "tdf-lark"]),
    ("tdf-tree", &["tdf-grammar"]),
    ("tdf-build", &["tdf-files", "tdf-reader"]),
    ("tdf-decode", &["tdf-tree"]),
    ("tdf-domain", &["tdf-reader", "tdf-tree"]),
    ("tdf-process", &["tdf-domain"]),
    ("tdf-loader", &["tdf-process", "tdf-files"]),
    ("tdf-data", &["tdf-decode", "tdf-domain"]),
    ("tdf-search", &["tdf-decode", "tdf-domain"]),
    ("tdf-config", &["tdf-data", "tdf-search", "tdf-files"]),
    // The network is one of search's policies and values.
    ("tdf-model", &["tdf-config", "tdf-files"]),
    // Training measures its solve rate on the way.
    ("tdf-train", &["tdf-model", "tdf-eval", "tdf-parallel"]),
    ("tdf-parallel", &[]),
    ("tdf-eval", &["tdf-data", "tdf-files", "tdf-search"]),
    ("tdf-testkit", &["tdf-decode", "tdf-domain"]),
    ("tdf-new", &["tdf-files"]),
    // The networks of its searches are given to it.
    ("tdf-studio", &["tdf-config", "tdf-eval"]),
    // The library: everything, and networks by a feature.
    ("tdf", &["tdf-train", "tdf-loader"]),
    // The library for Python, without networks.
    ("tdf-python", &["tdf", "tdf-files"]),
    ("xtask", &[]),
    // Programs that use the library as readers do.
    ("tdf-library-examples", &["tdf", "tdf-domain"]),
    ("tdf-field", &["tdf-build", "tdf-tests"]),
    ("tdf-tests", &["tdf-decode", "tdf-domain"]),
];

/// These stand above all others.
const TOP: &[&str] = &["tdf", "tdf-cli", "tdf-tests"];

/// The library, for programs that use it. It reaches libtorch by this feature, which is off by default.
const LIBRARY: &str = "tdf";
const LIBRARY_TORCH: &str = "torch";

/// What a plugin may use, of those that are shipped and of the examples, and what its build script may.
const PLUGIN: &[&str] = &["tdf-domain"];
const PLUGIN_BUILD: &[&str] = &["tdf-build"];

pub fn guard(workspace: &Workspace) -> Result<()> {
    // One platform, on whatever machine: without it cargo fetches the crates of every other.
    let metadata = workspace.metadata(&["--all-features", "--filter-platform", "x86_64-unknown-linux-gnu"])?;
    let faults = faults(&metadata);
    if faults.is_empty() {
        let crates = metadata["workspace_members"].as_array().map_or(0, Vec::len);
        println!(
            "{crates} crates: every arrow points downwards, libtorch only in {}",
            TORCH.join(", ")
        );
        return Ok(());
    }
    bail!("forbidden dependencies:\n  {}", faults.join("\n  "));
}

/// Every arrow that may not be, in the words of the error.
fn faults(metadata: &Value) -> Vec<String> {
    let graph = Graph::read(metadata);
    let mut faults = Vec::new();
    for (id, package) in graph.members() {
        let Some(allowed) = allowed(package) else {
            faults.push(format!(
                "{}: add it and what it may use to the table in framework/xtask/src/guard.rs",
                package.name
            ));
            continue;
        };
        for (name, kind) in &package.uses {
            let fits = match kind.as_str() {
                "dev" => true,
                "build" => allowed.contains(name) || package.is_plugin && PLUGIN_BUILD.contains(&name.as_str()),
                _ => allowed.contains(name),
            };
            if graph.is_member(name) && !fits {
                faults.push(format!(
                    "{} -> {name}: this arrow points upwards or sideways",
                    package.name
                ));
            }
        }
        if TORCH.contains(&package.name.as_str()) {
            continue;
        }
        if package.turns_on_torch {
            faults.push(format!(
                "{}: the feature {LIBRARY_TORCH} of {LIBRARY} must stay off: only {} may reach libtorch",
                package.name,
                TORCH.join(", ")
            ));
        }
        if let Some(path) = graph.path_to(id, TORCH_BINDINGS) {
            faults.push(format!(
                "{}: only {} may reach libtorch",
                path.join(" -> "),
                TORCH.join(", ")
            ));
        }
    }
    faults
}

/// The names that a crate may use, or `None` for one that the table does not know.
fn allowed(package: &Package) -> Option<BTreeSet<String>> {
    let direct = |name: &str| ARROWS.iter().find(|(from, _)| *from == name).map(|(_, to)| *to);
    let mut open: Vec<&str> = if TOP.contains(&package.name.as_str()) {
        return Some(
            ARROWS
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .chain(package.plugins.clone())
                .chain([LIBRARY.to_owned()])
                .collect(),
        );
    } else {
        let plugin = package.is_plugin.then_some(PLUGIN);
        direct(&package.name).or(plugin)?.to_vec()
    };
    let mut allowed = BTreeSet::new();
    while let Some(name) = open.pop() {
        if allowed.insert(name.to_owned()) {
            open.extend(direct(name).unwrap_or_default());
        }
    }
    Some(allowed)
}

#[derive(Debug)]
struct Package {
    name: String,
    is_plugin: bool,
    /// Name and kind (`normal`, `build`, `dev`) of the dependencies in the manifest.
    uses: Vec<(String, String)>,
    /// Whether it has the library's feature for libtorch on by default, or asks the library for it.
    turns_on_torch: bool,
    /// The names of all plugins.
    plugins: Vec<String>,
}

/// Packages and the resolved dependencies between them, by cargo's ids.
#[derive(Debug)]
struct Graph {
    packages: BTreeMap<String, Package>,
    members: BTreeSet<String>,
    edges: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn read(metadata: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let members: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(text).collect();
        let root = text(&metadata["workspace_root"]);
        let is_plugin = |package: &Value| {
            members.contains(&text(&package["id"]))
                && ["plugins", "examples", "tests/faulty"]
                    .iter()
                    .any(|folder| text(&package["manifest_path"]).starts_with(&format!("{root}/{folder}/")))
        };
        let packages = list(&metadata["packages"]);
        let plugins: Vec<String> = packages
            .iter()
            .filter(|package| is_plugin(package))
            .map(|package| text(&package["name"]))
            .collect();
        // Direct names alone: a feature that turns on the one for libtorch would have to be named here too.
        let turns_on_torch = |package: &Value| {
            let is_library = text(&package["name"]) == LIBRARY;
            let by_default = list(&package["features"]["default"])
                .iter()
                .any(|on| text(on) == LIBRARY_TORCH);
            let asks = |used: &Value| {
                text(&used["name"]) == LIBRARY && list(&used["features"]).iter().any(|on| text(on) == LIBRARY_TORCH)
            };
            is_library && by_default || list(&package["dependencies"]).iter().any(asks)
        };
        let package = |package: &Value| Package {
            name: text(&package["name"]),
            is_plugin: is_plugin(package),
            turns_on_torch: turns_on_torch(package),
            uses: list(&package["dependencies"])
                .iter()
                .map(|used| {
                    (
                        text(&used["name"]),
                        used["kind"].as_str().unwrap_or("normal").to_owned(),
                    )
                })
                .collect(),
            plugins: plugins.clone(),
        };
        let nodes = list(&metadata["resolve"]["nodes"]);
        // What the library depends on with its feature for libtorch alone: cargo shows the graph with all features.
        let library = packages.iter().find(|package| text(&package["name"]) == LIBRARY);
        let by_feature: BTreeSet<String> = library
            .map(|package| list(&package["features"][LIBRARY_TORCH]).iter().map(text).collect())
            .unwrap_or_default();
        let names: BTreeMap<String, String> = packages
            .iter()
            .map(|package| (text(&package["id"]), text(&package["name"])))
            .collect();
        let edges = nodes.iter().map(|node| {
            let is_library = names.get(&text(&node["id"])).is_some_and(|name| name == LIBRARY);
            let is_off = |id: &String| {
                let name = names.get(id).map_or("", String::as_str);
                is_library && by_feature.contains(&format!("dep:{name}"))
            };
            let all = list(&node["dependencies"]);
            (
                text(&node["id"]),
                all.iter().map(text).filter(|id| !is_off(id)).collect(),
            )
        });
        Self {
            packages: packages
                .iter()
                .map(|value| (text(&value["id"]), package(value)))
                .collect(),
            edges: edges.collect(),
            members,
        }
    }

    fn members(&self) -> impl Iterator<Item = (&str, &Package)> {
        self.packages
            .iter()
            .filter(|(id, _)| self.members.contains(*id))
            .map(|(id, package)| (id.as_str(), package))
    }

    fn is_member(&self, name: &str) -> bool {
        self.members().any(|(_, package)| package.name == name)
    }

    /// The names along a shortest way from a package to one of the named.
    fn path_to(&self, from: &str, names: &[&str]) -> Option<Vec<String>> {
        let name = |id: &str| {
            self.packages
                .get(id)
                .map_or(id, |package| package.name.as_str())
                .to_owned()
        };
        let mut came_from: BTreeMap<&str, Option<&str>> = BTreeMap::from([(from, None)]);
        let mut open = VecDeque::from([from]);
        while let Some(id) = open.pop_front() {
            if names.contains(&name(id).as_str()) {
                let mut path: Vec<String> = std::iter::successors(Some(id), |id| came_from.get(id).copied().flatten())
                    .map(name)
                    .collect();
                path.reverse();
                return Some(path);
            }
            for next in self.edges.get(id).into_iter().flatten() {
                if !came_from.contains_key(next.as_str()) {
                    came_from.insert(next, Some(id));
                    open.push_back(next);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Crates of the workspace as (folder, name, dependencies), a dependency as `name` or `kind:name`; `tch` and an
    /// outside crate `middle` that uses it are always there.
    fn metadata(crates: &[(&str, &str, &[&str])]) -> Value {
        let outside: &[(&str, &str, &[&str])] = &[("out", "tch", &[]), ("out", "middle", &["tch"])];
        let split = |used: &str| match used.split_once(':') {
            Some((kind, name)) => (name.to_owned(), json!(kind)),
            None => (used.to_owned(), Value::Null),
        };
        let all = || crates.iter().chain(outside);
        json!({
            "workspace_root": "/w",
            "workspace_members": crates.iter().map(|(_, name, _)| name).collect::<Vec<_>>(),
            "packages": all().map(|(folder, name, uses)| json!({
                "id": name, "name": name, "manifest_path": format!("/w/{folder}/{name}/Cargo.toml"),
                "dependencies": uses.iter().map(|used| {
                    let (name, kind) = split(used);
                    json!({ "name": name, "kind": kind })
                }).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "resolve": { "nodes": all().map(|(_, name, uses)| json!({
                "id": name, "dependencies": uses.iter().map(|used| split(used).0).collect::<Vec<_>>(),
            })).collect::<Vec<_>>() },
        })
    }

    fn faults_of(crates: &[(&str, &str, &[&str])]) -> String {
        faults(&metadata(crates)).join("\n")
    }

    #[test]
    fn downward_arrows_pass_also_through_others() {
        let crates: &[(&str, &str, &[&str])] = &[
            ("framework", "tdf-grammar", &[]),
            ("framework", "tdf-tree", &["tdf-grammar", "dev:tdf-build"]),
            ("framework", "tdf-build", &["tdf-grammar"]),
            ("framework", "tdf-domain", &["tdf-tree", "tdf-grammar"]),
            ("framework", "tdf-search", &["tdf-domain", "tdf-grammar"]),
            ("framework", "tdf-model", &["tdf-search", "tch"]),
            ("framework", "tdf-train", &["tdf-model", "tdf-search"]),
            (
                "plugins",
                "tdf-mine",
                &["tdf-domain", "build:tdf-build", "dev:tdf-search"],
            ),
            ("framework", "tdf-cli", &["tdf-train", "tdf-mine", "tch"]),
            (".", "tdf-tests", &["tdf-mine", "tdf-search"]),
        ];
        assert_eq!(faults_of(crates), "");
    }

    #[test]
    fn upward_arrows_are_named() {
        let base: &[(&str, &str, &[&str])] = &[
            ("framework", "tdf-search", &[]),
            ("framework", "tdf-decode", &["tdf-search"]),
        ];
        assert!(faults_of(base).starts_with("tdf-decode -> tdf-search:"));
        let build: &[(&str, &str, &[&str])] = &[
            ("framework", "tdf-build", &[]),
            ("framework", "tdf-domain", &["build:tdf-build"]),
        ];
        assert!(faults_of(build).starts_with("tdf-domain -> tdf-build:"));
        let plugin: &[(&str, &str, &[&str])] = &[
            ("framework", "tdf-search", &[]),
            ("plugins", "tdf-mine", &["tdf-search"]),
        ];
        assert!(faults_of(plugin).starts_with("tdf-mine -> tdf-search:"));
    }

    #[test]
    fn libtorch_is_found_through_others_and_in_tests() {
        let crates: &[(&str, &str, &[&str])] = &[("framework", "tdf-eval", &["middle"])];
        assert!(faults_of(crates).starts_with("tdf-eval -> middle -> tch: only"));
        let crates: &[(&str, &str, &[&str])] = &[("framework", "tdf-eval", &["dev:tch"])];
        assert!(faults_of(crates).starts_with("tdf-eval -> tch: only"));
    }

    #[test]
    fn the_feature_of_the_library_for_libtorch_stays_off() {
        let crates: &[(&str, &str, &[&str])] = &[
            ("framework", "tdf-model", &["tch"]),
            ("framework", "tdf", &["tdf-model"]),
            ("examples", "tdf-library-examples", &["tdf"]),
        ];
        let mut metadata = metadata(crates);
        assert!(faults(&metadata).join("\n").contains("tdf -> tdf-model -> tch: only"));
        metadata["packages"][1]["features"] = json!({ "torch": ["dep:tdf-model"] });
        assert_eq!(faults(&metadata).join("\n"), "");
        metadata["packages"][2]["dependencies"][0]["features"] = json!(["torch"]);
        assert!(
            faults(&metadata)
                .join("\n")
                .starts_with("tdf-library-examples: the feature torch")
        );
        metadata["packages"][2]["dependencies"][0]["features"] = json!([]);
        metadata["packages"][1]["features"]["default"] = json!(["torch"]);
        assert!(faults(&metadata).join("\n").starts_with("tdf: the feature torch"));
    }

    #[test]
    fn a_new_crate_has_to_enter_the_table() {
        assert!(faults_of(&[("framework", "tdf-other", &[])]).starts_with("tdf-other: add it"));
    }
}

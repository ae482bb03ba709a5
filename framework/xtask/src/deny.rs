//! What dependencies may be, as `deny.toml` says: by cargo-deny where it is installed, else by what cargo knows of them.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, ParseMode};

use crate::steps;
use crate::workspace::Workspace;

/// Whether cargo means crates.io by `source`.
fn is_crates_io(source: &str) -> bool {
    source.starts_with("registry+") && source.ends_with("/crates.io-index")
}

pub fn deny(workspace: &Workspace) -> Result<()> {
    if is_quiet(workspace, &["deny", "--version"]) {
        return by_cargo_deny(workspace);
    }
    println!(
        "cargo-deny is not installed (cargo install cargo-deny): licences and sources are checked, known faults are not"
    );
    let path = workspace.root().join("deny.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let allowed = allowed(&text).with_context(|| format!("{}", path.display()))?;
    let metadata = workspace.metadata(&["--all-features", "--filter-platform", "x86_64-unknown-linux-gnu"])?;
    let faults = faults(&metadata, &allowed);
    if !faults.is_empty() {
        bail!("dependencies that deny.toml does not allow:\n  {}", faults.join("\n  "));
    }
    let packages = metadata["packages"].as_array().map_or(0, Vec::len);
    println!("{packages} crates: licences and sources are allowed");
    Ok(())
}

fn by_cargo_deny(workspace: &Workspace) -> Result<()> {
    steps::run(workspace.cargo().args(["deny", "check", "licenses", "bans", "sources"]))?;
    // The list of known faults is fetched; a machine without a network goes without it.
    if is_quiet(workspace, &["deny", "fetch", "db"]) {
        return steps::run(
            workspace
                .cargo()
                .args(["deny", "check", "--disable-fetch", "advisories"]),
        );
    }
    println!("the list of known faults cannot be fetched: they are not checked");
    Ok(())
}

fn is_quiet(workspace: &Workspace, arguments: &[&str]) -> bool {
    let mut command = workspace.cargo();
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The licences that deny.toml allows.
fn allowed(text: &str) -> Result<Vec<String>> {
    let table: toml::Table = text.parse()?;
    let allow = table.get("licenses").and_then(|table| table.get("allow")?.as_array());
    let Some(allow) = allow else {
        bail!("there is no licenses.allow");
    };
    Ok(allow
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect())
}

/// Every crate that may not be there, and why.
fn faults(metadata: &Value, allowed: &[String]) -> Vec<String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter_map(|package| {
            let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
            let licence = text(&package["license"]);
            if !package["source"].is_null() && !is_crates_io(text(&package["source"])) {
                return Some(format!("{name} comes from {}", text(&package["source"])));
            }
            match Expression::parse_mode(licence, ParseMode::LAX) {
                Ok(expression) => {
                    let is_allowed = expression.evaluate(|wanted| allowed.contains(&wanted.to_string()));
                    (!is_allowed).then(|| format!("{name} has the licence {licence}"))
                }
                Err(error) => Some(format!("{name} has the licence {licence:?}: {}", error.reason)),
            }
        })
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SOURCE: &str = "registry+https://example.org/crates.io-index";

    fn faults_of(licence: Option<&str>, source: Option<&str>) -> String {
        let package = json!({"name": "a", "version": "1.0.0", "license": licence, "source": source});
        let allowed = allowed("[licenses]\nallow = [\"MIT\", \"Unicode-3.0\"]").unwrap();
        faults(&json!({ "packages": [package] }), &allowed).join("\n")
    }

    #[test]
    fn one_of_several_licences_is_enough_and_all_of_several_are_needed() {
        for fine in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
        ] {
            assert_eq!(faults_of(Some(fine), Some(SOURCE)), "", "{fine}");
        }
        assert_eq!(
            faults_of(Some("MIT AND GPL-3.0-only"), Some(SOURCE)),
            "a 1.0.0 has the licence MIT AND GPL-3.0-only"
        );
        assert!(faults_of(None, Some(SOURCE)).starts_with("a 1.0.0 has the licence \"\": "));
        assert!(
            faults_of(Some("free for all"), Some(SOURCE)).starts_with("a 1.0.0 has the licence \"free for all\": ")
        );
    }

    #[test]
    fn crates_come_from_one_registry() {
        assert_eq!(faults_of(Some("MIT"), None), "", "ours");
        let git = "git+https://example.org/a";
        assert_eq!(faults_of(Some("MIT"), Some(git)), format!("a 1.0.0 comes from {git}"));
    }

    #[test]
    fn a_list_is_needed() {
        assert!(allowed("[bans]").is_err() && allowed("licenses = ").is_err());
    }
}

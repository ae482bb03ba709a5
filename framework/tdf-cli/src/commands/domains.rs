use std::path::PathBuf;

use serde_json::json;
use tdf_domain::ValueKind;
use tdf_loader::{DomainOverrides, DomainSource, ResolvedDomain, load_library};

use crate::{domains, output};

/// Lists the domains that are available, and from where
#[derive(Debug, clap::Args)]
pub struct Domains {
    /// List those of a shared library too; may be repeated
    #[arg(long = "plugin", value_name = "LIB")]
    plugins: Vec<PathBuf>,
    /// List that of a grammar file with a .toml beside it too; may be repeated
    #[arg(long = "grammar", value_name = "FILE")]
    grammars: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Domains {
    pub fn run(self) -> anyhow::Result<()> {
        let mut found: Vec<ResolvedDomain> = tdf_domain::builtins()
            .into_iter()
            .map(ResolvedDomain::BuiltIn)
            .collect();
        for path in self.plugins {
            let overrides = DomainOverrides::of(path.clone());
            found.extend(
                load_library(&path)?
                    .into_iter()
                    .map(|exported| ResolvedDomain::Loaded(exported, overrides.clone())),
            );
        }
        for path in self.grammars {
            found.push(domains::find(&DomainSource {
                grammar: Some(path),
                ..DomainSource::default()
            })?);
        }
        let mut rows = Vec::new();
        for found in found {
            let domain = found.open(&[])?;
            let canvas = domain
                .canvas()
                .map(|canvas| [canvas.width, canvas.height, canvas.channels]);
            let names = |kinds: &[ValueKind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>();
            let function = domain.signature().map(|signature| {
                json!({
                    "arguments": [signature.arguments.0, signature.arguments.1],
                    "argument_kinds": names(signature.argument_kinds),
                    "output_kinds": names(signature.output_kinds),
                    "max_output": signature.max_output,
                })
            });
            rows.push(json!({
                "name": found.name(),
                "origin": domain.provenance().map_or("built in".to_owned(), |from| from.origin.display().to_string()),
                "grammar": domain.language().grammar().name,
                "canvas": canvas,
                "function": function,
                "options": found.options().iter().map(|option| json!({
                    "name": option.name,
                    "default": option.default,
                    "allowed": option.allowed.to_string(),
                    "about": option.about,
                })).collect::<Vec<_>>(),
            }));
        }
        if self.json {
            return output::print_json(&json!(rows));
        }
        let mut lines = Vec::new();
        for row in &rows {
            let canvas = row["canvas"].as_array().into_iter().flatten();
            let canvas: Vec<String> = canvas.map(|v| v.to_string()).collect();
            let (name, origin) = (text(&row["name"]), text(&row["origin"]));
            let form = match row["function"]["argument_kinds"].as_array() {
                Some(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(", ") + " -> value",
                None => canvas.join("x"),
            };
            lines.push(format!("{name:<16} {form:<12} {origin}"));
            for option in row["options"].as_array().into_iter().flatten() {
                let (name, default) = (text(&option["name"]), text(&option["default"]));
                let (allowed, about) = (text(&option["allowed"]), text(&option["about"]));
                lines.push(format!("    domain.{name}={default}  {about}; {allowed}"));
            }
        }
        output::print_report(lines)
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

use serde_json::json;

use crate::output;

/// Lists the domains that are available, and from where
#[derive(Debug, clap::Args)]
pub struct Domains {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Domains {
    pub fn run(self) -> anyhow::Result<()> {
        let mut rows = Vec::new();
        for registration in tdf_domain::builtins() {
            let domain = registration.open()?;
            let canvas = domain.canvas();
            rows.push(json!({
                "name": registration.name,
                "origin": "built in",
                "grammar": domain.language().grammar().name,
                "canvas": [canvas.width, canvas.height, canvas.channels],
            }));
        }
        if self.json {
            return output::print_json(&json!(rows));
        }
        output::print_lines(rows.iter().map(|r| {
            let canvas: Vec<String> = r["canvas"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|v| v.to_string())
                .collect();
            format!(
                "{:<16} {:<10} {}",
                text(&r["name"]),
                text(&r["origin"]),
                canvas.join("x")
            )
        }))
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

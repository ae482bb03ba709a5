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
                "options": registration.options.iter().map(|option| json!({
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
            lines.push(format!("{name:<16} {origin:<10} {}", canvas.join("x")));
            for option in row["options"].as_array().into_iter().flatten() {
                let (name, default) = (text(&option["name"]), text(&option["default"]));
                let (allowed, about) = (text(&option["allowed"]), text(&option["about"]));
                lines.push(format!("    domain.{name}={default}  {about}; {allowed}"));
            }
        }
        output::print_lines(lines)
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

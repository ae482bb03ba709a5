use std::path::PathBuf;

use tdf_eval::Provenance;
use tdf_files::check_folder;

use crate::commands::eval::print_summary;
use crate::commands::made_by;

/// Merges the shards of an evaluation (`tdf eval --shard I/N`)
#[derive(Debug, clap::Args)]
pub struct Merge {
    /// The folders of all shards, in any order
    #[arg(required = true, value_name = "DIR")]
    shards: Vec<PathBuf>,
    /// Folder for the whole evaluation: results.jsonl, summary.json, config.toml and index.html
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

impl Merge {
    pub fn run(self) -> anyhow::Result<()> {
        check_folder(&self.out)?;
        let summary = tdf_eval::merge(&self.shards, &self.out, made)?;
        print_summary(&summary, &self.out, self.json)
    }
}

/// What the page says of how it was made, beside the command: as `tdf eval` says it, from the configuration that it wrote.
fn made(config: &str) -> Provenance {
    let table = config.parse::<toml::Table>().unwrap_or_default();
    let evaluation = table.get("evaluation").and_then(toml::Value::as_table);
    let text = |key: &str| {
        let value = evaluation
            .and_then(|table| table.get(key))
            .and_then(toml::Value::as_str);
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    made_by::this_command()
        .with("run", text("run"))
        .with("initial run", text("init_run"))
        .with("tasks", text("tasks"))
}

use serde_json::json;
use tdf_tree::{EditPath, PathOptions, rng_stream};

use crate::domains::{DomainArgs, MeasureArgs};
use crate::{input, output};

/// Prints the edit path between two programs: the programs on the way, one a line
#[derive(Debug, clap::Args)]
pub struct Path {
    #[command(flatten)]
    domain: DomainArgs,
    #[command(flatten)]
    measure: MeasureArgs,
    /// The initial program
    from: String,
    /// The last program
    to: String,
    /// Greatest size of what an edit inserts (sigma_small) [default: 2, or the least that works if that is more]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=256))]
    max_edit_size: Option<u32>,
    /// Seed of the random parts of large edits
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print JSON: for each edit what is replaced, by what, and the program that it gives
    #[arg(long)]
    json: bool,
}

impl Path {
    pub fn run(self) -> anyhow::Result<()> {
        let subject = self.measure.apply(self.domain.subject()?, None)?;
        let language = &subject.language;
        let start = language.grammar().start;
        let mut program = input::parse_argument(language, start, "FROM", &self.from)?;
        let to = input::parse_argument(language, start, "TO", &self.to)?;
        let (grammar, size) = (language.grammar(), &subject.size);
        let max_edit_size = self
            .max_edit_size
            .unwrap_or_else(|| EditPath::least_max_edit_size(grammar, size).max(2));
        let paths = EditPath::new(grammar.clone(), size.clone(), PathOptions { max_edit_size });
        let paths = paths.map_err(|error| anyhow::anyhow!("--max-edit-size {max_edit_size}: {error}"))?;
        let edits = paths.find(&program, &to, &mut rng_stream(self.seed, 0));
        let mut lines = vec![language.print(program.nodes())];
        let mut objects = Vec::new();
        for edit in &edits {
            let replaced = language.print(program.subtree(edit.node));
            edit.apply(&mut program);
            let text = language.print(program.nodes());
            objects.push(json!({ "replaced": replaced, "by": language.print(&edit.replacement), "program": text }));
            lines.push(text);
        }
        if self.json {
            return output::print_json(&json!({ "from": lines[0], "edits": objects }));
        }
        output::print_lines(lines)
    }
}

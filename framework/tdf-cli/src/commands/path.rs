use std::path::PathBuf;

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
    #[arg(required_unless_present = "file")]
    from: Option<String>,
    /// The last program
    #[arg(required_unless_present = "file")]
    to: Option<String>,
    /// A file with the two programs, one a line; standard input if it is `-`
    #[arg(long, conflicts_with_all = ["from", "to"])]
    file: Option<PathBuf>,
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
        let (mut program, to) = match (&self.file, &self.from, &self.to) {
            (None, Some(from), Some(to)) => (
                input::parse_argument(language, start, "FROM", from)?,
                input::parse_argument(language, start, "TO", to)?,
            ),
            (file, ..) => {
                let programs = input::read_programs(language, start, file.as_deref())?;
                let count = programs.len();
                <[_; 2]>::try_from(programs).map(|[from, to]| (from, to)).map_err(|_| {
                    let name = file.as_deref().map_or("<stdin>".into(), |f| f.display().to_string());
                    anyhow::anyhow!("{name}: a path has two programs, one a line; here are {count}")
                })?
            }
        };
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

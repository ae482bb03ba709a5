use std::path::PathBuf;

use tdf_tree::{EditPath, Mutator, NodeChoice, NoiseOptions, rng_stream};

use crate::domains::{DomainArgs, MeasureArgs};
use crate::{input, output};

/// Adds noise: small random mutations of programs
#[derive(Debug, clap::Args)]
pub struct Mutate {
    #[command(flatten)]
    domain: DomainArgs,
    #[command(flatten)]
    measure: MeasureArgs,
    /// A file with one program a line; standard input if there is none
    file: Option<PathBuf>,
    /// Mutations, one after the other
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    steps: u32,
    /// Greatest size of what is replaced and of what replaces it (sigma_small) [default: 2, or the least whose edits make all
    /// programs if that is more]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=256))]
    max_edit_size: Option<u32>,
    /// Seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl Mutate {
    pub fn run(self) -> anyhow::Result<()> {
        let subject = self.measure.apply(self.domain.subject()?, None)?;
        let language = &subject.language;
        let programs = input::read_programs(language, language.grammar().start, self.file.as_deref())?;
        let least = || EditPath::least_max_edit_size(language.grammar(), &subject.size);
        let max_edit_size = self.max_edit_size.unwrap_or_else(|| least().max(2));
        let options = NoiseOptions {
            max_edit_size,
            choice: NodeChoice::default(),
        };
        let mutator = Mutator::new(language.grammar().clone(), subject.size.clone(), options);
        let mut lines = Vec::new();
        for (index, mut program) in programs.into_iter().enumerate() {
            let mut rng = rng_stream(self.seed, index as u64);
            for _ in 0..self.steps {
                if !mutator.mutate(&mut program, &mut rng) {
                    anyhow::bail!(
                        "--max-edit-size {max_edit_size}: program {} has no node that can be mutated within this size",
                        index + 1
                    );
                }
            }
            lines.push(language.print(program.nodes()));
        }
        output::print_lines(lines)
    }
}

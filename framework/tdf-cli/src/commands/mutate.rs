use std::path::PathBuf;

use tdf_tree::{EditPath, Mutator, NodeChoice, NoiseOptions, rng_stream};

use crate::domains::{DomainArgs, MeasureArgs};
use crate::output::{counted, note};
use crate::{input, output};

/// Programs that cannot be mutated and are named; the rest is only counted.
const MAX_NAMED: usize = 20;

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
        let mut immutable = Vec::new();
        for (index, mut program) in programs.into_iter().enumerate() {
            let mut rng = rng_stream(self.seed, index as u64);
            match (0..self.steps).all(|_| mutator.mutate(&mut program, &mut rng)) {
                true => lines.push(language.print(program.nodes())),
                false => immutable.push(index + 1),
            }
        }
        let fault = |number: &usize| {
            format!(
                "--max-edit-size {max_edit_size}: program {number} has no node that can be mutated within this size"
            )
        };
        if lines.is_empty()
            && let Some(first) = immutable.first()
        {
            anyhow::bail!("{}", fault(first));
        }
        // The others are of use without it.
        for number in immutable.iter().take(MAX_NAMED) {
            note!("warning: {}; it is left out", fault(number));
        }
        if let more @ 1.. = immutable.len().saturating_sub(MAX_NAMED) {
            note!("warning: {} left out too", counted(more, "more program"));
        }
        output::print_lines(lines)
    }
}

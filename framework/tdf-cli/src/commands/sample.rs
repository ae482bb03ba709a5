use tdf_tree::{Sampler, SizeRange, Weighting, stream};

use crate::domains::{DomainArgs, StartArgs};
use crate::output;

/// Prints random programs, one a line, exact in size
#[derive(Debug, clap::Args)]
pub struct Sample {
    #[command(flatten)]
    domain: DomainArgs,
    #[command(flatten)]
    start: StartArgs,
    /// Number of programs
    #[arg(short = 'n', long, default_value_t = 10)]
    number: u64,
    /// Sizes: `8` is exact, `3..=8` includes both ends
    #[arg(long, default_value = "1..=8")]
    size: SizeRange,
    /// Seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl Sample {
    pub fn run(self) -> anyhow::Result<()> {
        let subject = self.domain.subject()?;
        let language = &subject.language;
        let start = self.start.find(language)?;
        let sampler = Sampler::new(language.grammar(), &subject.size, self.size.greatest, Weighting::Rules);
        let sizes = sampler.feasible(start, self.size.range())?;
        // In pieces: the output may be endless for all practical purposes.
        let mut text = String::new();
        for index in 0..self.number {
            let tree = sampler.sample(start, &sizes, &mut stream(self.seed, index));
            text.push_str(&language.print(tree.nodes()));
            text.push('\n');
            if text.len() > 1 << 16 {
                output::print(&text)?;
                text.clear();
            }
        }
        output::print(&text)
    }
}

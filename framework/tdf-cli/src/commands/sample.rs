use tdf_tree::{Sampler, SizeRange, Weighting, rng_stream};

use crate::domains::{DomainArgs, MeasureArgs, StartArgs};
use crate::{layout, output};

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
    #[command(flatten)]
    measure: MeasureArgs,
    /// How to choose among programs of one size: `rules` (an alternative uniformly, then a split; the paper's),
    /// `skeletons` (uniform but for tokens), or weights of alternatives, such as `Quad=3,Circle=0.5`
    #[arg(long, default_value = "rules")]
    weighting: String,
    /// Seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Line breaks and indentation in place of the tokens for them; a blank line behind each program
    #[arg(long)]
    layout: bool,
}

impl Sample {
    pub fn run(self) -> anyhow::Result<()> {
        let subject = self.measure.apply(self.domain.subject()?, Some(self.size.greatest))?;
        let language = &subject.language;
        if self.layout {
            layout::check(language)?;
        }
        let start = self.start.find(language)?;
        let weighting = Weighting::parse(language.grammar(), &self.weighting);
        let weighting = weighting.map_err(|e| anyhow::anyhow!("--weighting: {e}"))?;
        let sampler = Sampler::new(language.grammar(), &subject.size, self.size.greatest, weighting);
        let sizes = sampler.feasible(start, self.size.range())?;
        // In pieces: the output may be endless for all practical purposes.
        let mut text = String::new();
        for index in 0..self.number {
            let tree = sampler.sample(start, &sizes, &mut rng_stream(self.seed, index));
            text.push_str(&layout::print(language, tree.nodes(), self.layout));
            if text.len() > 1 << 16 {
                output::print(&text)?;
                text.clear();
            }
        }
        output::print(&text)
    }
}

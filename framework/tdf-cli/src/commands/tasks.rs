use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use tdf_data::{TaskOptions, make_tasks, read_benchmark, target_statistics, write_tasks};
use tdf_domain::DynDomain;
use tdf_eval::TaskScorer;
use tdf_tree::SizeRange;

use crate::domains::DomainArgs;
use crate::output::{self, note};

/// Prints a task set: images to be explained, as the programs that draw them. Standard error says how much random targets of
/// these sizes are worth: how many the criterion takes for equal, and how many show next to nothing
#[derive(Debug, clap::Args)]
pub struct Tasks {
    #[command(flatten)]
    domain: DomainArgs,
    /// Number of tasks
    #[arg(short = 'n', long, default_value_t = 256, value_parser = number)]
    number: usize,
    /// Sizes of their programs: `8` is exact, `2..=8` includes both ends
    #[arg(long, default_value = "2..=8")]
    size: SizeRange,
    /// Seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Read the tasks of a public benchmark instead: SyGuS strings as JSON (for `formulas`), DeepCoder's as JSON lines (for `lists`),
    /// FastSRB's formulas as YAML (for `regress`; the seed samples their points)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["number", "size", "hard"])]
    from: Option<PathBuf>,
    /// Only hard tasks: images that compress (LZ4) worse than this share of random ones, in percent
    #[arg(long, value_name = "PERCENTILE", value_parser = clap::value_parser!(u8).range(1..=99))]
    hard: Option<u8>,
}

/// A number of tasks.
fn number(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|n| *n <= TaskOptions::MOST);
    number.ok_or_else(|| format!("allowed is a whole number up to {}", TaskOptions::MOST))
}

/// The largest file of a benchmark, in bytes.
const LARGEST: u64 = 1 << 28;

fn from_benchmark(domain: &Arc<dyn DynDomain>, file: &Path, seed: u64) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let text = tdf_files::read_text(file, LARGEST).with_context(|| name.clone())?;
    let tasks = read_benchmark(domain, &name, &text, seed)?;
    let options = TaskOptions::new(tasks.len(), 0..=0, seed);
    let mut out = Vec::new();
    write_tasks(domain, &options, &tasks, &[], &mut out)?;
    output::print(&String::from_utf8_lossy(&out))
}

impl Tasks {
    pub fn run(self) -> anyhow::Result<()> {
        let domain = self.domain.open()?;
        if let Some(file) = &self.from {
            return from_benchmark(&domain, file, self.seed);
        }
        let options = TaskOptions {
            count: self.number,
            sizes: self.size.range(),
            seed: self.seed,
            hard: self.hard,
        };
        let tasks = make_tasks(&domain, &options)?;
        let statistics = target_statistics(&*domain, domain.criterion("")?, self.size.range(), self.seed)?;
        note!("{statistics}");
        for warning in statistics.warnings() {
            note!("warning: {warning}");
        }
        let mut out = Vec::new();
        let scorer = TaskScorer::new(&domain, &tasks, "")?;
        write_tasks(&domain, &options, &tasks, scorer.reducible(), &mut out)?;
        output::print(&String::from_utf8_lossy(&out))
    }
}

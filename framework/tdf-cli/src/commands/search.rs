use std::path::PathBuf;

use serde_json::json;
use tdf_eval::{Entry, Outside, Solutions};
use tdf_search::Target;

use crate::commands::progress::Progress;
use crate::commands::searching::SearchArgs;
use crate::{interrupt, output};

/// Finds programs that draw given pictures
#[derive(Debug, clap::Args)]
pub struct Search {
    #[command(flatten)]
    search: SearchArgs,
    /// PNG pictures to explain; other sizes and colours than the domain's are fitted to it
    #[arg(long, value_name = "IMAGE", required = true, num_args = 1..)]
    target: Vec<PathBuf>,
    /// Seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Folder for a page (index.html) and the found pictures
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also write an animation of each denoising (with --out)
    #[arg(long, requires = "out")]
    gif: bool,
    /// Print JSON, an object a line
    #[arg(long)]
    json: bool,
}

impl Search {
    pub fn run(self) -> anyhow::Result<()> {
        let mut searcher = self.search.open()?;
        let (domain, canvas) = (searcher.domain.clone(), searcher.domain.canvas());
        let goal = searcher.config.search_options(0).goal;
        let mut pictures = Vec::new();
        for path in &self.target {
            let Outside { picture, changes } = tdf_eval::read_png(canvas, domain.palette(), path)?;
            if !changes.is_empty() {
                eprintln!("{}: {}", path.display(), changes.join("; "));
            }
            let blank = vec![canvas.background; canvas.bytes()];
            if !domain.observes() && domain.solved(goal, &blank, &picture) {
                eprintln!(
                    "{}: shows next to nothing: an empty picture counts as the same (search.goal = paper or code is the criterion)",
                    path.display()
                );
            }
            pictures.push(picture);
        }
        if domain.observes() {
            eprintln!(
                "{} cannot tell of a picture from outside when it is solved: the search spends its budget",
                domain.name()
            );
        }
        // An observation of something unknown cannot be checked.
        let target = |picture| Target {
            picture,
            plain: (!domain.observes()).then_some(picture),
        };
        let targets: Vec<Target<'_>> = pictures.iter().map(|p| target(&p[..])).collect();
        interrupt::watch();
        let options = searcher.config.search_options(self.seed);
        let mut progress = Progress::new("searched", targets.len() as u64);
        let outcomes = tdf_search::search(&domain, &targets, searcher.networks(), &options, &mut |ended| {
            progress.update(ended as u64, "");
            !interrupt::requested()
        })?;
        progress.finish();
        crate::domains::tell_faults(&*domain);
        let names = || self.target.iter().map(|p| p.display().to_string());
        if let Some(folder) = &self.out {
            let entries: Vec<Entry<'_>> = (names().zip(&pictures).zip(&outcomes))
                .map(|((name, picture), outcome)| Entry { name, picture, outcome })
                .collect();
            let mut files = vec![(
                "index.html".to_owned(),
                tdf_eval::page(&domain, &entries, None)?.into_bytes(),
            )];
            for (number, entry) in entries.iter().enumerate() {
                let programs = tdf_eval::programs(&entry.outcome.best.trace);
                let frames = programs
                    .iter()
                    .map(|p| tdf_eval::draw(&domain, p))
                    .collect::<Result<Vec<_>, _>>()?;
                if let Some(last) = frames.last() {
                    files.push((format!("{number:05}.png"), tdf_eval::png_bytes(canvas, last)?));
                }
                if self.gif {
                    let scale = 256_u32.div_ceil(canvas.width.max(1)).max(1);
                    let gif = tdf_eval::denoising_gif(canvas, &frames, entry.picture, scale)?;
                    files.push((format!("{number:05}.gif"), gif));
                }
            }
            tdf_eval::create_folder(folder)?;
            for (name, bytes) in &files {
                tdf_eval::write_atomically(&folder.join(name), bytes)?;
            }
        }
        let lines = names().zip(&outcomes).map(|(name, outcome)| {
            let program = domain.language().print(outcome.best.program.nodes());
            let (solved, expansions) = (outcome.solved, outcome.expansions);
            let found = Solutions::of(&domain, outcome);
            if self.json {
                json!({ "target": name, "solved": solved, "expansions": expansions, "seconds": outcome.seconds,
                        "difference": outcome.best.difference, "program": program, "solutions": found })
                .to_string()
            } else {
                let verdict = if solved { "solved" } else { "nearest" };
                let mut line = format!("{name}: {verdict} after {expansions} expansions: {program}");
                for program in found.programs.iter().skip(1) {
                    line += &format!("\n{name}: also: {program}");
                }
                if found.programs.len() > 1 {
                    line += &format!(
                        "\n{name}: {} programs, {} trees, {} pictures, {} expansions",
                        found.programs.len(),
                        found.trees,
                        found.pictures,
                        found.spent
                    );
                }
                line
            }
        });
        output::print_lines(lines)
    }
}

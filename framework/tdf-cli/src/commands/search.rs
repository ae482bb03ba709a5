use std::path::PathBuf;

use anyhow::bail;
use tdf_eval::{Entry, EvaluationSettings, Provenance, Setting};
use tdf_files::{OutFolder, check_folder};
use tdf_search::{MAX_BUDGET, SearchOptions, Target};

use crate::commands::made_by;
use crate::commands::progress::Progress;
use crate::commands::search_args::{Defaults, SearchArgs};
use crate::commands::search_files::names;
use crate::commands::search_result::SearchResult;
use crate::commands::search_targets::{SearchTarget, read_images, read_tables};
use crate::commands::searcher::Searcher;
use crate::input::parse_argument;
use crate::output::counted;
use crate::{hardware, interrupt, output};

/// What a search takes where nothing is said: the time that one waits for an answer.
pub(super) const DEFAULTS: Defaults = Defaults {
    method: "hybrid",
    seconds: 10.0,
};

/// Finds programs that render given images, or that meet given examples
#[derive(Debug, clap::Args)]
#[command(mut_arg("run", |run| run.required(false).required_unless_present_any(["domain", "method"])))]
pub struct Search {
    #[command(flatten)]
    search: SearchArgs,
    /// Search on this domain without a network (--method anneal, enumerate or random); a domain that is not built in is named
    /// by --grammar or --plugin alone
    #[arg(long, value_name = "NAME", requires = "method", conflicts_with_all = ["run", "plugin"])]
    domain: Option<String>,
    /// PNG and JPEG files to explain, or folders of them; other sizes and colours than the domain's are fitted to it
    #[arg(long, value_name = "IMAGE", required_unless_present = "examples", num_args = 1..)]
    target: Vec<PathBuf>,
    /// Tables of examples, for domains whose programs take inputs: CSV files with names in the first line and the output in the last
    /// column, or JSON lines; rows without an output are answered
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["target", "invert", "gif"])]
    examples: Vec<PathBuf>,
    /// Search without the last so many examples, and test on them
    #[arg(long, value_name = "N", default_value_t = 0, requires = "examples")]
    holdout: usize,
    /// Begin at this program, for rollouts, beams, annealing and random mutations; later initial programs are as without it
    #[arg(long, value_name = "PROGRAM")]
    start: Option<String>,
    /// Seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Folder for a page (index.html), results.jsonl, and for each target its program as text, as an image and, if the domain
    /// has that, as SVG
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Swap light and dark of the images
    #[arg(long)]
    invert: bool,
    /// Also print the front of size against distance: programs of which none is both smaller and nearer
    #[arg(long, conflicts_with = "json")]
    front: bool,
    /// Also write an animation of each denoising (with --out)
    #[arg(long, requires = "out")]
    gif: bool,
    /// Print JSON, an object a line
    #[arg(long)]
    json: bool,
}

impl Search {
    pub fn run(mut self) -> anyhow::Result<()> {
        self.search.unless_given = Some(DEFAULTS);
        self.out.as_deref().map(check_folder).transpose()?;
        let mut searcher = match (&self.domain, &self.search.run) {
            (None, Some(_)) => self.search.open()?,
            (None, None) => {
                let domain = self.search.code.open_named("--method without --run")?;
                self.search.open_without_run(domain)?
            }
            (Some(name), _) => {
                let setting = Setting {
                    domain: Some(name.clone()),
                    ..Setting::default()
                };
                let domain = self.search.code.open_setting(format!("--domain {name}"), &setting)?;
                self.search.open_without_run(domain)?
            }
        };
        let domain = searcher.domain.clone();
        let criterion = domain.criterion(&searcher.config.search.criterion)?;
        let start = self.start.as_deref().map(|text| {
            let method = searcher.config.search.method.as_str();
            if ["sample", "enumerate"].contains(&method) {
                bail!(
                    "--start: the method {method} has no initial programs: leave out --start, or name another --method"
                );
            }
            parse_argument(domain.language(), domain.start(), "--start", text)
        });
        let start = start.transpose()?;
        let found = match self.examples.is_empty() {
            true => read_images(&domain, criterion, &self.target, self.invert)?,
            false => read_tables(&domain, &self.examples, self.holdout)?,
        };
        let out = self.out.as_deref().map(OutFolder::claim).transpose()?;
        let targets: Vec<Target<'_>> = found.iter().map(SearchTarget::target).collect();
        interrupt::watch();
        let options = SearchOptions {
            start,
            ..searcher.config.search_options(self.seed)
        };
        let mut progress = Progress::new("searched");
        let mut outcomes = tdf_search::search(&domain, &targets, searcher.networks(), &options, &mut |now| {
            let all = counted(targets.len(), "target");
            progress.update(now.share, &format!("{} of {all} ended", now.ended));
            !interrupt::requested()
        })?;
        progress.finish();
        for (target, outcome) in found.iter().zip(&mut outcomes) {
            if let Some(observation) = target.target().image {
                tdf_search::refine_outcome(&target.domain, criterion, observation, outcome);
            }
        }
        crate::domains::tell_faults(&*domain);
        // The search is what took the time: whatever happens to the page, its result is there.
        let results = found.iter().zip(&outcomes);
        let results = results.map(|(target, outcome)| SearchResult::new(criterion, target, outcome));
        let results = results.collect::<anyhow::Result<Vec<_>>>()?;
        let printed = output::print_report(results.iter().map(|found| match self.json {
            true => found.json(),
            false => found.text(self.front),
        }));
        if let Some(folder) = &out {
            self.write(folder, &searcher, &found, &results)?;
        }
        printed
    }

    /// Writes the page, the results and the files of each target.
    fn write(
        &self,
        folder: &OutFolder,
        searcher: &Searcher,
        targets: &[SearchTarget],
        results: &[SearchResult<'_>],
    ) -> anyhow::Result<()> {
        let domain = &searcher.domain;
        let shown = results.iter().zip(targets);
        let entries: Vec<Entry<'_>> = shown
            .map(|(result, target)| Entry {
                name: result.path.display().to_string(),
                inputs: target.domain.inputs(),
                image: &target.observation,
                outcome: result.outcome,
            })
            .collect();
        let mut files = vec![(
            "index.html".to_owned(),
            tdf_eval::with_provenance(&tdf_eval::page(domain, &entries, None)?, &self.made(searcher)).into_bytes(),
        )];
        let lines = results.iter().map(|result| result.json() + "\n");
        let paths: Vec<PathBuf> = results.iter().map(|result| result.path.to_owned()).collect();
        files.push(("results.jsonl".to_owned(), lines.collect::<String>().into_bytes()));
        let names = names(&paths, folder.path());
        for ((name, entry), result) in names.iter().zip(&entries).zip(results) {
            let outcome = entry.outcome;
            let found = std::iter::once(&outcome.best).chain(&outcome.further);
            let texts = found.map(|solution| domain.language().print(solution.program.nodes()) + "\n");
            files.push((format!("{name}.txt"), texts.collect::<String>().into_bytes()));
            if let Some(svg) = domain.svg(outcome.best.program.nodes()) {
                files.push((format!("{name}.svg"), svg.into_bytes()));
            }
            if let Some(table) = result.filled()? {
                let ending = result.path.extension().unwrap_or_default().to_string_lossy();
                files.push((format!("{name}.{ending}"), table));
            }
            if let Some(shown) = result.shown() {
                files.push((format!("{name}.shown.txt"), (shown + "\n").into_bytes()));
            }
            let Some(canvas) = domain.canvas() else { continue };
            let programs = tdf_eval::programs(&entry.outcome.best.trace);
            let frames = programs
                .iter()
                .map(|p| tdf_eval::render(domain, p))
                .collect::<Result<Vec<_>, _>>()?;
            if let Some(last) = frames.last() {
                files.push((format!("{name}.png"), tdf_eval::png_bytes(canvas, last)?));
            }
            if self.gif {
                let scale = 256_u32.div_ceil(canvas.width.max(1)).max(1);
                let gif = tdf_eval::denoising_gif(canvas, &frames, entry.image, scale)?;
                files.push((format!("{name}.gif"), gif));
            }
        }
        for (name, bytes) in &files {
            tdf_eval::write_file(&folder.path().join(name), bytes)?;
        }
        Ok(())
    }

    /// What the page says of how it was made.
    fn made(&self, searcher: &Searcher) -> Provenance {
        let folder = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let options = searcher.config.search_options(self.seed);
        made_by::this_command()
            .with("run", folder(&self.search.run))
            .with("initial run", folder(&self.search.init_run))
            .with("network", searcher.network.as_deref().map(tdf_eval::short_digests))
            .with("method", Some(EvaluationSettings::from(&options).method))
            .with(
                "budget",
                (options.budget < MAX_BUDGET).then(|| options.budget.to_string()),
            )
            .with("renders", options.renders.map(|renders| renders.to_string()))
            .with("seconds", options.seconds.map(|seconds| seconds.to_string()))
            .with("temperature", Some(options.temperature.to_string()))
            .with("seed", Some(self.seed.to_string()))
            .with("initial program", self.start.clone())
            .with("domain", Some(searcher.domain.name()))
            .with("tdf version", Some(made_by::VERSION))
            .with("commit", made_by::COMMIT)
            .with("hardware", Some(hardware::describe(searcher.on_gpu)))
    }
}

use std::path::PathBuf;

use anyhow::bail;
use tdf_domain::{Criterion, DynDomain, EXACT};
use tdf_eval::{Entry, EvaluationSettings, ImportedImage, Provenance, Setting};
use tdf_files::{OutFolder, check_folder};
use tdf_search::{SearchOptions, Target};

use crate::commands::made_by;
use crate::commands::progress::Progress;
use crate::commands::search_args::SearchArgs;
use crate::commands::search_files::names;
use crate::commands::search_result::SearchResult;
use crate::commands::searcher::Searcher;
use crate::input::parse_argument;
use crate::output::{counted, note};
use crate::{hardware, interrupt, output};

/// Finds programs that render given images
#[derive(Debug, clap::Args)]
#[command(mut_arg("run", |run| run.required(false).required_unless_present("domain")))]
pub struct Search {
    #[command(flatten)]
    search: SearchArgs,
    /// Search on this domain without a network (--method anneal, enumerate or random)
    #[arg(long, value_name = "NAME", requires = "method", conflicts_with_all = ["run", "plugin"])]
    domain: Option<String>,
    /// PNG and JPEG files to explain, or folders of them; other sizes and colours than the domain's are fitted to it
    #[arg(long, value_name = "IMAGE", required = true, num_args = 1..)]
    target: Vec<PathBuf>,
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
    /// Also write an animation of each denoising (with --out)
    #[arg(long, requires = "out")]
    gif: bool,
    /// Print JSON, an object a line
    #[arg(long)]
    json: bool,
}

impl Search {
    pub fn run(self) -> anyhow::Result<()> {
        self.out.as_deref().map(check_folder).transpose()?;
        let mut searcher = match &self.domain {
            None => self.search.open()?,
            Some(name) => {
                let setting = Setting {
                    domain: Some(name.clone()),
                    ..Setting::default()
                };
                let domain = self.search.code.open_setting(format!("--domain {name}"), &setting)?;
                self.search.open_without_run(domain)?
            }
        };
        let (domain, canvas) = (searcher.domain.clone(), searcher.domain.canvas());
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
        let mut images = Vec::new();
        let files = tdf_eval::image_files(&self.target)?;
        for path in &files {
            let ImportedImage { image, changes } = tdf_eval::read_image(canvas, domain.palette(), path)?;
            if !changes.is_empty() {
                note!("{}: {}", path.display(), changes.join("; "));
            }
            let blank = vec![canvas.background; canvas.bytes()];
            if !domain.has_observation_model() && domain.solved(criterion, &blank, &image) {
                note!(
                    "{}: {}",
                    path.display(),
                    shows_nothing(&*domain, criterion, &blank, &image)
                );
            }
            images.push(image);
        }
        if domain.has_observation_model() {
            note!(
                "{} cannot tell of an image from outside when it is solved: the search spends its budget",
                domain.name()
            );
        }
        // An observation of something unknown cannot be checked.
        let target = |image| Target {
            observation: image,
            image: (!domain.has_observation_model()).then_some(image),
        };
        let out = self.out.as_deref().map(OutFolder::claim).transpose()?;
        let targets: Vec<Target<'_>> = images.iter().map(|p| target(&p[..])).collect();
        interrupt::watch();
        let options = SearchOptions {
            start,
            ..searcher.config.search_options(self.seed)
        };
        let mut progress = Progress::new("searched");
        let outcomes = tdf_search::search(&domain, &targets, searcher.networks(), &options, &mut |now| {
            let all = counted(targets.len(), "image");
            progress.update(now.share, &format!("{} of {all} ended", now.ended));
            !interrupt::requested()
        })?;
        progress.finish();
        crate::domains::tell_faults(&*domain);
        // The search is what took the time: whatever happens to the page, its result is there.
        let results: Vec<SearchResult<'_>> = files
            .iter()
            .zip(&targets)
            .zip(&outcomes)
            .map(|((path, target), outcome)| SearchResult::new(&domain, criterion, (path, target), outcome))
            .collect();
        let printed = output::print_report(results.iter().map(|found| match self.json {
            true => found.json(),
            false => found.text(),
        }));
        if let Some(folder) = &out {
            self.write(folder, &searcher, &images, &results)?;
        }
        printed
    }

    /// Writes the page, the results and the files of each target.
    fn write(
        &self,
        folder: &OutFolder,
        searcher: &Searcher,
        images: &[Vec<u8>],
        results: &[SearchResult<'_>],
    ) -> anyhow::Result<()> {
        let domain = &searcher.domain;
        let canvas = domain.canvas();
        let shown = results.iter().zip(images);
        let entries: Vec<Entry<'_>> = shown
            .map(|(result, image)| Entry {
                name: result.path.display().to_string(),
                image,
                outcome: result.outcome,
            })
            .collect();
        let mut files = vec![(
            "index.html".to_owned(),
            tdf_eval::with_provenance(&tdf_eval::page(domain, &entries, None)?, &self.made(searcher)).into_bytes(),
        )];
        let lines = results.iter().map(|result| result.json() + "\n");
        let targets: Vec<PathBuf> = results.iter().map(|result| result.path.to_owned()).collect();
        files.push(("results.jsonl".to_owned(), lines.collect::<String>().into_bytes()));
        for (name, entry) in names(&targets, folder.path()).iter().zip(&entries) {
            let outcome = entry.outcome;
            let found = std::iter::once(&outcome.best).chain(&outcome.further);
            let texts = found.map(|solution| domain.language().print(solution.program.nodes()) + "\n");
            files.push((format!("{name}.txt"), texts.collect::<String>().into_bytes()));
            if let Some(svg) = domain.svg(outcome.best.program.nodes()) {
                files.push((format!("{name}.svg"), svg.into_bytes()));
            }
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
            .with("budget", Some(options.budget.to_string()))
            .with("temperature", Some(options.temperature.to_string()))
            .with("seed", Some(self.seed.to_string()))
            .with("initial program", self.start.clone())
            .with("domain", Some(searcher.domain.name()))
            .with("tdf version", Some(made_by::VERSION))
            .with("commit", made_by::COMMIT)
            .with("hardware", Some(hardware::describe(searcher.on_gpu)))
    }
}

/// What to say of a target for which the domain's test accepts an empty image.
fn shows_nothing(domain: &dyn DynDomain, criterion: Criterion, blank: &[u8], image: &[u8]) -> String {
    // A stricter criterion of the domain may tell them apart.
    let mut others = (0..domain.criteria().len()).map(Criterion::new);
    let is_exact = |other: &Criterion| domain.criteria()[other.index()] == EXACT;
    let stricter = others.find(|other| *other != criterion && !is_exact(other) && !domain.solved(*other, blank, image));
    let advice = match stricter {
        None => String::new(),
        Some(other) => {
            let name = domain.criteria()[other.index()];
            format!("; by the criterion search.criterion={name} it does not")
        }
    };
    format!(
        "shows next to nothing: for the domain {} an empty image solves it{advice}",
        domain.name()
    )
}

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::bail;
use tdf_domain::{Criterion, DynDomain, EXACT};
use tdf_eval::{Entry, EvaluationSettings, ImportedImage, Provenance, Setting};
use tdf_files::{OutFolder, check_folder};
use tdf_search::{FrontEntry, MAX_BUDGET, Outcome, SearchOptions, Target};
use tdf_tree::{Edit, NodeId};

use crate::commands::made_by;
use crate::commands::progress::Progress;
use crate::commands::search_args::{Defaults, SearchArgs};
use crate::commands::search_files::names;
use crate::commands::search_result::SearchResult;
use crate::commands::searcher::Searcher;
use crate::input::parse_argument;
use crate::output::{counted, note};
use crate::{hardware, interrupt, output};

/// What a search takes where nothing is said: the time that one waits for an answer.
const DEFAULTS: Defaults = Defaults {
    method: "hybrid",
    seconds: 10.0,
};

/// Renders that make an answer simple and exact, at most; and no more than the search had, or the least.
const REFINING: (u64, u64) = (100, 5_000);

/// Finds programs that render given images
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
            let ImportedImage { mut image, mut changes } = tdf_eval::read_image(canvas, domain.palette(), path)?;
            if self.invert {
                image = tdf_eval::inverted(&image);
                changes.push("light and dark swapped".to_owned());
            }
            if !changes.is_empty() {
                note!("{}: {}", path.display(), changes.join("; "));
            }
            if !self.invert && canvas.channels == 1 && tdf_eval::looks_inverted(canvas, &image) {
                let background = match canvas.background {
                    0..128 => "dark",
                    128.. => "light",
                };
                note!(
                    "{}: its border is not {background}, as the background of {} is: --invert swaps light and dark",
                    path.display(),
                    domain.name()
                );
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
        let mut outcomes = tdf_search::search(&domain, &targets, searcher.networks(), &options, &mut |now| {
            let all = counted(targets.len(), "image");
            progress.update(now.share, &format!("{} of {all} ended", now.ended));
            !interrupt::requested()
        })?;
        progress.finish();
        for (target, outcome) in targets.iter().zip(&mut outcomes) {
            refine(&domain, criterion, target, outcome);
        }
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
            false => found.text(self.front),
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

/// Makes what was found simple and exact. Its renders and seconds count.
fn refine(domain: &Arc<dyn DynDomain>, criterion: Criterion, target: &Target<'_>, outcome: &mut Outcome) {
    let Some(image) = target.image else { return };
    let clock = Instant::now();
    let (least, most) = REFINING;
    let renders = outcome.renders.clamp(least, most) as u32;
    let Some(refined) = tdf_search::refine(domain, criterion, image, &outcome.best.program, renders) else {
        return;
    };
    outcome.renders += u64::from(refined.renders);
    let best = &mut outcome.best;
    if refined.program != best.program {
        outcome.solved |= refined.solved;
        best.trace.edits.push(Edit {
            node: NodeId::ROOT,
            replacement: refined.program.nodes().to_vec(),
        });
        (best.program, best.difference) = (refined.program, refined.difference);
        let (program, difference) = (best.program.clone(), best.difference);
        outcome.add_to_front(FrontEntry {
            size: domain.size().of(program.nodes()),
            program,
            difference,
        });
    }
    outcome.seconds += clock.elapsed().as_secs_f64();
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

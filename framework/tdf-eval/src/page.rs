//! A page that shows searches: plain HTML, images inline.

use std::fmt::Write as _;
use std::sync::Arc;

use tdf_domain::{Canvas, DynDomain, Inputs, ObservationSpec, bind};
use tdf_search::{MAX_BUDGET, Outcome, Trace};
use tdf_tree::{NodeId, Tree};

use crate::examples_table::{examples_table, rows_met};
use crate::html::{self, Provenance, figure, img, scrolling, shortened};
use crate::text::html as escape;
use crate::{ImageError, Summary, difference};

/// One search to show.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Its heading.
    pub name: String,
    /// The inputs of the task; none in domains of images.
    pub inputs: &'a Inputs,
    /// The observation of the target.
    pub image: &'a [u8],
    /// How the search ended.
    pub outcome: &'a Outcome,
}

/// The page. With a summary, its solve rates stand at the top; [`with_provenance`] says at its end what made it.
///
/// # Errors
/// An image that cannot be rendered or encoded.
pub fn page(
    domain: &Arc<dyn DynDomain>,
    entries: &[Entry<'_>],
    summary: Option<&Summary>,
) -> Result<String, ImageError> {
    let solved = entries.iter().filter(|e| e.outcome.solved).count();
    let of = summary.map_or(entries.len(), |summary| summary.tasks);
    let mut html = html::begin(&title(domain.name(), solved, of));
    if let Some(summary) = summary {
        html.push_str(&rates(summary));
    }
    for entry in entries {
        article(&mut html, domain, entry, summary.is_none())?;
    }
    html.push_str(&MADE.concat());
    html.push_str(&html::end());
    Ok(html)
}

/// The page of an evaluation of `tasks` tasks on the domain `name`, with the searches of `pages` one after the other. Its rates and
/// its provenance are still empty. `None` if one of `pages` is none of [`page`] with a summary.
pub(crate) fn merged_page(name: &str, tasks: usize, pages: &[&str]) -> Option<String> {
    let mut articles = String::new();
    for page in pages {
        let begin = page.find(RATES[1])? + RATES[1].len();
        let end = page.rfind(MADE[0])?;
        articles.push_str(page.get(begin..end)?);
    }
    // Texts are escaped, so that no program holds this.
    let solved = articles.matches(&heading("solved")).count();
    let begin = html::begin(&title(name, solved, tasks));
    Some([begin, RATES.concat(), articles, MADE.concat(), html::end()].concat())
}

fn title(name: &str, solved: usize, tasks: usize) -> String {
    format!("{name}: {solved} of {tasks} solved")
}

/// The beginning of what is said of a search.
fn heading(class: &str) -> String {
    format!("</div><div class=\"{class}\"><h2>")
}

const RATES: [&str; 2] = ["<!-- rates -->\n", "<!-- end of rates -->\n"];
const MADE: [&str; 2] = ["<!-- made -->\n", "<!-- end of made -->\n"];

/// The page with the rates of `summary` in the place of those that it has. Pages that have none stay as they are.
pub(crate) fn with_rates(page: &str, summary: &Summary) -> String {
    replaced(page, RATES, &rates(summary))
}

/// A page of [`page`] with what made it at its end, in the place of what stands there. Other pages stay as they are.
pub fn with_provenance(page: &str, made: &Provenance) -> String {
    replaced(page, MADE, &format!("{}{}{}", MADE[0], made.footer(), MADE[1]))
}

fn replaced(page: &str, marks: [&str; 2], by: &str) -> String {
    let [begin, end] = marks.map(|mark| page.find(mark));
    match (begin, end) {
        (Some(begin), Some(end)) if begin < end => {
            let behind = end + marks[1].len();
            format!("{}{by}{}", &page[..begin], &page[behind..])
        }
        _ => page.to_owned(),
    }
}

fn rates(summary: &Summary) -> String {
    let mut html = RATES[0].to_owned();
    let (done, planned) = (summary.seeds.len(), summary.planned);
    if done < planned {
        let _ = writeln!(html, "<p><b>Unfinished: {done} of {planned} seeds.</b></p>");
    }
    let _ = writeln!(
        html,
        "<p>{}; at most {} a task; temperature {}; {} tasks{}; {}.</p>",
        escape(&summary.method),
        limits(summary),
        summary.temperature,
        summary.tasks,
        match summary.setting.shard {
            Some(shard) => format!(", shard {shard} of {}", shard.tasks),
            None => String::new(),
        },
        summary.seeds_in_words()
    );
    let irreducible = match summary.reducible {
        Some(reducible) => format!("of the {} that are not reducible", summary.tasks - reducible),
        None => "of those that are not reducible".to_owned(),
    };
    let mut table = format!(
        "<table><tr><th>expansions</th><th>solved</th><th>deviation over seeds</th><th>{irreducible}</th></tr>\n"
    );
    for (i, rate) in summary.rates.iter().enumerate() {
        let irreducible = summary.irreducible_rates.get(i);
        let _ = writeln!(
            table,
            "<tr><td>{}</td><td>{:.1} %</td><td>{}</td><td>{}</td></tr>",
            match rate.expansions {
                MAX_BUDGET => "all".to_owned(),
                expansions => expansions.to_string(),
            },
            100.0 * rate.mean,
            deviation(done, rate.deviation),
            irreducible.map_or("-".to_owned(), |rate| format!("{:.1} %", 100.0 * rate.mean))
        );
    }
    table.push_str("</table>");
    html.push_str(&scrolling("Solve rates", &table));
    let _ = writeln!(html, "<p>An expansion is {}.</p>", escape(&summary.expansion));
    let cost = &summary.currencies;
    let renders = cost.render_rates.iter();
    let renders = renders.map(|rate| (rate.renders.to_string(), rate.mean, rate.deviation));
    html.push_str(&by_currency("renders", done, renders));
    let times = cost.time_rates.iter();
    let times = times.map(|rate| (rate.seconds.to_string(), rate.mean, rate.deviation));
    html.push_str(&by_currency("seconds", done, times));
    html.push_str(RATES[1]);
    html
}

/// A table of solve rates by another currency than expansions; nothing if there are no rates.
fn by_currency(currency: &str, seeds: usize, rates: impl Iterator<Item = (String, f64, f64)>) -> String {
    let mut rows = String::new();
    for (at, mean, of_seeds) in rates {
        let _ = writeln!(
            rows,
            "<tr><td>{at}</td><td>{:.1} %</td><td>{}</td></tr>",
            100.0 * mean,
            deviation(seeds, of_seeds)
        );
    }
    if rows.is_empty() {
        return rows;
    }
    let head = format!("<tr><th>{currency}</th><th>solved</th><th>deviation over seeds</th></tr>");
    scrolling(
        &format!("Solve rates by {currency}"),
        &format!("<table>{head}\n{rows}</table>"),
    )
}

/// The deviation of a rate over `seeds`: one seed has none.
fn deviation(seeds: usize, deviation: f64) -> String {
    match seeds {
        0 | 1 => "-".to_owned(),
        _ => format!("{:.1} %", 100.0 * deviation),
    }
}

/// What limited a search, in words.
fn limits(summary: &Summary) -> String {
    let cost = &summary.currencies;
    let expansions = (summary.budget < MAX_BUDGET).then(|| format!("{} expansions", summary.budget));
    let renders = cost.max_renders.map(|renders| format!("{renders} renders"));
    let seconds = cost.max_seconds.map(|seconds| format!("{seconds} seconds"));
    let all: Vec<String> = [expansions, renders, seconds].into_iter().flatten().collect();
    match all.is_empty() {
        true => format!("{} expansions", summary.budget),
        false => all.join(", "),
    }
}

fn article(
    html: &mut String,
    domain: &Arc<dyn DynDomain>,
    entry: &Entry<'_>,
    shows_front: bool,
) -> Result<(), ImageError> {
    let domain = &bind(domain, entry.inputs).map_err(|error| ImageError(error.0))?;
    let outcome = entry.outcome;
    let frames = programs(&outcome.best.trace);
    let images = frames
        .iter()
        .map(|program| render(domain, program))
        .collect::<Result<Vec<_>, _>>()?;
    let found = images.last().map_or(&[][..], |p| p);
    let (class, verdict) = if outcome.solved {
        ("solved", "solved")
    } else {
        ("unsolved", "not solved, nearest shown")
    };
    let program = domain.language().print(outcome.best.program.nodes());
    let name = &entry.name;
    let _ = writeln!(html, "<article><div class=\"images\">");
    html.push_str(&match domain.observation_spec() {
        ObservationSpec::Image(canvas) => {
            images_of(domain, canvas, (name, entry.image), (outcome.solved, found, &program))?
        }
        ObservationSpec::Values(spec) => examples_table(&**domain, spec, entry.image, found),
    });
    let plural = if outcome.expansions == 1 { "" } else { "s" };
    let _ = writeln!(
        html,
        "{}{}: {verdict} after {} expansion{plural}, {:.1} s</h2><code class=\"program\">{}</code>",
        heading(class),
        escape(name),
        outcome.expansions,
        outcome.seconds,
        escape(&program)
    );
    if let Some(shown) = domain.shown(outcome.best.program.nodes()) {
        let _ = writeln!(html, "<p>For other software: <code>{}</code></p>", escape(&shown));
    }
    let edits = outcome.best.trace.edits.len();
    let plural = if edits == 1 { "edit" } else { "edits" };
    let _ = writeln!(
        html,
        "<details{}><summary>{edits} {plural} from the initial program</summary><ol class=\"steps\">",
        // The page of a search has few entries, so that there is room to look at once.
        if shows_front && edits > 0 { " open=\"\"" } else { "" }
    );
    for (i, (program, image)) in frames.iter().zip(&images).enumerate() {
        let plain = domain.language().print(program.nodes());
        let text = match outcome.best.trace.edits.get(i) {
            Some(edit) => marked(domain, program, edit.node),
            None => escape(&plain),
        };
        let alt = match i {
            0 => format!("Image of the initial program: {}", shortened(&plain)),
            _ => format!("Image after edit {i} of {edits}: {}", shortened(&plain)),
        };
        let image = small(domain, image, entry.image, &alt)?;
        let _ = writeln!(html, "<li>{image}<code>{text}</code></li>");
    }
    html.push_str("</ol></details>");
    if !outcome.further.is_empty() {
        let _ = write!(
            html,
            "<details open><summary>{} further solutions</summary><ol>",
            outcome.further.len()
        );
        for solution in &outcome.further {
            let image = render(domain, &solution.program)?;
            let text = domain.language().print(solution.program.nodes());
            let alt = format!("Image of a further solution: {}", shortened(&text));
            let shown = small(domain, &image, entry.image, &alt)?;
            let _ = write!(html, "<li>{shown}<code>{}</code></li>", escape(&text));
        }
        html.push_str("</ol></details>");
    }
    if shows_front && outcome.front.len() > 1 {
        html.push_str("<details><summary>Smaller programs that are further from the target</summary><ol>");
        for member in &outcome.front {
            let image = render(domain, &member.program)?;
            let text = domain.language().print(member.program.nodes());
            let (size, difference) = (member.size, member.difference);
            let alt = format!("Image of a program of size {size}: {}", shortened(&text));
            let shown = small(domain, &image, entry.image, &alt)?;
            let _ = write!(
                html,
                "<li>{shown}size {size}, distance {difference:.2}: <code>{}</code></li>",
                escape(&text)
            );
        }
        html.push_str("</ol></details>");
    }
    html.push_str("</div></article>\n");
    Ok(())
}

/// Width of an image on the page, in CSS pixels.
const WIDTH: f64 = 128.0;

/// The images of the target, of what was found, and where they differ.
fn images_of(
    domain: &Arc<dyn DynDomain>,
    canvas: Canvas,
    (name, target): (&str, &[u8]),
    (solved, found, program): (bool, &[u8], &str),
) -> Result<String, ImageError> {
    let (scale, shown) = (WIDTH / f64::from(canvas.width.max(1)), shortened(program));
    let alt = format!("The target, {name}");
    let mut html = figure(canvas, target, scale, ("target", &alt))?;
    let what = match solved {
        true => format!("Image of the program found, which solves {name}: {shown}"),
        false => format!("Image of the nearest program found, which does not solve {name}: {shown}"),
    };
    html.push_str(&figure(canvas, found, scale, ("found", &what))?);
    // An observation differs from every image.
    if !solved && !domain.has_observation_model() {
        let differs = found.iter().zip(target).map(|(&a, &b)| u8::MAX - a.abs_diff(b));
        let differs: Vec<u8> = differs.collect();
        let what = format!(
            "Where the target and the nearest image found for {name} differ: by {:.1} of 255 in the mean",
            difference(found, target)
        );
        html.push_str(&figure(canvas, &differs, scale, ("where they differ", &what))?);
    }
    Ok(html)
}

/// An observation in a list: a small image, or the number of rows that equal those of the target.
fn small(domain: &Arc<dyn DynDomain>, observation: &[u8], target: &[u8], alt: &str) -> Result<String, ImageError> {
    match domain.observation_spec() {
        ObservationSpec::Image(canvas) => {
            let scale = WIDTH / 2.0 / f64::from(canvas.width.max(1));
            img(canvas, observation, scale, alt)
        }
        ObservationSpec::Values(spec) => {
            let (met, of) = rows_met(spec, observation, target);
            Ok(format!("<span>{met} of {of}</span>"))
        }
    }
}

/// The initial program of a trace and the program after each edit.
pub fn programs(trace: &Trace) -> Vec<Tree> {
    let mut all = vec![trace.start.clone()];
    for edit in &trace.edits {
        let mut next = all[all.len() - 1].clone();
        edit.apply(&mut next);
        all.push(next);
    }
    all
}

/// The observation of a program: its image, or its outputs on the inputs that `domain` is bound to.
///
/// # Errors
/// A program without an image.
pub fn render(domain: &Arc<dyn DynDomain>, program: &Tree) -> Result<Vec<u8>, ImageError> {
    let mut image = vec![0; domain.observation_spec().bytes()];
    domain
        .render(program.nodes(), &mut image)
        .map_err(|e| ImageError(e.to_string()))?;
    Ok(image)
}

/// The program's text with the subtree at `node` marked.
fn marked(domain: &Arc<dyn DynDomain>, program: &Tree, node: NodeId) -> String {
    let text = domain.language().print(program.nodes());
    match domain.language().text_span(program, node) {
        Some(span) => format!(
            "{}<mark>{}</mark>{}",
            escape(&text[..span.start]),
            escape(&text[span.clone()]),
            escape(&text[span.end..])
        ),
        None => escape(&text),
    }
}

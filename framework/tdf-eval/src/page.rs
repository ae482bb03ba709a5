//! A page that shows searches: plain HTML, pictures inline.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use tdf_domain::{Canvas, DynDomain};
use tdf_search::{Outcome, Trace};
use tdf_tree::{NodeId, Tree};

use crate::{PictureError, Summary, png_bytes};

/// One search to show.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Its heading.
    pub name: String,
    /// The target picture.
    pub picture: &'a [u8],
    /// How the search ended.
    pub outcome: &'a Outcome,
}

pub(crate) const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 0; }
img { image-rendering: pixelated; border: 1px solid #8888; background: #fff; display: block; }
table { border-collapse: collapse; margin: 1rem 0; } td, th { padding: .15rem .8rem; text-align: right; border-bottom: 1px solid #8884; }
article { border-top: 1px solid #8884; padding: 1rem 0; display: grid; grid-template-columns: auto 1fr; gap: 1rem; }
.pictures { display: flex; gap: .5rem; } figure { margin: 0; } figcaption { font-size: .75rem; opacity: .7; }
code { font-size: .8rem; overflow-wrap: anywhere; } .unsolved h2 { color: #c33; }
details { margin-top: .4rem; } ol { list-style: none; padding: 0; margin: .5rem 0; }
li { display: flex; gap: .6rem; align-items: center; margin: .25rem 0; } mark { padding: 0; }
";

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn image(canvas: Canvas, picture: &[u8], scale: f64, alt: &str) -> Result<String, PictureError> {
    let data = base64::engine::general_purpose::STANDARD.encode(png_bytes(canvas, picture)?);
    let (width, height) = (f64::from(canvas.width) * scale, f64::from(canvas.height) * scale);
    let alt = escape(alt);
    Ok(format!(
        "<img width=\"{width:.0}\" height=\"{height:.0}\" alt=\"{alt}\" src=\"data:image/png;base64,{data}\">"
    ))
}

pub(crate) fn figure(canvas: Canvas, picture: &[u8], scale: f64, caption: &str) -> Result<String, PictureError> {
    Ok(format!(
        "<figure>{}<figcaption>{caption}</figcaption></figure>",
        image(canvas, picture, scale, caption)?
    ))
}

/// The page. With a summary, its solve rates stand at the top.
///
/// # Errors
/// A picture that cannot be drawn or encoded.
pub fn page(
    domain: &Arc<dyn DynDomain>,
    entries: &[Entry<'_>],
    summary: Option<&Summary>,
) -> Result<String, PictureError> {
    let solved = entries.iter().filter(|e| e.outcome.solved).count();
    let of = summary.map_or(entries.len(), |summary| summary.tasks);
    let title = format!("{}: {solved} of {of} solved", domain.name());
    let mut html = String::new();
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{0}</title><style>{STYLE}</style></head><body>\n<h1>{0}</h1>\n",
        escape(&title)
    );
    if let Some(summary) = summary {
        html.push_str(&rates(summary));
    }
    for entry in entries {
        article(&mut html, domain, entry)?;
    }
    html.push_str("</body></html>\n");
    Ok(html)
}

const RATES: [&str; 2] = ["<!-- rates -->\n", "<!-- end of rates -->\n"];

/// The page with the rates of `summary` in the place of those that it has. Pages that have none stay as they are.
pub(crate) fn with_rates(page: &str, summary: &Summary) -> String {
    let [begin, end] = RATES.map(|mark| page.find(mark));
    match (begin, end) {
        (Some(begin), Some(end)) if begin < end => {
            let behind = end + RATES[1].len();
            format!("{}{}{}", &page[..begin], rates(summary), &page[behind..])
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
        "<p>{}; at most {} expansions a task; temperature {}; {} tasks; seeds {:?}.</p>",
        escape(&summary.method),
        summary.budget,
        summary.temperature,
        summary.tasks,
        summary.seeds
    );
    let irreducible = match summary.reducible {
        Some(reducible) => format!("of the {} that are not reducible", summary.tasks - reducible),
        None => "of those that are not reducible".to_owned(),
    };
    let _ = writeln!(
        html,
        "<table><tr><th>expansions</th><th>solved</th><th>deviation over seeds</th><th>{irreducible}</th></tr>"
    );
    for (i, rate) in summary.rates.iter().enumerate() {
        let irreducible = summary.irreducible_rates.get(i);
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{:.1} %</td><td>{}</td><td>{}</td></tr>",
            rate.expansions,
            100.0 * rate.mean,
            match done {
                0 | 1 => "-".to_owned(),
                _ => format!("{:.1} %", 100.0 * rate.deviation),
            },
            irreducible.map_or("-".to_owned(), |rate| format!("{:.1} %", 100.0 * rate.mean))
        );
    }
    let _ = writeln!(html, "</table>\n<p>An expansion is {}.</p>", escape(&summary.expansion));
    html.push_str(RATES[1]);
    html
}

fn article(html: &mut String, domain: &Arc<dyn DynDomain>, entry: &Entry<'_>) -> Result<(), PictureError> {
    let canvas = domain.canvas();
    let outcome = entry.outcome;
    let scale = 128.0 / f64::from(canvas.width.max(1));
    let frames = programs(&outcome.best.trace);
    let pictures = frames
        .iter()
        .map(|program| draw(domain, program))
        .collect::<Result<Vec<_>, _>>()?;
    let found = pictures.last().map_or(&[][..], |p| p);
    let differs: Vec<u8> = found
        .iter()
        .zip(entry.picture)
        .map(|(&a, &b)| u8::MAX - a.abs_diff(b))
        .collect();
    let (class, verdict) = if outcome.solved {
        ("solved", "solved")
    } else {
        ("unsolved", "not solved, nearest shown")
    };
    let _ = writeln!(html, "<article class=\"{class}\"><div class=\"pictures\">");
    html.push_str(&figure(canvas, entry.picture, scale, "target")?);
    html.push_str(&figure(canvas, found, scale, "found")?);
    // An observation differs from every picture.
    if !outcome.solved && !domain.observes() {
        html.push_str(&figure(canvas, &differs, scale, "where they differ")?);
    }
    let program = domain.language().print(outcome.best.program.nodes());
    let _ = writeln!(
        html,
        "</div><div><h2>{}: {verdict} after {} expansions, {:.1} s</h2><code>{}</code>",
        escape(&entry.name),
        outcome.expansions,
        outcome.seconds,
        escape(&program)
    );
    let edits = outcome.best.trace.edits.len();
    let plural = if edits == 1 { "edit" } else { "edits" };
    let _ = writeln!(
        html,
        "<details><summary>{edits} {plural} from the first program</summary><ol>"
    );
    for (i, (program, picture)) in frames.iter().zip(&pictures).enumerate() {
        let text = match outcome.best.trace.edits.get(i) {
            Some(edit) => marked(domain, program, edit.node),
            None => escape(&domain.language().print(program.nodes())),
        };
        let _ = writeln!(
            html,
            "<li>{}<code>{text}</code></li>",
            image(canvas, picture, scale / 2.0, "program's picture")?
        );
    }
    html.push_str("</ol></details>");
    if !outcome.further.is_empty() {
        let _ = write!(
            html,
            "<details open><summary>{} further solutions</summary><ol>",
            outcome.further.len()
        );
        for solution in &outcome.further {
            let picture = draw(domain, &solution.program)?;
            let text = escape(&domain.language().print(solution.program.nodes()));
            let shown = image(canvas, &picture, scale / 2.0, "program's picture")?;
            let _ = write!(html, "<li>{shown}<code>{text}</code></li>");
        }
        html.push_str("</ol></details>");
    }
    html.push_str("</div></article>\n");
    Ok(())
}

/// The first program of a trace and the program after each edit.
pub fn programs(trace: &Trace) -> Vec<Tree> {
    let mut all = vec![trace.start.clone()];
    for edit in &trace.edits {
        let mut next = all[all.len() - 1].clone();
        edit.apply(&mut next);
        all.push(next);
    }
    all
}

/// What a program draws.
pub fn draw(domain: &Arc<dyn DynDomain>, program: &Tree) -> Result<Vec<u8>, PictureError> {
    let mut picture = vec![0; domain.canvas().bytes()];
    domain
        .render(program.nodes(), &mut picture)
        .map_err(|e| PictureError(e.to_string()))?;
    Ok(picture)
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

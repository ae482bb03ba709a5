//! What all pages share: plain HTML in one file, images inline, from the width of a telephone on.

use std::fmt::Write as _;

use base64::Engine as _;
use tdf_domain::Canvas;

use crate::text::html;
use crate::{ImageError, png_bytes};

/// Every box may become as narrow as the window: programs break anywhere, images shrink, tables scroll within a box of
/// their own.
const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --bad: #b3261e; --faint: #555; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --faint: #aaa; } }
*, ::before, ::after { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 74rem; padding: 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.4rem; line-height: 1.25; } h2 { font-size: 1rem; margin: 0; } h3 { font-size: .9rem; margin: 0; }
h1, h2, h3, p, dd, summary, figcaption, code { overflow-wrap: anywhere; }
code { font-size: .85rem; }
img, svg { max-width: 100%; height: auto; display: block; }
img { image-rendering: pixelated; border: 1px solid var(--line); background: #fff; }
figure { margin: 0; min-width: 0; } figcaption { font-size: .75rem; color: var(--faint); }
.images { display: flex; gap: .5rem; min-width: 0; }
article { border-top: 1px solid var(--line); padding: 1rem 0; display: grid; grid-template-columns: auto minmax(0, 1fr);
  gap: .6rem 1rem; align-items: start; }
article > div { min-width: 0; } article > .examples { grid-column: 1 / -1; } .unsolved > h2, .unsolved > h3 { color: var(--bad); }
.scroll { overflow-x: auto; margin: 1rem 0; } .caption { font-weight: bold; margin: 1rem 0 -.6rem; }
table { border-collapse: collapse; } td, th { padding: .15rem .8rem; text-align: right; border-bottom: 1px solid var(--line); }
th { vertical-align: bottom; } td { white-space: nowrap; } td:first-child, th:first-child { padding-left: 0; }
.text { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
details { margin-top: .4rem; } ol { list-style: none; padding: 0; margin: .5rem 0; }
li { display: flex; gap: .6rem; align-items: center; margin: .25rem 0; } li > img { flex: none; } li > code { min-width: 0; }
mark { padding: 0; }
.note, footer { font-size: .8rem; color: var(--faint); margin: .3rem 0; }
footer { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: .6rem; }
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .1rem 1rem; margin: .3rem 0; } dd { margin: 0; }
@media (max-width: 45rem) { article, dl { grid-template-columns: minmax(0, 1fr); } dd { margin-bottom: .3rem; } }
@media print { body { max-width: none; padding: 0; } article, tr, figure { break-inside: avoid; } .scroll { overflow: visible; } }
";

/// What made a page; stands at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The command, as a shell reads it; empty if it is not known.
    pub command: String,
    /// Further facts after their names, in the order in which they are shown.
    pub facts: Vec<(&'static str, String)>,
}

impl Provenance {
    /// With a fact more, unless it is not known.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        self.facts.extend(value.map(|value| (name, value.into())));
        self
    }

    /// The end of a page.
    pub(crate) fn footer(&self) -> String {
        let mut out = String::from("<footer>How this page was made\n<dl>\n");
        if !self.command.is_empty() {
            let _ = writeln!(out, "<dt>command</dt><dd><code>{}</code></dd>", html(&self.command));
        }
        for (name, value) in &self.facts {
            let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", html(name), html(value));
        }
        out.push_str("</dl></footer>\n");
        out
    }
}

/// The beginning of a page, with its heading.
pub(crate) fn begin(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{0}</title><style>{STYLE}</style></head><body>\n\
         <h1>{0}</h1>\n",
        html(title)
    )
}

/// The end of a page.
pub(crate) const END: &str = "</body></html>\n";

/// An image, `scale` times enlarged. `alt` says what it shows to those who do not see it.
pub(crate) fn img(canvas: Canvas, image: &[u8], scale: f64, alt: &str) -> Result<String, ImageError> {
    let data = base64::engine::general_purpose::STANDARD.encode(png_bytes(canvas, image)?);
    let (width, height) = (f64::from(canvas.width) * scale, f64::from(canvas.height) * scale);
    let alt = html(alt);
    Ok(format!(
        "<img width=\"{width:.0}\" height=\"{height:.0}\" alt=\"{alt}\" src=\"data:image/png;base64,{data}\"/>"
    ))
}

/// An image with a caption.
pub(crate) fn figure(
    canvas: Canvas,
    image: &[u8],
    scale: f64,
    (caption, alt): (&str, &str),
) -> Result<String, ImageError> {
    Ok(format!(
        "<figure>{}<figcaption>{}</figcaption></figure>",
        img(canvas, image, scale, alt)?,
        html(caption)
    ))
}

/// A box that a wide table scrolls in; those who use no mouse get to it by the keyboard.
pub(crate) fn scrolling(label: &str, table: &str) -> String {
    format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{table}</div>\n",
        html(label)
    )
}

/// A program in an alternative text; it stands in full beside the image.
pub(crate) fn shortened(program: &str) -> String {
    const MOST: usize = 200;
    match program.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}...", &program[..cut]),
        None => program.to_owned(),
    }
}

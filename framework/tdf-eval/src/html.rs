//! What all pages share: plain HTML in one file, images inline, from the width of a telephone on.

use std::fmt::Write as _;

use base64::Engine as _;
use tdf_domain::Canvas;

use crate::text::html;
use crate::{ImageError, png_bytes};

/// Every box may become as narrow as the window: programs break anywhere, images shrink, tables scroll within a box of
/// their own. Colours and letters are those of the studio's page.
const STYLE: &str = include_str!("page.css");

/// A slider for steps, and buttons that copy programs. A page works without it.
const SCRIPT: &str = include_str!("page.js");

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
pub(crate) fn end() -> String {
    format!("<script>\n{SCRIPT}</script>\n</body></html>\n")
}

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

//! What is wrong with a text file, and where.
//!
//! ```
//! use tdf_diagnostic::{Diagnostic, GrammarError};
//!
//! let finding = Diagnostic::new(7..10, "there is no rule `sun`").help("did you mean `sum`?");
//! let error = GrammarError::new("sum.lark", "start: sun", vec![finding]);
//! assert_eq!(error.to_string().lines().next(), Some("sum.lark:1:8: error: there is no rule `sun`"));
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Bytes of a file that is read. The largest public grammars have a fifth of it.
pub const MAX_SOURCE: usize = 1 << 20;

/// Findings that are shown: after this many the rest of a file is most likely not a grammar.
pub const MAX_FINDINGS: usize = 20;

/// Everything that is wrong with one grammar file; never empty.
#[derive(Clone, Debug)]
pub struct GrammarError {
    /// Name of the file, as given to the reader.
    pub file: String,
    /// The findings in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    source: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Byte range in the source.
    pub span: Range<usize>,
    /// Further facts, a line each.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding without notes and help.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
            notes: Vec::new(),
            help: None,
        }
    }

    /// Adds a further fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `FILE:LINE:COL: error: message`, the source line with carets below, notes and help.
    ///
    /// `kind` is the word before the message: `error` or `warning`.
    pub fn render(&self, kind: &str, file: &str, source: &str) -> String {
        let place = Position::of(source, self.span.start);
        let (line, span) = excerpt(source, &self.span);
        let snippet = Snippet::source(line)
            .line_start(place.line)
            .annotation(AnnotationKind::Primary.span(span));
        let mut group = Group::with_level(Level::ERROR).element(snippet);
        for note in &self.notes {
            group = group.element(Level::NOTE.message(note));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        let body = Renderer::plain().render(&[group]);
        format!(
            "{file}:{}:{}: {kind}: {}\n{body}",
            place.line, place.column, self.message
        )
    }
}

/// Characters shown of a long line before the finding, and in all.
const SHOWN_BEFORE: usize = 60;
const SHOWN: usize = 160;

/// The line that `span` begins in, without the parts of a long line that are far away, and the span within it.
fn excerpt<'s>(source: &'s str, span: &Range<usize>) -> (&'s str, Range<usize>) {
    let start = boundary(source, span.start);
    let ends = ['\n', '\r'];
    let line_start = source[..start].rfind(ends).map_or(0, |i| i + 1);
    let line_end = source[start..].find(ends).map_or(source.len(), |i| start + i);
    let end = boundary(source, span.end.clamp(start, line_end));
    let from = if start - line_start > SHOWN_BEFORE {
        boundary(source, start - SHOWN_BEFORE)
    } else {
        line_start
    };
    let to = if line_end - from > SHOWN {
        boundary(source, from + SHOWN)
    } else {
        line_end
    };
    (&source[from..to], start - from..end.min(to) - from)
}

/// The last boundary between characters that is not behind `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A place in a text, counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Position {
    /// The place of byte `offset` in `text`.
    pub fn of(text: &str, offset: usize) -> Self {
        let offset = boundary(text, offset);
        let before = &text[..offset];
        // A line ends with a line feed, or with a carriage return that none follows.
        let ends = |at: &usize| match text.as_bytes()[*at] {
            b'\n' => true,
            b'\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let line = (0..offset).filter(ends).count() + 1;
        let start = (0..offset).rev().find(ends).map_or(0, |i| i + 1);
        // Some editors put a byte order mark before every text.
        let start = start.max(if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8().min(offset)
        } else {
            0
        });
        Self {
            line,
            column: before[start..].chars().count() + 1,
        }
    }
}

impl GrammarError {
    /// The error of a file with these findings, of which there must be some.
    pub fn new(file: &str, source: &str, mut diagnostics: Vec<Diagnostic>) -> Self {
        debug_assert!(!diagnostics.is_empty());
        diagnostics.sort_by_key(|d| d.span.start);
        diagnostics.dedup();
        Self {
            file: file.to_owned(),
            diagnostics,
            source: source.to_owned(),
        }
    }

    /// The text that the spans point into.
    pub fn source_text(&self) -> &str {
        &self.source
    }
}

impl fmt::Display for GrammarError {
    /// Each finding with file, line, column, the source line and a caret, parted by blank lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, d) in self.diagnostics.iter().take(MAX_FINDINGS).enumerate() {
            if i > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(&d.render("error", &self.file, &self.source))?;
        }
        match self.diagnostics.len().saturating_sub(MAX_FINDINGS) {
            0 => Ok(()),
            more => write!(f, "\n\nand {more} more"),
        }
    }
}

impl std::error::Error for GrammarError {}

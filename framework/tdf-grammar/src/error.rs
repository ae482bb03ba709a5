//! What is wrong with a grammar file, and where.

/// Everything that is wrong with one grammar file; never empty.
#[derive(Clone, Debug)]
pub struct GrammarError {
    /// Name of the file, as given to [`Grammar::read`](crate::Grammar::read).
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
    pub span: std::ops::Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    pub(crate) fn error(span: std::ops::Range<usize>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
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
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let before = &text[..offset];
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            line,
            column: before[start..].chars().count() + 1,
        }
    }
}

impl GrammarError {
    pub(crate) fn new(file: &str, source: &str, diagnostics: Vec<Diagnostic>) -> Self {
        debug_assert!(!diagnostics.is_empty());
        let mut diagnostics = diagnostics;
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

impl std::fmt::Display for GrammarError {
    /// Each finding with file, line, column, the source line and a caret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for d in &self.diagnostics {
            let p = Position::of(&self.source, d.span.start);
            writeln!(f, "{}:{}:{}: {}", self.file, p.line, p.column, d.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for GrammarError {}

//! What `tdf check --json` says of a file: every finding with its place, as editors want it.

use serde::Serialize;
use tdf_grammar::{Diagnostic, Grammar, GrammarError, Position};
use tdf_reader::GrammarFileError;

/// How much a finding weighs, in the words of the Language Server Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// What is odd and yet works.
    Warning,
    /// What keeps a typed tree from being made.
    Information,
}

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    severity: Severity,
    file: String,
    /// `None` if the finding is about the file as a whole.
    start: Option<Place>,
    end: Option<Place>,
    message: String,
    notes: Vec<String>,
    help: Option<String>,
}

/// A place in a file: line and column count from 1, columns characters; the offset counts bytes from 0.
#[derive(Clone, Copy, Debug, Serialize)]
struct Place {
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
}

impl Place {
    fn of(source: &str, offset: usize) -> Self {
        let Position { line, column } = Position::of(source, offset);
        Self {
            line,
            column,
            offset: Some(offset),
        }
    }
}

impl Message {
    /// A finding about a file as a whole.
    fn of_file(severity: Severity, file: &str, message: impl Into<String>) -> Self {
        Self {
            severity,
            file: file.to_owned(),
            start: None,
            end: None,
            message: message.into(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// A finding at one place.
    fn at(severity: Severity, file: &str, position: Position, message: impl Into<String>) -> Self {
        let place = Some(Place {
            line: position.line,
            column: position.column,
            offset: None,
        });
        Self {
            start: place,
            end: place,
            ..Self::of_file(severity, file, message)
        }
    }

    fn of(severity: Severity, file: &str, source: &str, finding: &Diagnostic) -> Self {
        Self {
            start: Some(Place::of(source, finding.span.start)),
            end: Some(Place::of(source, finding.span.end)),
            notes: finding.notes.clone(),
            help: finding.help.clone(),
            ..Self::of_file(severity, file, &finding.message)
        }
    }

    /// `FILE:LINE:COL: message`
    pub fn line(&self) -> String {
        match self.start {
            Some(Place { line, column, .. }) => format!("{}:{line}:{column}: {}", self.file, self.message),
            None => format!("{}: {}", self.file, self.message),
        }
    }
}

/// The findings of an error.
pub fn of_error(file: &str, error: &anyhow::Error) -> Vec<Message> {
    for cause in error.chain() {
        if let Some(error) = cause.downcast_ref::<GrammarError>() {
            return of_grammar_error(Severity::Error, error);
        }
        match cause.downcast_ref::<GrammarFileError>() {
            Some(GrammarFileError::Grammar(error)) => return of_grammar_error(Severity::Error, error),
            Some(GrammarFileError::File { message, .. }) => {
                return vec![Message::of_file(Severity::Error, file, message)];
            }
            Some(GrammarFileError::NotText { position, .. }) => {
                return vec![Message::at(Severity::Error, file, *position, "not UTF-8 text")];
            }
            _ => {}
        }
    }
    let text = crate::message(error);
    let message = text.strip_prefix(&format!("{file}: error: ")).unwrap_or(&text);
    vec![Message::of_file(Severity::Error, file, message)]
}

fn of_grammar_error(severity: Severity, error: &GrammarError) -> Vec<Message> {
    let message = |d: &Diagnostic| Message::of(severity, &error.file, error.source_text(), d);
    error.diagnostics.iter().map(message).collect()
}

/// What is odd in a grammar that works.
pub fn warnings(grammar: &Grammar) -> Vec<Message> {
    let message = |d: &Diagnostic| Message::of(Severity::Warning, &grammar.file, &grammar.source, d);
    grammar.warnings.iter().map(message).collect()
}

/// What keeps a typed tree from being made.
pub fn untyped(grammar: &Grammar) -> Vec<Message> {
    if !grammar.untyped.is_empty() {
        let message = |d: &Diagnostic| Message::of(Severity::Information, &grammar.file, &grammar.source, d);
        return grammar.untyped.iter().map(message).collect();
    }
    match tdf_build::check_types(&grammar.file, grammar) {
        Ok(()) => Vec::new(),
        Err(tdf_build::Error::Types { position, message, .. }) => {
            vec![Message::at(Severity::Information, &grammar.file, position, message)]
        }
        Err(tdf_build::Error::Grammar(error)) => of_grammar_error(Severity::Information, &error),
        Err(other) => {
            let text = other.to_string();
            let first = text.lines().next().unwrap_or_default();
            vec![Message::of_file(Severity::Information, &grammar.file, first)]
        }
    }
}

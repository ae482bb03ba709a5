//! What is known of one grammar in the end.

use serde::Serialize;

use crate::accept::Accepted;
use crate::event::{Event, Facts, FaultKind};
use crate::stock::Stock;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    pub name: String,
    pub verdict: Verdict,
    /// Why it was refused, or what is wrong.
    pub message: Option<String>,
    /// What was read, if it was.
    pub facts: Option<Facts>,
    /// Milliseconds for reading, or until it was refused.
    pub read_ms: u64,
    /// The most memory in MiB, of reading alone and of all.
    pub read_mb: u64,
    pub peak_mb: u64,
    pub programs: usize,
    pub mutations: usize,
    /// Tokens of walks at which masks and recogniser agreed.
    pub mask_tokens: u64,
    /// Why there are no masks.
    pub no_masks: Option<String>,
    /// What a real parser says of the programs.
    pub accepted: Option<Accepted>,
    /// What the tool says of the file that it was written for.
    pub stock: Option<Stock>,
    #[serde(skip)]
    pub texts: Vec<String>,
    #[serde(skip)]
    pub is_ended: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    #[default]
    Accepted,
    Refused,
    Fault(FaultKind),
}

impl Row {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Takes a line of the process.
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Refused { message, ms, mb } => {
                self.verdict = Verdict::Refused;
                self.message = Some(message);
                (self.read_ms, self.read_mb) = (ms, mb);
            }
            Event::Read(facts) => {
                (self.read_ms, self.read_mb) = (facts.ms, facts.mb);
                self.facts = Some(facts);
            }
            Event::Programs {
                programs,
                mutations,
                texts,
                ..
            } => (self.programs, self.mutations, self.texts) = (programs, mutations, texts),
            Event::NoMasks { message } => self.no_masks = Some(message),
            Event::Masks { tokens, .. } => self.mask_tokens = tokens,
            Event::Fault { kind, message } => self.fault(kind, message),
            Event::End { mb } => {
                self.peak_mb = mb;
                self.is_ended = true;
            }
        }
    }

    pub fn fault(&mut self, kind: FaultKind, message: String) {
        self.verdict = Verdict::Fault(kind);
        self.message = Some(message);
    }

    /// Whether the reader has said yes or no.
    pub fn is_read(&self) -> bool {
        self.facts.is_some() || self.verdict != Verdict::Accepted
    }

    pub fn is_fault(&self) -> bool {
        matches!(self.verdict, Verdict::Fault(_))
    }

    /// Refused here, and taken by the tool that it was written for.
    pub fn is_refused_alone(&self) -> bool {
        self.verdict == Verdict::Refused && self.stock == Some(Stock::Taken)
    }

    /// The first line of the message, without the path of the file.
    pub fn short_message(&self) -> String {
        let first = self
            .message
            .as_deref()
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default();
        if self.is_fault() {
            return first.to_owned();
        }
        let (place, text) = first.split_once(": ").unwrap_or(("", first));
        let place: Vec<&str> = place.rsplitn(3, ':').take(2).collect();
        match place[..] {
            [column, line] if column.parse::<u32>().is_ok() => {
                format!("{line}:{column}: {}", text.trim_start_matches("error: "))
            }
            _ => first.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_place_and_not_the_path() {
        let mut row = Row::new("a");
        row.message = Some("/x/a.lalrpop:2:12: error: bad: thing\n  |\n".to_owned());
        assert_eq!(row.short_message(), "2:12: bad: thing");
        row.message = Some("x: there is no such file".to_owned());
        assert_eq!(row.short_message(), "x: there is no such file");
    }
}

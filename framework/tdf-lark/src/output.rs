//! LALRPOP text, with the position in the Lark file that each part of it comes from.

use std::ops::Range;

/// Text that is being written.
#[derive(Debug, Default)]
pub struct Output {
    pub text: String,
    /// Ranges of `text`, and what they come from.
    pub origins: Vec<(Range<usize>, Range<usize>)>,
}

impl Output {
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes `text`, which comes from `origin`.
    pub fn push_from(&mut self, text: &str, origin: &Range<usize>) {
        let start = self.text.len();
        self.push(text);
        self.mark(start, origin);
    }

    /// Writes `text` at an earlier position.
    pub fn insert(&mut self, at: usize, text: &str) {
        self.text.insert_str(at, text);
        for (range, _) in self.origins.iter_mut().rev().take_while(|(range, _)| range.start >= at) {
            *range = range.start + text.len()..range.end + text.len();
        }
    }

    /// Says that everything from `start` on comes from `origin`.
    pub fn mark(&mut self, start: usize, origin: &Range<usize>) {
        self.origins.push((start..self.text.len(), origin.clone()));
    }
}

/// What the part `span` of a text comes from: the origin of the smallest part around it.
pub fn origin(origins: &[(Range<usize>, Range<usize>)], span: &Range<usize>) -> Range<usize> {
    let around = |whole: &Range<usize>| whole.start <= span.start && span.end <= whole.end;
    let begins = |whole: &Range<usize>| whole.contains(&span.start);
    let smallest = |test: &dyn Fn(&Range<usize>) -> bool| {
        let found = origins.iter().filter(|(whole, _)| test(whole));
        found
            .min_by_key(|(whole, _)| whole.len())
            .map(|(_, origin)| origin.clone())
    };
    smallest(&around).or_else(|| smallest(&begins)).unwrap_or(0..0)
}

/// A string of LALRPOP.
pub fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out + "\""
}

/// A regular expression of LALRPOP.
pub fn raw(regex: &str) -> String {
    let mut fence = String::new();
    while regex.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    format!("r{fence}\"{regex}\"{fence}")
}

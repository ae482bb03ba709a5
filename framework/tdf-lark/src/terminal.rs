//! What the terminals of a grammar match.

use std::collections::BTreeMap;
use std::ops::Range;

use regex_automata::meta;
use regex_syntax::hir::{Class, Hir, HirKind};
use tdf_diagnostic::Diagnostic;

use crate::lazy::{Lost, shortest};
use crate::limits::{MAX_REGEX_LENGTH, MAX_TERMINAL_NESTING};
use crate::python;
use crate::regex::{Regex, class_char};
use crate::syntax::{Alternative, Atom, Definition, Item, Literal, Repeat};

/// What a terminal matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Text {
    Literal(String),
    /// In the syntax of Rust's `regex`.
    Regex(String),
}

impl Text {
    fn of(regex: &Regex) -> Self {
        match plain(regex) {
            Some(text) => Self::Literal(text),
            None => Self::Regex(regex.print()),
        }
    }

    /// Whether it matches white space and nothing else.
    pub fn is_space(&self) -> bool {
        match self {
            Self::Literal(text) => text.chars().all(char::is_whitespace),
            Self::Regex(regex) => regex_syntax::parse(regex).is_ok_and(|hir| is_space(&hir)),
        }
    }

    /// Whether it is white space, and may be a blank. Such a terminal parts tokens, which blanks do in any case.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Literal(text) => !text.is_empty() && text.chars().all(|c| c == ' ' || c == '\t'),
            Self::Regex(regex) => {
                let whole = format!("\\A(?:{regex})\\z");
                self.is_space() && meta::Regex::new(&whole).is_ok_and(|whole| whole.is_match(" "))
            }
        }
    }
}

/// How programs write a line break that is a token.
const LINE_BREAK: &str = "newline";

/// Names of terminals that are line breaks, if they match one: such as Python's, which matches comments, too.
const LINE_BREAKS: [&str; 3] = ["NEWLINE", "NL", "EOL"];

impl Text {
    /// The terminal `name` itself, or the word for line breaks if it matches one.
    pub fn or_line_break(self, name: Option<&str>) -> Self {
        let (whole, nothing) = match &self {
            Self::Literal(text) => (text == "\n" || text == "\r\n", false),
            Self::Regex(regex) => match meta::Regex::new(&format!("\\A(?:{regex})\\z")) {
                Ok(whole) => (whole.is_match("\n"), whole.is_match("")),
                Err(_) => (false, false),
            },
        };
        let named = || name.is_some_and(|name| LINE_BREAKS.contains(&name.trim_matches('_')));
        match whole && !nothing && (named() || self.is_space() && !self.is_blank()) {
            true => Self::Literal(LINE_BREAK.to_owned()),
            false => self,
        }
    }
}

fn is_space(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).is_ok_and(|text| text.trim().is_empty()),
        HirKind::Class(Class::Unicode(class)) => {
            let mut ranges = class.ranges().iter();
            ranges.all(|range| (range.start()..=range.end()).all(char::is_whitespace))
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => is_space(&repetition.sub),
        HirKind::Capture(capture) => is_space(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_space),
    }
}

/// The text of a terminal without choices.
fn plain(regex: &Regex) -> Option<String> {
    match regex {
        Regex::Char(c) => Some(c.to_string()),
        Regex::Sequence(parts) => parts.iter().map(plain).collect(),
        _ => None,
    }
}

/// Finds out what terminals match.
pub struct Terminals<'d> {
    definitions: BTreeMap<&'d str, &'d Definition>,
    /// `None` stands for a terminal that cannot be used.
    known: BTreeMap<&'d str, Option<Regex>>,
    /// The terminals that are being looked at.
    open: Vec<&'d str>,
    depth: usize,
    pub findings: Vec<Diagnostic>,
    pub warnings: Vec<Diagnostic>,
}

impl<'d> Terminals<'d> {
    pub fn new(definitions: &'d [Definition]) -> Self {
        let terminals = definitions.iter().filter(|definition| definition.name.is_terminal());
        Self {
            definitions: terminals.map(|d| (d.name.text.as_str(), d)).collect(),
            known: BTreeMap::new(),
            open: Vec::new(),
            depth: 0,
            findings: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub fn definition(&self, name: &str) -> Option<&'d Definition> {
        self.definitions.get(name).copied()
    }

    /// What the terminal `name` matches; `None` if there is none, or after a finding.
    pub fn named(&mut self, name: &str) -> Option<Text> {
        let definition = self.definition(name)?;
        let regex = self.defined(definition)?;
        Some(self.finish(regex, &definition.name.span))
    }

    /// What an expression of terminals matches.
    pub fn anonymous(&mut self, alternatives: &'d [Alternative], span: &Range<usize>) -> Option<Text> {
        let regex = self.choice(alternatives)?;
        Some(self.finish(regex, span))
    }

    /// What a part of a rule matches that is a terminal without a name.
    pub fn atom_text(&mut self, atom: &'d Atom, span: &Range<usize>) -> Option<Text> {
        let regex = self.atom(atom, span)?;
        Some(self.finish(regex, span))
    }

    fn finish(&mut self, regex: Regex, span: &Range<usize>) -> Text {
        let mut lost = Lost::default();
        let text = Text::of(&shortest(regex, &mut lost));
        let mut warn = |message: &str| self.warnings.push(Diagnostic::new(span.clone(), message));
        if lost.look_around {
            warn("`(?=`, `(?!`, `(?<=` and `(?<!` are left out: this terminal matches more than Lark's");
        }
        if lost.lazy {
            warn("a repetition such as `x*?` is made `x*`: this terminal matches the longest text");
        }
        text
    }

    fn defined(&mut self, definition: &'d Definition) -> Option<Regex> {
        let name = definition.name.text.as_str();
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        // It stays so after a finding.
        self.known.insert(name, None);
        if let Some(parameter) = definition.parameters.first() {
            let message = "terminals with parameters are not supported";
            self.findings.push(Diagnostic::new(parameter.span.clone(), message));
            return None;
        }
        if self.depth == MAX_TERMINAL_NESTING {
            let message = format!("terminals are made of terminals more than {MAX_TERMINAL_NESTING} deep");
            self.findings
                .push(Diagnostic::new(definition.name.span.clone(), message));
            return None;
        }
        self.depth += 1;
        self.open.push(name);
        let regex = self.choice(&definition.alternatives);
        self.open.pop();
        self.depth -= 1;
        self.known.insert(name, regex.clone());
        regex
    }

    fn choice(&mut self, alternatives: &'d [Alternative]) -> Option<Regex> {
        let mut parts = Vec::with_capacity(alternatives.len());
        for alternative in alternatives {
            if let Some(alias) = &alternative.alias {
                let message = "a terminal has no names for its alternatives";
                self.findings
                    .push(Diagnostic::new(alias.span.clone(), message).help("remove `->` and the name"));
                return None;
            }
            let items: Option<Vec<Regex>> = alternative.items.iter().map(|item| self.repeated(item)).collect();
            parts.push(Regex::sequence(items?));
        }
        Some(Regex::choice(parts))
    }

    fn repeated(&mut self, item: &'d Item) -> Option<Regex> {
        let regex = self.atom(&item.atom, &item.span)?;
        let repeated = match item.repeat {
            Repeat::Once => regex,
            Repeat::Optional => regex.repeat(0, Some(1), false),
            Repeat::Star => regex.repeat(0, None, false),
            Repeat::Plus => regex.repeat(1, None, false),
            Repeat::Times(least, most) => regex.repeat(least, Some(most), false),
        };
        // Terminals of terminals grow by what they hold.
        if repeated.print().len() > MAX_REGEX_LENGTH {
            let message = "this terminal is too large";
            self.findings
                .push(Diagnostic::new(item.span.clone(), message).help("make it simpler"));
            return None;
        }
        Some(repeated)
    }

    fn atom(&mut self, atom: &'d Atom, span: &Range<usize>) -> Option<Regex> {
        match atom {
            Atom::Group(inside) => self.choice(inside),
            Atom::Maybe(inside) => Some(self.choice(inside)?.repeat(0, Some(1), false)),
            Atom::Literal(literal) => Some(of_literal(literal)),
            Atom::Range(low, high) => Some(Regex::Class(format!("[{}-{}]", class_char(*low), class_char(*high)))),
            Atom::Regex(regex) => match python::parse(&regex.text, &regex.flags) {
                Ok(regex) => Some(regex),
                Err(message) => {
                    let message = format!("this regular expression cannot be used: {message}");
                    self.fault(span, message)
                }
            },
            Atom::Template(name, _) => self.fault(&name.span, "a terminal cannot use a template".to_owned()),
            Atom::Name(name) if !name.is_terminal() => {
                let message = format!("a terminal cannot use the rule `{}`", name.text);
                self.fault(&name.span, message)
            }
            Atom::Name(name) => match self.definition(&name.text) {
                None => self.fault(&name.span, format!("there is no terminal `{}`", name.text)),
                Some(definition) if self.open.contains(&definition.name.text.as_str()) => {
                    let message = format!("`{}` is made of itself", definition.name.text);
                    self.fault(&name.span, message)
                }
                Some(definition) => self.defined(definition),
            },
        }
    }

    fn fault(&mut self, span: &Range<usize>, message: String) -> Option<Regex> {
        self.findings.push(Diagnostic::new(span.clone(), message));
        None
    }
}

fn of_literal(literal: &Literal) -> Regex {
    let text = Regex::text(&literal.text);
    match literal.ignores_case && literal.text.contains(char::is_alphabetic) {
        true => Regex::Flags("i".to_owned(), Box::new(text)),
        false => text,
    }
}

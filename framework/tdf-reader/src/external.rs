//! `extern { enum Token { ... } }`: tokens that a lexer outside the file makes, and how programs write them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tdf_grammar::{Diagnostic, TerminalText};

use crate::surface::{ExternalToken, File, SymbolKind};

/// More names than this are only counted in the warning.
const MAX_LISTED: usize = 40;

/// How the tokens of an `extern` block are written.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The word `extern`.
    span: Range<usize>,
    /// Tokens by what the grammar writes in quotes.
    quoted: BTreeMap<String, Written>,
    /// Tokens by what the grammar writes without quotes.
    bare: BTreeMap<String, Written>,
    /// All terminals that are no regular expressions.
    literals: BTreeSet<String>,
    /// Tokens that the block gives as regular expressions.
    regexes: BTreeSet<String>,
    /// Of tokens that the block lists again.
    repeated: Vec<Diagnostic>,
}

/// How a token is written.
#[derive(Debug)]
struct Written {
    text: String,
    /// Whether the file does not say how it looks: a name, a token with a value, a text that no lexer could find.
    nameless: bool,
}

impl Texts {
    /// The texts of the `extern` block of `file`, if it has tokens.
    pub fn new(file: &File, rules: &BTreeSet<&str>, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        let external = file.external.as_ref()?;
        let tokens = external.tokens.as_ref()?;
        if let Some(span) = &file.matching_span {
            let message = "a file has a `match` block or tokens in an `extern` block, not both";
            findings.push(Diagnostic::new(span.clone(), message).help("remove one of the two"));
        }
        let mut this = Self {
            span: external.span.clone(),
            quoted: BTreeMap::new(),
            bare: BTreeMap::new(),
            literals: BTreeSet::new(),
            regexes: BTreeSet::new(),
            repeated: Vec::new(),
        };
        for token in tokens {
            if let SymbolKind::Nonterminal(name) = &token.symbol.kind
                && rules.contains(name.as_str())
            {
                let message = format!("`{name}` is the name of a rule too");
                findings.push(Diagnostic::new(token.symbol.span.clone(), message).help("rename one of the two"));
            }
            this.insert(token);
        }
        this.part();
        this.literals.extend(this.quoted.keys().cloned());
        this.literals.extend(this.bare.values().map(|w| w.text.clone()));
        Some(this)
    }

    fn insert(&mut self, token: &ExternalToken) {
        let is_new = match &token.symbol.kind {
            SymbolKind::Literal(text) => !self.quoted.contains_key(text),
            SymbolKind::Nonterminal(name) => !self.bare.contains_key(name),
            SymbolKind::Regex(regex) => self.regexes.insert(regex.clone()),
            _ => return,
        };
        if !is_new {
            let message = "this token is listed twice, which LALRPOP refuses";
            self.repeated
                .push(Diagnostic::new(token.symbol.span.clone(), message).help("remove one of the two"));
        }
        let (tokens, name, bare) = match &token.symbol.kind {
            SymbolKind::Literal(text) => (&mut self.quoted, text, false),
            SymbolKind::Nonterminal(name) => (&mut self.bare, name, true),
            _ => return,
        };
        let text = lexable(name);
        let nameless = bare || token.valued || text != *name;
        let written = tokens.entry(name.clone()).or_insert(Written { text, nameless });
        written.nameless |= nameless;
    }

    /// Changes the texts that would not be found again: `string` beside `"string"` is `<string>`, and `is not` beside
    /// `is`, which the longest match would prefer everywhere, is `is_not`.
    fn part(&mut self) {
        let mut texts: BTreeSet<String> = self.quoted.values().map(|w| w.text.clone()).collect();
        for written in self.quoted.values_mut() {
            let mut prefixes = written.text.match_indices(' ').map(|(i, _)| &written.text[..i]);
            if prefixes.any(|p| texts.contains(p)) {
                written.text = written.text.replace(' ', "_");
                written.nameless = true;
            }
        }
        for written in self.bare.values_mut() {
            while !texts.insert(written.text.clone()) {
                written.text = format!("<{}>", written.text);
            }
        }
    }

    /// The names that the grammar writes without quotes, and their terminals.
    pub fn names(&self) -> impl Iterator<Item = (String, TerminalText)> {
        let terminal = |(name, written): (&String, &Written)| {
            let text = TerminalText::Literal(written.text.clone());
            (name.clone(), text)
        };
        self.bare.iter().map(terminal)
    }

    /// How the literal `name` is written.
    pub fn written<'t>(&'t self, name: &'t str) -> &'t str {
        self.quoted.get(name).map_or(name, |written| &written.text)
    }

    pub fn has(&self, terminal: &TerminalText) -> bool {
        match terminal {
            TerminalText::Literal(name) => self.literals.contains(name),
            TerminalText::Regex(regex) => self.regexes.contains(regex),
        }
    }

    /// Warnings of tokens that the block lists again.
    pub fn repeated(&self) -> &[Diagnostic] {
        &self.repeated
    }

    /// One warning for all terminals of `used` whose looks the file does not tell.
    pub fn nameless(&self, used: &BTreeSet<&str>) -> Option<Diagnostic> {
        let quoted = self.quoted.iter().map(|(name, w)| (format!("{name:?}"), name, w));
        let quoted = quoted.filter(|(_, name, w)| w.nameless && used.contains(name.as_str()));
        let bare = self.bare.iter().map(|(name, w)| (name.clone(), name, w));
        let bare = bare.filter(|(_, _, w)| used.contains(w.text.as_str()));
        let shown: Vec<String> = bare
            .chain(quoted)
            .map(|(shown, name, written)| match *name == written.text {
                true => shown,
                false => format!("{shown} as {}", written.text),
            })
            .collect();
        if shown.is_empty() {
            return None;
        }
        let more = shown.len().saturating_sub(MAX_LISTED);
        let mut list = shown.get(..MAX_LISTED).unwrap_or(&shown).join(", ");
        if more > 0 {
            list += &format!(" and {more} more");
        }
        let message = "the file does not say how some tokens look: programs are written with their names";
        let help = "to give them texts, write literals and regular expressions instead of an `extern` lexer";
        Some(Diagnostic::new(self.span.clone(), message).note(list).help(help))
    }
}

/// `name` itself if a lexer can find it in a text, else with its blanks and control characters escaped.
fn lexable(name: &str) -> String {
    let inner = name.trim() == name && !name.is_empty();
    let plain = |c: char| !c.is_control() && (!c.is_whitespace() || c == ' ' && inner);
    let chars = name.chars().map(|c| match (plain(c), c.is_control()) {
        (true, _) => c.to_string(),
        (false, true) => c.escape_debug().to_string(),
        (false, false) => c.escape_unicode().to_string(),
    });
    chars.collect()
}

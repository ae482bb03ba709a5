//! Which terminals a file has, how they rank and how they are written: `match { } else { }`, `extern { enum }`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regex_automata::meta::Regex;
use tdf_grammar::{Diagnostic, TerminalText};

use crate::any_case::{any_case_words, forms};
use crate::external::Texts;
use crate::limits::MAX_RESERVED;
use crate::members::{members, sort_naturally};
use crate::skip::Skipped;
use crate::surface::{File, MatchItem, MatchTarget, SymbolKind};

/// Where a terminal stands among those that match one text, the least wins: its branch of `match`, and what it is.
pub(crate) type Rank = (usize, Form);

/// What a terminal is. LALRPOP refuses a file with two regular expressions that match one text; of these words that are read
/// in any case win, as regular expressions with one member do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Literal,
    AnyCase,
    Regex,
}

/// What the `match` block or the `extern` block says.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    /// The terminals that the grammar writes by a name.
    pub names: BTreeMap<String, TerminalText>,
    /// Those that it writes by a literal.
    literals: BTreeMap<String, TerminalText>,
    /// Terminals that are made of several, see [`Matching::join`].
    joined: BTreeMap<TerminalText, Vec<TerminalText>>,
    /// Branch in which each terminal stands; branch 0 wins over branch 1.
    branches: BTreeMap<TerminalText, (usize, Range<usize>)>,
    pub skips: Skipped,
    /// Branch of the terminals that are not listed; `None` if they are not allowed.
    catch_all: Option<usize>,
    present: bool,
    external: Option<Texts>,
    /// The regular expressions of words that are read in any case, and these words.
    any_case: BTreeMap<TerminalText, Vec<String>>,
}

impl Matching {
    pub fn new(file: &File, findings: &mut Vec<Diagnostic>) -> Self {
        let mut this = Self {
            present: file.matching_span.is_some(),
            skips: Skipped::new(file, findings),
            ..Self::default()
        };
        let rules: BTreeSet<&str> = file.rules.iter().map(|r| r.name.text.as_str()).collect();
        for (branch, items) in file.matching.iter().enumerate() {
            for item in items {
                let MatchItem::Terminal { symbol, to } = item else {
                    this.catch_all = Some(branch);
                    continue;
                };
                let terminal = match &symbol.kind {
                    SymbolKind::Literal(text) => TerminalText::Literal(text.clone()),
                    SymbolKind::Regex(text) => TerminalText::Regex(text.clone()),
                    _ => continue,
                };
                if to == &Some(MatchTarget::Skip) {
                    continue;
                }
                this.any_case(&terminal);
                let place = (branch, symbol.span.clone());
                if this.branches.insert(terminal.clone(), place).is_some() {
                    findings.push(
                        Diagnostic::new(symbol.span.clone(), "this terminal is listed twice")
                            .help("remove one of the two"),
                    );
                }
                let mut find = |message: String, help: &str| {
                    findings.push(Diagnostic::new(symbol.span.clone(), message).help(help));
                };
                let (names, name) = match to {
                    Some(MatchTarget::Name(name)) => {
                        if rules.contains(name.as_str()) {
                            find(format!("`{name}` is the name of a rule too"), "rename one of the two");
                        }
                        (&mut this.names, name)
                    }
                    Some(MatchTarget::Literal(name)) => (&mut this.literals, name),
                    Some(MatchTarget::Skip) | None => continue,
                };
                if names.insert(name.clone(), terminal).is_some() {
                    find(
                        format!("a second terminal for `{name}`"),
                        "join the two: r\"one|other\"",
                    );
                }
            }
        }
        if let Some(texts) = Texts::new(file, &rules, findings) {
            this.names.extend(texts.names());
            this.external = Some(texts);
        }
        this
    }

    /// The regular expression of a terminal that has the members of all `parts`, each with the rank of its part.
    pub fn join(&mut self, parts: Vec<TerminalText>) -> String {
        let texts: Vec<String> = parts
            .iter()
            .map(|part| match part {
                TerminalText::Literal(text) => regex_syntax::escape(text),
                // Flags hold to the end of what they stand in.
                TerminalText::Regex(regex) if regex.contains("(?") => format!("(?:{regex})"),
                TerminalText::Regex(regex) => regex.clone(),
            })
            .collect();
        let regex = texts.join("|");
        self.joined.insert(TerminalText::Regex(regex.clone()), parts);
        regex
    }

    /// The parts of a terminal that [`Matching::join`] has made.
    pub fn parts(&self, terminal: &TerminalText) -> &[TerminalText] {
        self.joined.get(terminal).map_or(&[], Vec::as_slice)
    }

    /// What the literal `text` stands for: the terminal that is mapped to it, else itself.
    pub fn literal(&self, text: &str) -> TerminalText {
        let mapped = self.literals.get(text).cloned();
        mapped.unwrap_or_else(|| TerminalText::Literal(text.to_owned()))
    }

    /// Who wins a text that several terminals match, the least: an earlier branch, then a literal.
    pub fn rank(&self, terminal: &TerminalText) -> Rank {
        let branch = if self.present { self.branch(terminal) } else { 0 };
        let form = match terminal {
            TerminalText::Literal(_) => Form::Literal,
            TerminalText::Regex(_) if self.any_case.contains_key(terminal) => Form::AnyCase,
            TerminalText::Regex(_) => Form::Regex,
        };
        (branch, form)
    }

    /// The words of `terminal` if it reads them in any case, in natural order.
    pub fn any_case(&mut self, terminal: &TerminalText) -> Option<&[String]> {
        let TerminalText::Regex(regex) = terminal else {
            return None;
        };
        if self.joined.contains_key(terminal) {
            return None;
        }
        if !self.any_case.contains_key(terminal) {
            let mut words = any_case_words(regex)?;
            sort_naturally(&mut words);
            self.any_case.insert(terminal.clone(), words);
        }
        self.any_case.get(terminal).map(Vec::as_slice)
    }

    /// The words that `terminal` reads in any case.
    pub fn words_in_any_case(&self, terminal: &TerminalText) -> &[String] {
        self.any_case.get(terminal).map_or(&[], Vec::as_slice)
    }

    /// The terminals of the block, and what is skipped.
    pub fn listed(&self) -> impl Iterator<Item = &TerminalText> {
        self.branches.keys().chain(self.skips.regexes.keys())
    }

    /// How programs write the literal `text`.
    pub fn written<'t>(&'t self, text: &'t str) -> &'t str {
        self.external.as_ref().map_or(text, |texts| texts.written(text))
    }

    /// Whether the tokens are those of an `extern` block.
    pub fn is_external(&self) -> bool {
        self.external.is_some()
    }

    /// Says which of the literals `used` programs write by their names, if any.
    pub fn nameless(&self, used: &BTreeSet<&str>) -> Option<Diagnostic> {
        self.external.as_ref().and_then(|texts| texts.nameless(used))
    }

    /// Warnings of tokens that the `extern` block lists again.
    pub fn repeated(&self) -> &[Diagnostic] {
        self.external.as_ref().map_or(&[], Texts::repeated)
    }

    /// Whether the grammar may use `terminal`.
    pub fn allows(&self, terminal: &TerminalText) -> bool {
        if let Some(texts) = &self.external {
            return texts.has(terminal) || self.joined.contains_key(terminal);
        }
        let listed = self.branches.contains_key(terminal) || self.joined.contains_key(terminal);
        !self.present || self.catch_all.is_some() || listed
    }

    /// The terminals that are listed and that `used` has not, and what is skipped.
    fn reserved(&self, used: &[(TerminalText, Vec<String>)], findings: &mut Vec<Diagnostic>) -> Reserved {
        let parts = used.iter().filter_map(|(t, _)| self.joined.get(t)).flatten();
        let used: BTreeSet<&TerminalText> = used.iter().map(|(t, _)| t).chain(parts).collect();
        let mut reserved = Reserved::default();
        for skip in self.skips.regexes.keys().take(MAX_RESERVED) {
            if let TerminalText::Regex(regex) = skip {
                reserved
                    .regexes
                    .extend(whole(regex).map(|regex| (self.rank(skip), regex)));
            }
        }
        for (terminal, (_, span)) in self.branches.iter().filter(|(t, _)| !used.contains(t)) {
            let fault = match terminal {
                TerminalText::Literal(text) => {
                    reserved.texts.insert(text.clone(), self.rank(terminal));
                    continue;
                }
                TerminalText::Regex(_) if self.any_case.contains_key(terminal) => {
                    let words = self.any_case[terminal].iter().map(|word| word.to_ascii_lowercase());
                    reserved.words.extend(words.map(|word| (word, self.rank(terminal))));
                    continue;
                }
                TerminalText::Regex(_) if reserved.regexes.len() == MAX_RESERVED => {
                    format!("more than {MAX_RESERVED} regular expressions of this block stand in no rule")
                }
                TerminalText::Regex(regex) => match whole(regex) {
                    Some(regex) => {
                        reserved.regexes.push((self.rank(terminal), regex));
                        continue;
                    }
                    None => "not a regular expression, or too large a one".to_owned(),
                },
            };
            findings.push(Diagnostic::new(span.clone(), fault).help("no rule uses it: remove it"));
            break;
        }
        reserved
    }

    fn branch(&self, terminal: &TerminalText) -> usize {
        if let Some(parts) = self.joined.get(terminal) {
            return parts.iter().map(|p| self.branch(p)).min().unwrap_or(usize::MAX);
        }
        let listed = self.branches.get(terminal).map(|(branch, _)| branch);
        let listed = listed.or(self.skips.regexes.get(terminal)).copied();
        listed.or(self.catch_all).unwrap_or(usize::MAX)
    }

    /// Takes from each terminal the members that another one wins: one of an earlier branch, or a literal. Members of
    /// regular expressions of one branch are shared: the parser knows from the context which terminal is meant.
    pub fn take_by_priority(&self, terminals: &mut [(TerminalText, Vec<String>)], findings: &mut Vec<Diagnostic>) {
        let reserved = self.reserved(terminals, findings);
        // Of a joined terminal each part has its own rank.
        let mut claims: Vec<(Rank, usize, Vec<String>)> = Vec::new();
        for (i, (terminal, all)) in terminals.iter().enumerate() {
            match self.joined.get(terminal) {
                None => claims.push((self.rank(terminal), i, all.clone())),
                Some(parts) => claims.extend(parts.iter().map(|part| {
                    let members = match part {
                        TerminalText::Literal(text) => vec![text.clone()],
                        TerminalText::Regex(regex) => members(regex).unwrap_or_default(),
                    };
                    (self.rank(part), i, members)
                })),
            }
        }
        claims.sort_by_key(|(rank, ..)| *rank);
        let skips = self.skips.automata();
        let mut kept: Vec<BTreeSet<String>> = vec![BTreeSet::new(); terminals.len()];
        let mut taken: BTreeSet<String> = BTreeSet::new();
        // In small letters: words that are taken in any case.
        let mut words: BTreeSet<String> = BTreeSet::new();
        for group in claims.chunk_by(|a, b| a.0 == b.0) {
            for (rank, i, members) in group {
                // What begins a comment is read as one.
                let free = |m: &String| {
                    let word = !words.is_empty() && words.contains(&m.to_ascii_lowercase());
                    !word && !taken.contains(m) && !reserved.takes(m, *rank) && !skips.go_on(m, " ")
                };
                if rank.1 == Form::AnyCase {
                    // It is written in a form that no other terminal has.
                    let written = members.iter().filter_map(|word| forms(word).find(&free));
                    terminals[*i].1 = written.collect();
                    kept[*i].extend(terminals[*i].1.iter().cloned());
                } else {
                    kept[*i].extend(members.iter().filter(|m| free(m)).cloned());
                }
            }
            for (rank, i, members) in group {
                taken.extend(kept[*i].iter().cloned());
                if rank.1 == Form::AnyCase {
                    words.extend(members.iter().map(|word| word.to_ascii_lowercase()));
                }
            }
        }
        for ((_, members), kept) in terminals.iter_mut().zip(kept) {
            members.retain(|m| kept.contains(m));
        }
    }
}

/// Terminals that are listed and stand in no rule, and their ranks. In a program they stand nowhere, but what they
/// match is taken from those that come later, as a language takes its reserved words from its names.
#[derive(Default)]
struct Reserved {
    texts: BTreeMap<String, Rank>,
    /// In small letters: words that are reserved in any case.
    words: BTreeMap<String, Rank>,
    regexes: Vec<(Rank, Regex)>,
}

impl Reserved {
    /// Whether one of them takes `member` from a terminal of this rank.
    fn takes(&self, member: &str, rank: Rank) -> bool {
        self.texts.get(member).is_some_and(|r| *r < rank)
            || !self.words.is_empty() && self.words.get(&member.to_ascii_lowercase()).is_some_and(|r| *r < rank)
            || self
                .regexes
                .iter()
                .any(|(r, regex)| *r < rank && regex.is_match(member))
    }
}

/// A regular expression for the texts that `regex` matches as a whole.
fn whole(regex: &str) -> Option<Regex> {
    // The line break ends a comment, where the expression allows them.
    Regex::new(regex).ok()?;
    let bound = |open: &str| Regex::new(&format!("\\A(?:{regex}{open})\\z")).ok();
    bound("").or_else(|| bound("\n"))
}

//! Conflicts of the LR(1) automaton, told by an example.

mod context;
mod finder;
mod part;
mod path;
mod reading;
mod search;
mod shortest;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashSet;

use crate::automaton::{Automaton, Conflict, Other};
use crate::{Diagnostic, Grammar, LrProduction, Symbol, TokenKind};

use context::Context;
use path::{Path, Texts};
use reading::{Reading, contrast, token};
use search::Ambiguity;

/// Conflicts for which an example is looked for, and those that are shown.
const MAX_CONFLICTS: usize = 20;
const MAX_SHOWN: usize = 5;

/// Places that the searches for ways to conflicts may look at, all together.
const MAX_PLACES: usize = 2_000_000;

/// Pairs of runs that the searches for two readings may look at, all together; and those for conflicts that inlining may
/// solve, which come up in good grammars.
const MAX_PAIRS: usize = 100_000;
const MAX_PASSING_PAIRS: usize = 20_000;

/// What is left of these.
struct Budget {
    places: usize,
    pairs: usize,
}

/// Words of an example that are shown before the place of a conflict.
const MAX_WORDS: usize = 30;

/// One finding for each of the conflicts in `lasting`, and for those in `passing` that come of an ambiguity; as far as
/// they are not too many. A conflict is given by the places where it is.
pub(crate) fn report(
    grammar: &Grammar,
    automaton: &Automaton,
    lasting: &[Vec<Conflict>],
    passing: &[Vec<Conflict>],
) -> Vec<Diagnostic> {
    if lasting.is_empty() && passing.is_empty() {
        return Vec::new();
    }
    let context = Context::new(grammar, automaton);
    let mut budget = Budget {
        places: MAX_PLACES,
        pairs: MAX_PASSING_PAIRS,
    };
    let mut findings: Vec<Diagnostic> = Vec::new();
    for places in passing.iter().take(MAX_CONFLICTS) {
        findings.extend(context.explain(places, true, &mut budget));
    }
    budget.pairs = MAX_PAIRS;
    let mut words = FxHashSet::default();
    let mut count = findings.len();
    for places in lasting {
        // One for all lengths of a word.
        let rule = context.production(places[0].reduce);
        if context.is_suffix(rule) && !words.insert(context.terminal(rule)) {
            continue;
        }
        count += 1;
        if count <= MAX_CONFLICTS {
            findings.extend(context.explain(places, false, &mut budget));
        }
    }
    if let (true, Some(places)) = (findings.is_empty(), lasting.first()) {
        // All of them are too far from where programs begin.
        findings.push(context.explain_without_text(places[0]));
    }
    // What is wrong in one place shows in many: the shortest texts tell it best.
    findings.sort_by_key(|f| f.message.len());
    findings.truncate(MAX_SHOWN);
    findings.sort_by_key(|f| f.span.start);
    let more = count.saturating_sub(findings.len());
    if let Some(last) = findings.last_mut().filter(|_| count > MAX_SHOWN) {
        last.notes
            .push(format!("and {more} more conflicts, which may be gone once these are"));
    }
    findings
}

impl Context<'_> {
    /// A conflict by a text that leads to it. Where three actions meet, two of them may meet without the third only where
    /// no text leads to: then the others tell all.
    fn explain(&self, places: &[Conflict], only_ambiguous: bool, budget: &mut Budget) -> Option<Diagnostic> {
        let mut found = places
            .iter()
            .filter_map(|c| Some((*c, Path::find(self, *c, &mut budget.places)?)));
        let (conflict, path) = found.next()?;
        let actions = self.actions(conflict, Some(&path));
        match search::ambiguity(self, conflict, &path, &mut budget.pairs) {
            Some(found) => Some(self.two_readings(&found, conflict, actions)),
            None if only_ambiguous => None,
            None => Some(self.two_texts(&path.texts(self, conflict), conflict, actions)),
        }
    }

    fn explain_without_text(&self, conflict: Conflict) -> Diagnostic {
        let way = self.way_to(conflict.state);
        let symbols: Vec<Symbol> = way.iter().filter_map(|s| self.entered(*s)).collect();
        let [one, other] = self.actions(conflict, None);
        self.finding(conflict, self.undecided(&self.words(&symbols), conflict), false)
            .note(format!("either {one}"))
            .note(format!("or {other}"))
    }

    /// A finding at the alternative that may be complete.
    fn finding(&self, conflict: Conflict, message: String, ambiguous: bool) -> Diagnostic {
        let reduced = self.production(conflict.reduce);
        let alternative = reduced.nodes().next().map(|p| self.grammar.alternative_of(p));
        let span = alternative.map_or(0..0, |a| a.offset..a.offset + a.length);
        let reduced = match reduced {
            p if self.is_suffix(p) => Reduced::Word,
            p if p.symbols.is_empty() => Reduced::Nothing,
            _ => Reduced::Something,
        };
        Diagnostic::new(span, message).help(advice(conflict, &reduced, ambiguous))
    }

    fn two_readings(&self, found: &Ambiguity, conflict: Conflict, [one, other]: [String; 2]) -> Diagnostic {
        let [a, b] = found.roots.map(|root| Reading::new(self, &found.parts, root));
        let (first, second) = contrast(self.grammar, &a, &b);
        let message = match a.text() {
            empty if empty.is_empty() => {
                format!("ambiguous: no token at all can be read as `{first}` or as `{second}`")
            }
            text => format!("ambiguous: `{text}` can be read as `{first}` or as `{second}`"),
        };
        let place = self.place(&a.beginning(a.word(found.place)), conflict);
        let finding = self.finding(conflict, message, true);
        match one == other {
            true => finding.note(format!("{place}, in two ways {one}")),
            false => finding
                .note(format!("{place}, either {one}"))
                .note(format!("or {other}")),
        }
    }

    fn two_texts(&self, texts: &Texts, conflict: Conflict, actions: [String; 2]) -> Diagnostic {
        let readings = texts.roots.map(|root| Reading::new(self, &texts.parts, root));
        let before = readings[0].beginning(readings[0].word(texts.place));
        let mut finding = self.finding(conflict, self.undecided(&before, conflict), false);
        for (run, action) in actions.iter().enumerate() {
            let reading = &readings[run];
            let span = reading.span_of(texts.items[run]).filter(|s| !s.is_empty());
            let text = reading.bracketed(&span.map(|s| (s.start, s.end)).into_iter().collect());
            let word = ["either", "or"][run];
            finding = finding.note(format!("{word} {action}, as in `{text}`"));
        }
        finding
    }

    fn undecided(&self, before: &str, conflict: Conflict) -> String {
        let place = self.place(before, conflict);
        format!("not LR(1): {place}, it depends on what comes later how to go on")
    }

    fn place(&self, before: &str, conflict: Conflict) -> String {
        let next = match self.grammar.token_classes.get(conflict.column as usize) {
            Some(_) => match token(self.grammar, conflict.column) {
                token if token.kind == TokenKind::Word => format!("`{}`", token.text),
                token if token.kind == TokenKind::Character => format!("the character `{}`", token.text),
                _ => "the end of the word".to_owned(),
            },
            None => "the end".to_owned(),
        };
        if before.is_empty() {
            format!("at the start, before {next}")
        } else {
            format!("after `{before}` and before {next}")
        }
    }

    /// What the parser could do.
    fn actions(&self, conflict: Conflict, path: Option<&Path>) -> [String; 2] {
        let complete = |p: u32| match self.production(p) {
            p if self.is_suffix(p) => format!("this is complete: {}", self.terminal(p)),
            p if p.symbols.is_empty() => format!("this is left out: {}", self.shown(p, None)),
            p => format!("this is complete: {}", self.shown(p, None)),
        };
        let other = match conflict.other {
            Other::Reduce(p) => complete(p),
            Other::Accept => "the whole program is complete".to_owned(),
            Other::Shift => {
                let next = || {
                    Some(
                        self.automaton
                            .kernel(self.automaton.next(conflict.state, conflict.column)?)[0]
                            - 1,
                    )
                };
                let item = path.map(|path| path.shifted(self)).or_else(next);
                let item = item.and_then(|item| self.automaton.items.production(item));
                let shown = item.map(|(p, dot)| self.shown(self.production(p), Some(dot as usize)));
                format!("this goes on at the dot: {}", shown.unwrap_or_default())
            }
        };
        [complete(conflict.reduce), other]
    }

    /// `Expr = Expr "+" . Expr`
    fn shown(&self, production: &LrProduction, dot: Option<usize>) -> String {
        let grammar = self.grammar;
        let mut words = vec![
            grammar.nonterminals[production.nonterminal.index()].name.clone(),
            "=".to_owned(),
        ];
        for i in 0..=production.symbols.len() {
            if dot == Some(i) {
                words.push(".".to_owned());
            }
            match production.symbols.get(i) {
                Some(Symbol::Nonterminal(n)) => words.push(grammar.nonterminals[n.index()].name.clone()),
                Some(Symbol::TokenClass(k)) => {
                    let more = if grammar.token_classes[k.index()].tokens.len() > 1 {
                        "..."
                    } else {
                        ""
                    };
                    words.push(format!("{:?}{more}", token(grammar, k.0).text));
                }
                None if production.symbols.is_empty() => words.push("(nothing)".to_owned()),
                None => {}
            }
        }
        words.join(" ")
    }

    /// The last words of a text of `symbols`.
    fn words(&self, symbols: &[Symbol]) -> String {
        let mut words: Vec<&str> = Vec::new();
        for &symbol in symbols.iter().rev().take(MAX_WORDS) {
            match symbol {
                Symbol::Nonterminal(n) if self.shortest.length(symbol) > MAX_WORDS as u64 => {
                    words.push(&self.grammar.nonterminals[n.index()].name);
                }
                _ => {
                    let mut token_classes = Vec::new();
                    self.shortest
                        .write(&self.automaton.productions, symbol, &mut token_classes);
                    words.extend(
                        token_classes
                            .iter()
                            .rev()
                            .map(|k| token(self.grammar, *k).text.as_str()),
                    );
                }
            }
        }
        if words.len() > MAX_WORDS {
            words.truncate(MAX_WORDS);
            words.push("...");
        }
        words.reverse();
        words.join(" ")
    }
}

fn advice(conflict: Conflict, reduced: &Reduced, ambiguous: bool) -> &'static str {
    match (conflict.other, reduced) {
        (_, Reduced::Word) => "let a keyword before the word tell the two apart, or let no word be both",
        (_, Reduced::Nothing) => {
            "let what may be left out begin with a token of its own, or say the common part in one rule only"
        }
        (Other::Reduce(_), _) => "say the common part in one rule only, or let a keyword tell the two apart",
        (Other::Accept, _) => "remove the alternative that leads back to itself",
        (Other::Shift, _) if ambiguous => {
            "put brackets or a keyword around one of the two, or use #[precedence] and #[assoc] if they are operators"
        }
        (Other::Shift, _) => {
            "one token has to be enough to decide: end the first with a token of its own, such as \";\", or begin what \
             follows with one"
        }
    }
}

/// What a conflict may complete.
enum Reduced {
    Word,
    Nothing,
    Something,
}

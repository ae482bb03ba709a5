//! From surface syntax to a draft: rules, alternatives, names, labels, fields, macros.

mod hidden;
mod numbers;
mod symbols;
mod terminal;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use regex_automata::meta::Regex;
use tdf_grammar::{Diagnostic, Field, Label, NonterminalKind, TerminalText};

use crate::draft::{Draft, DraftAlternative, DraftNonterminal, DraftSymbol};
use crate::label::{label, label_of_words, untyped_symbols};
use crate::limits::MAX_FINDINGS;
use crate::matching::Matching;
use crate::surface::{Alternative, Condition, External, File, Rule, Symbol};

/// Lowers `file`; what is wrong with it goes to `findings`.
pub(crate) fn lower(file: File, findings: &mut Vec<Diagnostic>) -> Draft {
    let matching = Matching::new(&file, findings);
    let rules = super::precedence::expand(file.rules, findings);
    let mut lowering = Lowering {
        draft: Draft::default(),
        left_out: file.left_out,
        untyped: BTreeSet::new(),
        rules: BTreeMap::new(),
        macros: BTreeMap::new(),
        instances: BTreeMap::new(),
        open: VecDeque::new(),
        hidden: BTreeMap::new(),
        terminals: BTreeMap::new(),
        members: 0,
        matching,
        findings,
    };
    for rule in &rules {
        lowering.declare(rule);
    }
    if let Some(External { span, tokens: Some(_) }) = &file.external {
        let message = "`extern` describes a lexer outside this file, whose tokens cannot be generated from it";
        let help = "write the terminals as literals and regular expressions";
        lowering.untyped(Diagnostic::new(span.clone(), message).help(help));
    }
    // Instances of macros come up on the way and join the queue.
    while let Some(Open { rule, arguments, index }) = lowering.open.pop_front() {
        if lowering.findings.len() > MAX_FINDINGS {
            break;
        }
        let alternatives = lowering.alternatives(rule, index, &arguments);
        lowering.draft.nonterminals[index].alternatives = alternatives;
    }
    lowering.finish()
}

/// What a symbol of the file comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lowered {
    Symbol(DraftSymbol),
    /// `()` and `@L`: it reads nothing.
    Nothing,
    /// `!`: no program has it.
    Never,
}

/// Stands for a symbol that the file does not explain, which has been reported.
const MISSING: Lowered = Lowered::Symbol(DraftSymbol::Nonterminal(0));

/// What a macro's parameter stands for.
#[derive(Clone, Debug)]
struct Argument {
    symbol: Lowered,
    /// Its text, if it is a literal: conditions look at it.
    literal: Option<String>,
}

type Arguments = BTreeMap<String, Argument>;

/// A nonterminal whose alternatives are still to be lowered.
struct Open<'r> {
    rule: &'r Rule,
    arguments: Arguments,
    index: usize,
}

struct Lowering<'r, 'f> {
    draft: Draft,
    rules: BTreeMap<String, usize>,
    macros: BTreeMap<String, &'r Rule>,
    /// Rules that `#[cfg]` has left out.
    left_out: BTreeSet<String>,
    /// Place and text of what has been said in `draft.untyped`: instances of a macro share their places.
    untyped: BTreeSet<(usize, String)>,
    instances: BTreeMap<(String, Vec<Lowered>), usize>,
    open: VecDeque<Open<'r>>,
    hidden: BTreeMap<(u8, Vec<DraftSymbol>), usize>,
    terminals: BTreeMap<TerminalText, usize>,
    members: usize,
    matching: Matching,
    findings: &'f mut Vec<Diagnostic>,
}

impl<'r> Lowering<'r, '_> {
    fn find(&mut self, finding: Diagnostic) {
        if self.findings.len() <= MAX_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// Notes what keeps a typed syntax tree from being made.
    fn untyped(&mut self, finding: Diagnostic) {
        if self.untyped.insert((finding.span.start, finding.message.clone())) {
            self.draft.untyped.push(finding);
        }
    }

    fn declare(&mut self, rule: &'r Rule) {
        let name = &rule.name.text;
        if self.rules.contains_key(name) || self.macros.contains_key(name) {
            self.find(
                Diagnostic::new(rule.name.span.clone(), format!("a second rule called `{name}`"))
                    .help("join the two, with their alternatives in `{ }`"),
            );
        }
        let attributes = rule
            .attributes
            .iter()
            .chain(rule.alternatives.iter().flat_map(|a| &a.attributes));
        for attribute in attributes {
            let span = attribute.name.span.clone();
            match attribute.name.text.as_str() {
                // A rule that LALRPOP would inline into its users keeps its node in the tree.
                "inline" => {}
                "precedence" | "assoc" => self.find(
                    Diagnostic::new(
                        span,
                        "levels belong to the alternatives of a rule, not to the rule itself",
                    )
                    .help("put the attribute before an alternative"),
                ),
                other => self.find(
                    Diagnostic::new(span, format!("unknown attribute `{other}`"))
                        .help("known are inline, cfg, precedence and assoc"),
                ),
            }
        }
        if !rule.parameters.is_empty() {
            if rule.public {
                self.find(Diagnostic::new(rule.name.span.clone(), "a macro cannot be public").help("remove `pub`"));
            }
            self.macros.insert(name.clone(), rule);
            return;
        }
        let index = self.draft.nonterminals.len();
        self.rules.insert(name.clone(), index);
        self.draft.nonterminals.push(DraftNonterminal {
            name: name.clone(),
            doc: rule.doc.clone(),
            public: rule.public,
            kind: NonterminalKind::Rule,
            inline: is_inline(rule),
            left_out: false,
            alternatives: Vec::new(),
            span: rule.name.span.clone(),
        });
        self.open.push_back(Open {
            rule,
            arguments: Arguments::new(),
            index,
        });
    }

    fn alternatives(&mut self, rule: &'r Rule, index: usize, arguments: &Arguments) -> Vec<DraftAlternative> {
        let mut kept: Vec<&Alternative> = Vec::new();
        let before = self.findings.len();
        for alternative in &rule.alternatives {
            match alternative.condition.as_ref().map_or(Ok(true), |c| holds(c, arguments)) {
                Ok(true) => kept.push(alternative),
                Ok(false) => {}
                Err(d) => self.find(d),
            }
        }
        if kept.is_empty() && self.findings.len() == before {
            let message = format!("`{}` has no alternatives", rule.name.text);
            let mut finding = Diagnostic::new(rule.name.span.clone(), message);
            if !rule.alternatives.is_empty() {
                finding = finding.help("its conditions leave none for the arguments of one of its uses");
            }
            self.draft.empty.push((index, finding));
        }
        let numbers = self.numbers(rule, &kept);
        if let Some(numbers) = &numbers {
            kept = vec![numbers];
        }
        let lowered = kept.into_iter().map(|a| (a, self.symbols(&a.symbols, arguments)));
        let (lowered, never): (Vec<_>, Vec<_>) = lowered.partition(|(_, symbols)| symbols.is_some());
        for (alternative, _) in &never {
            let message = "`!` stands for text that is not in the language: this alternative is left out";
            self.draft
                .warnings
                .push(Diagnostic::new(alternative.span.clone(), message));
        }
        if !never.is_empty() {
            self.draft.recovering.push(index);
        }
        // The levels of a rule are one type, so that none of them names what it holds alone.
        let only = lowered.len() == 1 && !rule.level;
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut alternatives = Vec::with_capacity(lowered.len());
        for (alternative, symbols) in lowered {
            let label = match label(alternative, &rule.name.text, only) {
                Ok(label) => label,
                Err(d) => {
                    self.untyped(d);
                    let symbols = symbols.unwrap_or_default();
                    alternatives.push(self.alternative(alternative, label_of_words(alternative), symbols));
                    continue;
                }
            };
            if let Label::Variant(name) = &label
                && !names.insert(name.clone())
            {
                let message = format!("a second alternative of `{}` is called `{name}`", rule.name.text);
                let help = "give each its own label, such as `=> Name { <> }`";
                self.untyped(Diagnostic::new(alternative.span.clone(), message).help(help));
            }
            alternatives.push(self.alternative(alternative, label, symbols.unwrap_or_default()));
        }
        alternatives
    }

    /// The symbols that read something, with what they come to; `None` if no program has them.
    fn symbols<'s>(&mut self, symbols: &'s [Symbol], arguments: &Arguments) -> Option<Vec<(&'s Symbol, DraftSymbol)>> {
        let mut kept = Vec::with_capacity(symbols.len());
        let mut possible = true;
        for symbol in symbols {
            match self.symbol(&symbol.kind, &symbol.span, arguments) {
                Lowered::Symbol(lowered) => kept.push((symbol, lowered)),
                Lowered::Nothing => {}
                Lowered::Never => possible = false,
            }
        }
        possible.then_some(kept)
    }

    fn alternative(
        &mut self,
        alternative: &Alternative,
        label: Label,
        written: Vec<(&Symbol, DraftSymbol)>,
    ) -> DraftAlternative {
        let mut fields: Vec<Field> = Vec::new();
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut symbols = Vec::new();
        let mut oddities = Vec::new();
        untyped_symbols(&alternative.symbols, &mut oddities);
        let single = written.len() == 1;
        let mut leaf = false;
        for (symbol, mut lowered) in written {
            if let DraftSymbol::Terminal(t) = lowered
                && self.draft.terminals[t].has_choice
            {
                if single {
                    leaf = true;
                } else {
                    lowered = self.lexeme(t);
                }
            }
            let mut name = symbol.name.as_ref();
            if let Some(twice) = name.filter(|n| !names.insert(&n.text)) {
                let message = format!("a second symbol called `{}`", twice.text);
                let help = "the fields of a node need distinct names";
                oddities.push(Diagnostic::new(twice.span.clone(), message).help(help));
                name = None;
            }
            if leaf || symbol.name.is_some() || matches!(lowered, DraftSymbol::Nonterminal(_)) {
                fields.push(Field {
                    name: name.map(|n| n.text.clone()),
                    position: symbols.len() as u32,
                });
            }
            symbols.push(lowered);
        }
        for oddity in oddities {
            self.untyped(oddity);
        }
        DraftAlternative {
            doc: alternative.doc.clone(),
            label,
            fields,
            symbols,
            leaf,
            span: alternative.span.clone(),
        }
    }
}

fn is_inline(rule: &Rule) -> bool {
    rule.attributes.iter().any(|a| a.name.text == "inline")
}

/// Whether a condition of a macro's alternative holds for the arguments.
fn holds(condition: &Condition, arguments: &Arguments) -> Result<bool, Diagnostic> {
    let span = condition.parameter.span.clone();
    let literal = arguments.get(&condition.parameter.text).map(|a| a.literal.as_deref());
    let Some(literal) = literal else {
        return Err(Diagnostic::new(
            span,
            format!("`{}` is not a parameter of this macro", condition.parameter.text),
        ));
    };
    let Some(literal) = literal else {
        return Err(
            Diagnostic::new(span, "conditions compare literals, and this argument is none")
                .help("give the macro a literal, such as `Name<\"text\">`"),
        );
    };
    let matched = || {
        let regex = Regex::new(&condition.text);
        regex
            .map(|r| r.is_match(literal))
            .map_err(|_| Diagnostic::new(span.clone(), "the condition is not a regular expression"))
    };
    match condition.operator {
        "==" => Ok(literal == condition.text),
        "!=" => Ok(literal != condition.text),
        "~~" => matched(),
        _ => matched().map(|m| !m),
    }
}

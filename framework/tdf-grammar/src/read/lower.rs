//! From surface syntax to a draft: names, labels, fields, terminals, repetitions, groups.

use std::collections::BTreeMap;
use std::ops::Range;

use super::draft::{Draft, DraftAlternative, DraftNonterminal, DraftSymbol, DraftTerminal};
use super::label::label;
use super::members::{MAX_MEMBERS, NoMembers, members};
use super::surface::{Alternative, File, Repeat, Rule, Symbol, SymbolKind};
use crate::{Diagnostic, Field, Label, NonterminalSort, TerminalText};

/// Lowers `file`; what is wrong with it goes to `findings`.
pub(super) fn lower(file: &File, findings: &mut Vec<Diagnostic>) -> Draft {
    let mut lowering = Lowering {
        draft: Draft::default(),
        rules: BTreeMap::new(),
        hidden: BTreeMap::new(),
        terminals: BTreeMap::new(),
        findings,
    };
    if let Some(span) = &file.matching_span {
        lowering
            .findings
            .push(Diagnostic::error(span.clone(), "`match` blocks are not supported yet"));
    }
    for rule in &file.rules {
        lowering.declare(rule);
    }
    let rules: Vec<(&Rule, usize)> = file.rules.iter().zip(0..).collect();
    for (rule, index) in rules {
        let alternatives = lowering.alternatives(rule);
        lowering.draft.nonterminals[index].alternatives = alternatives;
    }
    lowering.draft
}

struct Lowering<'f> {
    draft: Draft,
    rules: BTreeMap<String, usize>,
    hidden: BTreeMap<(u8, Vec<DraftSymbol>), usize>,
    terminals: BTreeMap<(bool, String), usize>,
    findings: &'f mut Vec<Diagnostic>,
}

impl Lowering<'_> {
    fn declare(&mut self, rule: &Rule) {
        let index = self.draft.nonterminals.len();
        if self.rules.insert(rule.name.text.clone(), index).is_some() {
            let message = format!("a second rule called `{}`", rule.name.text);
            self.findings.push(
                Diagnostic::error(rule.name.span.clone(), message)
                    .help("join the two, with their alternatives in `{ }`"),
            );
        }
        for attribute in &rule.attributes {
            self.findings.push(Diagnostic::error(
                attribute.name.span.clone(),
                format!("the attribute `{}` is not supported yet", attribute.name.text),
            ));
        }
        if let Some(parameter) = rule.parameters.first() {
            self.findings.push(Diagnostic::error(
                parameter.span.clone(),
                "macros are not supported yet",
            ));
        }
        self.draft.nonterminals.push(DraftNonterminal {
            name: rule.name.text.clone(),
            doc: rule.doc.clone(),
            public: rule.public,
            sort: NonterminalSort::Rule,
            alternatives: Vec::new(),
            span: rule.name.span.clone(),
        });
    }

    fn alternatives(&mut self, rule: &Rule) -> Vec<DraftAlternative> {
        let only = rule.alternatives.len() == 1;
        let mut lowered: Vec<DraftAlternative> = Vec::new();
        for alternative in &rule.alternatives {
            let label = match label(alternative, &rule.name.text, only) {
                Ok(label) => label,
                Err(d) => {
                    self.findings.push(d);
                    Label::Transparent
                }
            };
            if let Label::Variant(name) = &label
                && lowered.iter().any(|other| other.label == label)
            {
                let message = format!("a second alternative of `{}` is called `{name}`", rule.name.text);
                let help = "give each its own label, such as `=> Name { <> }`";
                self.findings
                    .push(Diagnostic::error(alternative.span.clone(), message).help(help));
            }
            let alternative = self.alternative(alternative, label);
            lowered.push(alternative);
        }
        if rule.alternatives.is_empty() {
            let message = format!("`{}` has no alternatives", rule.name.text);
            self.findings.push(Diagnostic::error(rule.name.span.clone(), message));
        }
        lowered
    }

    fn alternative(&mut self, alternative: &Alternative, label: Label) -> DraftAlternative {
        let mut fields = Vec::new();
        let mut symbols = Vec::new();
        let written: Vec<&Symbol> = alternative
            .symbols
            .iter()
            .filter(|s| !matches!(&s.kind, SymbolKind::Group(g) if g.is_empty()))
            .collect();
        let single = written.len() == 1;
        let mut leaf = false;
        for symbol in written {
            let mut lowered = self.symbol(&symbol.kind, &symbol.span);
            if let DraftSymbol::Terminal(t) = lowered
                && self.draft.terminals[t].members.len() > 1
            {
                if single {
                    leaf = true;
                } else {
                    lowered = self.lexeme(t);
                }
            }
            if leaf || symbol.name.is_some() || matches!(lowered, DraftSymbol::Nonterminal(_)) {
                let name = symbol.name.as_ref().map(|n| n.text.clone());
                if let Some(name) = &symbol.name
                    && fields.iter().any(|f: &Field| f.name.as_ref() == Some(&name.text))
                {
                    let message = format!("a second symbol called `{}`", name.text);
                    self.findings.push(Diagnostic::error(name.span.clone(), message));
                }
                fields.push(Field {
                    name,
                    position: symbols.len() as u32,
                });
            }
            symbols.push(lowered);
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

    fn symbol(&mut self, kind: &SymbolKind, span: &Range<usize>) -> DraftSymbol {
        match kind {
            SymbolKind::Literal(text) => DraftSymbol::Terminal(self.terminal(false, text, span)),
            SymbolKind::Regex(text) => DraftSymbol::Terminal(self.terminal(true, text, span)),
            SymbolKind::Nonterminal(name) => match self.rules.get(name) {
                Some(&index) => DraftSymbol::Nonterminal(index),
                None => {
                    self.undefined(name, span);
                    DraftSymbol::Nonterminal(0)
                }
            },
            SymbolKind::Macro(_, _) => {
                self.findings
                    .push(Diagnostic::error(span.clone(), "macros are not supported yet"));
                DraftSymbol::Nonterminal(0)
            }
            SymbolKind::Group(symbols) => match &symbols[..] {
                [one] => self.symbol(&one.kind, &one.span),
                _ => self.group(symbols, span),
            },
            SymbolKind::Repeat(symbol, repeat) => {
                let element = self.symbol(&symbol.kind, &symbol.span);
                let element = self.element(element);
                self.repeat(element, *repeat, span)
            }
        }
    }

    fn undefined(&mut self, name: &str, span: &Range<usize>) {
        let mut d = Diagnostic::error(span.clone(), format!("there is no rule called `{name}`"));
        if let Some(near) = nearest(name, self.rules.keys()) {
            d = d.help(format!("did you mean `{near}`?"));
        }
        self.findings.push(d);
    }

    fn terminal(&mut self, regex: bool, text: &str, span: &Range<usize>) -> usize {
        if let Some(&index) = self.terminals.get(&(regex, text.to_owned())) {
            return index;
        }
        let members = if regex {
            members(text).map_err(|e| no_members(text, span, e))
        } else {
            Ok(vec![text.to_owned()])
        };
        let members = members.unwrap_or_else(|d| {
            self.findings.push(d);
            Vec::new()
        });
        let index = self.draft.terminals.len();
        let text = text.to_owned();
        self.terminals.insert((regex, text.clone()), index);
        let text = if regex {
            TerminalText::Regex(text)
        } else {
            TerminalText::Literal(text)
        };
        self.draft.terminals.push(DraftTerminal {
            text,
            members,
            span: span.clone(),
        });
        index
    }

    /// The hidden nonterminal for a terminal with several members.
    fn lexeme(&mut self, terminal: usize) -> DraftSymbol {
        let name = match &self.draft.terminals[terminal].text {
            TerminalText::Literal(text) => format!("{text:?}"),
            TerminalText::Regex(text) => format!("r\"{text}\""),
        };
        let span = self.draft.terminals[terminal].span.clone();
        self.hidden(
            NonterminalSort::Lexeme,
            vec![DraftSymbol::Terminal(terminal)],
            name,
            &span,
            |this, symbol| {
                let mut alternative = this.plain("Lexeme", symbol, &span);
                alternative.leaf = true;
                alternative.fields = vec![Field {
                    name: None,
                    position: 0,
                }];
                vec![alternative]
            },
        )
    }

    /// A symbol as it stands inside a repetition or group: choices of a token are nodes.
    fn element(&mut self, symbol: DraftSymbol) -> DraftSymbol {
        match symbol {
            DraftSymbol::Terminal(t) if self.draft.terminals[t].members.len() > 1 => self.lexeme(t),
            other => other,
        }
    }

    fn plain(&self, label: &str, symbols: &[DraftSymbol], span: &Range<usize>) -> DraftAlternative {
        let nonterminals = symbols
            .iter()
            .zip(0..)
            .filter(|(s, _)| matches!(s, DraftSymbol::Nonterminal(_)));
        DraftAlternative {
            doc: None,
            label: Label::Variant(label.to_owned()),
            fields: nonterminals
                .map(|(_, position)| Field { name: None, position })
                .collect(),
            symbols: symbols.to_vec(),
            leaf: false,
            span: span.clone(),
        }
    }

    fn hidden(
        &mut self,
        sort: NonterminalSort,
        key: Vec<DraftSymbol>,
        name: String,
        span: &Range<usize>,
        alternatives: impl FnOnce(&mut Self, &[DraftSymbol]) -> Vec<DraftAlternative>,
    ) -> DraftSymbol {
        let full = (sort as u8, key);
        if let Some(&index) = self.hidden.get(&full) {
            return DraftSymbol::Nonterminal(index);
        }
        let index = self.draft.nonterminals.len();
        self.hidden.insert(full.clone(), index);
        self.draft.nonterminals.push(DraftNonterminal {
            name,
            doc: None,
            public: false,
            sort,
            alternatives: Vec::new(),
            span: span.clone(),
        });
        let alternatives = alternatives(self, &full.1);
        self.draft.nonterminals[index].alternatives = alternatives;
        DraftSymbol::Nonterminal(index)
    }

    fn group(&mut self, symbols: &[Symbol], span: &Range<usize>) -> DraftSymbol {
        let mut key = Vec::new();
        for symbol in symbols {
            if matches!(&symbol.kind, SymbolKind::Group(g) if g.is_empty()) {
                continue;
            }
            let lowered = self.symbol(&symbol.kind, &symbol.span);
            key.push(self.element(lowered));
        }
        let names: Vec<String> = key.iter().map(|s| self.name_of(*s)).collect();
        let name = format!("({})", names.join(" "));
        self.hidden(NonterminalSort::Group, key, name, span, |this, key| {
            vec![this.plain("Group", key, span)]
        })
    }

    fn repeat(&mut self, element: DraftSymbol, repeat: Repeat, span: &Range<usize>) -> DraftSymbol {
        let name = self.name_of(element);
        match repeat {
            Repeat::Optional => {
                let name = format!("{name}?");
                self.hidden(NonterminalSort::Optional, vec![element], name, span, |this, key| {
                    vec![this.plain("None", &[], span), this.plain("Some", key, span)]
                })
            }
            Repeat::Star => {
                let name = format!("{name}*");
                self.hidden(NonterminalSort::Star, vec![element], name, span, |this, key| {
                    let plus = this.repeat(key[0], Repeat::Plus, span);
                    vec![this.plain("None", &[], span), this.plain("Some", &[plus], span)]
                })
            }
            Repeat::Plus => {
                let name = format!("{name}+");
                self.hidden(NonterminalSort::Plus, vec![element], name, span, |this, key| {
                    let plus = DraftSymbol::Nonterminal(this.hidden[&(NonterminalSort::Plus as u8, key.to_vec())]);
                    vec![
                        this.plain("First", key, span),
                        this.plain("Next", &[plus, key[0]], span),
                    ]
                })
            }
        }
    }

    fn name_of(&self, symbol: DraftSymbol) -> String {
        match symbol {
            DraftSymbol::Nonterminal(index) => self.draft.nonterminals[index].name.clone(),
            DraftSymbol::Terminal(index) => match &self.draft.terminals[index].text {
                TerminalText::Literal(text) => format!("{text:?}"),
                TerminalText::Regex(text) => format!("r\"{text}\""),
            },
        }
    }
}

/// The name that differs least from `name`, if any is close.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let close = names.map(|n| (strsim::jaro_winkler(&n.to_lowercase(), &name.to_lowercase()), n));
    close
        .filter(|(s, _)| *s > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, n)| n)
}

fn no_members(regex: &str, span: &Range<usize>, why: NoMembers) -> Diagnostic {
    let class = ["\\w", "\\d"].into_iter().find(|c| regex.contains(c));
    match why {
        NoMembers::Invalid(message) => Diagnostic::error(span.clone(), format!("not a regular expression: {message}")),
        NoMembers::Infinite => Diagnostic::error(span.clone(), "this terminal has infinitely many members")
            .help("bound it, such as {1,3} instead of +, or list what programs are to be made of"),
        NoMembers::TooMany => {
            let d = Diagnostic::error(
                span.clone(),
                format!("this terminal has more than {MAX_MEMBERS} members"),
            );
            match class {
                Some("\\w") => d.help("\\w alone has 144,667 members, of all scripts: write [a-z], or what you mean"),
                Some(_) => d.help("\\d alone has 760 members, of all scripts: write [0-9]"),
                None => d.help("every member is a token of the vocabulary: compose long ones of short ones"),
            }
        }
        NoMembers::TooLong => {
            Diagnostic::error(span.clone(), "a member of this terminal is more than 1,000 bytes long")
        }
        NoMembers::Look => {
            Diagnostic::error(span.clone(), "`^`, `$` and `\\b` mean nothing in a terminal").help("remove it")
        }
    }
}

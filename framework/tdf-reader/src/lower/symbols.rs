//! What the symbols of an alternative come to: rules by name, terminals, instances of macros.

use std::ops::Range;

use tdf_grammar::{Diagnostic, NonterminalKind, TerminalText};

use super::{Argument, Arguments, Lowered, Lowering, MISSING, Open, is_inline};
use crate::draft::{DraftNonterminal, DraftSymbol};
use crate::limits::{MAX_FINDINGS, MAX_NAME, MAX_NONTERMINALS};
use crate::surface::{Symbol, SymbolKind};

impl Lowering<'_, '_> {
    pub(super) fn symbol(&mut self, kind: &SymbolKind, span: &Range<usize>, arguments: &Arguments) -> Lowered {
        match kind {
            SymbolKind::Literal(text) => {
                let terminal = self.matching.literal(text);
                Lowered::Symbol(DraftSymbol::Terminal(self.terminal(&terminal, span)))
            }
            SymbolKind::Regex(text) => {
                let terminal = self.terminal(&TerminalText::Regex(text.clone()), span);
                Lowered::Symbol(DraftSymbol::Terminal(terminal))
            }
            SymbolKind::Nonterminal(name) => self.named(name, span, arguments),
            SymbolKind::Macro(name, given) => self.instance(name, given, span, arguments),
            SymbolKind::Group(symbols) => self.group(symbols, span, arguments),
            SymbolKind::Repeat(symbol, repeat) => {
                let element = self.symbol(&symbol.kind, &symbol.span, arguments);
                self.repetition(element, *repeat, span)
            }
            SymbolKind::Location(_) => Lowered::Nothing,
            SymbolKind::Error => Lowered::Never,
        }
    }

    pub(super) fn named(&mut self, name: &str, span: &Range<usize>, arguments: &Arguments) -> Lowered {
        if let Some(argument) = arguments.get(name) {
            return argument.symbol;
        }
        if let Some(&index) = self.rules.get(name) {
            return Lowered::Symbol(DraftSymbol::Nonterminal(index));
        }
        if let Some(terminal) = self.matching.names.get(name).cloned() {
            return Lowered::Symbol(DraftSymbol::Terminal(self.terminal(&terminal, span)));
        }
        if let Some(rule) = self.macros.get(name) {
            let parameters: Vec<&str> = rule.parameters.iter().map(|p| p.text.as_str()).collect();
            let message = format!("`{name}` is a macro and needs its arguments");
            let help = format!("write `{name}<{}>`", parameters.join(", "));
            self.find(Diagnostic::new(span.clone(), message).help(help));
        } else {
            let known = self
                .rules
                .keys()
                .chain(self.macros.keys())
                .chain(self.matching.names.keys());
            let near = if self.findings.len() <= MAX_FINDINGS {
                tdf_grammar::nearest_name(name, known.map(String::as_str), 0.8)
            } else {
                None
            };
            let mut d = Diagnostic::new(span.clone(), format!("there is no rule called `{name}`"));
            if self.left_out.contains(name) {
                d = d.help("`#[cfg]` leaves it out: ask for its feature, or make this alternative depend on it too");
            } else if let Some(near) = near {
                d = d.help(format!("did you mean `{near}`?"));
            }
            self.find(d);
        }
        MISSING
    }

    /// The nonterminal of a macro with these arguments.
    fn instance(&mut self, name: &str, given: &[Symbol], span: &Range<usize>, arguments: &Arguments) -> Lowered {
        let Some(&rule) = self.macros.get(name) else {
            if self.rules.contains_key(name) {
                let message = format!("`{name}` takes no arguments");
                self.find(
                    Diagnostic::new(span.clone(), message)
                        .help(format!("write `{name} <...>` with a blank if a choice follows")),
                );
                return MISSING;
            }
            return self.named(name, span, &Arguments::new());
        };
        if given.len() != rule.parameters.len() {
            let parameters: Vec<&str> = rule.parameters.iter().map(|p| p.text.as_str()).collect();
            let s = if parameters.len() == 1 { "" } else { "s" };
            let message = format!("`{name}` takes {} argument{s}, not {}", parameters.len(), given.len());
            let help = format!("it is declared as `{name}<{}>`", parameters.join(", "));
            self.find(Diagnostic::new(span.clone(), message).help(help));
            return MISSING;
        }
        let mut inner = Arguments::new();
        let mut key = Vec::new();
        for (parameter, symbol) in rule.parameters.iter().zip(given) {
            let literal = match &symbol.kind {
                SymbolKind::Literal(text) => Some(text.clone()),
                SymbolKind::Nonterminal(n) => arguments.get(n).and_then(|a| a.literal.clone()),
                _ => None,
            };
            let symbol = self.symbol(&symbol.kind, &symbol.span, arguments);
            key.push(symbol);
            inner.insert(parameter.text.clone(), Argument { symbol, literal });
        }
        let names: Vec<String> = key.iter().map(|s| self.name_of_argument(*s)).collect();
        let key = (name.to_owned(), key);
        if let Some(&index) = self.instances.get(&key) {
            return Lowered::Symbol(DraftSymbol::Nonterminal(index));
        }
        let index = self.draft.nonterminals.len();
        let name = format!("{name}<{}>", names.join(", "));
        if index > MAX_NONTERMINALS || name.len() > MAX_NAME {
            self.find(
                Diagnostic::new(span.clone(), "the instances of this macro have no end")
                    .help("a macro may use itself only with the arguments it was given"),
            );
            return MISSING;
        }
        self.instances.insert(key, index);
        self.draft.nonterminals.push(DraftNonterminal {
            name,
            doc: rule.doc.clone(),
            public: false,
            kind: NonterminalKind::Rule,
            inline: is_inline(rule),
            left_out: false,
            alternatives: Vec::new(),
            span: span.clone(),
        });
        self.open.push_back(Open {
            rule,
            arguments: inner,
            index,
        });
        Lowered::Symbol(DraftSymbol::Nonterminal(index))
    }
}

//! Nonterminals that the file does not name: choices of a token, groups, repetitions.

use std::ops::Range;

use tdf_grammar::{Diagnostic, Field, Label, NonterminalKind};

use super::{Arguments, Lowered, Lowering};
use crate::draft::{DraftAlternative, DraftNonterminal, DraftSymbol};
use crate::surface::{Repeat, Symbol};

impl Lowering<'_, '_> {
    /// The hidden nonterminal for a terminal with several members.
    pub(super) fn lexeme(&mut self, terminal: usize) -> DraftSymbol {
        let name = self.name_of(DraftSymbol::Terminal(terminal));
        let span = self.draft.terminals[terminal].span.clone();
        self.hidden(
            NonterminalKind::Lexeme,
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
            DraftSymbol::Terminal(t) if self.draft.terminals[t].has_choice => self.lexeme(t),
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
        kind: NonterminalKind,
        key: Vec<DraftSymbol>,
        name: String,
        span: &Range<usize>,
        alternatives: impl FnOnce(&mut Self, &[DraftSymbol]) -> Vec<DraftAlternative>,
    ) -> DraftSymbol {
        let full = (kind as u8, key);
        if let Some(&index) = self.hidden.get(&full) {
            return DraftSymbol::Nonterminal(index);
        }
        let index = self.draft.nonterminals.len();
        self.hidden.insert(full.clone(), index);
        self.draft.nonterminals.push(DraftNonterminal {
            name,
            doc: None,
            public: false,
            kind,
            inline: matches!(
                kind,
                NonterminalKind::Star | NonterminalKind::Optional | NonterminalKind::Group
            ),
            left_out: false,
            alternatives: Vec::new(),
            span: span.clone(),
        });
        let alternatives = alternatives(self, &full.1);
        self.draft.nonterminals[index].alternatives = alternatives;
        DraftSymbol::Nonterminal(index)
    }

    /// `(A B)`; `(A)` is `A`, `()` nothing.
    pub(super) fn group(&mut self, symbols: &[Symbol], span: &Range<usize>, arguments: &Arguments) -> Lowered {
        let Some(inside) = self.symbols(symbols, arguments) else {
            return Lowered::Never;
        };
        let symbols: Vec<DraftSymbol> = inside.into_iter().map(|(_, lowered)| lowered).collect();
        match symbols[..] {
            [] => return Lowered::Nothing,
            [one] => return Lowered::Symbol(one),
            _ => {}
        }
        let key: Vec<DraftSymbol> = symbols.into_iter().map(|s| self.element(s)).collect();
        let names: Vec<String> = key.iter().map(|s| self.name_of(*s)).collect();
        let name = format!("({})", names.join(" "));
        Lowered::Symbol(self.hidden(NonterminalKind::Group, key, name, span, |this, key| {
            vec![this.plain("Group", key, span)]
        }))
    }

    /// `X*`, `X+`, `X?`.
    pub(super) fn repetition(&mut self, element: Lowered, repeat: Repeat, span: &Range<usize>) -> Lowered {
        match element {
            Lowered::Symbol(element) => {
                let element = self.element(element);
                Lowered::Symbol(self.repeat(element, repeat, span))
            }
            Lowered::Never if repeat == Repeat::Plus => Lowered::Never,
            Lowered::Never => Lowered::Nothing,
            Lowered::Nothing => {
                let message = "this repeats nothing, which can be read in several ways";
                self.find(Diagnostic::new(span.clone(), message).help("remove the `*`, `+` or `?`"));
                Lowered::Nothing
            }
        }
    }

    fn repeat(&mut self, element: DraftSymbol, repeat: Repeat, span: &Range<usize>) -> DraftSymbol {
        let name = self.name_of(element);
        match repeat {
            Repeat::Optional => {
                let name = format!("{name}?");
                self.hidden(NonterminalKind::Optional, vec![element], name, span, |this, key| {
                    vec![this.plain("None", &[], span), this.plain("Some", key, span)]
                })
            }
            Repeat::Star => {
                let name = format!("{name}*");
                self.hidden(NonterminalKind::Star, vec![element], name, span, |this, key| {
                    let plus = this.repeat(key[0], Repeat::Plus, span);
                    vec![this.plain("None", &[], span), this.plain("Some", &[plus], span)]
                })
            }
            Repeat::Plus => {
                let name = format!("{name}+");
                self.hidden(NonterminalKind::Plus, vec![element], name, span, |this, key| {
                    let plus = DraftSymbol::Nonterminal(this.hidden[&(NonterminalKind::Plus as u8, key.to_vec())]);
                    vec![
                        this.plain("First", key, span),
                        this.plain("Next", &[plus, key[0]], span),
                    ]
                })
            }
        }
    }

    pub(super) fn name_of_argument(&self, symbol: Lowered) -> String {
        match symbol {
            Lowered::Symbol(symbol) => self.name_of(symbol),
            Lowered::Nothing => "()".to_owned(),
            Lowered::Never => "!".to_owned(),
        }
    }

    pub(super) fn name_of(&self, symbol: DraftSymbol) -> String {
        match symbol {
            DraftSymbol::Nonterminal(index) => self.draft.nonterminals[index].name.clone(),
            DraftSymbol::Terminal(index) => self.draft.terminals[index].text.to_string(),
        }
    }
}

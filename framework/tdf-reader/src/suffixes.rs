//! The productions of open terminals: one nonterminal for each state of the automaton and number of characters left.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;
use tdf_grammar::{
    Alternative, AlternativeId, Dfa, Grammar, Label, Nonterminal, NonterminalId, NonterminalKind, Production, Symbol,
    TerminalId, Token, TokenClass, TokenClassId, TokenKind,
};

/// Adds the characters of open terminals to the vocabulary, and behind them the end of a member. Characters that no
/// automaton tells apart are of one token class.
pub(crate) fn add_characters(grammar: &mut Grammar, characters: &[char]) {
    if characters.is_empty() {
        return;
    }
    grammar.characters = characters.to_vec();
    let mut token_classes: BTreeMap<Vec<Option<u32>>, TokenClassId> = BTreeMap::new();
    for (letter, character) in characters.iter().enumerate() {
        let automata = grammar.terminals.iter().filter_map(|t| Some(&t.open.as_ref()?.members));
        let column = automata
            .flat_map(|dfa| (0..dfa.states() as u32).map(move |s| dfa.next(s, letter)))
            .collect();
        let token_class = *token_classes
            .entry(column)
            .or_insert_with(|| new_token_class(&mut grammar.token_classes));
        grammar.tokens.push(Token {
            text: character.to_string(),
            token_class,
            kind: TokenKind::Character,
            ignores_case: false,
        });
    }
    let token_class = new_token_class(&mut grammar.token_classes);
    grammar.tokens.push(Token {
        text: String::new(),
        token_class,
        kind: TokenKind::End,
        ignores_case: false,
    });
}

fn new_token_class(token_classes: &mut Vec<TokenClass>) -> TokenClassId {
    token_classes.push(TokenClass { tokens: Vec::new() });
    TokenClassId::new(token_classes.len() - 1)
}

/// A state of a terminal's automaton, and how many characters may still come.
type SuffixKey = (TerminalId, u32, u32);

/// The nonterminals of kind [`NonterminalKind::Suffix`] as they come up.
pub(crate) struct Suffixes {
    /// Number of the first.
    first: usize,
    keys: Vec<SuffixKey>,
    numbers: FxHashMap<SuffixKey, NonterminalId>,
    /// Per terminal: letters to the nearest end, and of the longest way on, from each state.
    ways: Vec<(Vec<u32>, Vec<Option<u32>>)>,
    /// For each token class of characters one of its letters.
    letters: Vec<(usize, TokenClassId)>,
    /// Where the terminal stands in the source.
    spans: BTreeMap<TerminalId, Range<usize>>,
}

impl Suffixes {
    /// None yet; the first will get the number `first`.
    pub fn new(grammar: &Grammar, first: usize) -> Self {
        let mut letters: Vec<(usize, TokenClassId)> = Vec::new();
        for letter in 0..grammar.characters.len() {
            let token_class = grammar.tokens[grammar.character(letter).index()].token_class;
            if letters.iter().all(|(_, k)| *k != token_class) {
                letters.push((letter, token_class));
            }
        }
        let open = |t: &tdf_grammar::Terminal| t.open.as_ref().map(|s| (s.members.shortest(), s.members.longest()));
        Self {
            first,
            keys: Vec::new(),
            numbers: FxHashMap::default(),
            ways: grammar.terminals.iter().map(|t| open(t).unwrap_or_default()).collect(),
            letters,
            spans: BTreeMap::new(),
        }
    }

    /// The right-hand sides that choose the next character of `terminal` at a key, or its first one; one per token class.
    ///
    /// The token that ends a member stands in the production of its first character, so that nothing but it may follow
    /// a rest: the automaton needs the states of suffixes once, and not once for each key where the terminal stands.
    pub fn steps(&mut self, grammar: &Grammar, terminal: TerminalId, at: Option<(u32, u32)>) -> Vec<Vec<Symbol>> {
        let Some(open) = &grammar.terminals[terminal.index()].open else {
            return Vec::new();
        };
        let (state, left) = at.unwrap_or((Dfa::START, open.longest));
        let mut steps = Vec::new();
        for i in 0..self.letters.len() {
            let (letter, token_class) = self.letters[i];
            if let Some(next) = open.members.next(state, letter)
                && let Some(rest) = self.suffix(terminal, next, left)
            {
                let mut symbols = vec![Symbol::TokenClass(token_class), Symbol::Nonterminal(rest)];
                if let (None, Some(end)) = (at, grammar.end_of_member()) {
                    symbols.push(Symbol::TokenClass(grammar.tokens[end.index()].token_class));
                }
                steps.push(symbols);
            }
        }
        steps
    }

    /// The nonterminal for what follows a character that leads to `state` when `left` might have come; none if they are
    /// too few.
    fn suffix(&mut self, terminal: TerminalId, state: u32, left: u32) -> Option<NonterminalId> {
        let (shortest, longest) = &self.ways[terminal.index()];
        let left = left.checked_sub(1)?;
        if shortest[state as usize] > left {
            return None;
        }
        let key = (
            terminal,
            state,
            longest[state as usize].map_or(left, |longest| longest.min(left)),
        );
        let fresh = NonterminalId::new(self.first + self.keys.len());
        Some(*self.numbers.entry(key).or_insert_with(|| {
            self.keys.push(key);
            fresh
        }))
    }

    /// Adds the nonterminals to the grammar; on the way more of them come up.
    pub fn finish(mut self, grammar: &mut Grammar) {
        for alternative in &grammar.alternatives {
            if let Some(terminal) = alternative.leaf {
                let span = alternative.offset..alternative.offset + alternative.length;
                self.spans.entry(terminal).or_insert(span);
            }
        }
        let mut at = 0;
        while let Some(&key) = self.keys.get(at) {
            self.add(grammar, key);
            at += 1;
        }
    }

    fn add(&mut self, grammar: &mut Grammar, (terminal, state, left): SuffixKey) {
        let accepting = match &grammar.terminals[terminal.index()].open {
            Some(open) => open.members.is_accepting(state),
            None => false,
        };
        let mut alternatives: Vec<(&str, Vec<Vec<Symbol>>)> = Vec::new();
        if accepting {
            alternatives.push(("End", vec![Vec::new()]));
        }
        let steps = self.steps(grammar, terminal, Some((state, left)));
        if !steps.is_empty() {
            alternatives.push(("More", steps));
        }
        let id = NonterminalId::new(grammar.nonterminals.len());
        let (first_alternative, first_production) =
            (grammar.alternatives.len() as u32, grammar.productions.len() as u32);
        let span = self.spans.get(&terminal).cloned().unwrap_or_default();
        for (label, right_sides) in alternatives {
            let begin = grammar.productions.len() as u32;
            let alternative = AlternativeId::new(grammar.alternatives.len());
            grammar
                .productions
                .extend(right_sides.into_iter().map(|symbols| Production {
                    nonterminal: id,
                    alternative,
                    leaf: !symbols.is_empty(),
                    symbols,
                }));
            grammar.alternatives.push(Alternative {
                nonterminal: id,
                label: Label::Variant(label.to_owned()),
                fields: Vec::new(),
                productions: begin..grammar.productions.len() as u32,
                leaf: (label == "More").then_some(terminal),
                doc: None,
                offset: span.start,
                length: span.len(),
            });
        }
        let text = &grammar.terminals[terminal.index()].text;
        grammar.nonterminals.push(Nonterminal {
            name: format!("suffix of {text} ({state}, {left} left)"),
            doc: None,
            public: false,
            inline: false,
            kind: NonterminalKind::Suffix,
            alternatives: first_alternative..grammar.alternatives.len() as u32,
            productions: first_production..grammar.productions.len() as u32,
        });
    }
}

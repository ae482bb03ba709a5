//! Readings of a text, written with brackets.

use std::collections::BTreeSet;
use std::ops::Range;

use super::context::Context;
use super::part::{Part, Parts};
use crate::{Grammar, NonterminalKind, Piece, ProductionId, Symbol, Token, TokenKind};

/// Tokens of a nonterminal's shortest string that are written out; a longer one is told by the nonterminal's name.
const MAX_SHORT: u64 = 8;

/// A node of a reading, and the words that it spans.
#[derive(Clone, Debug)]
struct Node {
    production: ProductionId,
    words: Range<usize>,
    /// Its place among the nodes that are parts of the same node.
    index: usize,
}

/// The words of a text and the nodes of one of its trees, in pre-order.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    words: Vec<String>,
    /// Number of tokens before each word.
    offsets: Vec<u64>,
    tokens: u64,
    /// Whether the last token is a character, so that the last word may go on.
    inside: bool,
    nodes: Vec<Node>,
    /// Words of each reduction, with its number among the parts.
    reductions: Vec<(u32, Range<usize>)>,
}

impl Reading {
    pub fn new(context: &Context<'_>, parts: &Parts, root: u32) -> Self {
        let mut this = Self::default();
        this.add(context, parts, root, 0);
        this
    }

    /// Parts are nested no deeper than a search has steps.
    fn add(&mut self, context: &Context<'_>, parts: &Parts, part: u32, index: usize) {
        let begin = self.words.len();
        match parts.get(part) {
            Part::Symbol(symbol) => self.add_symbol(context, *symbol),
            Part::Beginning(n, token_class) => {
                self.add_token_class(context, *token_class);
                for symbol in context
                    .shortest
                    .behind(&context.automaton.productions, *n, *token_class)
                {
                    self.add_symbol(context, symbol);
                }
            }
            Part::Node(number, children) => {
                // Nodes that are open: where they stand, and how many of their own symbols are still to come.
                let mut open: Vec<(usize, usize)> = Vec::new();
                let production = &context.automaton.productions[*number as usize];
                let mut pieces = production.pieces.iter().peekable();
                let mut children = children.iter();
                loop {
                    while let Some(&(node, 0)) = open.last() {
                        self.nodes[node].words.end = self.words.len();
                        open.pop();
                        if let Some((_, missing)) = open.last_mut() {
                            *missing -= 1;
                        }
                    }
                    let Some(&(node, missing)) = open.last() else {
                        let Some(Piece::Node { production, .. }) = pieces.next() else {
                            break;
                        };
                        self.open(context, *production, index, &mut open);
                        continue;
                    };
                    let symbols = &context.grammar.production(self.nodes[node].production).symbols;
                    let index = symbols.len() - missing;
                    let symbol = symbols[index];
                    if let (Symbol::Nonterminal(_), Some(Piece::Node { production, .. })) = (symbol, pieces.peek()) {
                        pieces.next();
                        self.open(context, *production, index, &mut open);
                        continue;
                    }
                    if matches!(symbol, Symbol::Nonterminal(_)) {
                        pieces.next();
                    }
                    if let Some(&child) = children.next() {
                        self.add(context, parts, child, index);
                    }
                    if let Some((_, missing)) = open.last_mut() {
                        *missing -= 1;
                    }
                }
                self.reductions.push((part, begin..self.words.len()));
            }
        }
    }

    fn open(&mut self, context: &Context<'_>, production: ProductionId, index: usize, open: &mut Vec<(usize, usize)>) {
        open.push((self.nodes.len(), context.grammar.production(production).symbols.len()));
        let begin = self.words.len();
        self.nodes.push(Node {
            production,
            words: begin..begin,
            index,
        });
    }

    fn add_symbol(&mut self, context: &Context<'_>, symbol: Symbol) {
        let length = context.shortest.length(symbol);
        if let (Symbol::Nonterminal(n), true) = (symbol, length > MAX_SHORT) {
            self.offsets.push(self.tokens);
            self.words
                .push(format!("<{}>", context.grammar.nonterminals[n.index()].name));
            self.tokens = self.tokens.saturating_add(length);
            self.inside = false;
            return;
        }
        let mut token_classes = Vec::new();
        context
            .shortest
            .write(&context.automaton.productions, symbol, &mut token_classes);
        for token_class in token_classes {
            self.add_token_class(context, token_class);
        }
    }

    fn add_token_class(&mut self, context: &Context<'_>, token_class: u32) {
        let token = token(context.grammar, token_class);
        match self.words.last_mut() {
            Some(word) if self.inside && token.kind != TokenKind::Word => word.push_str(&token.text),
            _ => {
                self.offsets.push(self.tokens);
                self.words.push(token.text.clone());
            }
        }
        self.inside = token.kind == TokenKind::Character;
        self.tokens += 1;
    }

    /// The words without brackets.
    pub fn text(&self) -> String {
        self.words.join(" ")
    }

    /// The index of the word at token `offset`.
    pub fn word(&self, offset: u64) -> usize {
        self.offsets.partition_point(|o| *o < offset)
    }

    /// The words before word `end`.
    pub fn beginning(&self, end: usize) -> String {
        self.words[..end.min(self.words.len())].join(" ")
    }

    /// The words of `part`.
    pub fn span_of(&self, part: u32) -> Option<Range<usize>> {
        let found = self.reductions.iter().find(|(p, _)| *p == part);
        found.map(|(_, words)| words.clone())
    }

    /// The text with brackets around `spans`, none of which is empty.
    pub fn bracketed(&self, spans: &BTreeSet<(usize, usize)>) -> String {
        let pairs = [("(", ")"), ("[", "]"), ("{", "}"), ("<", ">")];
        let is_free = |(open, close): &(&str, &str)| !self.words.iter().any(|w| w.contains(open) || w.contains(close));
        let (open, close) = pairs.into_iter().find(is_free).unwrap_or(("<<", ">>"));
        let words = self.words.iter().enumerate().map(|(i, word)| {
            let opened = spans.iter().filter(|s| s.0 == i).count();
            let closed = spans.iter().filter(|s| s.1 == i + 1).count();
            format!("{}{word}{}", open.repeat(opened), close.repeat(closed))
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// Spans of nodes of several words that are not all of them.
    fn spans(&self) -> BTreeSet<(usize, usize)> {
        let nodes = self.nodes.iter().map(|n| (n.words.start, n.words.end));
        nodes.filter(|(a, b)| b - a > 1 && b - a < self.words.len()).collect()
    }

    /// The nodes that `other` has not, as `Name[words]`.
    fn named(&self, grammar: &Grammar, other: &Self, labels: bool) -> String {
        let of = |n: &Node| grammar.production(n.production).nonterminal;
        let same = |a: &Node, b: &Node| {
            let named = of(a) == of(b) && (!labels || a.production == b.production);
            named && a.words == b.words && a.index == b.index
        };
        let lacks = |n: &&Node| {
            let is_suffix = grammar.nonterminals[of(n).index()].kind == NonterminalKind::Suffix;
            !is_suffix && !other.nodes.iter().any(|o| same(n, o))
        };
        let mut nodes: Vec<&Node> = self.nodes.iter().filter(lacks).collect();
        // Of nodes around the same words the outermost is enough.
        nodes.dedup_by(|inner, outer| inner.words == outer.words && !inner.words.is_empty());
        let mut nodes = nodes.into_iter().peekable();
        let mut text = String::new();
        let mut open: Vec<usize> = Vec::new();
        for at in 0..=self.words.len() {
            while open.pop_if(|end| *end <= at).is_some() {
                text.push(']');
            }
            if at > 0 {
                text.push(' ');
            }
            while let Some(node) = nodes.next_if(|n| n.words.start == at) {
                text.push_str(&grammar.nonterminals[of(node).index()].name);
                if labels && let crate::Label::Variant(label) = &grammar.alternative_of(node.production).label {
                    text.push_str("::");
                    text.push_str(label);
                }
                text.push('[');
                if node.words.is_empty() {
                    text.push_str("] ");
                } else {
                    open.push(node.words.end);
                }
            }
            text.extend(self.words.get(at).map(String::as_str));
        }
        text.trim_end().to_owned()
    }
}

/// Two readings of one text, told apart by brackets; by names where brackets are not enough.
pub(super) fn contrast(grammar: &Grammar, a: &Reading, b: &Reading) -> (String, String) {
    let (spans_a, spans_b) = (a.spans(), b.spans());
    let own_a: BTreeSet<_> = spans_a.difference(&spans_b).copied().collect();
    let own_b: BTreeSet<_> = spans_b.difference(&spans_a).copied().collect();
    if !own_a.is_empty() && !own_b.is_empty() {
        return (a.bracketed(&own_a), b.bracketed(&own_b));
    }
    let names = (a.named(grammar, b, false), b.named(grammar, a, false));
    if names.0 != names.1 {
        return names;
    }
    (a.named(grammar, b, true), b.named(grammar, a, true))
}

/// A token of this class.
pub(super) fn token(grammar: &Grammar, token_class: u32) -> &Token {
    &grammar.tokens[grammar.token_classes[token_class as usize].tokens[0].index()]
}

//! What generated code calls. Not an interface for authors: it changes together with `tdf-build`.

use std::sync::Arc;

pub use crate::Numeral;
pub use tdf_grammar::{NonterminalId, ProductionId, TokenId};
pub use tdf_tree::{Language, Node};

use tdf_grammar::Position;
use tdf_reader::ReadOptions;
use tdf_tree::ParseError;

use crate::MAX_DEPTH;

/// Reads nodes one after the other, in pre-order.
#[derive(Debug)]
pub struct Cursor<'a> {
    nodes: &'a [Node],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Begins at the root.
    pub fn new(nodes: &'a [Node]) -> Self {
        Self { nodes, at: 0 }
    }

    /// Takes the next node.
    #[inline]
    pub fn take(&mut self) -> Node {
        let node = self.nodes[self.at];
        self.at += 1;
        node
    }

    /// Passes over the next subtree.
    pub fn skip(&mut self) {
        self.at += self.nodes[self.at].len as usize;
    }

    /// The member of an open terminal whose first node is `first`, which has been taken.
    pub fn member(&mut self, language: &Language, first: Node) -> String {
        let grammar = language.grammar();
        let mut text = grammar.text(first.token).to_owned();
        let end = self.at + first.len as usize - 1;
        let rest = self.nodes[self.at..end]
            .iter()
            .filter(|node| node.token != Node::NO_TOKEN);
        text.extend(rest.map(|node| grammar.text(node.token)));
        self.at = end;
        text
    }

    /// The same, as a number.
    pub fn numeral(&mut self, language: &Language, first: Node) -> Numeral {
        Numeral::new(self.member(language, first)).unwrap_or_else(|| self.mismatch("the numbers of the grammar"))
    }

    /// Reports nodes of another grammar.
    #[cold]
    pub fn mismatch(&self, expected: &str) -> ! {
        panic!(
            "node {} is not one of {expected}: these nodes come from another grammar",
            self.at.saturating_sub(1)
        )
    }
}

/// Writes nodes in pre-order.
#[derive(Debug, Default)]
pub struct Writer {
    nodes: Vec<Node>,
}

impl Writer {
    /// Appends a leaf.
    pub fn leaf(&mut self, production: u32, token: u32) {
        self.nodes.push(Node {
            production: ProductionId(production),
            token: TokenId(token),
            len: 1,
        });
    }

    /// Appends a node whose children `children` appends.
    pub fn node(&mut self, production: u32, children: impl FnOnce(&mut Self)) {
        let at = self.open(production);
        children(self);
        self.close(at);
    }

    /// Appends the chain of nodes that leads from rule `from` to rule `owner`, then what `end` appends; false if there is no
    /// such chain. `hop` gives the production and the rule of the next step on the way from one of `rules` rules to another.
    pub fn way(
        &mut self,
        from: u32,
        owner: u32,
        rules: usize,
        hop: impl Fn(u32, u32) -> Option<(u32, u32)>,
        end: impl FnOnce(&mut Self),
    ) -> bool {
        let first = self.nodes.len();
        let mut at = from;
        while at != owner {
            // Where there is no way, steps may lead round in a circle.
            let Some((production, next)) = hop(at, owner).filter(|_| self.nodes.len() - first < rules) else {
                return false;
            };
            self.open(production);
            at = next;
        }
        let last = self.nodes.len();
        end(self);
        for at in first..last {
            self.close(at);
        }
        true
    }

    /// Appends a repetition of at least one element: links to the left (`step`, at last `base`), then the elements.
    ///
    /// # Panics
    /// If `items` is empty.
    pub fn list<T>(&mut self, step: u32, base: u32, items: &[T], mut element: impl FnMut(&T, &mut Self)) {
        assert!(!items.is_empty(), "the grammar wants at least one element here");
        let first = self.nodes.len();
        for _ in 1..items.len() {
            self.open(step);
        }
        self.open(base);
        for (done, item) in items.iter().enumerate() {
            element(item, self);
            // The innermost link ends with the first element.
            self.close(first + items.len() - 1 - done);
        }
    }

    /// Appends a member of an open terminal as a node of `alternative`; false if it is none.
    pub fn member(&mut self, language: &Language, alternative: usize, text: &str) -> bool {
        let member = tdf_tree::member(language.grammar(), tdf_grammar::AlternativeId::new(alternative), text);
        member.map(|nodes| self.nodes.extend(nodes)).is_some()
    }

    /// Appends the subtree of a part that typed trees do not hold.
    pub fn fixed(&mut self, nodes: &[(u32, u32, u32)]) {
        self.nodes.extend(nodes.iter().map(|&(production, token, len)| Node {
            production: ProductionId(production),
            token: TokenId(token),
            len,
        }));
    }

    /// All nodes.
    pub fn finish(self) -> Vec<Node> {
        self.nodes
    }

    fn open(&mut self, production: u32) -> usize {
        self.nodes.push(Node {
            production: ProductionId(production),
            token: Node::NO_TOKEN,
            len: 0,
        });
        self.nodes.len() - 1
    }

    fn close(&mut self, at: usize) {
        self.nodes[at].len = (self.nodes.len() - at) as u32;
    }
}

/// Reports a value that was put together by hand and stands for no program.
#[cold]
pub fn no_program(value: &dyn std::fmt::Debug, nonterminal: &str) -> ! {
    panic!("{value:?} is not a {nonterminal} of the grammar: it has no text there")
}

/// Reads the grammar that the build script has read.
pub fn language(name: &str, source: &str, features: &[&str]) -> Arc<Language> {
    let options = ReadOptions::with_features(features.iter().copied());
    let grammar = tdf_reader::read_grammar_with(&format!("{name}.lalrpop"), source, &options);
    match grammar.and_then(Language::new) {
        Ok(language) => Arc::new(language),
        Err(error) => panic!("the build script read this grammar without an error: {error}"),
    }
}

/// A value of the LALRPOP parser together with the depth of its subtree: nothing deeper than [`MAX_DEPTH`] is built.
#[derive(Debug)]
pub struct Deep<T> {
    /// The value.
    pub value: T,
    /// Its depth in nodes.
    pub depth: u32,
}

/// A program nested too deeply to become a typed tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep;

impl<T> Deep<T> {
    /// A node whose deepest child has depth `below`.
    pub fn new(value: T, below: u32) -> Result<Self, TooDeep> {
        if below < MAX_DEPTH {
            Ok(Self {
                value,
                depth: below + 1,
            })
        } else {
            Err(TooDeep)
        }
    }

    /// A link of a repetition, which adds no depth.
    pub fn link(value: T, depth: u32) -> Self {
        Self { value, depth }
    }
}

/// A token as the LALRPOP parser sees it: its token class (or, beyond the token classes, which nonterminal to begin with), and itself.
#[derive(Clone, Copy, Debug)]
pub struct ParserToken(pub usize, pub u32);

/// What [`parse`] gives to the parser: places and tokens.
pub type Spanned = (usize, ParserToken, usize);

/// Cuts `text` into tokens, puts the hidden token that begins a program of `start` before them, and runs `parser`.
pub fn parse<T>(
    language: &Language,
    start: NonterminalId,
    text: &str,
    parser: impl FnOnce(Vec<Spanned>) -> Result<T, Stop>,
) -> Result<T, ParseError> {
    let fail = |offset: usize, message: String| ParseError {
        offset,
        position: Position::of(text, offset),
        message,
    };
    let grammar = language.grammar();
    let lexed = match language.lexer().lex(text) {
        Ok(lexed) => lexed,
        // The language's own parser words what it finds in the text; here it has to stop there too.
        Err(error) => {
            let worded = language.parse(start, text).err();
            return Err(worded.unwrap_or_else(|| fail(error.offset, "no token of the language begins here".to_owned())));
        }
    };
    let mut tokens = Vec::with_capacity(lexed.len() + 1);
    tokens.push((0, ParserToken(grammar.token_classes.len() + start.index(), u32::MAX), 0));
    tokens.extend(lexed.iter().map(|l| {
        let token_class = grammar.tokens[l.token.index()].token_class;
        (l.start, ParserToken(token_class.index(), l.token.0), l.end)
    }));
    parser(tokens).map_err(|stop| match stop {
        Stop::At(offset) => match language.parse(start, text) {
            Err(worded) if worded.offset == offset => worded,
            _ => fail(offset, "this token cannot stand here".to_owned()),
        },
        Stop::End => match language.parse(start, text) {
            Err(worded) => worded,
            Ok(_) => fail(text.len(), "the program stops too early".to_owned()),
        },
        Stop::TooDeep => fail(0, format!("the program is nested more than {MAX_DEPTH} levels deep")),
    })
}

/// The nodes of a program in a language with open terminals, for which there is no LALRPOP parser.
///
/// # Errors
/// As [`Language::parse`], and programs nested too deeply to become typed trees.
pub fn nodes(language: &Language, start: NonterminalId, text: &str) -> Result<Vec<Node>, ParseError> {
    let tree = language.parse(start, text)?;
    let too_deep = |error: crate::RenderError| ParseError {
        offset: 0,
        position: Position::of(text, 0),
        message: error.0,
    };
    crate::check_depth(language.grammar(), tree.nodes()).map_err(too_deep)?;
    Ok(tree.nodes().to_vec())
}

/// Why the LALRPOP parser stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// At the token at this byte.
    At(usize),
    /// At the end of the text, where the program is not complete.
    End,
    /// At a program nested too deeply.
    TooDeep,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_a_chain_of_nodes() {
        let hop = |from: u32, _: u32| (from < 2).then_some((10 + from, from + 1));
        let mut writer = Writer::default();
        assert!(writer.way(0, 2, 3, hop, |w| w.leaf(7, 3)));
        let nodes = writer.finish();
        let nodes: Vec<(u32, u32)> = nodes.iter().map(|n| (n.production.0, n.len)).collect();
        assert_eq!(nodes, [(10, 3), (11, 2), (7, 1)]);
    }

    #[test]
    fn there_may_be_no_way() {
        let nowhere = |w: &mut Writer| w.leaf(7, 3);
        let ends = |from: u32, _: u32| (from < 2).then_some((10 + from, from + 1));
        assert!(!Writer::default().way(0, 3, 4, ends, nowhere));
        let circle = |from: u32, _: u32| Some((10 + from, 1 - from));
        assert!(!Writer::default().way(0, 3, 4, circle, nowhere));
    }
}

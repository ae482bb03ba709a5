//! From trees to tokens and text.

use tdf_grammar::{Grammar, Lexer, ProductionId, Symbol, TokenId};

use crate::Node;

/// Productions as small programs, and which tokens like to stand close.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    /// Where the code of each production starts.
    starts: Vec<u32>,
    /// Right-hand sides, each closed by [`END`]: tokens, or one of the marks below.
    code: Vec<u32>,
    /// Tokens that look better without a blank behind them.
    opening: Vec<bool>,
    /// Tokens that look better without a blank before them.
    closing: Vec<bool>,
}

/// The token that the node holds.
const OWN: u32 = u32::MAX;
/// The next node.
const CHILD: u32 = u32::MAX - 1;
/// The end of the production.
const END: u32 = u32::MAX - 2;

impl Printer {
    pub(crate) fn new(grammar: &Grammar) -> Self {
        let (mut starts, mut code) = (Vec::new(), Vec::new());
        for production in &grammar.productions {
            starts.push(code.len() as u32);
            code.extend(production.symbols.iter().map(|symbol| match symbol {
                Symbol::Nonterminal(_) => CHILD,
                Symbol::Kind(_) if production.leaf => OWN,
                Symbol::Kind(kind) => grammar.kinds[kind.index()].tokens[0].0,
            }));
            code.push(END);
        }
        let opening = grammar
            .tokens
            .iter()
            .map(|t| t.text.ends_with(['(', '[', '{']))
            .collect();
        let closing = grammar
            .tokens
            .iter()
            .map(|t| t.text.starts_with([')', ']', '}', ',', ';']))
            .collect();
        Self {
            starts,
            code,
            opening,
            closing,
        }
    }

    /// Appends the tokens of a subtree.
    pub(crate) fn tokens(&self, nodes: &[Node], out: &mut Vec<TokenId>) {
        self.walk(nodes, |token| out.push(token));
    }

    /// The text of a subtree.
    pub(crate) fn print(&self, grammar: &Grammar, lexer: &Lexer, nodes: &[Node]) -> String {
        let mut text = String::with_capacity(8 * nodes.len());
        let mut left: Option<TokenId> = None;
        self.walk(nodes, |token| {
            if left.is_some_and(|left| !self.is_glued(lexer, left, token)) {
                text.push(' ');
            }
            text.push_str(grammar.text(token));
            left = Some(token);
        });
        text
    }

    fn is_glued(&self, lexer: &Lexer, left: TokenId, right: TokenId) -> bool {
        (self.opening[left.index()] || self.closing[right.index()]) && lexer.may_touch(left, right)
    }

    fn start(&self, production: ProductionId) -> usize {
        self.starts[production.index()] as usize
    }

    #[inline]
    fn walk(&self, nodes: &[Node], mut take: impl FnMut(TokenId)) {
        let mut rest = nodes.iter();
        let Some(mut node) = rest.next() else { return };
        let mut at = self.start(node.production);
        // Where to go on in the ancestors.
        let mut open: Vec<usize> = Vec::new();
        loop {
            match self.code[at] {
                CHILD => {
                    // A production that ends with a child has nothing to come back to.
                    if self.code[at + 1] != END {
                        open.push(at + 1);
                    }
                    let Some(next) = rest.next() else { return };
                    node = next;
                    at = self.start(node.production);
                }
                END => match open.pop() {
                    Some(back) => at = back,
                    None => return,
                },
                token => {
                    take(if token == OWN { node.token } else { TokenId(token) });
                    at += 1;
                }
            }
        }
    }
}

/// `a`, `a or b`, `a, b or c`; no more than `most` items, the rest counted.
pub(crate) fn list(items: &[impl AsRef<str>], word: &str, most: usize) -> String {
    let mut shown: Vec<String> = items.iter().map(|i| i.as_ref().to_owned()).collect();
    if shown.len() > most {
        let hidden = shown.len() - (most - 1);
        shown.truncate(most - 1);
        shown.push(format!("{hidden} others"));
    }
    match shown.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
    }
}

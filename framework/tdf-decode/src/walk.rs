//! The tokens of a tree and the sites that they belong to.

use tdf_grammar::{Grammar, Symbol, TokenId};
use tdf_tree::{EditSite, Node};

/// The site of a token or node that belongs to none.
pub(crate) const NO_SITE: u32 = u32::MAX;

/// A symbol that is not a fixed token.
const CHILD: u32 = u32::MAX;
const LEAF: u32 = u32::MAX - 1;

/// The right-hand sides of a grammar in one table.
#[derive(Clone, Debug)]
pub(crate) struct Walker {
    /// Ids of fixed tokens, [`CHILD`] for a nonterminal, [`LEAF`] for the token of a leaf.
    symbols: Vec<u32>,
    /// `symbols[start..start + len]` per production, and whether it is a unit.
    productions: Vec<(u32, u32, bool)>,
}

/// A node whose tokens are being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    next: u32,
    end: u32,
    site: u32,
    unit: bool,
}

/// What a walk meets.
pub(crate) trait Visitor {
    /// The tokens of the site with this index follow.
    fn enter(&mut self, site: u32);
    /// A token; it belongs to the site with this index, or to [`NO_SITE`].
    fn token(&mut self, token: TokenId, site: u32);
}

impl Walker {
    pub fn new(grammar: &Grammar) -> Self {
        let mut walker = Self {
            symbols: Vec::new(),
            productions: Vec::new(),
        };
        for (index, production) in grammar.productions.iter().enumerate() {
            let start = walker.symbols.len() as u32;
            walker
                .symbols
                .extend(production.symbols.iter().enumerate().map(|(at, &symbol)| match symbol {
                    Symbol::Nonterminal(_) => CHILD,
                    Symbol::TokenClass(_) if production.leaf && at == 0 => LEAF,
                    Symbol::TokenClass(token_class) => grammar.token_classes[token_class.index()].tokens[0].0,
                }));
            let unit = grammar.is_unit(tdf_grammar::ProductionId::new(index));
            walker.productions.push((start, production.symbols.len() as u32, unit));
        }
        walker
    }

    /// Visits the tokens of a tree in text order. `sites` are its sites in pre-order; a token belongs to the site whose
    /// chain of unit productions its production closes.
    pub fn walk(&self, nodes: &[Node], sites: &[EditSite], stack: &mut Vec<Frame>, visitor: &mut impl Visitor) {
        stack.clear();
        let mut entered = 0;
        let mut frame = Frame {
            next: 0,
            end: 0,
            site: NO_SITE,
            unit: false,
        };
        for (index, node) in nodes.iter().enumerate() {
            // Read on up to the place of this node among its parent's symbols.
            if index > 0 {
                loop {
                    if frame.next == frame.end {
                        frame = stack
                            .pop()
                            .expect("a tree has as many nodes as its productions ask for");
                        continue;
                    }
                    let symbol = self.symbols[frame.next as usize];
                    frame.next += 1;
                    if symbol == CHILD {
                        break;
                    }
                    visitor.token(TokenId(symbol), frame.site);
                }
            }
            let is_site = sites.get(entered as usize).is_some_and(|s| s.node.index() == index);
            let site = if is_site {
                visitor.enter(entered);
                entered += 1;
                entered - 1
            } else if frame.unit {
                frame.site
            } else {
                NO_SITE
            };
            let (start, len, unit) = self.productions[node.production.index()];
            let mut next = start;
            if node.token != Node::NO_TOKEN {
                visitor.token(node.token, site);
                next += 1;
            }
            if next < start + len {
                stack.push(frame);
                frame = Frame {
                    next,
                    end: start + len,
                    site,
                    unit,
                };
            }
        }
        loop {
            while frame.next < frame.end {
                visitor.token(TokenId(self.symbols[frame.next as usize]), frame.site);
                frame.next += 1;
            }
            match stack.pop() {
                Some(parent) => frame = parent,
                None => break,
            }
        }
    }
}

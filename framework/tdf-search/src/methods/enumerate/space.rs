//! The programs of each size, counted and numbered.

use std::sync::Arc;

use tdf_grammar::{Grammar, NonterminalId, NonterminalKind, ProductionId, Symbol, TokenId};
use tdf_tree::{Node, Size};

use super::permutation::Permutation;

/// Numbers of programs, by nonterminal and size. They stop growing at [`Permutation::MAX`]: nobody tries as many.
///
/// The programs of the start nonterminal that are parts of larger ones are either all programs, or those that were kept: then the
/// table holds their numbers, from which their trees are made again. So a kept program takes 16 bytes.
#[derive(Debug)]
pub(super) struct Space {
    grammar: Arc<Grammar>,
    start: NonterminalId,
    /// The size of each production, each character of an open terminal included.
    weights: Vec<u32>,
    /// Children of production `p` are at the places `starts[p]..starts[p + 1]`.
    starts: Vec<usize>,
    /// The nonterminal at each place.
    children: Vec<usize>,
    /// `[nonterminal][size]`: numbers of programs that can be parts of others.
    programs: Vec<Vec<u128>>,
    /// `[place][size]`: ways to fill this place and those right of it with programs of this size together.
    tails: Vec<Vec<u128>>,
    /// `[size]`: the numbers of the kept programs among all of their size. `None` if all are kept.
    kept: Option<Vec<Vec<u128>>>,
}

impl Space {
    /// The programs of `start`, of no size yet. With `keeps_some` those that are parts of others are the kept ones.
    pub fn new(grammar: &Arc<Grammar>, size: &Size, start: NonterminalId, keeps_some: bool) -> Self {
        let (mut starts, mut children, mut weights) = (vec![0], Vec::new(), Vec::new());
        for (index, production) in grammar.productions.iter().enumerate() {
            children.extend(production.symbols.iter().filter_map(|symbol| match symbol {
                Symbol::Nonterminal(n) => Some(n.index()),
                Symbol::TokenClass(_) => None,
            }));
            starts.push(children.len());
            // A name of twelve characters is not as near as one of two, though both are one node.
            let is_character = grammar.nonterminals[production.nonterminal.index()].kind == NonterminalKind::Suffix;
            let weight = size.weight(ProductionId::new(index));
            weights.push(weight.max(u32::from(is_character)));
        }
        Self {
            grammar: Arc::clone(grammar),
            start,
            weights,
            starts,
            programs: vec![Vec::new(); grammar.nonterminals.len()],
            tails: vec![Vec::new(); children.len()],
            children,
            kept: keeps_some.then(Vec::new),
        }
    }

    /// Number of sizes that were counted: 0 up to one less.
    pub fn sizes(&self) -> usize {
        self.programs[self.start.index()].len()
    }

    /// Counts the programs of the next size. Returns the productions that they can have as their roots, with their numbers.
    pub fn grow(&mut self) -> Vec<(ProductionId, u128)> {
        self.programs.iter_mut().for_each(|sizes| sizes.push(0));
        self.tails.iter_mut().for_each(|sizes| sizes.push(0));
        if let Some(kept) = &mut self.kept {
            kept.push(Vec::new());
        }
        self.fill();
        let size = self.sizes() - 1;
        let roots = self.grammar.productions_of(self.start);
        let roots = roots.map(|p| (p, self.production(p, size)));
        roots.filter(|(_, count)| *count > 0).collect()
    }

    /// Keeps program number `rank` of those of the last size with `production` as root. False if its number is too large.
    pub fn keep(&mut self, production: ProductionId, rank: u128) -> bool {
        let size = self.sizes() - 1;
        let mut before = self.grammar.productions_of(self.start).take_while(|p| *p != production);
        let number = before.try_fold(rank, |sum, p| sum.checked_add(self.production(p, size)));
        let Some((number, kept)) = number.zip(self.kept.as_mut()) else {
            return false;
        };
        kept[size].push(number);
        true
    }

    /// Ends the last size: no more of its programs are kept. They can be parts of others from now on.
    pub fn close(&mut self) {
        self.fill();
    }

    /// Fills the last column of the tables. A nonterminal can depend on another of the same size: recursion that adds nothing to
    /// the size is refused by [`Size`], so this ends.
    fn fill(&mut self) {
        let size = self.sizes() - 1;
        loop {
            for index in 0..self.weights.len() {
                for place in self.places(ProductionId::new(index)).rev() {
                    self.tails[place][size] = self.tail(place, size);
                }
            }
            let mut changed = false;
            for n in 0..self.programs.len() {
                let count = match &self.kept {
                    Some(kept) if n == self.start.index() => kept[size].len() as u128,
                    _ => {
                        let productions = self.grammar.productions_of(NonterminalId::new(n));
                        productions.fold(0, |sum, p| add(sum, self.production(p, size)))
                    }
                };
                changed |= self.programs[n][size] != count;
                self.programs[n][size] = count;
            }
            if !changed {
                return;
            }
        }
    }

    fn places(&self, production: ProductionId) -> std::ops::Range<usize> {
        self.starts[production.index()]..self.starts[production.index() + 1]
    }

    /// Whether `place` is the last one of its production.
    fn is_last(&self, place: usize) -> bool {
        self.starts.binary_search(&(place + 1)).is_ok()
    }

    /// Ways to fill the places right of `place` with `size` together.
    fn right_of(&self, place: usize, size: usize) -> u128 {
        match self.is_last(place) {
            true => u128::from(size == 0),
            false => self.tails[place + 1][size],
        }
    }

    fn tail(&self, place: usize, size: usize) -> u128 {
        let child = &self.programs[self.children[place]];
        if self.is_last(place) {
            return child[size];
        }
        let ways = |own: usize| match child[own] {
            0 => 0,
            count => multiply(count, self.tails[place + 1][size - own]),
        };
        (0..=size).map(ways).fold(0, add)
    }

    /// The tokens that a node of this production can have; `None` if it has none of its own.
    fn tokens(&self, production: ProductionId) -> Option<&[TokenId]> {
        let production = self.grammar.production(production);
        match production.symbols.first() {
            Some(Symbol::TokenClass(class)) if production.leaf => {
                Some(&self.grammar.token_classes[class.index()].tokens)
            }
            _ => None,
        }
    }

    /// Number of programs of `size` with `production` as root.
    fn production(&self, production: ProductionId, size: usize) -> u128 {
        let Some(rest) = size.checked_sub(self.weights[production.index()] as usize) else {
            return 0;
        };
        let places = self.places(production);
        let ways = match places.is_empty() {
            true => u128::from(rest == 0),
            false => self.tails[places.start][rest],
        };
        match self.tokens(production) {
            Some(tokens) => multiply(ways, tokens.len() as u128),
            None => ways,
        }
    }

    /// The greatest size of a program that is made of the programs so far; `None` if there is none.
    pub fn greatest(&self) -> Option<usize> {
        let start = self.start.index();
        // The greatest known size of each nonterminal; `None` before it is known to have a program.
        let mut greatest: Vec<Option<usize>> = vec![None; self.programs.len()];
        let kept = self
            .kept
            .as_ref()
            .and_then(|kept| kept.iter().rposition(|kept| !kept.is_empty()));
        let mut whole = None;
        // A way that is longer than there are nonterminals has one of them twice: then there is no end.
        for _ in 0..=self.programs.len() + 1 {
            let mut changed = false;
            if self.kept.is_some() {
                greatest[start] = kept;
            }
            for (index, production) in self.grammar.productions.iter().enumerate() {
                let mut places = self.places(ProductionId::new(index));
                let weight = self.weights[index] as usize;
                let size = places.try_fold(weight, |sum, place| Some(sum + greatest[self.children[place]]?));
                let n = production.nonterminal.index();
                let known = match self.kept.is_some() && n == start {
                    true => &mut whole,
                    false => &mut greatest[n],
                };
                if size > *known {
                    (*known, changed) = (size, true);
                }
            }
            if !changed {
                return Some(whole.or(greatest[start]).unwrap_or(0));
            }
        }
        None
    }

    /// Writes program number `rank` of those of `size` with `root` as root into `nodes`.
    pub fn program(&self, root: ProductionId, size: usize, rank: u128, nodes: &mut Vec<Node>) {
        nodes.clear();
        let mut todo = Vec::new();
        self.node(root, size, rank, nodes, &mut todo);
        while let Some((n, size, mut rank)) = todo.pop() {
            if n == self.start.index()
                && let Some(kept) = &self.kept
            {
                rank = kept[size][rank as usize];
            }
            for production in self.grammar.productions_of(NonterminalId::new(n)) {
                let count = self.production(production, size);
                if rank < count {
                    self.node(production, size, rank, nodes, &mut todo);
                    break;
                }
                rank -= count;
            }
        }
        // Numbers of children become lengths.
        for at in (0..nodes.len()).rev() {
            let mut len = 1;
            for _ in 0..nodes[at].len {
                len += nodes[at + len as usize].len;
            }
            nodes[at].len = len;
        }
    }

    /// Writes one node and puts its children on the stack, the first on top.
    fn node(
        &self,
        production: ProductionId,
        size: usize,
        mut rank: u128,
        nodes: &mut Vec<Node>,
        todo: &mut Vec<(usize, usize, u128)>,
    ) {
        let token = self.tokens(production).map(|tokens| {
            let token = tokens[(rank % tokens.len() as u128) as usize];
            rank /= tokens.len() as u128;
            token
        });
        let places = self.places(production);
        nodes.push(Node {
            production,
            token: token.unwrap_or(Node::NO_TOKEN),
            len: places.len() as u32,
        });
        let (bottom, mut rest) = (todo.len(), size - self.weights[production.index()] as usize);
        for place in places {
            let child = self.children[place];
            let together = rest;
            for own in 0..=together {
                let right = self.right_of(place, together - own);
                let block = multiply(self.programs[child][own], right);
                if rank < block {
                    todo.push((child, own, rank / right));
                    (rank, rest) = (rank % right, together - own);
                    break;
                }
                rank -= block;
            }
        }
        todo[bottom..].reverse();
    }
}

fn add(a: u128, b: u128) -> u128 {
    // Both are at most 2^126.
    (a + b).min(Permutation::MAX)
}

fn multiply(a: u128, b: u128) -> u128 {
    a.saturating_mul(b).min(Permutation::MAX)
}

#[cfg(test)]
#[path = "space_tests.rs"]
mod tests;

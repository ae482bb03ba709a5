//! The programs of each size, counted and numbered.

mod arithmetic;

use std::sync::Arc;

use tdf_grammar::{Grammar, NonterminalId, ProductionId, Symbol, TokenId};
use tdf_tree::{Node, Size, Tree};

use self::arithmetic::{add, divide, multiply};
use super::constants::{CONSTANT_SIZE, Constants};
use super::extent::{greatest, stages};
use super::observables::{Observable, observables, start_alone};
use super::permutation::Permutation;
use super::productions::Productions;

/// Numbers of programs, by nonterminal and size. They stop growing at [`Permutation::MAX`]: nobody tries as many.
///
/// The programs of an observable nonterminal ([`Observable`]) that are parts of larger ones are either all programs, or those that
/// were kept: then the table holds their numbers, from which their trees are made again. So a kept program takes 16 bytes.
///
/// A size has one or more stages. A program of a later stage can have parts of the same size, which are those of earlier stages:
/// productions may add nothing to the size.
#[derive(Debug)]
pub(super) struct Space {
    productions: Productions,
    observables: Vec<Observable>,
    /// `[nonterminal]`: its number among the observables; 0 for others.
    numbers: Vec<usize>,
    /// `[observable]`: its stage.
    stages: Vec<usize>,
    /// The stage of the last size.
    stage: usize,
    constants: Constants,
    /// `[nonterminal][size]`: numbers of programs that can be parts of others.
    programs: Vec<Vec<u128>>,
    /// `[place][size]`: ways to fill this place and those right of it with programs of this size together.
    tails: Vec<Vec<u128>>,
    /// `[production][size]`: numbers of programs with it as root.
    counts: Vec<Vec<u128>>,
    /// `[nonterminal][size]`: the kept programs, each as one number. `None` if all are kept.
    kept: Vec<Option<Vec<Vec<u128>>>>,
}

/// A program to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    /// That of the last size with this production as root and this number.
    Rank(ProductionId, u128),
    /// A constant, one of [`Constants::whole`].
    Constant(usize),
}

/// Bits of the number of a kept program among those with the same root. The root is in the bits above.
const RANK_BITS: u32 = 96;

/// Set in the number of a kept program that is a constant.
const CONSTANT: u128 = 1 << 127;

/// A part that is still to be written: nonterminal, size, number.
pub(super) type Part = (usize, usize, u128);

impl Space {
    /// The programs of `start`, of no size yet. With `keeps_some` those of observables that are parts of others are the kept ones,
    /// and `constants`, which are programs of `start`, stand for literals.
    pub fn new(
        grammar: &Arc<Grammar>,
        size: &Size,
        start: NonterminalId,
        keeps_some: bool,
        constants: &[Tree],
    ) -> Self {
        let observables = match keeps_some {
            true => observables(grammar, start),
            false => vec![start_alone(grammar, start, false)],
        };
        let constants = match keeps_some {
            true => Constants::new(grammar, &observables, constants),
            false => Constants::none(grammar),
        };
        let mut kept = vec![None; grammar.nonterminals.len()];
        for observable in observables.iter().filter(|observable| observable.is_part) {
            kept[observable.nonterminal.index()] = Some(Vec::new());
        }
        let productions = Productions::new(grammar, size);
        let mut numbers = vec![0; grammar.nonterminals.len()];
        for (number, observable) in observables.iter().enumerate() {
            numbers[observable.nonterminal.index()] = number;
        }
        Self {
            numbers,
            stages: stages(&productions, &observables, &kept),
            stage: 0,
            observables,
            constants,
            counts: vec![Vec::new(); productions.weights.len()],
            programs: vec![Vec::new(); grammar.nonterminals.len()],
            tails: vec![Vec::new(); productions.children.len()],
            kept,
            productions,
        }
    }

    /// Number of sizes that were counted: 0 up to one less.
    pub fn sizes(&self) -> usize {
        self.programs[0].len()
    }

    /// The nonterminals whose programs are tried.
    pub fn observables(&self) -> &[Observable] {
        &self.observables
    }

    /// Whether constants are tried instead of some literals.
    pub fn leaves_literals_out(&self) -> bool {
        self.constants.replace_some()
    }

    /// Whether no program is made of those so far that is in a later stage.
    pub fn is_at_end(&self) -> bool {
        self.is_last_stage() && self.greatest().is_some_and(|greatest| self.sizes() > greatest)
    }

    /// The greatest size of a program that is made of the programs so far; `None` if there is none.
    fn greatest(&self) -> Option<usize> {
        greatest(&self.productions, &self.observables, &self.constants, &self.kept)
    }

    /// Whether the stage is the last of its size.
    fn is_last_stage(&self) -> bool {
        self.stages.iter().all(|stage| *stage <= self.stage)
    }

    /// The constants of this stage, by number: they are tried before all programs of size 1.
    pub fn constants(&self) -> std::ops::Range<usize> {
        match self.sizes() == CONSTANT_SIZE + 1 && self.stage == 0 {
            true => 0..self.constants.whole().len(),
            false => 0..0,
        }
    }

    /// Goes on to the next stage, and counts its programs. Returns the productions that they can have as their roots, with their
    /// numbers.
    pub fn grow(&mut self) -> Vec<(ProductionId, u128)> {
        if self.sizes() > 0 && !self.is_last_stage() {
            self.stage += 1;
        } else {
            self.stage = 0;
            for sizes in self.programs.iter_mut().chain(&mut self.tails).chain(&mut self.counts) {
                sizes.push(0);
            }
            self.kept.iter_mut().flatten().for_each(|kept| kept.push(Vec::new()));
            self.fill();
        }
        let size = self.sizes() - 1;
        let now = self.observables.iter().zip(&self.stages);
        let now = now.filter(|(_, stage)| **stage == self.stage);
        now.flat_map(|(observable, _)| &observable.productions)
            .map(|&p| (p, self.counts[p.index()][size]))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// The number of the observable that a program of the last stage is a program of.
    pub fn observable(&self, pick: Pick) -> usize {
        match pick {
            Pick::Rank(production, _) => {
                self.numbers[self.productions.grammar.production(production).nonterminal.index()]
            }
            Pick::Constant(number) => self.constants.whole()[number].0,
        }
    }

    /// Keeps a program of the last stage. False if its number is too large, or if it is no part of others.
    pub fn keep(&mut self, pick: Pick) -> bool {
        let size = self.sizes() - 1;
        let n = self.observables[self.observable(pick)].nonterminal;
        let number = match pick {
            // Nobody comes to the end of a size with so many programs, so that it is no part of any.
            Pick::Rank(_, rank) if rank >> RANK_BITS != 0 => return false,
            Pick::Rank(production, rank) => (production.index() as u128) << RANK_BITS | rank,
            Pick::Constant(number) => CONSTANT | self.constants.whole()[number].1 as u128,
        };
        let Some(kept) = self.kept[n.index()].as_mut() else {
            return false;
        };
        kept[size].push(number);
        true
    }

    /// Ends the last stage: no more of its programs are kept. They can be parts of others from now on.
    pub fn close(&mut self) {
        self.fill();
    }

    /// Fills the last column of the tables. A nonterminal can depend on another of the same size: recursion that adds nothing to
    /// the size is refused by [`Size`], so this ends.
    fn fill(&mut self) {
        let size = self.sizes() - 1;
        loop {
            for index in 0..self.productions.weights.len() {
                for place in self.productions.places(ProductionId::new(index)).rev() {
                    self.tails[place][size] = self.tail(place, size);
                }
            }
            for index in 0..self.productions.weights.len() {
                self.counts[index][size] = self.production(ProductionId::new(index), size);
            }
            let mut changed = false;
            for n in 0..self.programs.len() {
                let count = match &self.kept[n] {
                    Some(kept) => kept[size].len() as u128,
                    None => {
                        let productions = self.productions.grammar.productions_of(NonterminalId::new(n));
                        let sum = productions.fold(0, |sum, p| add(sum, self.counts[p.index()][size]));
                        add(sum, self.literals(n, size).len() as u128)
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

    /// The constants that are programs of this nonterminal and size, where all programs are kept.
    fn literals(&self, n: usize, size: usize) -> &[usize] {
        match size == CONSTANT_SIZE {
            true => self.constants.literals(n),
            false => &[],
        }
    }

    /// Whether `place` is the last one of its production.
    fn is_last(&self, place: usize) -> bool {
        self.productions.is_last(place)
    }

    fn tail(&self, place: usize, size: usize) -> u128 {
        let child = &self.programs[self.productions.children[place]];
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
        let production = self.productions.grammar.production(production);
        match production.symbols.first() {
            Some(Symbol::TokenClass(class)) if production.leaf => {
                Some(&self.productions.grammar.token_classes[class.index()].tokens)
            }
            _ => None,
        }
    }

    /// Number of programs of `size` with `production` as root. Constants stand for some.
    fn production(&self, production: ProductionId, size: usize) -> u128 {
        if self.constants.replaces(production) {
            return 0;
        }
        let Some(rest) = size.checked_sub(self.productions.weights[production.index()] as usize) else {
            return 0;
        };
        let places = self.productions.places(production);
        let ways = match places.is_empty() {
            true => u128::from(rest == 0),
            false => self.tails[places.start][rest],
        };
        match self.tokens(production) {
            Some(tokens) => multiply(ways, tokens.len() as u128),
            None => ways,
        }
    }

    /// Writes the whole program that `pick` of the last size is a part of into `nodes`. `todo` is memory that is used again.
    pub fn program(&self, pick: Pick, nodes: &mut Vec<Node>, todo: &mut Vec<Part>) {
        nodes.clear();
        todo.clear();
        nodes.extend_from_slice(&self.observables[self.observable(pick)].chain);
        match pick {
            Pick::Rank(root, rank) => self.node(root, self.sizes() - 1, rank, nodes, todo),
            Pick::Constant(number) => nodes.extend_from_slice(self.constants.nodes(self.constants.whole()[number].1)),
        }
        self.finish(nodes, todo);
    }

    /// The kept programs of each nonterminal, by its number, the smallest first. None of those of which all are kept.
    pub fn kept(&self) -> Vec<Vec<Vec<Node>>> {
        let (mut all, mut todo) = (vec![Vec::new(); self.kept.len()], Vec::new());
        for (n, sizes) in self.kept.iter().enumerate() {
            for (size, kept) in sizes.iter().flatten().enumerate() {
                for rank in 0..kept.len() {
                    let mut nodes = Vec::new();
                    todo.push((n, size, rank as u128));
                    self.finish(&mut nodes, &mut todo);
                    all[n].push(nodes);
                }
            }
        }
        all
    }

    /// Writes what is left to do behind `nodes`, which may hold the productions above it.
    fn finish(&self, nodes: &mut Vec<Node>, todo: &mut Vec<Part>) {
        while let Some((n, size, rank)) = todo.pop() {
            self.part(n, size, rank, nodes, todo);
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

    /// Writes the root of program number `rank` of nonterminal `n`, or a constant.
    fn part(&self, n: usize, size: usize, mut rank: u128, nodes: &mut Vec<Node>, todo: &mut Vec<Part>) {
        if let Some(kept) = &self.kept[n] {
            let number = kept[size][rank as usize];
            if number & CONSTANT != 0 {
                nodes.extend_from_slice(self.constants.nodes((number & !CONSTANT) as usize));
                return;
            }
            let production = ProductionId::new((number >> RANK_BITS) as usize);
            self.node(production, size, number & ((1 << RANK_BITS) - 1), nodes, todo);
            return;
        }
        for production in self.productions.grammar.productions_of(NonterminalId::new(n)) {
            let count = self.counts[production.index()][size];
            if rank < count {
                self.node(production, size, rank, nodes, todo);
                return;
            }
            rank -= count;
        }
        nodes.extend_from_slice(self.constants.nodes(self.literals(n, size)[rank as usize]));
    }

    /// Writes one node and puts its children on the stack, the first on top.
    fn node(&self, production: ProductionId, size: usize, mut rank: u128, nodes: &mut Vec<Node>, todo: &mut Vec<Part>) {
        let token = self.tokens(production).map(|tokens| {
            let (rest, token) = divide(rank, tokens.len() as u128);
            rank = rest;
            tokens[token as usize]
        });
        let places = self.productions.places(production);
        nodes.push(Node {
            production,
            token: token.unwrap_or(Node::NO_TOKEN),
            len: places.len() as u32,
        });
        let (bottom, mut rest) = (todo.len(), size - self.productions.weights[production.index()] as usize);
        let end = places.end;
        for place in places {
            let child = self.productions.children[place];
            if place + 1 == end {
                todo.push((child, rest, rank));
                break;
            }
            let (counts, rights) = (&self.programs[child], &self.tails[place + 1]);
            let together = rest;
            for own in 0..=together {
                let (count, right) = (counts[own], rights[together - own]);
                if count == 0 || right == 0 {
                    continue;
                }
                let block = multiply(count, right);
                if rank < block {
                    let (number, left) = divide(rank, right);
                    todo.push((child, own, number));
                    (rank, rest) = (left, together - own);
                    break;
                }
                rank -= block;
            }
        }
        todo[bottom..].reverse();
    }
}

#[cfg(test)]
#[path = "space_tests.rs"]
mod tests;

//! Random changes of programs, known from the grammar alone.

use rand::RngExt as _;
use tdf_domain::DynDomain;
use tdf_grammar::{Grammar, NonterminalId, ProductionId, Symbol};
use tdf_tree::{Mutator, Node, NodeId, Rng, Sampler, Size, Tree, Weighting, reductions};

use std::sync::Arc;

use crate::SearchOptions;
use crate::leaves::leaves;

/// The greatest size of programs is this, or that of initial programs if it is more: what a network learnt from may be smaller than
/// what an image needs.
const LEAST_GREATEST: u32 = 8;

/// The same for programs with inputs. Their parts are small: a constant and a cell count one each.
const LEAST_GREATEST_FUNCTION: u32 = 20;

/// Size of what noise puts in.
const NOISE_SIZE: u32 = 2;

/// Changes of programs. Each leaves a program of the same language.
#[derive(Debug)]
pub(super) struct Moves {
    grammar: Arc<Grammar>,
    mutator: Mutator,
    sampler: Sampler,
    /// The least sizes of each nonterminal that `sampler` has, up to the size that noise puts in.
    small: Vec<Vec<u32>>,
    /// The leaves of each nonterminal: tokens in their order, so that near tokens are near in meaning.
    leaves: Vec<Vec<Node>>,
    /// The productions of each nonterminal that hold the nonterminal itself.
    wraps: Vec<Vec<ProductionId>>,
    /// The size that programs may have.
    greatest: u32,
    /// Constants that the target suggests, as programs of each nonterminal.
    constants: Vec<Vec<Vec<Node>>>,
    /// Whether there are constants.
    has_constants: bool,
    /// Small programs of each nonterminal, one for each observation, the smallest first.
    parts: Vec<Vec<Vec<Node>>>,
    /// Whether there are such.
    has_parts: bool,
    /// Whether parts of a program are copied to other places of it: where programs take inputs, what is done with one is often done
    /// with another.
    copies: bool,
}

/// Probabilities of a change of one token, of noise, and of a part left out; the rest puts a program around a part.
const TOKEN: f64 = 0.6;
const NOISE: f64 = 0.2;
const LESS: f64 = 0.1;

/// Probabilities of a constant put in and of a part copied, before all others, where they are possible.
const CONSTANT: f64 = 0.2;
const COPY: f64 = 0.1;

/// Probability of an enumerated program put in, before all others.
const PART: f64 = 0.25;

/// Probability that a token becomes a near one, and how near.
const NEAR: f64 = 0.8;
const NEAREST: i64 = 2;

/// Probability that one more token changes: two that balance each other are no step through a worse program.
const ANOTHER: f64 = 0.25;

impl Moves {
    pub fn new(domain: &Arc<dyn DynDomain>, target: &[u8], options: &SearchOptions) -> Self {
        let grammar = Arc::clone(domain.language().grammar());
        let mut noise = options.noise;
        noise.max_edit_size = noise.max_edit_size.max(NOISE_SIZE);
        let mutator = Mutator::new(Arc::clone(&grammar), domain.size().clone(), noise);
        let sampler = Sampler::new(&grammar, domain.size(), noise.max_edit_size, Weighting::Rules);
        let small = |n: usize| {
            let sizes = 0..=noise.max_edit_size;
            sizes
                .filter(|size| sampler.is_feasible(NonterminalId::new(n), *size))
                .collect()
        };
        let wraps = |n: usize| {
            let itself = Symbol::Nonterminal(NonterminalId::new(n));
            let productions = grammar.productions_of(NonterminalId::new(n));
            productions
                .filter(|id| grammar.production(*id).symbols.contains(&itself))
                .filter(|id| !grammar.production(*id).leaf)
                .collect()
        };
        let all = 0..grammar.nonterminals.len();
        let constants = constants(&grammar, &domain.constants(target));
        Self {
            small: all.clone().map(small).collect(),
            leaves: leaves(&grammar),
            wraps: all.map(wraps).collect(),
            greatest: (*options.init_sizes.end()).max(match domain.signature() {
                Some(_) => LEAST_GREATEST_FUNCTION,
                None => LEAST_GREATEST,
            }),
            has_parts: false,
            parts: Vec::new(),
            has_constants: constants.iter().any(|constants| !constants.is_empty()),
            constants,
            copies: domain.signature().is_some(),
            mutator,
            sampler,
            grammar,
        }
    }

    /// Takes small programs of each nonterminal, the smallest first, to put into others.
    pub fn put_in(&mut self, parts: Vec<Vec<Vec<Node>>>) {
        self.has_parts = parts.iter().any(|parts| !parts.is_empty());
        self.parts = parts;
    }

    /// Changes `program`; whether it did.
    pub fn change(&self, program: &mut Tree, size: &Size, rng: &mut Rng) -> bool {
        // Where they are not possible, they take no random numbers.
        if self.has_parts && rng.random_bool(PART) {
            return self.put_part(program, rng) && size.of(program.nodes()) <= self.greatest;
        }
        let puts_constant = self.has_constants && rng.random_bool(CONSTANT);
        let copies = !puts_constant && self.copies && rng.random_bool(COPY);
        let kind: f64 = rng.random();
        let changed = match kind {
            _ if puts_constant => self.put_constant(program, rng),
            _ if copies => self.copy(program, rng),
            _ if kind < TOKEN => self.change_tokens(program, rng),
            _ if kind < TOKEN + NOISE => self.mutator.mutate(program, rng),
            _ if kind < TOKEN + NOISE + LESS => self.leave_out(program, rng),
            _ => self.put_around(program, rng),
        };
        changed && size.of(program.nodes()) <= self.greatest
    }

    fn nonterminal(&self, node: Node) -> NonterminalId {
        self.grammar.production(node.production).nonterminal
    }

    /// Changes one token, and sometimes more.
    fn change_tokens(&self, program: &mut Tree, rng: &mut Rng) -> bool {
        let mut changed = self.change_token(program, rng);
        while rng.random_bool(ANOTHER) {
            changed |= self.change_token(program, rng);
        }
        changed
    }

    fn change_token(&self, program: &mut Tree, rng: &mut Rng) -> bool {
        let leaves = |node: &Node| &self.leaves[self.nonterminal(*node).index()];
        let count = program
            .nodes()
            .iter()
            .filter(|node| node.len == 1 && leaves(node).len() > 1)
            .count();
        if count == 0 {
            return false;
        }
        let nth = rng.random_range(0..count);
        let nodes = program.nodes().iter().enumerate();
        let Some((at, node)) = nodes
            .filter(|(_, node)| node.len == 1 && leaves(node).len() > 1)
            .nth(nth)
        else {
            return false;
        };
        let all = leaves(node);
        let last = all.len() as i64 - 1;
        let Some(place) = all
            .iter()
            .position(|leaf| leaf.token == node.token && leaf.production == node.production)
        else {
            return false;
        };
        let place = place as i64;
        let next = match rng.random_bool(NEAR) {
            true => {
                let step = rng.random_range(1..=NEAREST);
                place + if rng.random_bool(0.5) { step } else { -step }
            }
            false => rng.random_range(0..=last),
        };
        let next = next.clamp(0, last);
        program.replace(NodeId(at as u32), &[all[next as usize]]);
        next != place
    }

    /// Puts a constant in the place of a part.
    fn put_constant(&self, program: &mut Tree, rng: &mut Rng) -> bool {
        let constants = |node: &Node| &self.constants[self.nonterminal(*node).index()];
        let nodes = || program.nodes().iter().enumerate();
        let places = || nodes().filter(|(_, node)| !constants(node).is_empty());
        let count = places().count();
        if count == 0 {
            return false;
        }
        let Some((at, node)) = places().nth(rng.random_range(0..count)) else {
            return false;
        };
        let all = constants(node);
        let constant = &all[rng.random_range(0..all.len())];
        let at = NodeId(at as u32);
        let changes = program.subtree(at) != constant;
        program.replace(at, constant);
        changes
    }

    /// Puts an enumerated program in the place of a part: small ones more often.
    fn put_part(&self, program: &mut Tree, rng: &mut Rng) -> bool {
        let parts = |node: &Node| &self.parts[self.nonterminal(*node).index()];
        let nodes = || program.nodes().iter().enumerate();
        let places = || nodes().filter(|(_, node)| !parts(node).is_empty());
        let count = places().count();
        if count == 0 {
            return false;
        }
        let Some((at, node)) = places().nth(rng.random_range(0..count)) else {
            return false;
        };
        let all = parts(node);
        let share: f64 = rng.random();
        let part = &all[(share * share * all.len() as f64) as usize];
        let at = NodeId(at as u32);
        let changes = program.subtree(at) != part;
        program.replace(at, part);
        changes
    }

    /// Puts a copy of a part in the place of another of the same nonterminal.
    fn copy(&self, program: &mut Tree, rng: &mut Rng) -> bool {
        let from = NodeId(rng.random_range(0..program.nodes().len()) as u32);
        let of = self.nonterminal(program.node(from));
        let nodes = || program.nodes().iter().enumerate();
        let places = || nodes().filter(|(_, node)| self.nonterminal(**node) == of);
        let Some((at, _)) = places().nth(rng.random_range(0..places().count())) else {
            return false;
        };
        let part = program.subtree(from).to_vec();
        let at = NodeId(at as u32);
        let changes = program.subtree(at) != part;
        program.replace(at, &part);
        changes
    }

    fn leave_out(&self, program: &mut Tree, rng: &mut Rng) -> bool {
        let at = rng.random_range(0..program.nodes().len());
        let mut parts = reductions(&self.grammar, program.nodes(), at);
        if parts.is_empty() {
            return false;
        }
        let part = parts.swap_remove(rng.random_range(0..parts.len()));
        program.replace(NodeId(at as u32), &part);
        true
    }

    /// Makes a part of the program an operand of a new one of the same nonterminal.
    fn put_around(&self, program: &mut Tree, rng: &mut Rng) -> bool {
        let wraps = |node: &Node| &self.wraps[self.nonterminal(*node).index()];
        let count = program.nodes().iter().filter(|node| !wraps(node).is_empty()).count();
        if count == 0 {
            return false;
        }
        let nth = rng.random_range(0..count);
        let nodes = program.nodes().iter().enumerate();
        let Some((at, node)) = nodes.filter(|(_, node)| !wraps(node).is_empty()).nth(nth) else {
            return false;
        };
        let (at, of, ways) = (NodeId(at as u32), self.nonterminal(*node), wraps(node));
        let production = ways[rng.random_range(0..ways.len())];
        let symbols = &self.grammar.production(production).symbols;
        let itself = Symbol::Nonterminal(of);
        let holes = symbols.iter().filter(|symbol| **symbol == itself).count();
        let mut kept = rng.random_range(0..holes) as i64;
        let mut nodes = vec![Node {
            production,
            token: Node::NO_TOKEN,
            len: 0,
        }];
        for symbol in symbols {
            let Symbol::Nonterminal(child) = symbol else { continue };
            kept -= i64::from(*symbol == itself);
            if *symbol == itself && kept == -1 {
                nodes.extend_from_slice(program.subtree(at));
                continue;
            }
            let sizes = &self.small[child.index()];
            let Some(&least) = sizes.first() else { return false };
            // The least program that is one: nothing put in would be nothing tried.
            let size = if least == 0 && sizes.len() > 1 && *symbol == itself {
                sizes[1]
            } else {
                least
            };
            self.sampler.sample_into(*child, size, rng, &mut nodes);
        }
        nodes[0].len = nodes.len() as u32;
        program.replace(at, &nodes);
        true
    }
}

/// `programs` as programs of each nonterminal that a chain of unit productions leads to.
fn constants(grammar: &Grammar, programs: &[Tree]) -> Vec<Vec<Vec<Node>>> {
    let mut all = vec![Vec::new(); grammar.nonterminals.len()];
    for program in programs {
        let mut nodes = program.nodes();
        while let [node, inner @ ..] = nodes {
            let known: &mut Vec<Vec<Node>> = &mut all[grammar.production(node.production).nonterminal.index()];
            if !known.iter().any(|known| known == nodes) {
                known.push(nodes.to_vec());
            }
            if !grammar.is_unit(node.production) {
                break;
            }
            nodes = inner;
        }
    }
    all
}

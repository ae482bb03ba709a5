//! The constants that a target suggests, as parts of programs.

use tdf_grammar::{Grammar, ProductionId, Symbol};
use tdf_tree::{Node, NodeId, Tree};

use super::observables::Observable;

/// The size of constants.
pub(super) const CONSTANT_SIZE: usize = 1;

/// Members of a terminal from which on they are not tried one by one, if there are constants instead.
const MANY: usize = 16;

/// Constants as programs of nonterminals.
#[derive(Clone, Debug)]
pub(super) struct Constants {
    /// In pre-order; the lengths are numbers of children.
    nodes: Vec<Vec<Node>>,
    /// `[nonterminal]`: those that stand for its many literals inside other programs. They count as programs of size 1.
    literals: Vec<Vec<usize>>,
    /// Those that are programs of an observable: its number and that of the constant.
    whole: Vec<(usize, usize)>,
    /// `[production]`: whether constants stand for its programs.
    replaced: Vec<bool>,
}

impl Constants {
    /// No constants.
    pub fn none(grammar: &Grammar) -> Self {
        Self {
            nodes: Vec::new(),
            literals: vec![Vec::new(); grammar.nonterminals.len()],
            whole: Vec::new(),
            replaced: vec![false; grammar.productions.len()],
        }
    }

    /// Those of `programs`, which are programs of the start. Equal ones count once.
    pub fn new(grammar: &Grammar, observables: &[Observable], programs: &[Tree]) -> Self {
        let mut all = Self::none(grammar);
        for program in programs.iter().filter(|program| !program.nodes().is_empty()) {
            all.add(grammar, observables, program);
        }
        all
    }

    fn add(&mut self, grammar: &Grammar, observables: &[Observable], program: &Tree) {
        // A chain of unit productions leads from the root to the literal.
        let mut at = 0;
        let mut found = None;
        loop {
            let node = program.nodes()[at];
            let n = grammar.production(node.production).nonterminal;
            let is_better = |number: &usize| observables[*number].is_part || found.is_none();
            let of = observables.iter().position(|observable| observable.nonterminal == n);
            if let Some(number) = of.filter(is_better) {
                found = Some((number, at));
            }
            if !grammar.is_unit(node.production) {
                break;
            }
            at += 1;
        }
        if let Some((observable, at)) = found {
            let constant = self.number(program, at);
            if !self.whole.contains(&(observable, constant)) {
                self.whole.push((observable, constant));
            }
        }
        let root = program.nodes()[at].production;
        if !has_many(grammar, root) {
            return;
        }
        let production = grammar.production(root);
        let same = |id: &ProductionId| grammar.production(*id).alternative == production.alternative;
        for id in grammar.productions_of(production.nonterminal).filter(same) {
            self.replaced[id.index()] = true;
        }
        let constant = self.number(program, at);
        let literals = &mut self.literals[production.nonterminal.index()];
        if !literals.contains(&constant) {
            literals.push(constant);
        }
    }

    /// The number of the constant that is the part of `program` at `at`.
    fn number(&mut self, program: &Tree, at: usize) -> usize {
        let mut nodes = program.subtree(NodeId(at as u32)).to_vec();
        let part = Tree::from_nodes(nodes.clone());
        for (at, node) in nodes.iter_mut().enumerate() {
            node.len = part.children(NodeId(at as u32)).count() as u32;
        }
        let known = self.nodes.iter().position(|known| *known == nodes);
        known.unwrap_or_else(|| {
            self.nodes.push(nodes);
            self.nodes.len() - 1
        })
    }

    /// The constants that are programs of observables, by the numbers of both.
    pub fn whole(&self) -> &[(usize, usize)] {
        &self.whole
    }

    /// The constants that stand for literals of nonterminal number `n`.
    pub fn literals(&self, n: usize) -> &[usize] {
        &self.literals[n]
    }

    /// Whether constants stand for the programs of `production`.
    pub fn replaces(&self, production: ProductionId) -> bool {
        self.replaced[production.index()]
    }

    /// Whether they stand for any.
    pub fn replace_some(&self) -> bool {
        self.replaced.contains(&true)
    }

    /// The nodes of constant number `constant`; their lengths are numbers of children.
    pub fn nodes(&self, constant: usize) -> &[Node] {
        &self.nodes[constant]
    }
}

/// Whether a production is a choice among so many literals that constants are better.
fn has_many(grammar: &Grammar, id: ProductionId) -> bool {
    let production = grammar.production(id);
    if !production.leaf {
        return false;
    }
    // The end or the rest of a member of an open terminal follows its first character.
    let is_open = production.symbols.len() > 1;
    let members = match grammar.alternative_of(id).leaf {
        Some(terminal) => grammar.terminals[terminal.index()].tokens.len(),
        None => match production.symbols.first() {
            Some(Symbol::TokenClass(class)) => grammar.token_classes[class.index()].tokens.len(),
            _ => 0,
        },
    };
    is_open || members > MANY
}

//! From the names that people write to names by level.

use tdf_grammar::{Grammar, ProductionId, Symbol, TokenId};

use super::rules::Rules;
use crate::Node;

/// A name that cannot be renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameError {
    /// Which of the nodes.
    pub(crate) node: usize,
    /// What is wrong, in one sentence without a full stop.
    pub(crate) message: String,
}

/// A node whose children are still to come.
struct Frame {
    production: ProductionId,
    /// Position of the next symbol.
    at: usize,
    /// Names in scope before it, for each kind.
    before: Vec<usize>,
    /// Names that it binds, for each kind, as they are written.
    bound: Vec<Vec<TokenId>>,
    /// It is a name, or several, of kind `.0` that the frame `.1` binds.
    binds: Option<(usize, usize)>,
}

struct Renamer<'a> {
    grammar: &'a Grammar,
    rules: &'a Rules,
    frames: Vec<Frame>,
    /// For each kind: the names in scope as they are written, the innermost last.
    scope: Vec<Vec<TokenId>>,
}

/// Renames names that a binder outside of `nodes` binds: they get the names of `kind` from level `before` on.
pub(crate) fn rename_bound(
    grammar: &Grammar,
    rules: &Rules,
    kind: usize,
    before: u32,
    nodes: &mut [Node],
) -> Result<(), NameError> {
    let mut renamer = Renamer {
        grammar,
        rules,
        frames: Vec::new(),
        scope: rules.kinds.iter().map(|_| Vec::new()).collect(),
    };
    let of = &rules.kinds[kind];
    renamer.scope[kind] = of.members[..before as usize].to_vec();
    let root = nodes.first().map(|node| node.production);
    // It stands for the binder.
    renamer.frames.extend(root.map(|root| renamer.frame(root, None)));
    for (index, node) in nodes.iter_mut().enumerate() {
        let production = grammar.production(node.production);
        let leaf = grammar.alternatives[production.alternative.index()].leaf;
        if rules.kind_of_leaf(leaf) == Some(kind) {
            let bound = renamer.bind(kind, 0, node.token);
            node.token = bound.map_err(|message| NameError { node: index, message })?;
        }
    }
    Ok(())
}

/// Renames the names of a program of the written `grammar`: the k-th that is in scope becomes the k-th member of its terminal.
/// `before` is the number of names of each kind in scope before the program; these have the names by level already.
pub(crate) fn rename(grammar: &Grammar, rules: &Rules, before: &[u32], nodes: &mut [Node]) -> Result<(), NameError> {
    let inputs = |(kind, count): (&super::rules::Kind, &u32)| kind.members[..*count as usize].to_vec();
    let mut renamer = Renamer {
        grammar,
        rules,
        frames: Vec::new(),
        scope: rules.kinds.iter().zip(before).map(inputs).collect(),
    };
    let mut next = 0;
    loop {
        if let Some(node) = nodes.get_mut(next).filter(|_| renamer.begins_child(next == 0)) {
            renamer.enter(next, node)?;
            next += 1;
        } else if renamer.frames.pop().map(|frame| renamer.leave(&frame)).is_none() {
            return Ok(());
        }
    }
}

impl Renamer<'_> {
    /// Goes on to the next child of the innermost frame, if it has one.
    fn begins_child(&mut self, is_root: bool) -> bool {
        let Some(frame) = self.frames.last_mut() else {
            return is_root;
        };
        let symbols = &self.grammar.production(frame.production).symbols;
        while let Some(symbol) = symbols.get(frame.at) {
            frame.at += 1;
            if matches!(symbol, Symbol::Nonterminal(_)) {
                return true;
            }
        }
        false
    }

    fn enter(&mut self, index: usize, node: &mut Node) -> Result<(), NameError> {
        let binds = self.open_child();
        let production = self.grammar.production(node.production);
        let alternative = &self.grammar.alternatives[production.alternative.index()];
        if let Some(kind) = self.rules.kind_of_leaf(alternative.leaf) {
            node.token = match binds {
                Some((_, binder)) => self.bind(kind, binder, node.token),
                None => self.refer(kind, node.token),
            }
            .map_err(|message| NameError { node: index, message })?;
        }
        let frame = self.frame(node.production, binds);
        self.frames.push(frame);
        Ok(())
    }

    fn frame(&self, production: ProductionId, binds: Option<(usize, usize)>) -> Frame {
        Frame {
            production,
            at: 0,
            before: self.scope.iter().map(Vec::len).collect(),
            bound: vec![Vec::new(); self.scope.len()],
            binds,
        }
    }

    /// Brings the names that the innermost frame binds into scope if its current child is a body. Says for whom the child binds
    /// names.
    fn open_child(&mut self) -> Option<(usize, usize)> {
        let number = self.frames.len().checked_sub(1)?;
        let frame = &self.frames[number];
        let at = frame.at - 1;
        let alternative = self.grammar.production(frame.production).alternative;
        let bindings = &self.rules.bindings[alternative.index()];
        for binding in bindings.iter().filter(|binding| binding.bodies.contains(&at)) {
            self.scope[binding.kind].extend(&frame.bound[binding.kind]);
        }
        let named = bindings.iter().find(|binding| binding.names.contains(&at));
        named.map(|binding| (binding.kind, number)).or(frame.binds)
    }

    fn bind(&mut self, kind: usize, binder: usize, written: TokenId) -> Result<TokenId, String> {
        let of = &self.rules.kinds[kind];
        let bound = &mut self.frames[binder].bound[kind];
        let level = self.scope[kind].len() + bound.len();
        bound.push(written);
        if level >= of.levels as usize {
            let name = self.grammar.text(written);
            let (levels, names) = (of.levels, &of.name);
            let again = match self.scope[kind].contains(&written) {
                true => ", and a name that is bound again counts again",
                false => "",
            };
            return Err(format!(
                "`{name}` is one name too many: at most {levels} of `{names}` can be in scope at once{again}"
            ));
        }
        Ok(of.members[level])
    }

    fn refer(&self, kind: usize, written: TokenId) -> Result<TokenId, String> {
        let scope = &self.scope[kind];
        if let Some(level) = scope.iter().rposition(|name| *name == written) {
            return Ok(self.rules.kinds[kind].members[level]);
        }
        let mut names: Vec<String> = scope
            .iter()
            .map(|name| format!("`{}`", self.grammar.text(*name)))
            .collect();
        names.sort();
        names.dedup();
        let known = match &names[..] {
            [] => format!("no name of `{}` is in scope", self.rules.kinds[kind].name),
            [only] => format!("in scope is {only}"),
            several => format!("in scope are {}", crate::print::list(several, "and", 12)),
        };
        Err(format!("`{}` is not bound here: {known}", self.grammar.text(written)))
    }

    /// Ends the scope of names at the end of `frame`, which was the innermost one.
    fn leave(&mut self, frame: &Frame) {
        let production = self.grammar.production(frame.production);
        let of = production.alternative.index();
        for kind in 0..self.scope.len() {
            let exports = self.rules.exports[kind][production.nonterminal.index()] && !self.rules.closes[of];
            if !exports {
                self.scope[kind].truncate(frame.before[kind]);
            } else if self.rules.bindings[of].iter().any(|b| b.kind == kind && b.rest) {
                self.scope[kind].extend(&frame.bound[kind]);
            }
        }
        // What a body brought into scope ends with it.
        if let Some(parent) = self.frames.last() {
            let at = parent.at - 1;
            let alternative = self.grammar.production(parent.production).alternative;
            for binding in &self.rules.bindings[alternative.index()] {
                if binding.bodies.contains(&at) {
                    let added = parent.bound[binding.kind].len();
                    self.scope[binding.kind].truncate(frame.before[binding.kind] - added);
                }
            }
        }
    }
}

//! Programs without their names: a name in scope is the number of names that were bound after it.

use tdf_grammar::{AlternativeId, Grammar, Label, TerminalText, TokenId};
use tdf_tree::Node;

use super::table::{Binds, Meaning, NameKind};

/// The nodes of a program in pre-order, with what stands for the token of a leaf.
pub type Canonical = Vec<(AlternativeId, Leaf)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leaf {
    None,
    Token(TokenId),
    /// A name that is bound here.
    Binder,
    /// The name before the last `.0` of its kind.
    Reference(usize),
}

/// The first name, from left to right, that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slip {
    pub node: usize,
    pub wrong: Wrong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Unbound,
    TooMany,
}

/// For each kind: the names in scope, the innermost last.
type Environment = Vec<Vec<TokenId>>;

struct Evaluator<'a> {
    grammar: &'a Grammar,
    meaning: &'a Meaning,
    nodes: &'a [Node],
    canonical: Canonical,
}

/// Evaluates a program of the written grammar.
pub fn meaning(grammar: &Grammar, meaning: &Meaning, nodes: &[Node]) -> Result<Canonical, Slip> {
    let inputs = |kind: &NameKind| {
        let is_it = |t: &&tdf_grammar::Terminal| t.text == TerminalText::Regex(kind.regex.clone());
        let terminal = grammar.terminals.iter().find(is_it);
        terminal.map(|t| t.tokens[..kind.inputs].to_vec()).unwrap_or_default()
    };
    let mut evaluator = Evaluator {
        grammar,
        meaning,
        nodes,
        canonical: Vec::new(),
    };
    let environment = meaning.kinds.iter().map(inputs).collect();
    evaluator.evaluate(0, environment)?;
    Ok(evaluator.canonical)
}

impl Evaluator<'_> {
    /// Evaluates the subtree at `at`. Returns the names in scope behind it.
    fn evaluate(&mut self, at: usize, before: Environment) -> Result<Environment, Slip> {
        let leaf = match self.name(at) {
            None => self.other(at),
            Some((kind, name)) => match before[kind].iter().rev().position(|known| *known == name) {
                Some(index) => Leaf::Reference(index),
                None => {
                    return Err(Slip {
                        node: at,
                        wrong: Wrong::Unbound,
                    });
                }
            },
        };
        self.canonical.push((self.alternative(at), leaf));

        let label = self.label(at);
        let (grammar, meaning) = (self.grammar, self.meaning);
        let is_own = |binds: &&Binds| label == Some(binds.label.as_str());
        let binds: Vec<&Binds> = meaning.binds.iter().filter(is_own).collect();
        let is_block = meaning.blocks.iter().any(|block| label == Some(block.as_str()));
        let mut bound: Environment = vec![Vec::new(); meaning.kinds.len()];
        let mut now = before.clone();
        let mut child = at + 1;
        for index in 0.. {
            if child == at + self.nodes[at].len as usize {
                break;
            }
            if let Some(binds) = binds.iter().find(|binds| binds.names.contains(&index)) {
                for node in child..child + self.nodes[child].len as usize {
                    let mut leaf = self.other(node);
                    if let Some((_, name)) = self.name(node) {
                        leaf = Leaf::Binder;
                        bound[binds.kind].push(name);
                        let count = now[binds.kind].len() + bound[binds.kind].len();
                        if count > meaning.kinds[binds.kind].levels {
                            return Err(Slip {
                                node,
                                wrong: Wrong::TooMany,
                            });
                        }
                    }
                    self.canonical
                        .push((grammar.production(self.nodes[node].production).alternative, leaf));
                }
            } else {
                let mut inside = now.clone();
                let mut outside = None;
                for binds in binds.iter().filter(|binds| binds.bodies.contains(&index)) {
                    inside[binds.kind].extend(&bound[binds.kind]);
                    outside = Some(binds.kind);
                }
                let behind = self.evaluate(child, inside)?;
                match outside {
                    None => now = behind,
                    // Statements of a body end with it; names of other kinds go on.
                    Some(_) => {
                        for kind in 0..now.len() {
                            if !binds.iter().any(|b| b.kind == kind && b.bodies.contains(&index)) {
                                now[kind].clone_from(&behind[kind]);
                            }
                        }
                    }
                }
            }
            child += self.nodes[child].len as usize;
        }
        if is_block {
            return Ok(before);
        }
        for binds in binds.iter().filter(|binds| binds.rest) {
            now[binds.kind].extend(&bound[binds.kind]);
        }
        Ok(now)
    }

    fn alternative(&self, at: usize) -> AlternativeId {
        self.grammar.production(self.nodes[at].production).alternative
    }

    fn label(&self, at: usize) -> Option<&str> {
        match &self.grammar.alternatives[self.alternative(at).index()].label {
            Label::Variant(label) => Some(label),
            _ => None,
        }
    }

    /// The kind and the text of the name that the node is, if it is one.
    fn name(&self, at: usize) -> Option<(usize, TokenId)> {
        let terminal = self.grammar.alternatives[self.alternative(at).index()].leaf?;
        let text = &self.grammar.terminals[terminal.index()].text;
        let is_it = |kind: &NameKind| *text == TerminalText::Regex(kind.regex.clone());
        let kind = self.meaning.kinds.iter().position(is_it)?;
        Some((kind, self.nodes[at].token))
    }

    fn other(&self, at: usize) -> Leaf {
        match self.nodes[at].token {
            Node::NO_TOKEN => Leaf::None,
            token => Leaf::Token(token),
        }
    }
}

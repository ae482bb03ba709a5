//! How networks generate programs: at once, or piece by piece.

use tdf_grammar::{Grammar, Label, NonterminalId, ProductionId};
use tdf_tree::{Node, NodeId, PartialPrograms, Size, Tree};

/// A hole to be filled: a program of `nonterminal` of size at most `budget`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hole {
    /// What it derives from.
    pub nonterminal: NonterminalId,
    /// Its greatest size.
    pub budget: u32,
}

/// Partial programs that do not fit the grammar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PlanError(pub String);

/// How programs of a language are generated: in pieces, each of which fills some holes.
///
/// # Examples
///
/// ```
/// use tdf_decode::GenerationPlan;
/// use tdf_tree::{Language, PartialPrograms, Size};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let size = Size::primitives(grammar, &["Box", "Ball"])?;
/// // A scene grows by a shape: `Arrange` joins the scene so far (child 1) and the shape (child 2).
/// let partial = PartialPrograms { alternative: "Arrange", partial: 1, piece: 2, size: 1 };
/// let plan = GenerationPlan::piecewise(grammar, grammar.start, &size, &partial, 4)?;
/// let program = language.parse(grammar.start, "(Arrange h (Box red) (Ball blue))")?;
/// let pieces = plan.split(&program);
/// assert_eq!(pieces.len(), 2);
/// assert!(plan.fits(&size, &pieces));
/// assert_eq!(plan.build(&pieces), Some(program));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerationPlan {
    /// The one hole of a first piece.
    first: [Hole; 1],
    /// Those of every other.
    next: Vec<Hole>,
    join: Option<Join>,
    /// The most pieces of a program.
    most: u32,
}

/// What a piece is joined to a partial program by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Join {
    production: ProductionId,
    /// Which child is the program so far, and which the piece.
    partial: usize,
    piece: usize,
}

impl GenerationPlan {
    /// Programs of `start` of size at most `max_size`, generated at once.
    pub fn whole(start: NonterminalId, max_size: u32) -> Self {
        Self {
            first: [Hole {
                nonterminal: start,
                budget: max_size,
            }],
            next: Vec::new(),
            join: None,
            most: 1,
        }
    }

    /// Programs of `start` of at most `max_pieces` pieces, generated piece by piece as `partial` says.
    ///
    /// # Errors
    /// Partial programs that do not fit the grammar.
    pub fn piecewise(
        grammar: &Grammar,
        start: NonterminalId,
        size: &Size,
        partial: &PartialPrograms,
        max_pieces: u32,
    ) -> Result<Self, PlanError> {
        let label = partial.alternative;
        let fail = |why: &str| Err(PlanError(format!("how partial programs grow: `{label}` {why}")));
        let named = |a: &&tdf_grammar::Alternative| {
            a.nonterminal == start && matches!(&a.label, Label::Variant(variant) if variant == label)
        };
        let Some(alternative) = grammar.alternatives.iter().find(named) else {
            return fail("is no alternative of the start symbol");
        };
        let mut productions = alternative.productions.clone();
        let (Some(production), None) = (productions.next(), productions.next()) else {
            return fail("has more than one form");
        };
        let production = ProductionId::new(production as usize);
        let symbols = grammar.production(production).symbols.iter();
        let children: Vec<NonterminalId> = symbols
            .filter_map(|symbol| match symbol {
                tdf_grammar::Symbol::Nonterminal(nonterminal) => Some(*nonterminal),
                tdf_grammar::Symbol::TokenClass(_) => None,
            })
            .collect();
        let is_program = |child: usize| children.get(child) == Some(&start);
        if partial.partial == partial.piece || !is_program(partial.partial) || !is_program(partial.piece) {
            return fail("must have two programs among its parts, one to grow and one to add");
        }
        let least = size.least(grammar);
        let of = |nonterminal: NonterminalId| least[nonterminal.index()];
        let joined = size.weight(production) + children.iter().map(|&child| of(child)).sum::<u32>();
        if partial.size < of(start) || partial.size >= joined {
            return fail("must be larger than a piece, and a piece as large as the least program");
        }
        let hole = |(child, &nonterminal): (usize, &NonterminalId)| {
            let budget = if child == partial.piece {
                partial.size
            } else {
                // Parts beside the piece are small: operators and the like.
                of(nonterminal).max(partial.size)
            };
            (child != partial.partial).then_some(Hole { nonterminal, budget })
        };
        let next = children.iter().enumerate().filter_map(hole).collect();
        Ok(Self {
            first: [Hole {
                nonterminal: start,
                budget: partial.size,
            }],
            next,
            join: Some(Join {
                production,
                partial: partial.partial,
                piece: partial.piece,
            }),
            most: max_pieces.max(1),
        })
    }

    /// Greatest number of pieces of a program.
    pub fn max_pieces(&self) -> u32 {
        self.most
    }

    /// What the next piece of a program fills, in this order; `begun` says whether there is anything of it.
    pub fn holes(&self, begun: bool) -> &[Hole] {
        if begun { &self.next } else { &self.first }
    }

    /// `partial` with a piece more: the programs of [`GenerationPlan::holes`], in order.
    ///
    /// # Panics
    /// If there are not as many parts as holes.
    pub fn join(&self, partial: Option<&Tree>, parts: &[Tree]) -> Tree {
        let (Some(partial), Some(join)) = (partial, self.join) else {
            assert_eq!(parts.len(), 1, "a first piece is one program");
            return parts[0].clone();
        };
        assert_eq!(parts.len(), self.next.len(), "as many parts as holes");
        let mut nodes = vec![Node {
            production: join.production,
            token: Node::NO_TOKEN,
            len: 0,
        }];
        let mut parts = parts.iter();
        for child in 0..=self.next.len() {
            let part = if child == join.partial {
                Some(partial)
            } else {
                parts.next()
            };
            nodes.extend_from_slice(part.map_or(&[], Tree::nodes));
        }
        nodes[0].len = nodes.len() as u32;
        Tree::from_nodes(nodes)
    }

    /// The pieces of `program` in the order of generation, each as its parts for [`GenerationPlan::join`]. A program that joins others to
    /// both sides is flattened: from left to right, each piece with the other parts that stand in front of it (appendix G of
    /// the paper).
    pub fn split(&self, program: &Tree) -> Vec<Vec<Tree>> {
        let own = |at: NodeId| Tree::from_nodes(program.subtree(at).to_vec());
        let mut pieces: Vec<Vec<Tree>> = Vec::new();
        // Nodes to be read, with the parts in front of their first piece.
        let mut open: Vec<(NodeId, Vec<Tree>)> = vec![(NodeId::ROOT, Vec::new())];
        while let Some((at, mut before)) = open.pop() {
            match self.join.filter(|join| program.node(at).production == join.production) {
                Some(Join { partial, piece, .. }) => {
                    let children: Vec<NodeId> = program.children(at).collect();
                    let others = (0..children.len()).filter(|child| ![partial, piece].contains(child));
                    open.push((children[piece], others.map(|child| own(children[child])).collect()));
                    open.push((children[partial], before));
                }
                None => {
                    if pieces.is_empty() {
                        before.clear();
                    }
                    let place = self.join.map_or(0, |j| j.piece - usize::from(j.partial < j.piece));
                    before.insert(place.min(before.len()), own(at));
                    pieces.push(before);
                }
            }
        }
        pieces
    }

    /// Whether the parts of pieces fit their holes.
    pub fn fits(&self, size: &Size, pieces: &[Vec<Tree>]) -> bool {
        pieces.iter().enumerate().all(|(number, parts)| {
            let holes = self.holes(number > 0);
            holes.len() == parts.len()
                && holes
                    .iter()
                    .zip(parts)
                    .all(|(hole, part)| size.of(part.nodes()) <= hole.budget)
        })
    }

    /// The program that [`GenerationPlan::join`] makes of pieces, one after the other; `None` of none.
    pub fn build(&self, pieces: &[Vec<Tree>]) -> Option<Tree> {
        let join = |partial: Option<Tree>, parts: &Vec<Tree>| Some(self.join(partial.as_ref(), parts));
        pieces.iter().fold(None, join)
    }
}

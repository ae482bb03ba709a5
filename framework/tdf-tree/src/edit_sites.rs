//! EditSites: the nodes that an edit may name.

use tdf_grammar::{Grammar, NonterminalId, NonterminalKind, ProductionId};

use crate::{Node, NodeId, Tree};

/// A node that can be edited: the outermost node with a choice of a chain of unit productions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditSite {
    /// The node.
    pub node: NodeId,
    /// The nonterminal that a replacement derives from.
    pub nonterminal: NonterminalId,
    /// Its size.
    pub size: u32,
}

/// Finds sites. Holds what is known of a grammar's productions.
///
/// # Examples
///
/// ```
/// use tdf_tree::{EditSites, Language, Size};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let program = language.parse(grammar.start, "(Box red)")?;
/// let mut sites = Vec::new();
/// EditSites::new(grammar).collect(&program, &Size::nodes(grammar), &mut sites);
/// let texts: Vec<String> = sites.iter().map(|site| language.print(program.subtree(site.node))).collect();
/// assert_eq!(texts, ["(Box red)", "red"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EditSites {
    productions: Vec<ProductionData>,
}

#[derive(Clone, Copy, Debug)]
struct ProductionData {
    nonterminal: NonterminalId,
    unit: bool,
    choice: bool,
}

/// Walks a tree in pre-order and says which nodes are sites.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Walk {
    /// Whether the node before is a unit production of a chain that already has its site.
    covered: bool,
}

impl EditSites {
    /// Prepares `grammar`.
    pub fn new(grammar: &Grammar) -> Self {
        let data = |id: ProductionId| {
            let nonterminal = grammar.production(id).nonterminal;
            // To add to a name, an edit rewrites its last character: the place behind it has no token to point at.
            let nothing_left = grammar.nonterminals[nonterminal.index()].kind == NonterminalKind::Suffix
                && grammar.production(id).symbols.is_empty();
            ProductionData {
                nonterminal,
                unit: grammar.is_unit(id),
                choice: grammar.has_choice(nonterminal) && !nothing_left,
            }
        };
        Self {
            productions: (0..grammar.productions.len())
                .map(ProductionId::new)
                .map(data)
                .collect(),
        }
    }

    /// The sites of `tree` in pre-order, into `out` (cleared first).
    pub fn collect(&self, tree: &Tree, size: &crate::Size, out: &mut Vec<EditSite>) {
        out.clear();
        let nodes = tree.nodes();
        let mut prefix = Vec::new();
        size.prefix_sums(nodes, &mut prefix);
        let mut walk = Walk::default();
        for (index, node) in nodes.iter().enumerate() {
            if walk.is_site(self, node.production) {
                let size = prefix[index + node.len as usize] - prefix[index];
                let nonterminal = self.nonterminal(node);
                out.push(EditSite {
                    node: NodeId(index as u32),
                    nonterminal,
                    size,
                });
            }
        }
    }

    pub(crate) fn nonterminal(&self, node: &Node) -> NonterminalId {
        self.productions[node.production.index()].nonterminal
    }
}

impl Walk {
    /// Takes the next node; says whether it is a site.
    #[inline]
    pub(crate) fn is_site(&mut self, sites: &EditSites, production: ProductionId) -> bool {
        let data = sites.productions[production.index()];
        let site = data.choice && !self.covered;
        self.covered = data.unit && (self.covered || site);
        site
    }
}

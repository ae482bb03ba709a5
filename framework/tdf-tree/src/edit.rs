//! Edits: the actions of tree diffusion.

use crate::{Node, NodeId, Tree};

/// Replace the subtree at `node` by `replacement`, which derives from the same nonterminal.
///
/// # Examples
///
/// ```
/// use tdf_tree::{Edit, Language, NodeId};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let mut program = language.parse(grammar.start, "(Box red)")?;
/// let replacement = language.parse(grammar.nonterminal("Color").expect("a rule"), "blue")?;
/// let edit = Edit { node: NodeId(1), replacement: replacement.nodes().to_vec() };
/// edit.apply(&mut program);
/// assert_eq!(language.print(program.nodes()), "(Box blue)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// The root of what is replaced.
    pub node: NodeId,
    /// What takes its place; nodes in pre-order.
    pub replacement: Vec<Node>,
}

impl Edit {
    /// Applies the edit.
    pub fn apply(&self, tree: &mut Tree) {
        tree.replace(self.node, &self.replacement);
    }
}

//! Edits: the actions of tree diffusion.

use crate::{Node, NodeId, Tree};

/// Replace the subtree at `node` by `replacement`, which derives from the same nonterminal.
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

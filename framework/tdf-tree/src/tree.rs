//! Trees as flat arenas in pre-order.

use tdf_grammar::{ProductionId, TokenId};

/// A node: one use of a production. Twelve bytes, three numbers of 32 bits: plugins in other languages see it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C)]
pub struct Node {
    /// The production.
    pub production: ProductionId,
    /// The token chosen, if the production is a leaf; else `TokenId(u32::MAX)`.
    pub token: TokenId,
    /// Number of nodes of the subtree, this one included.
    pub len: u32,
}

/// Index of a node in its tree; pre-order, the root is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NodeId(pub u32);

/// A syntax tree: a node per nonterminal of the derivation, in pre-order. Fixed tokens are not stored, the productions
/// know them. Children of a node are the nonterminals of its production, in order.
///
/// # Examples
///
/// ```
/// use tdf_tree::{Language, NodeId};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let program = language.parse(grammar.start, "(Arrange h (Box red) (Ball blue))")?;
/// assert_eq!(program.nodes().len(), 6);
/// let children: Vec<NodeId> = program.children(NodeId::ROOT).collect();
/// assert_eq!(children, [NodeId(1), NodeId(2), NodeId(4)]);
/// // A subtree is a slice of the nodes.
/// assert_eq!(program.subtree(NodeId(2)), &program.nodes()[2..4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Node {
    /// The value of `token` in nodes that are not leaves.
    pub const NO_TOKEN: TokenId = TokenId(u32::MAX);
}

impl NodeId {
    /// The root.
    pub const ROOT: Self = Self(0);

    /// The position in the arena.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Tree {
    /// A tree from nodes in pre-order. The caller promises that they form one tree of its grammar.
    pub fn from_nodes(nodes: Vec<Node>) -> Self {
        debug_assert!(nodes.first().is_none_or(|n| n.len as usize == nodes.len()));
        Self { nodes }
    }

    /// All nodes in pre-order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node `id`.
    pub fn node(&self, id: NodeId) -> Node {
        self.nodes[id.index()]
    }

    /// The subtree at `id` as a slice of nodes.
    pub fn subtree(&self, id: NodeId) -> &[Node] {
        let start = id.index();
        &self.nodes[start..start + self.nodes[start].len as usize]
    }

    /// The children of `id`, left to right.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = id.0 + self.node(id).len;
        let mut next = id.0 + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = NodeId(next);
                next += self.node(child).len;
                child
            })
        })
    }

    /// Replaces the subtree at `id` and mends the lengths of its ancestors.
    pub fn replace(&mut self, id: NodeId, replacement: &[Node]) {
        let old = self.node(id).len;
        let new = replacement.len() as u32;
        let mut at = 0u32;
        while at != id.0 {
            let node = &mut self.nodes[at as usize];
            node.len = node.len + new - old;
            let mut child = at + 1;
            while child + self.nodes[child as usize].len <= id.0 {
                child += self.nodes[child as usize].len;
            }
            at = child;
        }
        let start = id.index();
        self.nodes
            .splice(start..start + old as usize, replacement.iter().copied());
    }

    /// Becomes a copy of `other` without giving up its memory.
    pub fn clone_from_nodes(&mut self, other: &[Node]) {
        self.nodes.clear();
        self.nodes.extend_from_slice(other);
    }
}

/// Turns `len` of nodes in pre-order from numbers of children into lengths of subtrees.
pub(crate) fn mend_lengths(nodes: &mut [Node]) {
    for i in (0..nodes.len()).rev() {
        mend_length(nodes, i, nodes[i].len);
    }
}

/// The same for the nodes whose `len` has the bit `open`; that of the others is right already.
pub(crate) fn mend_open_lengths(nodes: &mut [Node], open: u32) {
    for i in (0..nodes.len()).rev() {
        if nodes[i].len & open != 0 {
            mend_length(nodes, i, nodes[i].len & !open);
        }
    }
}

fn mend_length(nodes: &mut [Node], at: usize, children: u32) {
    let mut len = 1;
    for _ in 0..children {
        len += nodes[at + len as usize].len;
    }
    nodes[at].len = len;
}

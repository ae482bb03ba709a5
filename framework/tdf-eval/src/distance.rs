//! The distance of two programs as trees.

use std::collections::BTreeMap;

use apted::{APTED, CostModel};
use tdf_grammar::{AlternativeId, NonterminalKind, ProductionId, TokenId};
use tdf_tree::{Language, Node};

/// What an edit sees of a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    /// The virtual root: one of its own, so that every program is a tree.
    Root,
    Node(ProductionId, TokenId),
    /// A member of an open terminal, whole.
    Text(AlternativeId, String),
}

/// A tree of numbered labels.
type Drawn = apted::Node<u32>;

/// Every edit of a node costs one.
struct Unit;

impl CostModel<u32> for Unit {
    fn del(&self, _: &Drawn) -> f32 {
        1.0
    }

    fn ins(&self, _: &Drawn) -> f32 {
        1.0
    }

    fn ren(&self, a: &Drawn, b: &Drawn) -> f32 {
        f32::from(u8::from(a.node_data() != b.node_data()))
    }
}

/// Pairs of nodes of the two programs, at most.
const MOST: usize = 1 << 20;

/// The exact tree edit distance (M. Pawlik and N. Augsten, "Tree edit distance: Robust and memory-efficient", Information
/// Systems 56, 2016): the least number of nodes to delete, insert and relabel that makes `b` of `a`. A deleted node's children
/// take its place among its parent's.
///
/// The nodes are those that a reader would draw: unit productions and the repetitions, options and groups inside
/// alternatives are passed over, and a name, number or text is one node, however long.
///
/// `None` if the programs are so large that it would take long: beyond a thousand nodes each.
///
/// # Examples
///
/// ```
/// use tdf_eval::edit_distance;
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let language = domain.language();
/// let parse = |text| language.parse(domain.start(), text);
/// let (a, b) = (parse("(Box red)")?, parse("(Box blue)")?);
/// assert_eq!(edit_distance(language, a.nodes(), b.nodes()), Some(1));
/// assert_eq!(edit_distance(language, a.nodes(), a.nodes()), Some(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn edit_distance(language: &Language, a: &[Node], b: &[Node]) -> Option<u32> {
    let mut numbers = BTreeMap::new();
    let (a, a_nodes) = drawn(language, a, &mut numbers);
    let (b, b_nodes) = drawn(language, b, &mut numbers);
    if a_nodes.checked_mul(b_nodes)? > MOST {
        return None;
    }
    let distance = APTED::new(Unit).try_compute_edit_distance(&a, &b).ok()?;
    Some(distance as u32)
}

/// The tree and its number of nodes.
fn drawn(language: &Language, nodes: &[Node], numbers: &mut BTreeMap<Label, u32>) -> (Drawn, usize) {
    let grammar = language.grammar();
    let mut number = |label: Label| {
        let next = numbers.len() as u32;
        *numbers.entry(label).or_insert(next)
    };
    let mut root = Drawn::new(number(Label::Root));
    // Nodes whose subtrees are being read, with the ends of these.
    let mut open: Vec<(Drawn, usize)> = Vec::new();
    let mut close = |open: &mut Vec<(Drawn, usize)>, at: usize| {
        while let Some((node, _)) = open.pop_if(|(_, end)| *end <= at) {
            let parent = open.last_mut().map_or(&mut root, |(parent, _)| parent);
            parent.add_child(node);
        }
    };
    let (mut at, mut count) = (0, 1);
    while at < nodes.len() {
        close(&mut open, at);
        let node = nodes[at];
        let (production, end) = (grammar.production(node.production), at + node.len as usize);
        let is_open = production.leaf && production.symbols.len() > 1;
        use NonterminalKind::{Group, Optional, Plus, Star};
        let kind = grammar.nonterminals[production.nonterminal.index()].kind;
        if is_open {
            let text = language.print(&nodes[at..end]);
            open.push((Drawn::new(number(Label::Text(production.alternative, text))), end));
            (at, count) = (end, count + 1);
            continue;
        }
        if !grammar.is_unit(node.production) && !matches!(kind, Star | Plus | Optional | Group) {
            open.push((Drawn::new(number(Label::Node(node.production, node.token))), end));
            count += 1;
        }
        at += 1;
    }
    close(&mut open, nodes.len());
    (root, count)
}

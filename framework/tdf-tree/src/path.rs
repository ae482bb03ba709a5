//! Edit paths: TreeDiff (section 3.2.2, appendix E, algorithm 1).

use std::sync::Arc;

use tdf_grammar::{Grammar, Label, NonterminalKind, ProductionId};

use crate::edit_sites::Walk;
use crate::{Edit, EditSites, Node, NodeId, Rng, Sampler, Size, SizeError, Tree, recursion, tree};

/// What an edit of a path may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathOptions {
    /// sigma_small: the greatest size of a replacement.
    pub max_edit_size: u32,
}

/// Finds edit paths.
///
/// Two trees are walked side by side. Where they differ, the site is replaced: by the target's subtree if that is small,
/// else by a small program that starts with the same chain of unit productions and the same first other production as
/// the target, and agrees with it further down as far as its size allows. Either way the part that the trees have in
/// common, counted from the root, grows with every edit, so that every path ends.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use tdf_tree::{EditPath, Language, PathOptions, Size, rng_stream};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let (grammar, size) = (Arc::clone(grammar), Size::primitives(grammar, &["Box", "Ball"])?);
/// let paths = EditPath::new(grammar, size, PathOptions { max_edit_size: 2 })?;
/// let parse = |text| language.parse(language.grammar().start, text);
/// let (mut program, target) = (parse("(Box red)")?, parse("(Arrange h (Box blue) (Ball blue))")?);
/// for edit in paths.find(&program, &target, &mut rng_stream(0, 0)) {
///     edit.apply(&mut program);
/// }
/// assert_eq!(program, target);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EditPath {
    sites: EditSites,
    size: Size,
    tokens: Size,
    sampler: Sampler,
    options: PathOptions,
}

/// The target, with sums that give the size and the number of tokens of any subtree.
struct Target<'a> {
    nodes: &'a [Node],
    size: Vec<u32>,
    tokens: Vec<u32>,
}

impl Target<'_> {
    fn subtree(&self, at: usize) -> &[Node] {
        &self.nodes[at..at + self.nodes[at].len as usize]
    }

    fn size(&self, at: usize) -> u32 {
        self.size[at + self.nodes[at].len as usize] - self.size[at]
    }

    fn tokens(&self, at: usize) -> u32 {
        self.tokens[at + self.nodes[at].len as usize] - self.tokens[at]
    }
}

/// Memory of [`EditPath::approach`].
#[derive(Default)]
struct Scratch {
    /// Nodes of the target still to approach, each with the size that there is for it; the next one last.
    todo: Vec<(u32, u32)>,
    slots: Vec<u32>,
}

impl EditPath {
    /// A path finder.
    ///
    /// # Errors
    /// If `max_edit_size` is so small that some production could never be made by an edit: names it and the least bound.
    pub fn new(grammar: Arc<Grammar>, size: Size, options: PathOptions) -> Result<Self, SizeError> {
        check(&grammar, &size, options.max_edit_size)?;
        let sampler = Sampler::new(&grammar, &size, options.max_edit_size, crate::Weighting::Rules);
        Ok(Self {
            sites: EditSites::new(&grammar),
            tokens: Size::tokens(&grammar),
            size,
            sampler,
            options,
        })
    }

    /// The least `max_edit_size` that [`EditPath::new`] takes.
    pub fn least_max_edit_size(grammar: &Grammar, size: &Size) -> u32 {
        most_demanding(grammar, size).map_or(1, |(need, _)| need.max(1))
    }

    /// The first edits of algorithm 1: all of them can be applied to `from` in any order (each names a node of `from`).
    /// Empty exactly if the trees are equal.
    ///
    /// Both trees derive from the same nonterminal. The edits come in pre-order; their subtrees do not overlap, and an
    /// edit moves only the nodes behind it, so that going from last to first needs no care.
    pub fn first_edits(&self, from: &Tree, to: &Tree, rng: &mut Rng) -> Vec<Edit> {
        let target = self.target(to);
        let mut scratch = Scratch::default();
        let mut pairs = Vec::new();
        self.differences(from.nodes(), target.nodes, &mut pairs);
        let edit = |&(node, at): &(u32, u32)| {
            let mut replacement = Vec::new();
            if target.size(at as usize) <= self.options.max_edit_size {
                replacement.extend_from_slice(target.subtree(at as usize));
            } else {
                self.approach(&target, at, rng, &mut scratch, &mut replacement);
            }
            Edit {
                node: NodeId(node),
                replacement,
            }
        };
        pairs.iter().map(edit).collect()
    }

    /// How much of `to` the first edits of algorithm 1 write, in tokens: 0 exactly if the trees are equal.
    pub fn rewritten(&self, from: &Tree, to: &Tree) -> u32 {
        let target = self.target(to);
        let mut pairs = Vec::new();
        self.differences(from.nodes(), target.nodes, &mut pairs);
        pairs.iter().map(|&(_, at)| target.tokens(at as usize)).sum()
    }

    /// A whole path: edits that, applied one after the other, turn `from` into `to`. At each step the edit with the
    /// longest replacement (in tokens) is taken first, the leftmost of equals.
    ///
    /// Both trees derive from the same nonterminal.
    pub fn find(&self, from: &Tree, to: &Tree, rng: &mut Rng) -> Vec<Edit> {
        let target = self.target(to);
        let mut scratch = Scratch::default();
        let (mut pairs, mut replacement, mut longest) = (Vec::new(), Vec::new(), Vec::new());
        let mut current = from.clone();
        let mut path = Vec::new();
        loop {
            self.differences(current.nodes(), target.nodes, &mut pairs);
            // The node, the number of tokens, and the place in the target unless the replacement is in `longest`.
            let mut best: Option<(u32, u32, Option<usize>)> = None;
            for &(node, at) in &pairs {
                let small = target.size(at as usize) <= self.options.max_edit_size;
                let tokens = if small {
                    target.tokens(at as usize)
                } else {
                    replacement.clear();
                    self.approach(&target, at, rng, &mut scratch, &mut replacement);
                    self.tokens.of(&replacement)
                };
                if best.is_none_or(|(_, most, _)| tokens > most) {
                    best = Some((node, tokens, small.then_some(at as usize)));
                    if !small {
                        std::mem::swap(&mut replacement, &mut longest);
                    }
                }
            }
            let Some((node, _, copied)) = best else { return path };
            let replacement = copied.map_or_else(|| longest.clone(), |at| target.subtree(at).to_vec());
            let edit = Edit {
                node: NodeId(node),
                replacement,
            };
            edit.apply(&mut current);
            path.push(edit);
        }
    }

    fn target<'a>(&self, to: &'a Tree) -> Target<'a> {
        let mut target = Target {
            nodes: to.nodes(),
            size: Vec::new(),
            tokens: Vec::new(),
        };
        self.size.prefix_sums(target.nodes, &mut target.size);
        self.tokens.prefix_sums(target.nodes, &mut target.tokens);
        target
    }

    /// The outermost sites at which the trees differ, each with its counterpart in the target.
    ///
    /// As long as productions are equal, so is the shape, and both indices run on together.
    fn differences(&self, from: &[Node], to: &[Node], pairs: &mut Vec<(u32, u32)>) {
        pairs.clear();
        let (mut i, mut j) = (0, 0);
        let mut site = (0, 0);
        let mut walk = Walk::default();
        while i < from.len() {
            let (a, b) = (from[i], to[j]);
            if walk.is_site(&self.sites, a.production) {
                site = (i as u32, j as u32);
            }
            if a.production == b.production && a.token == b.token {
                i += 1;
                j += 1;
            } else {
                pairs.push(site);
                i += a.len as usize;
                j += b.len as usize;
                walk = Walk::default();
            }
        }
    }

    /// Appends a program of at most `max_edit_size` that is as near to the target's subtree at `at` as fits.
    fn approach(&self, target: &Target<'_>, at: u32, rng: &mut Rng, scratch: &mut Scratch, out: &mut Vec<Node>) {
        const OPEN: u32 = 1 << 31;
        let first = out.len();
        scratch.todo.clear();
        scratch.todo.push((at, self.options.max_edit_size));
        while let Some((at, slot)) = scratch.todo.pop() {
            let node = target.nodes[at as usize];
            if target.size(at as usize) <= slot {
                out.extend_from_slice(target.subtree(at as usize));
            } else if let Some(size) = self.sampler.greatest(node.production, slot) {
                scratch.slots.clear();
                let children = self.sampler.split_into(node.production, size, rng, &mut scratch.slots);
                out.push(Node {
                    len: OPEN | children,
                    ..node
                });
                let bottom = scratch.todo.len();
                let mut child = at + 1;
                for &slot in &scratch.slots {
                    scratch.todo.push((child, slot));
                    child += target.nodes[child as usize].len;
                }
                scratch.todo[bottom..].reverse();
            } else {
                // A split gives out only sizes that the nonterminal can have.
                self.sampler.sample_into(self.sites.nonterminal(&node), slot, rng, out);
            }
        }
        tree::mend_open_lengths(&mut out[first..], OPEN);
    }
}

/// The size of the edit that makes the most demanding production, and this production.
///
/// An edit that makes a production has to make with it the unit productions between the site and its node.
fn most_demanding(grammar: &Grammar, size: &Size) -> Option<(u32, ProductionId)> {
    let ids = || (0..grammar.productions.len()).map(ProductionId::new);
    let least = size.least(grammar);
    // What an edit needs that makes this production and the most demanding chain below it, and the end of that chain.
    let mut needs: Vec<(u32, ProductionId)> = ids()
        .map(|p| (recursion::least_of(grammar, size.weights(), &least, p), p))
        .collect();
    // A chain visits no nonterminal twice, or the grammar would be ambiguous.
    for _ in 0..grammar.nonterminals.len() {
        for p in ids().filter(|&p| grammar.is_unit(p)) {
            let below = recursion::children(grammar, p).flat_map(|n| grammar.productions_of(n));
            if let Some((need, end)) = below.map(|q| needs[q.index()]).max_by_key(|n| n.0) {
                needs[p.index()] = (need.saturating_add(size.weight(p)), end);
            }
        }
    }
    let at_sites = ids().filter(|&p| grammar.has_choice(grammar.production(p).nonterminal));
    at_sites.map(|p| needs[p.index()]).max_by_key(|n| n.0)
}

/// Refuses a bound under which some production cannot be made.
fn check(grammar: &Grammar, size: &Size, max_edit_size: u32) -> Result<(), SizeError> {
    match most_demanding(grammar, size) {
        Some((need, production)) if need > max_edit_size => {
            let rule = &grammar.nonterminals[grammar.production(production).nonterminal.index()];
            let name = match &grammar.alternative_of(production).label {
                Label::Variant(label) if rule.kind == NonterminalKind::Rule && *label != rule.name => {
                    format!("`{label}` of `{}`", rule.name)
                }
                _ => format!("`{}`", rule.name),
            };
            let message = format!(
                "edits of size {max_edit_size} are too small: no such edit can make {name}; the least bound that works is {need}"
            );
            Err(SizeError { message })
        }
        _ => Ok(()),
    }
}

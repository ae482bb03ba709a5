//! How deep programs may be nested to be drawn.

use tdf_grammar::{Grammar, NonterminalKind};
use tdf_tree::Node;

use crate::RenderError;

/// Greatest nesting of a program that becomes a typed tree. Typed trees are recursive types: building, drawing and
/// dropping them takes stack in proportion to their depth, and programs come from users. A network's context holds far
/// less.
pub const MAX_DEPTH: u32 = 500;

/// Depth of a program: nodes on the longest way from the root to a leaf. The links of a repetition (`X+`) count
/// nothing, since they become a `Vec`; nor do the characters of an open terminal, which become a text.
///
/// # Examples
///
/// ```
/// use tdf_domain::{depth, erase};
/// use tdf_rainbow::Rainbow;
///
/// let domain = erase(Rainbow::default())?;
/// let language = domain.language();
/// let of = |text| Ok::<_, tdf_domain::ParseError>(depth(language.grammar(), language.parse(domain.start(), text)?.nodes()));
/// assert_eq!(of("(Box red)")?, 2);
/// assert_eq!(of("(Arrange h (Box red) (Ball blue))")?, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn depth(grammar: &Grammar, nodes: &[Node]) -> u32 {
    let mut deepest = 0;
    // Ends of the subtrees around the current node; whether each counts is in the second half.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut depth = 0;
    for (at, node) in nodes.iter().enumerate() {
        while open.last().is_some_and(|&(end, _)| end <= at) {
            if let Some((_, counts)) = open.pop() {
                depth -= u32::from(counts);
            }
        }
        let nonterminal = grammar.production(node.production).nonterminal;
        let kind = grammar.nonterminals[nonterminal.index()].kind;
        let counts = !matches!(kind, NonterminalKind::Plus | NonterminalKind::Suffix);
        depth += u32::from(counts);
        deepest = deepest.max(depth);
        open.push((at + node.len as usize, counts));
    }
    deepest
}

/// Refuses programs deeper than [`MAX_DEPTH`].
///
/// # Errors
/// Says how deep the program is.
pub fn check_depth(grammar: &Grammar, nodes: &[Node]) -> Result<(), RenderError> {
    // No program is deeper than it has nodes.
    if nodes.len() <= MAX_DEPTH as usize {
        return Ok(());
    }
    let depth = depth(grammar, nodes);
    if depth > MAX_DEPTH {
        return Err(RenderError(format!(
            "the program is nested {depth} levels deep; programs of at most {MAX_DEPTH} levels can be drawn"
        )));
    }
    Ok(())
}

//! Programs that say no more than their images show.

use tdf_domain::DynDomain;
use tdf_tree::{NodeId, Tree, reductions};

/// Takes out of `program`, which draws `image`, what can be left out without a change of the image, and writes the rest in the
/// domain's canonical form ([`DynDomain::canonical`]).
///
/// Programs that render to the same image contradict each other as labels: of two of them a network that sees images can but toss a
/// coin. What is left out is an operand, an item or an optional part at a time, from the root down; the result is a program that
/// no single such step makes smaller.
pub fn simplify(domain: &dyn DynDomain, program: &mut Tree, image: &[u8]) {
    let grammar = domain.language().grammar();
    let mut drawn = vec![0; image.len()];
    let mut at = 0;
    while at < program.nodes().len() {
        let mut smaller = reductions(grammar, program.nodes(), at).into_iter();
        let same = smaller.find_map(|part| {
            let mut shorter = program.clone();
            shorter.replace(NodeId(at as u32), &part);
            let is_same = domain.render(shorter.nodes(), &mut drawn).is_ok() && drawn == image;
            is_same.then_some(shorter)
        });
        match same {
            // What stood before may be without use now.
            Some(shorter) => (*program, at) = (shorter, 0),
            None => at += 1,
        }
    }
    if let Some(nodes) = domain.canonical(program.nodes()) {
        *program = Tree::from_nodes(nodes);
    }
}

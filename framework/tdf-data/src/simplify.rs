//! Programs that say no more than their images show.

use tdf_domain::DynDomain;
use tdf_tree::{NodeId, Tree, reductions};

/// Takes out of `program`, which draws `image`, what can be left out without a change of the image, and writes the rest in the
/// domain's canonical form ([`DynDomain::canonical`]).
///
/// Programs that render to the same image contradict each other as labels: of two of them a network that sees images can but toss a
/// coin. What is left out is an operand, an item or an optional part at a time, from the root down; the result is a program that
/// no single such step makes smaller.
///
/// # Examples
///
/// ```
/// use tdf_csg2d::Csg2d;
/// use tdf_data::simplify;
///
/// let domain = tdf_domain::erase(Csg2d::default())?;
/// let language = domain.language();
/// // A circle united with itself.
/// let mut program = language.parse(domain.start(), "(+ (Circle 5 4 4) (Circle 5 4 4))")?;
/// let mut image = domain.observation_spec().blank();
/// domain.render(program.nodes(), &mut image)?;
/// simplify(&*domain, &mut program, &image);
/// assert_eq!(language.print(program.nodes()), "(Circle 5 4 4)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

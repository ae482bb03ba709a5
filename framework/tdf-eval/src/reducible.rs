//! Programs that say more than their images show.

use std::sync::Arc;

use tdf_domain::{Criterion, DynDomain};
use tdf_tree::{NodeId, Tree, reductions};

/// Whether a smaller part of `program`, which draws `image`, renders to the same image by `criterion`: a proper subtree that is a program, or
/// what is left when one operand, item or optional part is dropped. Such a task can be solved without finding all of its
/// program.
///
/// To drop an operand is to put one below a node in its place that derives from the same nonterminal (`(+ a b)` becomes `a`), to
/// take the alternative without the first symbol where the grammar has it (the first item of a list), or the empty one.
///
/// # Examples
///
/// ```
/// use tdf_domain::Criterion;
/// use tdf_eval::is_reducible;
///
/// let domain = tdf_domain::erase(tdf_csg2d::Csg2d::default())?;
/// let mut reducible = |text: &str| -> Result<bool, Box<dyn std::error::Error>> {
///     let program = domain.language().parse(domain.start(), text)?;
///     let mut image = vec![0; domain.observation_spec().bytes()];
///     domain.render(program.nodes(), &mut image)?;
///     Ok(is_reducible(&domain, &program, &image, Criterion::default()))
/// };
/// assert!(reducible("(+ (Circle 5 4 4) (Circle 5 4 4))")?);
/// assert!(!reducible("(Circle 5 4 4)")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn is_reducible(domain: &Arc<dyn DynDomain>, program: &Tree, image: &[u8], criterion: Criterion) -> bool {
    let grammar = domain.language().grammar();
    let mut drawn = vec![0; domain.observation_spec().bytes()];
    let mut same = |part: &Tree| {
        let is_drawn = domain.render(part.nodes(), &mut drawn).is_ok();
        is_drawn && domain.solved(criterion, &drawn, image)
    };
    let nodes = program.nodes();
    (0..nodes.len()).any(|at| {
        let mut shorter = reductions(grammar, nodes, at).into_iter();
        shorter.any(|replacement| {
            let mut part = program.clone();
            part.replace(NodeId(at as u32), &replacement);
            same(&part)
        })
    })
}

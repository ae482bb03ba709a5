//! The form of a target that is nearest to the program at hand.

use tdf_domain::DynDomain;
use tdf_tree::{EditPath, Tree, swap_operands};

/// `target`, which is in canonical form, with operands swapped where their order does not matter, so that less is to be
/// rewritten on the way from `current`; `None` if it is nearest as it is.
///
/// Order does not matter where the canonical form of the swapped program is the same. Without this a program that has both
/// operands right but for a number, in the other order, would be labelled as wrong in all of its parts.
pub(crate) fn nearest(domain: &dyn DynDomain, path: &EditPath, current: &Tree, target: &Tree) -> Option<Tree> {
    let grammar = domain.language().grammar();
    let mut left = path.rewritten(current, target);
    let mut form: Option<Tree> = None;
    for at in 0.. {
        let tree = form.as_ref().unwrap_or(target);
        if left == 0 || at == tree.nodes().len() {
            break;
        }
        let Some(swapped) = swap_operands(grammar, tree, at) else {
            continue;
        };
        let would_be_left = path.rewritten(current, &swapped);
        if would_be_left < left
            && domain
                .canonical(swapped.nodes())
                .is_some_and(|nodes| nodes == target.nodes())
        {
            (form, left) = (Some(swapped), would_be_left);
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tdf_csg2d as _;
    use tdf_tree::{PathOptions, Sampler, Weighting, rng_stream};

    use super::*;

    /// With the operands of some `+` swapped at random, a target is found to be what it is; and on the way from any program
    /// a form renders to the same image and leaves less to do.
    #[test]
    fn swapped_operands_are_no_difference() {
        let domain = tdf_domain::builtin("csg2d").unwrap().open().unwrap();
        let grammar = domain.language().grammar();
        let sampler = Sampler::new(grammar, domain.size(), 6, Weighting::Rules);
        let sizes = sampler.feasible(domain.start(), 2..=6).unwrap();
        let path = EditPath::new(
            Arc::clone(grammar),
            domain.size().clone(),
            PathOptions { max_edit_size: 2 },
        )
        .unwrap();
        let mut rng = rng_stream(5, 0);
        let mut images = [(); 2].map(|()| domain.observation_spec().blank());
        let (mut forms, mut turned) = (0, 0);
        for _ in 0..300 {
            let program = sampler.sample(domain.start(), &sizes, &mut rng);
            let target = Tree::from_nodes(domain.canonical(program.nodes()).unwrap());
            // All that can be made by one swap.
            for at in 0..target.nodes().len() {
                let Some(other) = swap_operands(grammar, &target, at) else {
                    continue;
                };
                let same = domain.canonical(other.nodes()).unwrap() == target.nodes();
                if same && other != target {
                    turned += 1;
                    assert!(nearest(&*domain, &path, &other, &target) == Some(other));
                }
            }
            let current = sampler.sample(domain.start(), &sizes, &mut rng);
            if let Some(form) = nearest(&*domain, &path, &current, &target) {
                forms += 1;
                assert!(path.rewritten(&current, &form) < path.rewritten(&current, &target));
                for (tree, image) in [&form, &target].into_iter().zip(&mut images) {
                    domain.render(tree.nodes(), image).unwrap();
                }
                assert!(images[0] == images[1], "another image");
            }
        }
        assert!(forms > 20 && turned > 100, "{forms} {turned}");
    }
}

//! Making what was found simple and exact.

use tdf_search::refine;
use tdf_tree::{Sampler, Weighting, rng_stream};

/// What is refined is no larger and no further from the target, and refining it again changes nothing.
#[test]
fn a_refined_program_is_at_its_end() {
    for name in ["rainbow", "csg2d"] {
        let domain = tdf_domain::builtin(name).unwrap().open().unwrap();
        let sampler = Sampler::new(domain.language().grammar(), domain.size(), 3, Weighting::Rules);
        let sizes = sampler.feasible(domain.start(), 1..=3).unwrap();
        let (mut simpler, mut nearer) = (0, 0);
        for number in 0..12 {
            let mut rng = rng_stream(4, number);
            let [target, found] = [(); 2].map(|()| sampler.sample(domain.start(), &sizes, &mut rng));
            let image = |program: &tdf_tree::Tree| {
                let mut image = vec![0; domain.canvas().bytes()];
                domain.render(program.nodes(), &mut image).unwrap();
                image
            };
            let target = image(&target);
            let refined = refine(&domain, &target, &found, 20_000).unwrap();
            let before = domain.distance(&image(&found), &target);
            assert_eq!(refined.difference, domain.distance(&image(&refined.program), &target));
            let size = |program: &tdf_tree::Tree| domain.size().of(program.nodes());
            assert!(refined.difference <= before && size(&refined.program) <= size(&found));
            assert!(refined.renders < 20_000);
            let again = refine(&domain, &target, &refined.program, 20_000).unwrap();
            assert_eq!(
                (&again.program, again.difference),
                (&refined.program, refined.difference)
            );
            simpler += usize::from(size(&refined.program) < size(&found));
            nearer += usize::from(refined.difference < before);
            // Few renders are few.
            for most in [1, 2, 17] {
                let some = refine(&domain, &target, &found, most).unwrap();
                assert!(some.renders <= most && some.difference <= before, "{most}");
            }
        }
        assert!(simpler > 0 && nearer > 6, "{name}: {simpler} {nearer}");
    }
}

//! Making what was found simple and exact.

use std::sync::Arc;

use tdf_domain::{Criterion, DynDomain, ObservationSpec, RenderError};
use tdf_search::refine;
use tdf_tree::{Language, Node, Sampler, Size, Weighting, rng_stream};

/// What is refined is no larger and no further from the target, and refining it again changes nothing.
#[test]
fn a_refined_program_is_at_its_end() {
    for name in ["rainbow", "csg2d"] {
        let domain = tdf_domain::builtin(name).unwrap().open().unwrap();
        let criterion = domain.criterion("").unwrap();
        let sampler = Sampler::new(domain.language().grammar(), domain.size(), 3, Weighting::Rules);
        let sizes = sampler.feasible(domain.start(), 1..=3).unwrap();
        let (mut simpler, mut nearer) = (0, 0);
        for number in 0..12 {
            let mut rng = rng_stream(4, number);
            let [target, found] = [(); 2].map(|()| sampler.sample(domain.start(), &sizes, &mut rng));
            let image = |program: &tdf_tree::Tree| {
                let mut image = vec![0; domain.observation_spec().bytes()];
                domain.render(program.nodes(), &mut image).unwrap();
                image
            };
            let target = image(&target);
            let refined = refine(&domain, criterion, &target, &found, 20_000).unwrap();
            assert_eq!(
                refined.solved,
                domain.solved(criterion, &image(&refined.program), &target)
            );
            let before = domain.distance(&image(&found), &target);
            assert_eq!(refined.difference, domain.distance(&image(&refined.program), &target));
            let size = |program: &tdf_tree::Tree| domain.size().of(program.nodes());
            assert!(refined.difference <= before && size(&refined.program) <= size(&found));
            assert!(refined.renders < 20_000);
            let again = refine(&domain, criterion, &target, &refined.program, 20_000).unwrap();
            assert_eq!(
                (&again.program, again.difference),
                (&refined.program, refined.difference)
            );
            simpler += usize::from(size(&refined.program) < size(&found));
            nearer += usize::from(refined.difference < before);
            // Few renders are few.
            for most in [1, 2, 17] {
                let some = refine(&domain, criterion, &target, &found, most).unwrap();
                assert!(some.renders <= most && some.difference <= before, "{most}");
            }
        }
        assert!(simpler > 0 && nearer > 6, "{name}: {simpler} {nearer}");
    }
}

/// CSG2D with a distance that tells nothing apart.
struct Blind(Arc<dyn DynDomain>);

impl DynDomain for Blind {
    fn name(&self) -> &str {
        "blind"
    }

    fn language(&self) -> &Arc<Language> {
        self.0.language()
    }

    fn size(&self) -> &Size {
        self.0.size()
    }

    fn observation_spec(&self) -> ObservationSpec {
        self.0.observation_spec()
    }

    fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
        self.0.render(nodes, image)
    }

    fn solved(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> bool {
        self.0.solved(criterion, image, target)
    }

    fn distance(&self, _: &[u8], _: &[u8]) -> f64 {
        1.0
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        self.0.is_uninformative(image)
    }

    fn svg(&self, _: &[Node]) -> Option<String> {
        None
    }
}

/// A distance and a criterion need not agree: what solves a task goes on to solve it.
#[test]
fn a_solution_stays_one() {
    let csg2d = tdf_domain::builtin("csg2d").unwrap().open().unwrap();
    let domain: Arc<dyn DynDomain> = Arc::new(Blind(csg2d));
    let parse = |text: &str| domain.language().parse(domain.start(), text).unwrap();
    let found = parse("(+ (Circle 3 5 8) (+ (Circle 2 11 8) (Circle 1 11 8)))");
    let mut target = vec![0; domain.observation_spec().bytes()];
    domain.render(found.nodes(), &mut target).unwrap();
    let refined = refine(&domain, Criterion::default(), &target, &found, 1_000).unwrap();
    assert!(refined.solved);
    assert_eq!(refined.program, parse("(+ (Circle 3 5 8) (Circle 2 11 8))"));
    // What does not solve it may lose parts.
    target.fill(255);
    let refined = refine(&domain, Criterion::default(), &target, &found, 1_000).unwrap();
    assert!(!refined.solved && domain.size().of(refined.program.nodes()) == 1);
}

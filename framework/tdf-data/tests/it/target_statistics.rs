//! What is said of random targets.

use std::sync::Arc;

use tdf_data::{TargetStatistics, target_statistics};
use tdf_domain::{Canvas, Domain, DynDomain, RenderError, erase};
use tdf_rainbow::ast::Scene;

/// Rainbow's programs, each one pixel of 1,000: few pixels differ whatever the programs are.
#[derive(Default)]
struct Sparse;

impl Domain for Sparse {
    type Program = Scene;
    const NAME: &'static str = "sparse";

    fn canvas(&self) -> Canvas {
        Canvas {
            width: 100,
            height: 10,
            channels: 1,
            background: 255,
        }
    }

    fn render(&self, program: &Scene, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(255);
        image[program.to_string().len()] = 0;
        Ok(())
    }

    fn is_uninformative(&self, _image: &[u8]) -> bool {
        false
    }
}

/// The same with images that are never targets.
#[derive(Default)]
struct Empty;

impl Domain for Empty {
    type Program = Scene;
    const NAME: &'static str = "empty";
    const CRITERIA: &'static [&'static str] = &["same"];

    fn canvas(&self) -> Canvas {
        Sparse.canvas()
    }

    fn render(&self, program: &Scene, image: &mut [u8]) -> Result<(), RenderError> {
        Sparse.render(program, image)
    }

    fn solved(&self, _criterion: &str, image: &[u8], target: &[u8]) -> bool {
        image == target
    }
}

fn statistics(domain: &Arc<dyn DynDomain>) -> TargetStatistics {
    target_statistics(&**domain, domain.criterion("").unwrap(), 4..=20, 0).unwrap()
}

#[test]
fn a_criterion_that_takes_everything_for_equal_is_told() {
    let found = statistics(&erase(Sparse).unwrap());
    assert_eq!(
        (found.programs, found.uninformative, found.solved_by_blank),
        (100, 0, 100)
    );
    assert_eq!(found.equal_pairs, found.pairs);
    assert!(found.pairs > 900, "{found}");
    let warnings = found.warnings();
    assert!(
        warnings[0].starts_with("100 % of random pairs of programs count as equal by pixels-0.99")
            && warnings[0].contains("choose its threshold"),
        "{warnings:?}"
    );
    assert!(
        warnings[1].starts_with("a blank image solves 100 of 100 random targets by pixels-0.99"),
        "{warnings:?}"
    );
    assert_eq!(warnings.len(), 2);
}

#[test]
fn targets_that_are_left_out_are_told() {
    let found = statistics(&erase(Empty).unwrap());
    assert_eq!(
        (found.programs, found.uninformative, found.solved_by_blank),
        (100, 100, 0)
    );
    assert!(found.equal_share() < 0.5, "{found}");
    let warnings = found.warnings();
    assert!(
        warnings
            .iter()
            .any(|warning| warning.starts_with("100 of 100 random programs are nearly empty")),
        "{warnings:?}"
    );
}

#[test]
fn a_domain_without_such_faults_has_no_warnings() {
    let domain = crate::rainbow();
    let found = target_statistics(&*domain, domain.criterion("").unwrap(), 2..=8, 0).unwrap();
    assert_eq!(found.warnings(), Vec::<String>::new());
    assert_eq!(found.criterion, "pixels-0.99");
    let error = target_statistics(&*domain, domain.criterion("").unwrap(), 0..=0, 0);
    assert!(error.is_err());
}

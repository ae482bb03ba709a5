//! Programs without what does not show.

use std::sync::Arc;

use tdf_csg2d as _;
use tdf_data::{Example, ExampleOptions, ExampleStream, simplify};
use tdf_domain::DynDomain;
use tdf_tree::{NodeId, Tree, reductions};

use crate::options;

fn csg2d() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("csg2d")
        .expect("built in")
        .open()
        .expect("a sound domain")
}

fn draw(domain: &Arc<dyn DynDomain>, program: &Tree) -> Vec<u8> {
    let mut image = vec![0; domain.observation_spec().bytes()];
    domain.render(program.nodes(), &mut image).unwrap();
    image
}

fn simplified(domain: &Arc<dyn DynDomain>, text: &str) -> String {
    let language = domain.language();
    let mut program = language.parse(domain.start(), text).unwrap();
    let image = draw(domain, &program);
    simplify(&**domain, &mut program, &image);
    language.print(program.nodes())
}

#[test]
fn what_does_not_show_is_left_out() {
    let domain = csg2d();
    for (program, simple) in [
        // Inside of the other; outside of it; nothing at all.
        ("(+ (Circle 5 8 8) (Circle 2 8 8))", "(Circle 5 8 8)"),
        ("(- (Circle 2 3 3) (Circle 2 12 12))", "(Circle 2 3 3)"),
        ("(+ (Circle 0 3 3) (Circle 2 12 12))", "(Circle 2 12 12)"),
        // Hidden by another operand than its own.
        (
            "(+ (+ (Circle 2 8 8) (Circle 1 2 2)) (Circle 5 8 8))",
            "(+ (Circle 1 2 2) (Circle 5 8 8))",
        ),
        // The same, turned and swapped.
        ("(Quad 8 8 2 6 270)", "(Quad 8 8 6 2 0)"),
        ("(Quad 8 8 2 6 225)", "(Quad 8 8 2 6 45)"),
        (
            "(+ (Quad 8 8 2 6 0) (Circle 2 12 3))",
            "(+ (Circle 2 12 3) (Quad 8 8 2 6 0))",
        ),
        (
            "(- (Quad 8 8 6 6 0) (Circle 2 8 8))",
            "(- (Quad 8 8 6 6 0) (Circle 2 8 8))",
        ),
    ] {
        assert_eq!(simplified(&domain, program), simple);
        assert_eq!(simplified(&domain, simple), simple);
    }
}

#[test]
fn targets_show_all_that_they_say() {
    let domain = csg2d();
    let options = ExampleOptions {
        simplify_targets: true,
        ..options()
    };
    let grammar = domain.language().grammar();
    let stream = ExampleStream::new(Arc::clone(&domain), options.clone(), 5).unwrap();
    let plain = ExampleStream::new(
        Arc::clone(&domain),
        ExampleOptions {
            simplify_targets: false,
            ..options
        },
        5,
    )
    .unwrap();
    let (mut example, mut before) = (Example::default(), Example::default());
    let mut smaller = 0;
    for index in 0..150 {
        stream.example(index, &mut example).unwrap();
        plain.example(index, &mut before).unwrap();
        assert!(example.target_image == before.target_image);
        assert!(draw(&domain, &example.target) == example.target_image);
        let size = |program: &Tree| domain.size().of(program.nodes());
        assert!(size(&example.target) <= size(&before.target));
        smaller += u32::from(size(&example.target) < size(&before.target));
        for at in 0..example.target.nodes().len() {
            for part in reductions(grammar, example.target.nodes(), at) {
                let mut shorter = example.target.clone();
                shorter.replace(NodeId(at as u32), &part);
                let is_same = draw(&domain, &shorter) == example.target_image;
                assert!(!is_same, "example {index}");
            }
        }
    }
    assert!(smaller > 30, "{smaller} of 150");
}

//! The public code's meaning of operators.

use tdf_csg2d::Csg2d;
use tdf_domain::Tree;
use tdf_testkit::{Fixture, svg_images};

fn flat() -> Fixture<Csg2d> {
    Fixture::with(&[("composition", "flat")])
}

#[test]
fn operators_apply_in_the_order_of_the_text() {
    let (flat, tree) = (flat(), Fixture::<Csg2d>::new());
    let [a, b, c, d] = [
        "(Circle 5 6 6)",
        "(Quad 9 8 6 9 45)",
        "(Quad 7 11 12 3 0)",
        "(Circle 3 8 9)",
    ];
    for (nested, chain) in [
        (format!("(- {a} (- {b} {c}))"), format!("(- (- {a} {b}) {c})")),
        (format!("(- {a} (+ {b} {c}))"), format!("(+ (- {a} {b}) {c})")),
        (format!("(+ {a} (- {b} {c}))"), format!("(- (+ {a} {b}) {c})")),
        (
            format!("(- (+ {a} {b}) (- (+ {c} {a}) {d}))"),
            format!("(- (+ (- (+ {a} {b}) {c}) {a}) {d})"),
        ),
    ] {
        let [nested, chain] = [&nested, &chain].map(|text| flat.read(text).remove(0));
        let image = flat.render(&nested);
        assert_eq!(image, flat.render(&chain));
        assert_eq!(image, tree.render(&chain));
        assert_ne!(image, tree.render(&nested));
    }
}

/// Random programs that are not near empty, all sizes alike: the public code's differ in 56 of 100, these in 54.
#[test]
fn meanings_differ_on_many_programs() {
    let (flat, tree) = (flat(), Fixture::<Csg2d>::new());
    let differs = |program: &Tree| {
        let (a, b) = (flat.render(program), tree.render(program));
        let pixels = a.iter().zip(&b).filter(|(a, b)| (**a < 128) != (**b < 128)).count();
        pixels * 100 > a.len()
    };
    let mut share = 0.0;
    for size in 2..=8 {
        let mut programs = flat.programs_of_size(size, 300);
        programs.retain(|p| !tree.erased.is_uninformative(&tree.render(p)));
        let different = programs.iter().filter(|p| differs(p)).count();
        // There is but one order of two.
        assert_eq!(different > 0, size > 2);
        share += different as f64 / programs.len() as f64 / 7.0;
    }
    assert!((0.50..0.62).contains(&share), "{share}");
}

#[test]
fn resvg_draws_the_same_image() {
    let fixture = flat();
    svg_images(&fixture, &fixture.programs(fixture.erased.start(), 200));
}

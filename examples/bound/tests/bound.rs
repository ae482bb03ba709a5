//! The conformance suite, curves by hand, and names in scope.

use tdf_bound::{Bound, ast::Expr, value_at};
use tdf_domain::Domain as _;
use tdf_testkit::Fixture;

tdf_testkit::conformance!(Bound);

fn at(text: &str, t: f64) -> f64 {
    value_at(&text.parse::<Expr>().unwrap(), t)
}

#[test]
fn names_stand_for_values_and_functions() {
    for t in [-2.5, -1.0, 0.0, 0.7, 3.0] {
        let same = |text: &str, expected: f64| {
            let found = at(text, t);
            assert!(
                (found - expected).abs() < 1e-12,
                "{text} at {t}: {found}, not {expected}"
            );
        };
        same("(let u (sin t) (* u u))", t.sin() * t.sin());
        same("(fun f u (* u u) (- (f t) (f (f 2))))", t * t - 16.0);
        // What a function refers to is what was in scope where it was bound.
        same("(let u 2 (fun f v (+ u v) (let v 5 (f t))))", 2.0 + t);
        same("(fun f u (* u 3) (fun g u (f (f u)) (g t)))", 9.0 * t);
        // An inner name hides an outer one.
        same("(let u t (let u (+ u 1) (* u u)))", (t + 1.0) * (t + 1.0));
        // A function is in scope behind itself alone.
        assert!(at("(fun f u (f u) (f t))", t).is_nan());
    }
}

#[test]
fn programs_refer_to_nothing_that_is_not_bound() {
    let fixture = Fixture::<Bound>::new();
    let mut with_names = 0;
    for size in 1..=12 {
        for program in fixture.programs_of_size(size, 300) {
            let text = fixture.language().print(program.nodes());
            // A sum, product or sine of numbers is none only where a name stands for nothing.
            let value = at(&text, 0.5);
            assert!(!value.is_nan(), "{text} {}", fixture.again());
            with_names += usize::from(text.contains("let") || text.contains("fun"));
        }
    }
    assert!(with_names > 1000, "{with_names}");
}

#[test]
fn other_names_are_renamed() {
    let fixture = Fixture::<Bound>::new();
    let text = |text: &str| {
        let program = fixture.language().parse(fixture.erased.start(), text);
        program
            .map(|program| fixture.language().print(program.nodes()))
            .map_err(|error| error.to_string())
    };
    assert_eq!(text("(let w (sin t) (* w w))").unwrap(), "(let u (sin t) (* u u))");
    assert_eq!(text("(fun g v (* v v) (g t))").unwrap(), "(fun f u (* u u) (f t))");
    assert_eq!(
        text("(let u t\n  (g u))").unwrap_err(),
        "2:4: `g` is not bound here: no name of `Fun` is in scope"
    );
    assert_eq!(
        text("(+ v (let v t v))").unwrap_err(),
        "1:4: `v` is not bound here: in scope is `t`"
    );
    // The image of a program does not depend on its names.
    let image = |text: &str| {
        let mut image = vec![0; 64 * 64];
        Bound.render(&text.parse().unwrap(), &mut image).unwrap();
        image
    };
    assert_eq!(image("(fun g v (* v v) (g t))"), image("(fun f u (* u u) (f t))"));
}

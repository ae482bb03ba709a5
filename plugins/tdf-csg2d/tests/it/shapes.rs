//! What shapes and operators mean.

use tdf_csg2d::{Csg2d, ast::Shape};
use tdf_domain::Domain as _;

const SIDE: usize = 128;

fn draw(text: &str) -> Vec<u8> {
    let program: Shape = text.parse().unwrap();
    let mut image = vec![7; SIDE * SIDE];
    Csg2d::default().render(&program, &mut image).unwrap();
    image
}

/// Share of pixels that are inside in one image and clearly outside in the other.
fn differs(a: &[u8], b: &[u8]) -> f64 {
    let different = a.iter().zip(b).filter(|(a, b)| a.abs_diff(**b) > 160).count();
    different as f64 / a.len() as f64
}

/// The image of the pixels whose middles are in a set.
fn points(inside: impl Fn(f64, f64) -> bool) -> Vec<u8> {
    let middle = |at: usize| at as f64 + 0.5;
    (0..SIDE * SIDE)
        .map(|at| {
            if inside(middle(at % SIDE), middle(at / SIDE)) {
                255
            } else {
                0
            }
        })
        .collect()
}

/// Every primitive by its definition, turned by cosine and sine.
#[test]
fn primitives_are_where_they_should_be() {
    let circle = |r: f64, x: f64, y: f64| points(|px, py| (px - 8.0 * x).hypot(py - 8.0 * y) < 8.0 * r);
    for (r, x, y) in [(0, 3, 3), (1, 8, 8), (5, 0, 15), (15, 7, 9), (9, 15, 0)] {
        let image = draw(&format!("(Circle {r} {x} {y})"));
        assert!(
            differs(&image, &circle(r.into(), x.into(), y.into())) < 0.001,
            "{r} {x} {y}"
        );
    }
    for (x, y, w, h) in [
        (8, 8, 6, 2),
        (3, 12, 15, 3),
        (15, 0, 4, 9),
        (8, 8, 0, 9),
        (8, 8, 9, 0),
        (1, 2, 1, 1),
    ] {
        for theta in [0, 45, 90, 135, 180, 225, 270, 315] {
            let expected = points(|px, py| {
                let (dx, dy) = (px - 8.0 * f64::from(x), py - 8.0 * f64::from(y));
                let (sin, cos) = f64::from(theta).to_radians().sin_cos();
                // From the screen to the quad: back by the angle, and y points down.
                let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
                u.abs() < 4.0 * f64::from(w) && v.abs() < 4.0 * f64::from(h)
            });
            let image = draw(&format!("(Quad {x} {y} {w} {h} {theta})"));
            assert!(differs(&image, &expected) < 0.001, "{x} {y} {w} {h} {theta}");
        }
    }
}

#[test]
fn operators_are_set_operations() {
    let [a, b, c] = ["(Circle 5 6 6)", "(Quad 9 8 6 9 45)", "(Quad 7 11 12 3 0)"];
    let combined = |f: &dyn Fn(bool, bool, bool) -> bool| -> Vec<u8> {
        let (a, b, c) = (draw(a), draw(b), draw(c));
        (0..a.len())
            .map(|i| if f(a[i] > 127, b[i] > 127, c[i] > 127) { 255 } else { 0 })
            .collect()
    };
    for (text, expected) in [
        (format!("(+ {a} {b})"), combined(&|a, b, _| a || b)),
        (format!("(- {a} {b})"), combined(&|a, b, _| a && !b)),
        (format!("(- {a} (- {b} {c}))"), combined(&|a, b, c| a && (!b || c))),
        (format!("(- {a} (+ {b} {c}))"), combined(&|a, b, c| a && !(b || c))),
        (format!("(+ {a} (- {b} {c}))"), combined(&|a, b, c| a || (b && !c))),
        (format!("(+ {a} (+ {b} {c}))"), combined(&|a, b, c| a || b || c)),
        (format!("(- (- {a} {b}) {c})"), combined(&|a, b, c| a && !b && !c)),
        (
            format!("(- (+ {a} {b}) (- {c} {a}))"),
            combined(&|a, b, c| a || b && !c),
        ),
    ] {
        assert!(differs(&draw(&text), &expected) < 0.001, "{text}");
    }
}

#[test]
fn nothing_is_left_of_a_shape_without_itself() {
    for shape in [
        "(Circle 9 7 8)",
        "(Quad 8 7 9 5 135)",
        "(+ (Circle 3 4 4) (Quad 8 8 5 5 45))",
    ] {
        assert!(draw(&format!("(- {shape} {shape})")).iter().all(|&v| v == 0), "{shape}");
    }
}

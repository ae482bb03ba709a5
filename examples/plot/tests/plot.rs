//! The conformance suite, and a few curves by hand.

use tdf_domain::Domain as _;
use tdf_plot::{Plot, ast::Expr};

tdf_testkit::conformance!(Plot);

/// Rows of the curve in a column, from the top.
fn rows(text: &str, column: usize) -> Vec<usize> {
    let program: Expr = text.parse().unwrap();
    let mut image = vec![0; 64 * 64];
    Plot.render(&program, &mut image).unwrap();
    (0..64).filter(|row| image[row * 64 + column] == 0).collect()
}

#[test]
fn curves_stand_where_they_should() {
    // A pixel is 6/64 wide and high; the top is at 3.
    assert_eq!(rows("1.5", 0), [16]);
    assert_eq!(rows("1.55", 0), [15]);
    assert_eq!(rows("-2.99", 63), [63]);
    assert!(rows("5", 10).is_empty());
    assert_eq!(rows("x", 40), [23, 24]);
    assert_eq!(rows("(* x x)", 32), [31, 32]);
    assert_eq!(rows("(- 0 (abs x))", 0), [63]);
    assert_eq!(rows("(+ (sin x) 1)", 32), [20, 21]);
}

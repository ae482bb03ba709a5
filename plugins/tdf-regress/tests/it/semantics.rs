//! Values of single formulas.

use crate::run;

#[test]
fn operators_mean_what_numpy_means() {
    let columns = [vec![1.0, 4.0, 0.25], vec![2.0, -1.0, 0.5]];
    for (text, expected) in [
        ("x1", [1.0, 4.0, 0.25]),
        ("x2", [2.0, -1.0, 0.5]),
        ("7", [7.0, 7.0, 7.0]),
        ("2.5e-1", [0.25, 0.25, 0.25]),
        ("(x1 + x2)", [3.0, 3.0, 0.75]),
        ("(x1 - x2)", [-1.0, 5.0, -0.25]),
        ("(x2 - x1)", [1.0, -5.0, 0.25]),
        ("(3 - x1)", [2.0, -1.0, 2.75]),
        ("(x1 * x2)", [2.0, -4.0, 0.125]),
        ("(x1 / x2)", [0.5, -4.0, 0.5]),
        ("pow(x1, x2)", [1.0, 0.25, 0.5]),
        ("pow(x2, 2)", [4.0, 1.0, 0.25]),
        ("neg(x2)", [-2.0, 1.0, -0.5]),
        ("inv(x1)", [1.0, 0.25, 4.0]),
        ("square(x2)", [4.0, 1.0, 0.25]),
        ("cube(x2)", [8.0, -1.0, 0.125]),
        ("sqrt(x1)", [1.0, 2.0, 0.5]),
        ("exp((x1 * 0))", [1.0, 1.0, 1.0]),
        ("log(exp(1))", [1.0, 1.0, 1.0]),
        ("sin((x1 - x1))", [0.0, 0.0, 0.0]),
        ("cos((x1 - x1))", [1.0, 1.0, 1.0]),
        ("tanh((0 * x2))", [0.0, 0.0, 0.0]),
        ("sin((pi / 2))", [1.0, 1.0, 1.0]),
        ("((x1 + x2) - (x1 * x2))", [1.0, 7.0, 0.625]),
        ("(x2 - (x1 * x2))", [0.0, 3.0, 0.375]),
    ] {
        assert_eq!(run(text, &columns), Some(expected.to_vec()), "{text}");
    }
}

#[test]
fn what_is_not_finite_fails() {
    let columns = [vec![1.0, 0.0, -1.0]];
    for text in [
        "log(x1)",
        "inv(x1)",
        "sqrt(x1)",
        "(x1 / 0)",
        "exp((x1 * 1e4))",
        "pow(x1, 0.5)",
        "x2",
        "x8",
    ] {
        assert_eq!(run(text, &columns), None, "{text}");
    }
    // An infinite part may have a finite whole.
    assert_eq!(run("inv(exp((1e4 + x1)))", &columns), Some(vec![0.0; 3]));
    // Columns of different lengths are no table.
    assert_eq!(run("x1", &[vec![1.0], vec![1.0, 2.0]]), None);
    assert_eq!(run("1", &[vec![]]), None);
}

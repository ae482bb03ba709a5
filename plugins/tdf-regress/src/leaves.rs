//! The leaves of formulas.

/// The number of the variable `name`, from 0.
pub fn variable(name: &str) -> Option<usize> {
    let number: usize = name.strip_prefix('x')?.parse().ok()?;
    number.checked_sub(1)
}

/// The value of a member of `DIGIT`.
pub fn digit(text: &str) -> f64 {
    match text {
        "pi" => std::f64::consts::PI,
        digits => digits.parse().unwrap_or(f64::NAN),
    }
}

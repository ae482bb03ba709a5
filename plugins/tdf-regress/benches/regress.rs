//! Running and fitting formulas.
fn main() {}

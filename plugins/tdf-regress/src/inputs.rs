//! Random tables to learn from.

use rand::RngExt as _;
use tdf_domain::{Rng, Value};

/// One to four columns of 32 to 64 points, as a row of inputs.
pub fn table(rng: &mut Rng) -> Vec<Vec<Value>> {
    let columns = rng.random_range(1..=4);
    let points = rng.random_range(32..=64);
    vec![
        (0..columns)
            .map(|_| Value::Numbers(Range::sample(rng).column(points, rng)))
            .collect(),
    ]
}

/// The distribution of a variable.
enum Range {
    /// Uniform between two numbers.
    Uniform(f64, f64),
    /// Uniform in the logarithm, between two powers of ten; of both signs or not.
    Logarithmic(f64, f64, bool),
    /// Whole numbers.
    Whole(i32, i32),
}

impl Range {
    fn sample(rng: &mut Rng) -> Self {
        match rng.random_range(0..10) {
            0..4 => {
                let width = [1.0, 2.0, 5.0, 10.0][rng.random_range(0..4)];
                match rng.random_bool(0.5) {
                    true => Self::Uniform(-width, width),
                    false => Self::Uniform(0.0, width),
                }
            }
            4 => Self::Uniform(0.0, std::f64::consts::TAU),
            5..9 => {
                // Most variables are about 1; some have the units of physics.
                let least = match rng.random_bool(0.7) {
                    true => -1.0,
                    false => f64::from(rng.random_range(-12..=9)),
                };
                Self::Logarithmic(least, least + 2.0, rng.random_bool(0.3))
            }
            _ => Self::Whole(1, [5, 10, 100][rng.random_range(0..3)]),
        }
    }

    fn column(&self, points: usize, rng: &mut Rng) -> Vec<f64> {
        (0..points)
            .map(|_| match *self {
                Self::Uniform(least, most) => rng.random_range(least..most),
                Self::Logarithmic(least, most, both) => {
                    let number = 10f64.powf(rng.random_range(least..most));
                    if both && rng.random_bool(0.5) { -number } else { number }
                }
                Self::Whole(least, most) => f64::from(rng.random_range(least..=most)),
            })
            .collect()
    }
}

/// Constants that formulas have often, the variables, and variables in other units.
pub fn constants(inputs: &[Vec<Value>]) -> Vec<String> {
    let mut all: Vec<String> = ["1", "2", "3", "0.5", "pi"].map(str::to_owned).to_vec();
    let columns = inputs.first().map_or(&[][..], Vec::as_slice);
    all.extend((1..=columns.len()).map(|number| format!("x{number}")));
    for (number, column) in columns.iter().enumerate() {
        let Value::Numbers(column) = column else { continue };
        let most = column.iter().fold(0.0, |most: f64, number| most.max(number.abs()));
        let power = most.log10().ceil();
        // Programs of small parts go through numbers about 1.
        if power.is_finite() && !(-1.0..=2.0).contains(&power) {
            all.push(format!("(x{} * 1e{})", number + 1, -power));
        }
    }
    all
}

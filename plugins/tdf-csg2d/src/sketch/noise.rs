//! How far a hand misses. Lengths are in units of a square of 32.

use rand::RngExt as _;
use rand_distr::StandardNormal;
use tdf_domain::Rng;

use super::geometry::Point;

/// Standard deviations.
pub const POINT: f32 = 0.2;
pub const QUAD: f32 = 0.5;
pub const QUAD_DEGREES: f32 = 1.0;
pub const CORNER: f32 = 0.1;
pub const RADIUS: f32 = 0.3;
pub const CENTRE: f32 = 0.5;
pub const CIRCLE_DEGREES: f32 = 2.0;
/// Of the places at which lines are bent, as a share of their length.
pub const BEND: f32 = 0.1;

/// How often the pen is lifted at a corner.
pub const LIFT: f64 = 0.5;

/// Widths of strokes.
pub const WIDTH: std::ops::Range<f32> = 0.05..0.5;

/// A normally distributed error.
pub fn error(deviation: f32, rng: &mut Rng) -> f32 {
    let normal: f32 = rng.sample(StandardNormal);
    deviation * normal
}

/// A point near another.
pub fn near([x, y]: Point, deviation: f32, rng: &mut Rng) -> Point {
    [x + error(deviation, rng), y + error(deviation, rng)]
}

//! Outlines of primitives as a hand draws them.

use std::f32::consts::TAU;

use tdf_domain::Rng;

use super::geometry::{Bounds, Point, SQUARE, distance, through};
use super::noise::{self, error, near};
use crate::ast::{Number, Shape};

/// The outline of a primitive, closed.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Corners, or points of a curve close to each other.
    pub points: Vec<Point>,
    /// Whether it is a curve.
    pub round: bool,
    /// Of the points.
    pub bounds: Bounds,
}

impl Default for Outline {
    fn default() -> Self {
        Self {
            points: Vec::new(),
            round: false,
            bounds: Bounds::of(&[]),
        }
    }
}

/// Distance of the points that a curve is drawn through.
pub const RESAMPLED: f32 = 3.0;

/// Points of a closed curve that it is drawn through, at least.
const LEAST: usize = 6;

/// Steps of a curve between two points that it goes through.
const STEPS: usize = 2;

impl Outline {
    /// Draws the outline of a primitive; what was there is forgotten. A circle without a radius and combined shapes have
    /// none.
    pub fn draw(&mut self, primitive: &Shape, scratch: &mut Vec<Point>, rng: &mut Rng) {
        self.points.clear();
        let length = |number: &Number| 2.0 * f32::from(number.0);
        match primitive {
            Shape::Circle { r, x, y } => {
                self.round = true;
                if r.0 > 0 {
                    self.circle(length(r), [length(x), length(y)], scratch, rng);
                }
            }
            Shape::Quad { x, y, w, h, theta } => {
                self.round = false;
                let sides = [length(w), length(h)].map(|side| side + error(noise::QUAD, rng));
                let middle = near([length(x), length(y)], noise::QUAD, rng);
                let angle = (f32::from(theta.0) + error(noise::QUAD_DEGREES, rng)).to_radians();
                let (sin, cos) = angle.sin_cos();
                for (u, v) in [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)] {
                    let (u, v) = (u * sides[0], v * sides[1]);
                    let corner = [middle[0] + u * cos - v * sin, middle[1] + u * sin + v * cos];
                    self.points.push(near(corner, noise::CORNER, rng));
                }
            }
            Shape::Combine { .. } => {}
        }
        self.bounds = Bounds::of(&self.points);
    }

    /// A circle begins where it likes, and the pen does not come back to quite the same place.
    fn circle(&mut self, radius: f32, middle: Point, scratch: &mut Vec<Point>, rng: &mut Rng) {
        let radii = [radius; 2].map(|radius| (radius + error(noise::RADIUS, rng)).abs());
        let middle = near(middle, noise::CENTRE, rng).map(|place| place.clamp(0.0, SQUARE));
        let turn = error(noise::CIRCLE_DEGREES, rng).to_radians();
        let drift = error(noise::RADIUS, rng) / radius;
        let count = ((TAU * radius / RESAMPLED) as usize).max(LEAST);
        let (turn_sin, turn_cos) = turn.sin_cos();
        scratch.clear();
        for at in 0..=count {
            let share = at as f32 / count as f32;
            let (sin, cos) = (TAU * share).sin_cos();
            let reach = 1.0 + drift * share;
            let (u, v) = (radii[0] * reach * cos, radii[1] * reach * sin);
            scratch.push([
                middle[0] + u * turn_cos - v * turn_sin,
                middle[1] + u * turn_sin + v * turn_cos,
            ]);
        }
        self.points.push(scratch[0]);
        through(scratch, STEPS, &mut |point| self.points.push(point));
        // Crossings are found between different points only.
        self.points.dedup_by(|a, b| distance(*a, *b) < 1e-4);
    }
}

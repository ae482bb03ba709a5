//! The pen: from parts of outlines to strokes.

use rand::RngExt as _;
use tdf_domain::Rng;

use super::boundary::Part;
use super::geometry::{Point, between, distance, through};
use super::ink::Ink;
use super::noise::{self, error, near};
use super::outline::{Outline, RESAMPLED};

/// Strokes: a side of a quad, or an arc of a circle, each.
#[derive(Debug, Default)]
pub struct Pen {
    /// Ends of the parts of the stroke at hand.
    way: Vec<Point>,
    /// Its outline, and the side if that is straight.
    of: Option<(usize, Option<usize>)>,
    /// Where the last stroke should have ended, and where it did.
    lifted: Option<(Point, Point)>,
    /// Points that the stroke is drawn through.
    points: Vec<Point>,
}

/// Parts that are nearer to each other than this belong together.
const SAME: f32 = 1e-3;

/// Lines shorter than this are not bent.
const STRAIGHT: f32 = 1.0;

/// Parts of an arc between points that it is drawn through, at least.
const LEAST: f32 = 3.0;

/// Steps of a stroke between two points that it goes through.
const STEPS: usize = 5;

impl Pen {
    /// Forgets what was drawn.
    pub fn begin(&mut self) {
        self.way.clear();
        (self.of, self.lifted) = (None, None);
    }

    /// Goes on along `part`; what came before is drawn once it is complete.
    pub fn follow(&mut self, part: Part, outlines: &[Outline], ink: &mut Ink<'_>, rng: &mut Rng) {
        let (outline, side) = part.side;
        let of = (outline, (!outlines[outline].round).then_some(side));
        let goes_on = self.of == Some(of) && self.way.last().is_some_and(|end| distance(*end, part.ends[0]) < SAME);
        if !goes_on {
            self.end(ink, rng);
            self.of = Some(of);
            self.way.push(part.ends[0]);
        }
        self.way.push(part.ends[1]);
    }

    /// Draws the stroke at hand.
    pub fn end(&mut self, ink: &mut Ink<'_>, rng: &mut Rng) {
        let (Some((_, side)), &[first, .., last]) = (self.of.take(), &self.way[..]) else {
            self.way.clear();
            return;
        };
        let start = match self.lifted {
            Some((meant, reached)) if distance(meant, first) < SAME && !rng.random_bool(noise::LIFT) => reached,
            _ => near(first, noise::POINT, rng),
        };
        let end = near(last, noise::POINT, rng);
        self.points.clear();
        self.points.push(start);
        if side.is_some() {
            let length = distance(first, last);
            if length > STRAIGHT {
                // Short lines are drawn with care.
                let bend = noise::POINT.min(noise::BEND * length);
                let mut shares = [0.5, 0.75].map(|share| (share + error(noise::BEND, rng)).clamp(0.1, 0.95));
                shares.sort_unstable_by(f32::total_cmp);
                for share in shares {
                    self.points.push(near(between(start, end, share), bend, rng));
                }
            }
        } else {
            resample(&self.way, &mut |point| self.points.push(near(point, noise::POINT, rng)));
        }
        self.points.push(end);
        let mut from = start;
        through(&self.points, STEPS, &mut |to| {
            ink.line(from, to);
            from = to;
        });
        self.lifted = Some((last, end));
        self.way.clear();
    }
}

/// Calls `visit` with points between the ends of `way`, at most about [`RESAMPLED`] from each other along it.
fn resample(way: &[Point], visit: &mut impl FnMut(Point)) {
    let length: f32 = way.windows(2).map(|ends| distance(ends[0], ends[1])).sum();
    let count = (length / RESAMPLED).round().max(LEAST);
    let step = length / count;
    let (mut next, mut done) = (step, 0.0);
    for ends in way.windows(2) {
        let length_here = distance(ends[0], ends[1]);
        while next < done + length_here && next < length - step / 2.0 {
            visit(between(ends[0], ends[1], (next - done) / length_here));
            next += step;
        }
        done += length_here;
    }
}

//! From the layout's quarters to pixels.

use std::ops::Range;

use crate::layout::{SQUARE, UNIT};

/// A square raster that shows the layout's square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raster {
    /// Pixels of its side.
    pub side: i64,
}

impl Raster {
    /// Pixels in a unit.
    pub fn scale(self) -> f32 {
        (self.side * UNIT) as f32 / SQUARE as f32
    }

    /// The pixels whose middles lie between two places in quarters; a middle on an end counts as before it. They may be
    /// off the raster.
    pub fn between(self, from: i64, to: i64) -> Range<i64> {
        let first = |at: i64| (2 * at * self.side + SQUARE).div_euclid(2 * SQUARE);
        first(from)..first(to)
    }

    /// The pixel in which a place in quarters lies, and how far from its beginning, in parts of [`Raster::phases`].
    pub fn pixel(self, at: i64) -> (i64, usize) {
        let part = SQUARE / self.phases() as i64;
        let at = at * self.side;
        (at.div_euclid(SQUARE), (at.rem_euclid(SQUARE) / part) as usize)
    }

    /// How many ways halves of units lie to pixels; shapes lie on halves.
    pub fn phases(self) -> usize {
        (SQUARE / gcd(SQUARE, UNIT / 2 * self.side)) as usize
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The part of `range` within `0..side`.
pub fn clip(range: Range<i64>, side: i64) -> Range<usize> {
    let end = range.end.clamp(0, side);
    range.start.clamp(0, end) as usize..end as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_exact() {
        for (side, phases) in [(224, 2), (128, 7), (448, 1), (112, 4), (100, 112), (1, 448), (64, 7)] {
            let raster = Raster { side };
            assert_eq!(raster.phases(), phases, "{side}");
            for at in (-2000..2000).step_by(2) {
                let (pixel, phase) = raster.pixel(at);
                let place = at as f64 / 896.0 * side as f64;
                let found = pixel as f64 + phase as f64 / phases as f64;
                assert!((found - place).abs() < 1e-9 && phase < phases, "{side} {at}");
            }
            for from in -50..50 {
                for to in from..from + 30 {
                    let middle = |pixel: i64| (2 * pixel + 1) * SQUARE;
                    let within = |pixel: &i64| middle(*pixel) > 2 * side * from && middle(*pixel) <= 2 * side * to;
                    let range = raster.between(from, to);
                    assert!(range.clone().all(|p| within(&p)), "{side} {from} {to}");
                    assert!(!within(&range.end) && !within(&(range.start - 1)), "{side} {from} {to}");
                }
            }
        }
    }

    #[test]
    fn what_is_off_the_raster_is_clipped() {
        for (range, expected) in [
            (-3..4, 0..4),
            (7..12, 7..10),
            (-5..-2, 0..0),
            (11..14, 10..10),
            (3..3, 3..3),
        ] {
            assert_eq!(clip(range, 10), expected);
        }
    }
}

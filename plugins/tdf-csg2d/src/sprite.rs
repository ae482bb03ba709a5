//! Outlines of primitives, and pictures of them.
//!
//! Skia drew the reference pictures. Of its two ways to anti-alias `tiny-skia` has the one for small paths; large ones
//! differ from it by little. Where much depends on that little, outlines lean to what Skia does: see [`circle`] and
//! [`diamond`].

use tiny_skia::{FillRule, Mask, Path, PathBuilder, Transform};

use crate::SIDE;

/// What a primitive is in its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The whole program.
    Alone,
    /// The left side of an operator, or added.
    Added,
    /// The right side of a difference.
    Subtracted,
}

/// How far an outline leans outwards, in pixels. Skia rounds edges of large paths to sixteenths, so up to half of that;
/// this value agrees best with the reference pictures.
const LEAN: f64 = 0.03;

/// Outline of a circle around the origin.
///
/// The least circle (8 pixels) is drawn in the way for small paths if it is alone, else as a part of a larger path, which
/// covers over half of eight pixels more.
pub fn circle(radius: usize, role: Role) -> Option<Path> {
    let grows = role == Role::Added && is_least(radius);
    let radius = radius as f64 + if grows { LEAN } else { 0.0 };
    PathBuilder::from_circle(0.0, 0.0, radius as f32)
}

/// Whether circles of this radius have an outline of their own when they are added.
pub fn is_least(radius: usize) -> bool {
    radius == 8
}

/// Outline of a rectangle around the origin, turned clockwise by 45 degrees.
///
/// The edges of one with a side of 24 pixels come within 0.03 pixels of the corners of a whole row of pixels: rounding
/// decides whether half of each pixel is covered. Skia moves the ends of edges to quarters of a pixel's height first,
/// unless a difference cuts them.
pub fn diamond(width: usize, height: usize, role: Role) -> Option<Path> {
    let (w, h) = (width as f64 / 2.0, height as f64 / 2.0);
    let rounds = role != Role::Subtracted && is_critical(width, height);
    let mut builder = PathBuilder::new();
    for (x, y) in [(w, h), (-w, h), (-w, -h), (w, -h)] {
        let (x, y) = ((x - y) / std::f64::consts::SQRT_2, (x + y) / std::f64::consts::SQRT_2);
        let (x, y) = if rounds {
            // Outwards at the corner that is farther out.
            let (out_x, out_y) = if x.abs() > y.abs() {
                (x.signum(), 0.0)
            } else {
                (0.0, y.signum())
            };
            (x + LEAN * out_x, (4.0 * y).round() / 4.0 + LEAN * out_y)
        } else {
            (x, y)
        };
        if builder.is_empty() {
            builder.move_to(x as f32, y as f32);
        } else {
            builder.line_to(x as f32, y as f32);
        }
    }
    builder.close();
    builder.finish()
}

/// Whether turned rectangles of these sides have an outline of their own unless they are subtracted.
pub fn is_critical(width: usize, height: usize) -> bool {
    width == 24 || height == 24
}

/// Coverage of the pixels of a square around an outline's origin.
#[derive(Debug)]
pub struct Sprite {
    /// Half the side of the square.
    reach: usize,
    /// Rows from the top.
    pixels: Vec<u8>,
}

impl Sprite {
    /// Rasterises an outline; nothing is drawn for none.
    pub fn new(path: Option<Path>) -> Self {
        let drawn = path.and_then(|path| {
            let bounds = path.bounds();
            let reach = bounds.right().max(bounds.bottom()).ceil();
            let mut mask = Mask::new(2 * reach as u32, 2 * reach as u32)?;
            mask.fill_path(&path, FillRule::Winding, true, Transform::from_translate(reach, reach));
            Some(Self {
                reach: reach as usize,
                pixels: mask.take(),
            })
        });
        drawn.unwrap_or(Self {
            reach: 0,
            pixels: Vec::new(),
        })
    }

    /// Applies `op` to the pixels of `picture` and their coverage by the sprite around (x, y).
    #[inline]
    pub fn apply(&self, (x, y): (usize, usize), picture: &mut [u8], op: impl Fn(u8, u8) -> u8) {
        let (left, right) = (x.saturating_sub(self.reach), (x + self.reach).min(SIDE));
        for row in y.saturating_sub(self.reach)..(y + self.reach).min(SIDE) {
            let from = 2 * self.reach * (row + self.reach - y) + left + self.reach - x;
            let line = &self.pixels[from..from + right - left];
            for (under, over) in picture[SIDE * row + left..SIDE * row + right].iter_mut().zip(line) {
                *under = op(*under, *over);
            }
        }
    }
}

//! Black lines on white paper.

use super::geometry::{Point, SQUARE};

/// A square image to draw into.
#[derive(Debug)]
pub struct Ink<'a> {
    image: &'a mut [u8],
    side: usize,
    /// Pixels in a unit.
    scale: f32,
    /// Half of the width of lines that are at least a pixel wide, else of a pixel.
    half: f32,
    /// How black a line is where it covers a pixel.
    black: f32,
}

impl<'a> Ink<'a> {
    /// Clears `image`, which has `side` pixels in a row, to draw lines of `width` units into it.
    pub fn new(image: &'a mut [u8], side: usize, width: f32) -> Self {
        image.fill(255);
        let scale = side as f32 / SQUARE;
        let width = width * scale;
        Self {
            image,
            side,
            scale,
            half: width.max(1.0) / 2.0,
            black: 255.0 * width.min(1.0),
        }
    }

    /// Draws a line with round ends. Lines over each other are no blacker than one.
    pub fn line(&mut self, from: Point, to: Point) {
        let [a, b] = [from, to].map(|point| point.map(|place| place * self.scale));
        let reach = self.half + 0.5;
        let Some(columns) = self.clip(a[0].min(b[0]) - reach, a[0].max(b[0]) + reach) else {
            return;
        };
        let Some(rows) = self.clip(a[1].min(b[1]) - reach, a[1].max(b[1]) + reach) else {
            return;
        };
        let way = [b[0] - a[0], b[1] - a[1]];
        let square = way[0] * way[0] + way[1] * way[1];
        let per_square = if square > 0.0 { square.recip() } else { 0.0 };
        for row in rows {
            let y = row as f32 + 0.5 - a[1];
            let line = &mut self.image[self.side * row..][columns.clone()];
            for (column, pixel) in columns.clone().zip(line) {
                let x = column as f32 + 0.5 - a[0];
                let share = ((x * way[0] + y * way[1]) * per_square).clamp(0.0, 1.0);
                let (dx, dy) = (x - share * way[0], y - share * way[1]);
                let covered = (reach - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
                *pixel = (*pixel).min(255 - (self.black * covered) as u8);
            }
        }
    }

    /// The pixels of a row or column that lie between two places; `None` if there are none.
    fn clip(&self, from: f32, to: f32) -> Option<std::ops::Range<usize>> {
        let side = self.side as f32;
        let (from, to) = (from.floor().max(0.0), to.ceil().min(side));
        (from < to).then_some(from as usize..to as usize)
    }
}

//! Images of primitives.

use tiny_skia::{FillRule, Mask, Path, Transform};

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

    /// Applies `op` to the pixels of `image`, `side` in a row, and their coverage by the sprite around (x, y).
    #[inline]
    pub fn apply(&self, (x, y): (usize, usize), image: &mut [u8], side: usize, op: impl Fn(u8, u8) -> u8) {
        let (left, right) = (x.saturating_sub(self.reach), (x + self.reach).min(side));
        for row in y.saturating_sub(self.reach)..(y + self.reach).min(side) {
            let from = 2 * self.reach * (row + self.reach - y) + left + self.reach - x;
            let line = &self.pixels[from..from + right - left];
            for (under, over) in image[side * row + left..side * row + right].iter_mut().zip(line) {
                *under = op(*under, *over);
            }
        }
    }
}

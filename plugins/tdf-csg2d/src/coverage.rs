//! Which share of each pixel a primitive covers.

use std::sync::OnceLock;

use tiny_skia::{FillRule, Mask, Transform};

use crate::primitive::{Form, Primitive};
use crate::sprite::Sprite;

/// Values of a number in a program, and so numbers along a side of the canvas.
const NUMBERS: usize = 16;

/// Coverage by primitives on a square canvas.
#[derive(Debug)]
pub struct Coverage {
    /// Pixels of its side.
    side: usize,
    /// Sprites of primitives, which are made when they are first wanted (3 MB if all are at 128 pixels); `None` if
    /// primitives lie between pixels or are large.
    sprites: Option<Sprites>,
}

#[derive(Debug, Default)]
struct Sprites {
    /// By radius.
    discs: [OnceLock<Sprite>; NUMBERS],
    /// By width and height.
    diamonds: [[OnceLock<Sprite>; NUMBERS]; NUMBERS],
}

impl Coverage {
    /// For a canvas of `side` x `side` pixels.
    pub fn new(side: usize) -> Self {
        // Halves of numbers have to be whole pixels, and sprites of large images would fill the memory.
        let kept = side.is_multiple_of(2 * NUMBERS) && side <= 256;
        let sprites = kept.then(Sprites::default);
        Self { side, sprites }
    }

    /// Pixels of the canvas's side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Pixels that a number stands for.
    pub fn unit(&self) -> f32 {
        self.side as f32 / NUMBERS as f32
    }

    /// Applies `op` to the pixels of `image` that a primitive touches and their coverage.
    pub fn apply(&self, primitive: Primitive, image: &mut [u8], op: impl Fn(u8, u8) -> u8) {
        let side = self.side;
        let Some(sprites) = &self.sprites else {
            let mask = Mask::new(side as u32, side as u32).zip(primitive.outline(self.unit()));
            if let Some((mut mask, outline)) = mask {
                mask.fill_path(&outline, FillRule::Winding, true, Transform::identity());
                for (under, over) in image.iter_mut().zip(mask.data()) {
                    *under = op(*under, *over);
                }
            }
            return;
        };
        let unit = side / NUMBERS;
        let (x, y) = (unit * primitive.middle.0, unit * primitive.middle.1);
        let kept = match primitive.form {
            Form::Disc(radius) => &sprites.discs[radius],
            Form::Diamond(w, h) => &sprites.diamonds[w][h],
            Form::Upright(width, height) => {
                let (width, height) = (unit * width, unit * height);
                let columns = x.saturating_sub(width / 2)..(x + width / 2).min(side);
                for row in y.saturating_sub(height / 2)..(y + height / 2).min(side) {
                    for under in &mut image[side * row..][columns.clone()] {
                        *under = op(*under, 255);
                    }
                }
                return;
            }
        };
        let sprite = kept.get_or_init(|| Sprite::new(primitive.form.outline(self.unit())));
        sprite.apply((x, y), image, side, op);
    }
}

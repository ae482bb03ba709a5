//! Which share of each pixel a primitive covers.

use std::sync::OnceLock;

use crate::primitive::{Form, Primitive};
use crate::sprite::Sprite;
use crate::{SIDE, UNIT};

/// Values of a number in a program.
const NUMBERS: usize = 16;

/// Sprites of primitives, which are made when they are first wanted: 3 MB if all are.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By radius.
    discs: [OnceLock<Sprite>; NUMBERS],
    /// By width and height.
    diamonds: [[OnceLock<Sprite>; NUMBERS]; NUMBERS],
}

impl Coverage {
    /// Applies `op` to the pixels of `picture` that a primitive touches and their coverage.
    pub fn apply(&self, primitive: Primitive, picture: &mut [u8], op: impl Fn(u8, u8) -> u8) {
        let kept = match primitive.form {
            Form::Disc(radius) => &self.discs[radius / UNIT],
            Form::Diamond(w, h) => &self.diamonds[w / UNIT][h / UNIT],
            Form::Upright(width, height) => {
                let (x, y) = primitive.middle;
                let columns = x.saturating_sub(width / 2)..(x + width / 2).min(SIDE);
                for row in y.saturating_sub(height / 2)..(y + height / 2).min(SIDE) {
                    for under in &mut picture[SIDE * row..][columns.clone()] {
                        *under = op(*under, 255);
                    }
                }
                return;
            }
        };
        let sprite = kept.get_or_init(|| Sprite::new(primitive.form.outline()));
        sprite.apply(primitive.middle, picture, op);
    }
}

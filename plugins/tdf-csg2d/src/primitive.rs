//! Circles and quads in pixels.

use tiny_skia::{Path, PathBuilder, Rect};

use crate::UNIT;
use crate::ast::Shape;
use crate::sprite::diamond;

/// A circle or quad in pixels. Primitives of the same form differ only by whole pixels of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Primitive {
    pub form: Form,
    /// The corner of pixels that is its middle.
    pub middle: (usize, usize),
}

/// What a primitive looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A disc of a radius.
    Disc(usize),
    /// A rectangle along the axes: width and height.
    Upright(usize, usize),
    /// A rectangle turned clockwise by 45 degrees: width and height.
    Diamond(usize, usize),
}

impl Primitive {
    /// The primitive that `shape` is; `None` if it combines others.
    pub fn new(shape: &Shape) -> Option<Self> {
        let pixels = |number: &crate::ast::Number| UNIT * usize::from(number.0);
        match shape {
            Shape::Circle { r, x, y } => Some(Self {
                form: Form::Disc(pixels(r)),
                middle: (pixels(x), pixels(y)),
            }),
            Shape::Quad { x, y, w, h, theta } => {
                // A half turn changes nothing, a quarter turn swaps the sides.
                let (w, h) = if theta.0 % 180 < 90 { (w, h) } else { (h, w) };
                let sides = (pixels(w), pixels(h));
                Some(Self {
                    form: if theta.0 % 90 == 0 {
                        Form::Upright(sides.0, sides.1)
                    } else {
                        Form::Diamond(sides.0, sides.1)
                    },
                    middle: (pixels(x), pixels(y)),
                })
            }
            Shape::Combine { .. } => None,
        }
    }
}

impl Form {
    /// The outline around the origin; `None` if it is empty.
    pub fn outline(self) -> Option<Path> {
        match self {
            Form::Disc(radius) => PathBuilder::from_circle(0.0, 0.0, radius as f32),
            Form::Upright(0, _) | Form::Upright(_, 0) | Form::Diamond(0, _) | Form::Diamond(_, 0) => None,
            Form::Upright(width, height) => {
                let (w, h) = (width as f32, height as f32);
                Rect::from_xywh(-w / 2.0, -h / 2.0, w, h).map(PathBuilder::from_rect)
            }
            Form::Diamond(width, height) => diamond(width, height),
        }
    }
}

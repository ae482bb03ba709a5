//! Circles and quads.

use tiny_skia::{Path, PathBuilder, Rect};

use crate::ast::{Number, Shape};

/// A circle or quad. Primitives of the same form differ only by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Primitive {
    pub form: Form,
    /// Its middle, in numbers.
    pub middle: (usize, usize),
}

/// What a primitive looks like; lengths in numbers.
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
        let number = |number: &Number| usize::from(number.0);
        match shape {
            Shape::Circle { r, x, y } => Some(Self {
                form: Form::Disc(number(r)),
                middle: (number(x), number(y)),
            }),
            Shape::Quad { x, y, w, h, theta } => {
                // A half turn changes nothing, a quarter turn swaps the sides.
                let (w, h) = if theta.0 % 180 < 90 { (w, h) } else { (h, w) };
                let sides = (number(w), number(h));
                Some(Self {
                    form: if theta.0 % 90 == 0 {
                        Form::Upright(sides.0, sides.1)
                    } else {
                        Form::Diamond(sides.0, sides.1)
                    },
                    middle: (number(x), number(y)),
                })
            }
            Shape::Combine { .. } => None,
        }
    }

    /// Its outline in pixels, when a number stands for `unit` pixels; `None` if it is empty.
    pub fn outline(self, unit: f32) -> Option<Path> {
        let (x, y) = (self.middle.0 as f32 * unit, self.middle.1 as f32 * unit);
        self.form
            .outline(unit)?
            .transform(tiny_skia::Transform::from_translate(x, y))
    }
}

impl Form {
    /// The outline around the origin in pixels, when a number stands for `unit` pixels; `None` if it is empty.
    pub fn outline(self, unit: f32) -> Option<Path> {
        let pixels = |number: usize| number as f32 * unit;
        match self {
            Form::Disc(radius) => PathBuilder::from_circle(0.0, 0.0, pixels(radius)),
            Form::Upright(0, _) | Form::Upright(_, 0) | Form::Diamond(0, _) | Form::Diamond(_, 0) => None,
            Form::Upright(width, height) => {
                let (w, h) = (pixels(width), pixels(height));
                Rect::from_xywh(-w / 2.0, -h / 2.0, w, h).map(PathBuilder::from_rect)
            }
            Form::Diamond(width, height) => diamond(pixels(width), pixels(height)),
        }
    }
}

/// Outline of a rectangle around the origin, turned clockwise by 45 degrees.
fn diamond(width: f32, height: f32) -> Option<Path> {
    let (w, h) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let mut builder = PathBuilder::new();
    for (x, y) in [(w, h), (-w, h), (-w, -h), (w, -h)] {
        let (x, y) = ((x - y) / std::f64::consts::SQRT_2, (x + y) / std::f64::consts::SQRT_2);
        if builder.is_empty() {
            builder.move_to(x as f32, y as f32);
        } else {
            builder.line_to(x as f32, y as f32);
        }
    }
    builder.close();
    builder.finish()
}

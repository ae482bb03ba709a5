//! Programs as SVG.

use std::fmt::Write as _;

use tiny_skia::{PathSegment, Transform};

use crate::SIDE;
use crate::ast::{Operator, Shape};
use crate::primitive::Primitive;

/// A document that draws the same picture as the renderer: white paths on black, and a mask for each difference, white
/// but for what is subtracted.
pub fn document(program: &Shape) -> String {
    let mut writer = Writer::default();
    writer.shape(program);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{SIDE}\" height=\"{SIDE}\" viewBox=\"0 0 {SIDE} {SIDE}\">\n\
         <rect width=\"{SIDE}\" height=\"{SIDE}\"/>\n<g fill=\"#ffffff\">\n{}</g>\n</svg>\n",
        writer.out
    )
}

#[derive(Default)]
struct Writer {
    out: String,
    masks: usize,
}

// Writing to a string does not fail.
impl Writer {
    /// Appends elements that draw `shape` in the colour at hand.
    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Combine {
                op: Operator::Add,
                left,
                right,
            } => {
                self.shape(left);
                self.shape(right);
            }
            Shape::Combine {
                op: Operator::Subtract,
                left,
                right,
            } => {
                let id = self.masks;
                self.masks += 1;
                let _ = write!(
                    self.out,
                    "<mask id=\"m{id}\" maskUnits=\"userSpaceOnUse\" x=\"0\" y=\"0\" width=\"{SIDE}\" height=\"{SIDE}\">\n\
                     <rect width=\"{SIDE}\" height=\"{SIDE}\" fill=\"#ffffff\"/>\n<g fill=\"#000000\">\n"
                );
                self.shape(right);
                let _ = write!(self.out, "</g>\n</mask>\n<g mask=\"url(#m{id})\">\n");
                self.shape(left);
                self.out.push_str("</g>\n");
            }
            Shape::Circle { .. } | Shape::Quad { .. } => {
                if let Some(primitive) = Primitive::new(shape) {
                    self.path(primitive);
                }
            }
        }
    }

    /// Appends an outline; the renderer's own, since the curves that usvg puts in the place of `<circle>` differ.
    fn path(&mut self, primitive: Primitive) {
        let (x, y) = primitive.middle;
        let moved = Transform::from_translate(x as f32, y as f32);
        let Some(path) = primitive.form.outline().and_then(|path| path.transform(moved)) else {
            return;
        };
        self.out.push_str("<path d=\"");
        for segment in path.segments() {
            let _ = match segment {
                PathSegment::MoveTo(p) => write!(self.out, "M{} {}", p.x, p.y),
                PathSegment::LineTo(p) => write!(self.out, "L{} {}", p.x, p.y),
                PathSegment::QuadTo(c, p) => write!(self.out, "Q{} {} {} {}", c.x, c.y, p.x, p.y),
                PathSegment::CubicTo(c, d, p) => {
                    write!(self.out, "C{} {} {} {} {} {}", c.x, c.y, d.x, d.y, p.x, p.y)
                }
                PathSegment::Close => write!(self.out, "Z"),
            };
        }
        self.out.push_str("\"/>\n");
    }
}

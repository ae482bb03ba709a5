//! Programs as SVG.

use std::fmt::Write as _;

use tiny_skia::PathSegment;

use crate::ast::{Operator, Shape};
use crate::coverage::Coverage;
use crate::draw;
use crate::primitive::Primitive;

/// A document that renders to the same image as the renderer: white paths on black, and a mask for each difference, white
/// but for what is subtracted.
pub fn document(coverage: &Coverage, program: &Shape) -> String {
    let mut writer = Writer::new(coverage);
    writer.shape(program);
    writer.finish()
}

/// The same for [`draw::draw_flat`].
pub fn document_flat(coverage: &Coverage, program: &Shape) -> String {
    let mut primitives = Vec::new();
    draw::each(program, Operator::Add, &mut |op, primitive| {
        primitives.push((op, primitive))
    });
    let mut writer = Writer::new(coverage);
    // What comes first is innermost: groups are opened from the last difference to the first.
    for (_, primitive) in primitives.iter().rev().filter(|(op, _)| *op == Operator::Subtract) {
        let mask = writer.open_mask();
        writer.path(*primitive);
        writer.close_mask(mask);
    }
    for (op, primitive) in primitives {
        match op {
            Operator::Add => writer.path(primitive),
            Operator::Subtract => writer.out.push_str("</g>\n"),
        }
    }
    writer.finish()
}

struct Writer {
    side: usize,
    unit: f32,
    out: String,
    masks: usize,
}

// Writing to a string does not fail.
impl Writer {
    fn new(coverage: &Coverage) -> Self {
        Self {
            side: coverage.side(),
            unit: coverage.unit(),
            out: String::new(),
            masks: 0,
        }
    }

    fn finish(self) -> String {
        let Self { side, out, .. } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{side}\" height=\"{side}\" viewBox=\"0 0 {side} {side}\">\n\
             <rect width=\"{side}\" height=\"{side}\"/>\n<g fill=\"#ffffff\">\n{out}</g>\n</svg>\n"
        )
    }

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
                let mask = self.open_mask();
                self.shape(right);
                self.close_mask(mask);
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

    /// Begins a mask and gives its number; what is drawn until its end is taken away.
    fn open_mask(&mut self) -> usize {
        let (side, id) = (self.side, self.masks);
        let _ = write!(
            self.out,
            "<mask id=\"m{id}\" maskUnits=\"userSpaceOnUse\" x=\"0\" y=\"0\" width=\"{side}\" height=\"{side}\">\n\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#ffffff\"/>\n<g fill=\"#000000\">\n"
        );
        self.masks += 1;
        id
    }

    /// Ends mask number `id` and begins a group under it.
    fn close_mask(&mut self, id: usize) {
        let _ = write!(self.out, "</g>\n</mask>\n<g mask=\"url(#m{id})\">\n");
    }

    /// Appends an outline; the renderer's own, since the curves that usvg puts in the place of `<circle>` differ.
    fn path(&mut self, primitive: Primitive) {
        let Some(path) = primitive.outline(self.unit) else {
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

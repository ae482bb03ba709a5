//! Scenes as SVG.

use std::fmt::Write as _;

use tiny_skia::PathSegment;

use crate::ast::Scene;
use crate::layout::{Form, SIDE, each};
use crate::sprite::{ball, rgb};

/// A document that renders to the same image as the renderer.
///
/// A ball is the renderer's own outline, defined once: the curves that usvg puts in the place of `<circle>` differ from
/// it by more than the eye sees and more than a criterion allows.
pub fn document(scene: &Scene) -> String {
    let canvas = crate::CANVAS;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{canvas}\" height=\"{canvas}\" viewBox=\"0 0 {canvas} \
         {canvas}\">\n<defs><path id=\"ball\" d=\"{}\"/></defs>\n<rect width=\"{canvas}\" height=\"{canvas}\" \
         fill=\"#ffffff\"/>\n",
        outline()
    );
    each(scene, canvas, &mut |shape| {
        let [r, g, b] = rgb(shape.color);
        let fill = format!("fill=\"#{r:02x}{g:02x}{b:02x}\"");
        let place = format!("x=\"{}\" y=\"{}\"", shape.x, shape.y);
        // Writing to a string does not fail.
        let _ = match shape.form {
            Form::Box => writeln!(
                out,
                "<rect {place} width=\"{SIDE}\" height=\"{SIDE}\" {fill} shape-rendering=\"crispEdges\"/>"
            ),
            Form::Ball => writeln!(out, "<use href=\"#ball\" {place} {fill}/>"),
        };
    });
    out.push_str("</svg>\n");
    out
}

/// The outline of a ball as SVG path data.
fn outline() -> String {
    let mut data = Vec::new();
    for segment in ball().iter().flat_map(|path| path.segments()) {
        data.push(match segment {
            PathSegment::MoveTo(p) => format!("M{} {}", p.x, p.y),
            PathSegment::LineTo(p) => format!("L{} {}", p.x, p.y),
            PathSegment::QuadTo(c, p) => format!("Q{} {} {} {}", c.x, c.y, p.x, p.y),
            PathSegment::CubicTo(c, d, p) => format!("C{} {} {} {} {} {}", c.x, c.y, d.x, d.y, p.x, p.y),
            PathSegment::Close => "Z".to_owned(),
        });
    }
    data.concat()
}

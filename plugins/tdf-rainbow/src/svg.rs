//! Scenes as SVG.

use std::fmt::Write as _;

use crate::ast::Scene;
use crate::layout::{Form, SIDE, each};
use crate::sprite::rgb;

/// A document that draws the same picture as the renderer.
pub fn document(scene: &Scene) -> String {
    let canvas = crate::CANVAS;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{canvas}\" height=\"{canvas}\" viewBox=\"0 0 {canvas} \
         {canvas}\">\n<rect width=\"{canvas}\" height=\"{canvas}\" fill=\"#ffffff\"/>\n"
    );
    each(scene, canvas, &mut |shape| {
        let [r, g, b] = rgb(shape.color);
        let fill = format!("fill=\"#{r:02x}{g:02x}{b:02x}\"");
        let (x, y) = (shape.x, shape.y);
        // Writing to a string does not fail.
        let _ = match shape.form {
            Form::Box => writeln!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{SIDE}\" height=\"{SIDE}\" {fill} shape-rendering=\"crispEdges\"/>"
            ),
            Form::Ball => {
                let radius = SIDE / 2;
                writeln!(
                    out,
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{radius}\" {fill}/>",
                    x + radius,
                    y + radius
                )
            }
        };
    });
    out.push_str("</svg>\n");
    out
}

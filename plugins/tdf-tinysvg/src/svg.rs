//! Images as SVG.

use std::fmt::Write as _;

use crate::ast::{Color, Picture};
use crate::color::rgb;
use crate::draw::edges;
use crate::ellipse::{PIXEL, line};
use crate::layout::{Form, SQUARE, Shape, UNIT, each};
use crate::raster::Raster;

/// A document of `<rect>` and `<ellipse>` elements that renders to the same image as the renderer.
pub fn document(raster: Raster, image: &Picture) -> String {
    let (side, square) = (raster.side, SQUARE / UNIT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{side}\" height=\"{side}\" viewBox=\"0 0 {square} {square}\">\n\
         <rect width=\"{square}\" height=\"{square}\" fill=\"#ffffff\"/>\n"
    );
    each(image, &mut |shape| match shape.form {
        Form::Rectangle => rectangle(raster, &shape, &mut out),
        Form::Ellipse => ellipse(raster, &shape, &mut out),
    });
    out.push_str("</svg>\n");
    out
}

fn units(quarters: i64) -> f64 {
    quarters as f64 / UNIT as f64
}

/// A colour as an attribute's value.
fn paint(color: Color) -> String {
    rgb(color).map_or("none".to_owned(), |[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}"))
}

// Writing to a string does not fail.

fn rectangle(raster: Raster, shape: &Shape, out: &mut String) {
    let place = |shape: &Shape| {
        let [x, y, w, h] = [shape.x, shape.y, shape.width, shape.height].map(units);
        format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"")
    };
    let crisp = "shape-rendering=\"crispEdges\"/>\n";
    let outlined = rgb(shape.stroke).is_some();
    // SVG does not draw outlines of rectangles without width or height, and rounding decides where thin lines between
    // pixels go: these outlines are written as pixels.
    if outlined && shape.border > 0 && shape.width > 0 && shape.height > 0 {
        let (fill, stroke, width) = (paint(shape.fill), paint(shape.stroke), units(2 * shape.border));
        let _ = write!(
            out,
            "{} fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\" {crisp}",
            place(shape)
        );
        return;
    }
    if rgb(shape.fill).is_some() && shape.width > 0 && shape.height > 0 {
        let _ = write!(out, "{} fill=\"{}\" {crisp}", place(shape), paint(shape.fill));
    }
    if outlined {
        let (columns, inner_columns) = edges(raster, shape.x, shape.x + shape.width, shape.border);
        let (rows, inner_rows) = edges(raster, shape.y, shape.y + shape.height, shape.border);
        let pixel = (SQUARE / UNIT) as f64 / raster.side as f64;
        let at = |pixels: i64| pixels as f64 * pixel;
        let color = paint(shape.stroke);
        let full = inner_columns.is_empty() || inner_rows.is_empty();
        // The frame of one pixel is stroked along the middles of its pixels.
        let (inset, style) = if full {
            (0.0, format!("fill=\"{color}\""))
        } else {
            (
                pixel / 2.0,
                format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"{pixel}\""),
            )
        };
        let (x, y) = (at(columns.start) + inset, at(rows.start) + inset);
        let (w, h) = (
            at(columns.end - columns.start) - 2.0 * inset,
            at(rows.end - rows.start) - 2.0 * inset,
        );
        if w > 0.0 && h > 0.0 {
            let _ = write!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" {style} {crisp}"
            );
        }
    }
}

fn ellipse(raster: Raster, shape: &Shape, out: &mut String) {
    let scale = raster.scale();
    if let Some(([dx, dy], [w, h])) = line(shape, scale) {
        if rgb(shape.stroke).is_some() && w * h > 0.0 {
            let (x, y) = (units(shape.x) + f64::from(dx), units(shape.y) + f64::from(dy));
            let color = paint(shape.stroke);
            let _ = writeln!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{color}\"/>"
            );
        }
        return;
    }
    let [a, b] = [shape.width, shape.height].map(|length| units(length) / 2.0);
    let (x, y) = (units(shape.x) + a, units(shape.y) + b);
    let width = if shape.border > 0 {
        units(2 * shape.border)
    } else {
        f64::from(PIXEL / scale)
    };
    let (fill, stroke) = (paint(shape.fill), paint(shape.stroke));
    let _ = writeln!(
        out,
        "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{a}\" ry=\"{b}\" fill=\"{fill}\" stroke=\"{stroke}\" \
         stroke-width=\"{width}\"/>"
    );
}

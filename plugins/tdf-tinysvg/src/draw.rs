//! Images drawn into a raster.

use std::ops::Range;

use crate::ast::Picture;
use crate::color::{Rgb, rgb};
use crate::ellipse::{Ellipses, Part};
use crate::layout::{Form, Shape, each};
use crate::raster::{Raster, clip};

/// Draws `program` into `image`, whatever was there.
pub fn draw(raster: Raster, ellipses: &Ellipses, program: &Picture, image: &mut [u8]) {
    image.fill(255);
    each(program, &mut |shape| {
        for (part, color) in [(Part::Fill, shape.fill), (Part::Outline, shape.stroke)] {
            let Some(color) = rgb(color) else { continue };
            match (shape.form, part) {
                (Form::Ellipse, _) => ellipses.draw(&shape, part, color, image),
                (Form::Rectangle, Part::Fill) => {
                    let columns = raster.between(shape.x, shape.x + shape.width);
                    let rows = raster.between(shape.y, shape.y + shape.height);
                    fill(raster, columns, rows, color, image);
                }
                (Form::Rectangle, Part::Outline) => frame(raster, &shape, color, image),
            }
        }
    });
}

/// The pixels of a rectangle's outline along one axis, the outer and the inner edge. They may be off the raster.
pub fn edges(raster: Raster, from: i64, to: i64, border: i64) -> (Range<i64>, Range<i64>) {
    if border > 0 {
        return (
            raster.between(from - border, to + border),
            raster.between(from + border, to - border),
        );
    }
    // A line of one pixel covers the pixels in which the edges lie.
    let (first, last) = (raster.pixel(from).0, raster.pixel(to).0);
    (first..last + 1, first + 1..last)
}

/// Draws the outline of a rectangle: everything within its outer and not within its inner edge.
fn frame(raster: Raster, shape: &Shape, color: Rgb, image: &mut [u8]) {
    let (columns, inner_columns) = edges(raster, shape.x, shape.x + shape.width, shape.border);
    let (rows, inner_rows) = edges(raster, shape.y, shape.y + shape.height, shape.border);
    if inner_columns.is_empty() || inner_rows.is_empty() {
        fill(raster, columns, rows, color, image);
        return;
    }
    fill(raster, columns.clone(), rows.start..inner_rows.start, color, image);
    fill(raster, columns.clone(), inner_rows.end..rows.end, color, image);
    fill(
        raster,
        columns.start..inner_columns.start,
        inner_rows.clone(),
        color,
        image,
    );
    fill(raster, inner_columns.end..columns.end, inner_rows, color, image);
}

/// Fills what of a rectangle of pixels is on the raster.
fn fill(raster: Raster, columns: Range<i64>, rows: Range<i64>, color: Rgb, image: &mut [u8]) {
    let (columns, rows) = (clip(columns, raster.side), clip(rows, raster.side));
    let side = raster.side as usize;
    if columns.is_empty() || rows.is_empty() {
        return;
    }
    // The first row is written pixel by pixel, the others are copies of it.
    let at = |row: usize, column: usize| 3 * (side * row + column);
    let first = at(rows.start, columns.start)..at(rows.start, columns.end);
    for pixel in image[first.clone()].as_chunks_mut::<3>().0 {
        *pixel = color;
    }
    for row in rows.skip(1) {
        image.copy_within(first.clone(), at(row, columns.start));
    }
}

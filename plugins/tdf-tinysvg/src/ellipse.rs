//! Images of ellipses and their outlines.
//!
//! Ellipses lie between pixels in few ways, and there are few of them: each is rasterised when it is first wanted.

use std::sync::OnceLock;

use tiny_skia::{FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

use crate::color::Rgb;
use crate::layout::{Shape, UNIT};
use crate::raster::{Raster, clip};

/// Values of a number in a program.
const NUMBERS: usize = 10;

/// The part of a shape that has one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Fill,
    Outline,
}

/// All ellipses on a raster.
#[derive(Debug)]
pub struct Ellipses {
    raster: Raster,
    /// By width, height, part and border, and how they lie to pixels. 23 MB if all are made, at 128 pixels. Empty if they
    /// would be too many, or large.
    kept: Vec<OnceLock<Sprite>>,
}

/// Coverage of a rectangle of pixels around an ellipse.
#[derive(Debug)]
struct Sprite {
    /// Columns and rows before the pixel in which the ellipse begins.
    margin: i64,
    columns: usize,
    /// Rows from the top.
    pixels: Box<[u8]>,
}

/// Greatest side of a raster whose sprites are kept, and greatest number of ways to lie to pixels along an axis.
const KEPT_SIDE: i64 = 256;
const KEPT_PHASES: usize = 8;

impl Ellipses {
    pub fn new(raster: Raster) -> Self {
        let phases = raster.phases();
        let count = if raster.side <= KEPT_SIDE && phases <= KEPT_PHASES {
            NUMBERS * NUMBERS * (NUMBERS + 1) * phases * phases
        } else {
            0
        };
        Self {
            raster,
            kept: std::iter::repeat_with(OnceLock::new).take(count).collect(),
        }
    }

    /// Draws a part of an ellipse in a colour.
    pub fn draw(&self, shape: &Shape, part: Part, color: Rgb, image: &mut [u8]) {
        let ((x, across), (y, down)) = (self.raster.pixel(shape.x), self.raster.pixel(shape.y));
        let numbers = [shape.width, shape.height].map(|length| (length / (6 * UNIT)) as usize);
        let part_number = match part {
            Part::Fill => 0,
            Part::Outline => 1 + shape.border as usize,
        };
        let phases = self.raster.phases();
        let index = [NUMBERS, NUMBERS + 1, phases, phases]
            .into_iter()
            .zip([numbers[1], part_number, across, down])
            .fold(numbers[0], |index, (count, number)| index * count + number);
        let rasterise = || {
            Sprite::new(
                self.raster,
                shape,
                part,
                [across, down].map(|p| p as f32 / phases as f32),
            )
        };
        match self.kept.get(index) {
            Some(kept) => kept.get_or_init(rasterise).draw(x, y, color, image, self.raster.side),
            None => rasterise().draw(x, y, color, image, self.raster.side),
        }
    }
}

impl Sprite {
    /// Rasterises a part of an ellipse that begins at a fraction of the pixel (0, 0).
    fn new(raster: Raster, shape: &Shape, part: Part, at: [f32; 2]) -> Self {
        let scale = raster.scale();
        let outline = match part {
            Part::Fill => 0,
            Part::Outline => shape.border,
        };
        let reach = (outline as f32 / UNIT as f32 * scale).ceil() as i64 + 1;
        let pixels = |length: i64| (length as f32 / UNIT as f32 * scale).ceil() as i64 + 1 + 2 * reach;
        let (columns, rows) = (pixels(shape.width), pixels(shape.height));
        let empty = Self {
            margin: 0,
            columns: 1,
            pixels: Box::default(),
        };
        // Neither fails: the sides are at least 3 pixels and at most some thousand.
        let Some(mut pixmap) = Pixmap::new(columns as u32, rows as u32) else {
            return empty;
        };
        let transform = Transform::from_row(scale, 0.0, 0.0, scale, at[0] + reach as f32, at[1] + reach as f32);
        let mut paint = Paint::default();
        paint.set_color_rgba8(255, 255, 255, 255);
        match outline_of(shape, part, scale) {
            Some(Outline::Fill(path)) => pixmap.fill_path(&path, &paint, FillRule::Winding, transform, None),
            Some(Outline::Stroke(path, width)) => {
                let stroke = Stroke {
                    width,
                    ..Stroke::default()
                };
                pixmap.stroke_path(&path, &paint, &stroke, transform, None);
            }
            None => return empty,
        }
        let (samples, _) = pixmap.data().as_chunks::<4>();
        Self {
            margin: reach,
            columns: columns as usize,
            pixels: samples.iter().map(|sample| sample[3]).collect(),
        }
    }

    /// Puts a colour where the sprite covers an image, `side` pixels in a row; the ellipse begins in the pixel (x, y).
    fn draw(&self, x: i64, y: i64, color: Rgb, image: &mut [u8], side: i64) {
        let (left, top) = (x - self.margin, y - self.margin);
        let columns = clip(left..left + self.columns as i64, side);
        if columns.is_empty() {
            return;
        }
        let skipped = (columns.start as i64 - left) as usize;
        let side_pixels = side as usize;
        for (row, line) in (top..).zip(self.pixels.chunks_exact(self.columns)) {
            if !(0..side).contains(&row) {
                continue;
            }
            let (pixels, _) = image[3 * side_pixels * row as usize..][..3 * side_pixels].as_chunks_mut::<3>();
            for (pixel, &coverage) in pixels[columns.clone()].iter_mut().zip(&line[skipped..]) {
                match coverage {
                    0 => (),
                    255 => *pixel = color,
                    _ => *pixel = mix(*pixel, color, coverage),
                }
            }
        }
    }
}

/// `over` on `under`, rounded as tiny-skia does.
fn mix(under: Rgb, over: Rgb, coverage: u8) -> Rgb {
    let (over_weight, under_weight) = (u16::from(coverage), u16::from(255 - coverage));
    std::array::from_fn(|i| {
        let sum = u16::from(over[i]) * over_weight + u16::from(under[i]) * under_weight;
        ((sum + 255) >> 8) as u8
    })
}

/// How a part of an ellipse is drawn; in units from the corner of its bounds.
enum Outline {
    Fill(Path),
    /// A path and the width of the pen.
    Stroke(Path, f32),
}

fn outline_of(shape: &Shape, part: Part, scale: f32) -> Option<Outline> {
    let [width, height, border] = [shape.width, shape.height, shape.border].map(|length| length as f32 / UNIT as f32);
    if part == Part::Fill {
        return Some(Outline::Fill(oval(width, height)?));
    }
    if let Some((corner, sides)) = line(shape, scale) {
        let rect = Rect::from_xywh(corner[0], corner[1], sides[0], sides[1])?;
        return Some(Outline::Fill(PathBuilder::from_rect(rect)));
    }
    let pen = if shape.border == 0 { PIXEL / scale } else { 2.0 * border };
    Some(Outline::Stroke(oval(width, height)?, pen))
}

/// Width of the thinnest outline in pixels. A hair less than one, so that rounding never makes tiny-skia take it for a wide
/// one, which looks otherwise.
pub const PIXEL: f32 = 0.999;

/// The outline of an ellipse without width or height is a rectangle: its corner from the corner of the bounds, and its
/// sides, in units. `None` for other ellipses.
pub fn line(shape: &Shape, scale: f32) -> Option<([f32; 2], [f32; 2])> {
    let [width, height, border] = [shape.width, shape.height, shape.border].map(|length| length as f32 / UNIT as f32);
    let half = if shape.border == 0 { 0.5 / scale } else { border };
    match (shape.width, shape.height) {
        (0, 0) => Some(([0.0; 2], [0.0; 2])),
        (0, _) => Some(([-half, 0.0], [2.0 * half, height])),
        (_, 0) => Some(([0.0, -half], [width, 2.0 * half])),
        _ => None,
    }
}

/// An ellipse with its bounds' corner at the origin, as four cubic curves: the same that usvg makes of `<ellipse>`.
fn oval(width: f32, height: f32) -> Option<Path> {
    if width == 0.0 || height == 0.0 {
        return None;
    }
    /// How far the control points of a quarter of a circle of radius 1 are from its ends: 4/3 tan(pi/8).
    const KAPPA: f32 = 0.552_284_8;
    let (a, b) = (width / 2.0, height / 2.0);
    let (c, d) = (KAPPA * a, KAPPA * b);
    let mut builder = PathBuilder::new();
    builder.move_to(a + a, b);
    builder.cubic_to(a + a, b + d, a + c, b + b, a, b + b);
    builder.cubic_to(a - c, b + b, 0.0, b + d, 0.0, b);
    builder.cubic_to(0.0, b - d, a - c, 0.0, a, 0.0);
    builder.cubic_to(a + c, 0.0, a + a, b - d, a + a, b);
    builder.close();
    builder.finish()
}

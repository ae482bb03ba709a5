//! Small images of every shape in every colour, copied to where the layout puts them.
//!
//! Places are whole pixels, shapes do not overlap, and the background is white: so a shape looks the same everywhere,
//! and drawing is copying rows.

use tiny_skia::{Color as Rgba, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Transform};

use crate::ast::Color;
use crate::layout::{Form, SIDE, Shape};

const PIXELS: usize = SIDE as usize;
const CANVAS: usize = crate::CANVAS as usize;

const COLORS: [Color; 8] = [
    Color::Red,
    Color::Green,
    Color::Blue,
    Color::Yellow,
    Color::Purple,
    Color::Orange,
    Color::Black,
    Color::White,
];

/// Red, green and blue of the colours, in the order of [`COLORS`]: CSS's, except for green, which is CSS's lime.
pub const PALETTE: [[u8; 3]; COLORS.len()] = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 0],
    [128, 0, 128],
    [255, 165, 0],
    [0, 0, 0],
    [255, 255, 255],
];

/// Red, green and blue of a colour.
pub fn rgb(color: Color) -> [u8; 3] {
    PALETTE[color as usize]
}

/// Rows of RGB pixels.
type Sprite = [[u8; 3 * PIXELS]; PIXELS];

/// All sprites; indexed by form and colour.
#[derive(Debug)]
pub struct Sprites([[Sprite; COLORS.len()]; 2]);

impl Sprites {
    pub fn new() -> Self {
        Self([Form::Box, Form::Ball].map(|form| COLORS.map(|color| rasterise(form, color))))
    }

    /// Draws what of `shape` is on the canvas.
    pub fn draw(&self, shape: &Shape, image: &mut [u8]) {
        let sprite = &self.0[shape.form as usize][shape.color as usize];
        let canvas = CANVAS as i64;
        if shape.x >= 0 && shape.y >= 0 && shape.x <= canvas - SIDE && shape.y <= canvas - SIDE {
            let start = 3 * (shape.y as usize * CANVAS + shape.x as usize);
            for (row, line) in sprite.iter().zip(image[start..].chunks_mut(3 * CANVAS)) {
                line[..3 * PIXELS].copy_from_slice(row);
            }
            return;
        }
        let (left, right) = (shape.x.clamp(0, canvas), (shape.x + SIDE).clamp(0, canvas));
        for (y, row) in (shape.y..).zip(sprite) {
            if (0..canvas).contains(&y) && left < right {
                let line = 3 * CANVAS * y as usize;
                let from = 3 * (left - shape.x) as usize..3 * (right - shape.x) as usize;
                image[line + 3 * left as usize..line + 3 * right as usize].copy_from_slice(&row[from]);
            }
        }
    }
}

/// The outline of a ball whose upper left corner is the origin.
pub fn ball() -> Option<Path> {
    let radius = SIDE as f32 / 2.0;
    PathBuilder::from_circle(radius, radius, radius)
}

fn rasterise(form: Form, color: Color) -> Sprite {
    let [r, g, b] = rgb(color);
    let mut sprite = [[255; 3 * PIXELS]; PIXELS];
    let mut paint = Paint {
        anti_alias: form == Form::Ball,
        ..Paint::default()
    };
    paint.set_color_rgba8(r, g, b, 255);
    let side = SIDE as f32;
    let path = match form {
        Form::Box => Rect::from_xywh(0.0, 0.0, side, side).map(PathBuilder::from_rect),
        Form::Ball => ball(),
    };
    // Neither fails for a side of ten pixels.
    if let (Some(path), Some(mut pixmap)) = (path, Pixmap::new(SIDE as u32, SIDE as u32)) {
        pixmap.fill(Rgba::WHITE);
        pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
        for (row, line) in sprite.iter_mut().zip(pixmap.data().chunks(4 * PIXELS)) {
            for (sample, pixel) in row.chunks_mut(3).zip(line.chunks(4)) {
                sample.copy_from_slice(&pixel[..3]);
            }
        }
    }
    sprite
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sprites_are_found_by_form_and_colour() {
        let sprites = Sprites::new();
        for color in COLORS {
            for form in [Form::Box, Form::Ball] {
                let sprite = &sprites.0[form as usize][color as usize];
                let middle = &sprite[PIXELS / 2][3 * PIXELS / 2..][..3];
                assert_eq!(middle, rgb(color), "{form:?} {color:?}");
                let corner = if form == Form::Box { rgb(color) } else { [255; 3] };
                assert_eq!(sprite[0][..3], corner, "{form:?} {color:?}");
            }
        }
    }

    #[test]
    fn a_shape_over_the_edge_is_cut_off() {
        let sprites = Sprites::new();
        for (x, y) in [
            (-4, 30),
            (60, 30),
            (30, -9),
            (30, 63),
            (-9, -9),
            (63, 63),
            (-10, 0),
            (64, 64),
            (0, 54),
        ] {
            let mut image = vec![255; 3 * CANVAS * CANVAS];
            sprites.draw(
                &Shape {
                    form: Form::Box,
                    color: Color::Black,
                    x,
                    y,
                },
                &mut image,
            );
            for (at, pixel) in image.chunks(3).enumerate() {
                let (px, py) = ((at % CANVAS) as i64, (at / CANVAS) as i64);
                let inside = (x..x + SIDE).contains(&px) && (y..y + SIDE).contains(&py);
                assert_eq!(pixel == [0; 3], inside, "shape at {x} {y}, pixel {px} {py}");
            }
        }
    }
}

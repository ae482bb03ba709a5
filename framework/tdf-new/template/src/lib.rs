//! my-dsl: what its programs draw, and what counts as their size.

use tdf_domain::{Canvas, Domain, Grammar, RenderError, Size, SizeError, declare_domain};

use ast::{Color, Scene};

/// The syntax tree, generated from `my-dsl.lalrpop`: a type for each rule, a variant for each alternative.
pub mod ast {
    tdf_domain::include_grammar!("my-dsl");
}

/// Width and height of an image in pixels.
const SIDE: i32 = 64;

/// Red, green and blue of the colours, in the order of the grammar, and of the background.
const COLORS: [[u8; 3]; 5] = [
    [220, 50, 47],
    [250, 200, 60],
    [60, 160, 80],
    [40, 90, 200],
    [255, 255, 255],
];

/// The language, as tdf sees it.
#[derive(Debug, Default)]
pub struct Dsl;

impl Domain for Dsl {
    type Program = Scene;

    const NAME: &'static str = "my-dsl";

    const PALETTE: &'static [[u8; 3]] = &COLORS;

    fn canvas(&self) -> Canvas {
        Canvas {
            width: SIDE as u32,
            height: SIDE as u32,
            channels: 3,
            background: 255,
        }
    }

    /// Every byte of `image` has to be written: rows from the top, three bytes a pixel.
    fn render(&self, program: &Scene, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(255);
        draw(program, [0, 0, SIDE, SIDE], image);
        Ok(())
    }

    /// Tiles and discs count, so that there are finitely many programs of a size: what can contain itself any number of
    /// times has to hold something that counts.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Tile", "Disc"])
    }
}

declare_domain!(Dsl);

/// Left, top, right and bottom in pixels.
type Area = [i32; 4];

fn draw(scene: &Scene, area: Area, image: &mut [u8]) {
    let [x0, y0, x1, y1] = area;
    let (x, y) = ((x0 + x1) / 2, (y0 + y1) / 2);
    match scene {
        Scene::Tile { color } => paint(area, *color, image, |_, _| true),
        Scene::Disc { color } => {
            // Twice the distances, so that the middle of a pixel is a whole number.
            let (radius, square) = ((x1 - x0).min(y1 - y0) - 2, |a: i32| a * a);
            paint(area, *color, image, |column, row| {
                square(2 * column + 1 - x0 - x1) + square(2 * row + 1 - y0 - y1) <= square(radius)
            });
        }
        Scene::Beside { left, right } => {
            draw(left, [x0, y0, x, y1], image);
            draw(right, [x, y0, x1, y1], image);
        }
        Scene::Above { top, bottom } => {
            draw(top, [x0, y0, x1, y], image);
            draw(bottom, [x0, y, x1, y1], image);
        }
    }
}

/// Colours the pixels of an area, but for a margin of one pixel, where `inside` says so of column and row.
fn paint(area: Area, color: Color, image: &mut [u8], inside: impl Fn(i32, i32) -> bool) {
    let [x0, y0, x1, y1] = area;
    for row in y0 + 1..y1 - 1 {
        for column in x0 + 1..x1 - 1 {
            if inside(column, row) {
                let pixel = 3 * (row * SIDE + column) as usize;
                image[pixel..pixel + 3].copy_from_slice(&COLORS[color as usize]);
            }
        }
    }
}

//! Colours.

use crate::ast::Color;

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// What [`rgb`] gives.
pub const PALETTE: &[Rgb] = &[
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 0],
    [128, 0, 128],
    [255, 165, 0],
    [0, 0, 0],
    [255, 255, 255],
];

/// The samples of a colour: CSS's, except for green, which is CSS's lime. `None` if nothing is drawn.
pub fn rgb(color: Color) -> Option<Rgb> {
    let index = match color {
        Color::Red => 0,
        Color::Green => 1,
        Color::Blue => 2,
        Color::Yellow => 3,
        Color::Purple => 4,
        Color::Orange => 5,
        Color::Black => 6,
        Color::White => 7,
        Color::None => return None,
    };
    Some(PALETTE[index])
}

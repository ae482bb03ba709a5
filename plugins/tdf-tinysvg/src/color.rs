//! Colours.

use crate::ast::Color;

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// The samples of a colour: CSS's, except for green, which is CSS's lime. `None` if nothing is drawn.
pub fn rgb(color: Color) -> Option<Rgb> {
    Some(match color {
        Color::Red => [255, 0, 0],
        Color::Green => [0, 255, 0],
        Color::Blue => [0, 0, 255],
        Color::Yellow => [255, 255, 0],
        Color::Purple => [128, 0, 128],
        Color::Orange => [255, 165, 0],
        Color::Black => [0, 0, 0],
        Color::White => [255, 255, 255],
        Color::None => return None,
    })
}

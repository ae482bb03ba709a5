//! One program for all that render to the same image.

use crate::ast::{Color, Number, Picture, Sign};

/// `picture` with borders of shapes without a stroke 0, and moves by nothing forward.
pub fn canonical(picture: &Picture) -> Picture {
    let mut canonical = picture.clone();
    mend(&mut canonical);
    canonical
}

fn mend(picture: &mut Picture) {
    match picture {
        Picture::Rectangle { stroke, border, .. } | Picture::Ellipse { stroke, border, .. } => {
            if *stroke == Color::None {
                *border = Number(0);
            }
        }
        Picture::Arrange { first, second, .. } => {
            mend(first);
            mend(second);
        }
        Picture::Move {
            picture,
            dx_sign,
            dx,
            dy_sign,
            dy,
        } => {
            for (sign, steps) in [(dx_sign, dx), (dy_sign, dy)] {
                if steps.0 == 0 {
                    *sign = Sign::Plus;
                }
            }
            mend(picture);
        }
    }
}

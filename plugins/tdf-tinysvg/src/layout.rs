//! Where the shapes of an image are.
//!
//! Places and lengths are whole numbers of quarter units of a square of 224 units: whatever a program says lies on
//! quarters.

use crate::ast::{Color, Direction, Number, Picture, Sign};

/// Quarters in a unit.
pub const UNIT: i64 = 4;

/// Width and height of the square that images show, in quarters.
pub const SQUARE: i64 = 224 * UNIT;

/// What a number of a width, height or offset stands for, in quarters.
const STEP: i64 = 6 * UNIT;

/// What a shape is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Rectangle,
    Ellipse,
}

/// A shape and the place of its upper left corner; lengths in quarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub form: Form,
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
    pub fill: Color,
    pub stroke: Color,
    /// Half the width of the outline, which is centred on the edge; 0 for an outline one pixel wide.
    pub border: i64,
}

/// Calls `draw` for all shapes of `picture`, those behind first. The bounds of the image are centred on the square.
///
/// It measures the parts of a program anew at each level: that is quicker than to keep measures for the handful of levels
/// that programs have.
pub fn each(picture: &Picture, draw: &mut impl FnMut(Shape)) {
    let (width, height) = measure(picture);
    place(
        picture,
        (SQUARE - width) / 2,
        (SQUARE - height) / 2,
        (width, height),
        draw,
    );
}

fn number(number: &Number, unit: i64) -> i64 {
    unit * i64::from(number.0)
}

fn offset(sign: Sign, steps: &Number) -> i64 {
    match sign {
        Sign::Plus => number(steps, STEP),
        Sign::Minus => -number(steps, STEP),
    }
}

/// Width and height of the bounds.
fn measure(picture: &Picture) -> (i64, i64) {
    match picture {
        Picture::Rectangle { width, height, .. } | Picture::Ellipse { width, height, .. } => {
            (number(width, STEP), number(height, STEP))
        }
        // The bounds stay where they were.
        Picture::Move { picture, .. } => measure(picture),
        Picture::Arrange {
            direction,
            first,
            second,
            gap,
        } => {
            let ((w1, h1), (w2, h2), gap) = (measure(first), measure(second), number(gap, UNIT));
            match direction {
                Direction::Horizontal => (w1 + gap + w2, h1.max(h2)),
                Direction::Vertical => (w1.max(w2), h1 + gap + h2),
            }
        }
    }
}

fn place(picture: &Picture, x: i64, y: i64, (w, h): (i64, i64), draw: &mut impl FnMut(Shape)) {
    match picture {
        Picture::Rectangle {
            fill, stroke, border, ..
        }
        | Picture::Ellipse {
            fill, stroke, border, ..
        } => draw(Shape {
            form: match picture {
                Picture::Ellipse { .. } => Form::Ellipse,
                _ => Form::Rectangle,
            },
            x,
            y,
            width: w,
            height: h,
            fill: *fill,
            stroke: *stroke,
            // An outline is border / 2 units wide.
            border: number(border, UNIT / 4),
        }),
        Picture::Move {
            picture,
            dx_sign,
            dx,
            dy_sign,
            dy,
        } => place(
            picture,
            x + offset(*dx_sign, dx),
            y + offset(*dy_sign, dy),
            (w, h),
            draw,
        ),
        Picture::Arrange {
            direction,
            first,
            second,
            gap,
        } => {
            let (a, b, gap) = (measure(first), measure(second), number(gap, UNIT));
            match direction {
                Direction::Horizontal => {
                    place(first, x, y + (h - a.1) / 2, a, draw);
                    place(second, x + a.0 + gap, y + (h - b.1) / 2, b, draw);
                }
                Direction::Vertical => {
                    place(first, x + (w - a.0) / 2, y, a, draw);
                    place(second, x + (w - b.0) / 2, y + a.1 + gap, b, draw);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Form, place and measures in units.
    fn shapes(text: &str) -> Vec<(Form, [f64; 4])> {
        let picture: Picture = text.parse().unwrap();
        let mut out = Vec::new();
        each(&picture, &mut |s| {
            out.push((s.form, [s.x, s.y, s.width, s.height].map(|v| v as f64 / 4.0)));
        });
        out
    }

    #[test]
    fn pictures_are_centred_and_aligned() {
        assert_eq!(
            shapes("(Rectangle 3 4 red none 2)"),
            [(Form::Rectangle, [103.0, 100.0, 18.0, 24.0])]
        );
        // 18 + 3 + 6 wide.
        assert_eq!(
            shapes("(Arrange h (Rectangle 3 4 red none 2) (Ellipse 1 1 red red 9) 3)"),
            [
                (Form::Rectangle, [98.5, 100.0, 18.0, 24.0]),
                (Form::Ellipse, [119.5, 109.0, 6.0, 6.0])
            ]
        );
        assert_eq!(
            shapes("(Arrange v (Ellipse 1 2 red red 9) (Rectangle 4 0 red none 2) 0)"),
            [
                (Form::Ellipse, [109.0, 106.0, 6.0, 12.0]),
                (Form::Rectangle, [100.0, 118.0, 24.0, 0.0])
            ]
        );
    }

    #[test]
    fn moves_leave_the_bounds() {
        let [still, moved] = [
            "(Arrange h (Ellipse 1 1 red red 9) (Ellipse 1 1 red red 9) 2)",
            "(Arrange h (Move (Move (Ellipse 1 1 red red 9) + 1 - 2) + 3 + 0) (Ellipse 1 1 red red 9) 2)",
        ]
        .map(shapes);
        assert_eq!(moved[1], still[1]);
        let [x, y, ..] = still[0].1;
        assert_eq!(moved[0].1[..2], [x + 24.0, y - 12.0]);
    }
}

//! Where the shapes of a scene are.

use crate::ast::{Color, Direction, Scene};

/// Width and height of a box or ball in pixels.
pub const SIDE: i64 = 10;

/// Pixels between neighbours. Measured on the reference images of the paper's public code: they show two, although
/// the gap is called one there.
pub const GAP: i64 = 2;

/// What a shape is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A square.
    Box,
    /// A disc.
    Ball,
}

/// A shape and the place of its upper left corner, in pixels from the canvas's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub form: Form,
    pub color: Color,
    pub x: i64,
    pub y: i64,
}

/// Calls `draw` for all shapes of `scene` that touch a canvas of `canvas` x `canvas` pixels, on which the scene is
/// centred. Shapes do not overlap, and all places are whole: every width and height is even.
///
/// It measures the parts of a scene anew at each level: that is quicker than to keep measures for the handful of levels
/// that scenes have.
pub fn each(scene: &Scene, canvas: i64, draw: &mut impl FnMut(Shape)) {
    let (width, height) = measure(scene);
    place(
        scene,
        (canvas - width) / 2,
        (canvas - height) / 2,
        (width, height),
        canvas,
        draw,
    );
}

fn measure(scene: &Scene) -> (i64, i64) {
    match scene {
        Scene::Box { .. } | Scene::Ball { .. } => (SIDE, SIDE),
        Scene::Arrange {
            direction,
            first,
            second,
        } => join(*direction, measure(first), measure(second)),
    }
}

fn join(direction: Direction, (w1, h1): (i64, i64), (w2, h2): (i64, i64)) -> (i64, i64) {
    match direction {
        Direction::Horizontal => (w1 + GAP + w2, h1.max(h2)),
        Direction::Vertical => (w1.max(w2), h1 + GAP + h2),
    }
}

fn place(scene: &Scene, x: i64, y: i64, (w, h): (i64, i64), canvas: i64, draw: &mut impl FnMut(Shape)) {
    if x >= canvas || y >= canvas || x + w <= 0 || y + h <= 0 {
        return;
    }
    match scene {
        Scene::Box { color } => draw(Shape {
            form: Form::Box,
            color: *color,
            x,
            y,
        }),
        Scene::Ball { color } => draw(Shape {
            form: Form::Ball,
            color: *color,
            x,
            y,
        }),
        Scene::Arrange {
            direction,
            first,
            second,
        } => {
            let (a, b) = (measure(first), measure(second));
            match direction {
                Direction::Horizontal => {
                    place(first, x, y + (h - a.1) / 2, a, canvas, draw);
                    place(second, x + a.0 + GAP, y + (h - b.1) / 2, b, canvas, draw);
                }
                Direction::Vertical => {
                    place(first, x + (w - a.0) / 2, y, a, canvas, draw);
                    place(second, x + (w - b.0) / 2, y + a.1 + GAP, b, canvas, draw);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(text: &str) -> Vec<(Form, i64, i64)> {
        let scene: Scene = text.parse().unwrap();
        let mut out = Vec::new();
        each(&scene, 64, &mut |s| out.push((s.form, s.x, s.y)));
        out
    }

    #[test]
    fn scenes_are_centred_and_aligned() {
        assert_eq!(shapes("(Box red)"), [(Form::Box, 27, 27)]);
        assert_eq!(
            shapes("(Arrange h (Arrange v (Box red) (Ball red)) (Ball blue))"),
            [(Form::Box, 21, 21), (Form::Ball, 21, 33), (Form::Ball, 33, 27)]
        );
    }

    #[test]
    fn what_lies_outside_is_not_drawn() {
        // Twelve in a row are 142 pixels wide; the canvas shows 64 of them.
        let row = (1..12).fold("(Box red)".to_owned(), |row, _| format!("(Arrange h {row} (Box red))"));
        let xs: Vec<i64> = shapes(&row).into_iter().map(|s| s.1).collect();
        assert_eq!(xs, [-3, 9, 21, 33, 45, 57]);
    }
}

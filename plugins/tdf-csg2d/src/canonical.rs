//! One program for all that render to the same image.

use crate::ast::{Angle, Number, Operator, Shape};

/// `shape` with quads turned by 0 or 45 degrees alone (a half turn changes nothing, a quarter turn swaps the sides) and the
/// operands of each `+` in one order. With `flat` composition operands stay where they are: what is left of an operator
/// decides what it is applied to.
pub fn canonical(shape: &Shape, flat: bool) -> Shape {
    match shape {
        Shape::Circle { .. } => shape.clone(),
        Shape::Quad { x, y, w, h, theta } => {
            let (w, h) = if theta.0 % 180 < 90 { (w, h) } else { (h, w) };
            Shape::Quad {
                x: *x,
                y: *y,
                w: *w,
                h: *h,
                theta: Angle(theta.0 % 90),
            }
        }
        Shape::Combine { op, left, right } => {
            let (mut left, mut right) = (canonical(left, flat), canonical(right, flat));
            if !flat && *op == Operator::Add && key(&right) < key(&left) {
                std::mem::swap(&mut left, &mut right);
            }
            Shape::Combine {
                op: *op,
                left: left.into(),
                right: right.into(),
            }
        }
    }
}

/// What operands are ordered by: how they are combined, then the form and the numbers of their primitives.
fn key(shape: &Shape) -> Vec<u8> {
    let mut numbers = Vec::new();
    write(shape, &mut numbers);
    numbers
}

fn write(shape: &Shape, out: &mut Vec<u8>) {
    let numbers = |kind: u8, numbers: &[&Number]| {
        let numbers: Vec<u8> = numbers.iter().map(|number| number.0).collect();
        (kind, numbers)
    };
    let (kind, numbers) = match shape {
        Shape::Circle { r, x, y } => numbers(0, &[x, y, r]),
        Shape::Quad { x, y, w, h, theta } => numbers(1 + u8::from(theta.0 != 0), &[x, y, w, h]),
        Shape::Combine { op, left, right } => {
            out.push(3 + u8::from(*op == Operator::Subtract));
            write(left, out);
            write(right, out);
            return;
        }
    };
    out.push(kind);
    out.extend(numbers);
}

//! Shapes drawn and combined as masks: a byte of coverage for each pixel.
//!
//! The union of two masks is the greater coverage, the difference is the first less the second, at least nothing. Both
//! are exact for a pixel in which one edge runs, and for shapes that share an edge.

use std::cell::RefCell;

use crate::ast::{Operator, Shape};
use crate::coverage::Coverage;
use crate::primitive::Primitive;

/// Masks kept for the next image of a thread. Programs of eight primitives want at most six.
const KEPT: usize = 16;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Draws `program` into `image`, whatever was there.
pub fn draw(coverage: &Coverage, program: &Shape, image: &mut [u8]) {
    match Primitive::new(program) {
        Some(primitive) => {
            image.fill(0);
            coverage.apply(primitive, image, add);
        }
        None => start(coverage, program, image),
    }
}

/// Draws `program` as the public code does: its primitives in the order of the text are added to one shape or subtracted
/// from it, each by the operator in front of it.
pub fn draw_flat(coverage: &Coverage, program: &Shape, image: &mut [u8]) {
    image.fill(0);
    each(program, Operator::Add, &mut |op, primitive| match op {
        Operator::Add => coverage.apply(primitive, image, add),
        Operator::Subtract => coverage.apply(primitive, image, subtract),
    });
}

/// The primitives of `shape` in the order of the text, each with the operator in front of it; `op` is that of the first.
pub fn each(shape: &Shape, op: Operator, visit: &mut impl FnMut(Operator, Primitive)) {
    if let Shape::Combine { op: inner, left, right } = shape {
        each(left, op, visit);
        each(right, *inner, visit);
    } else if let Some(primitive) = Primitive::new(shape) {
        visit(op, primitive);
    }
}

/// Draws a part of a program.
fn start(coverage: &Coverage, shape: &Shape, image: &mut [u8]) {
    match shape {
        Shape::Combine { op, left, right } => {
            start(coverage, left, image);
            combine(coverage, *op, right, image);
        }
        Shape::Circle { .. } | Shape::Quad { .. } => {
            image.fill(0);
            combine(coverage, Operator::Add, shape, image);
        }
    }
}

/// Adds `shape` to what `image` shows, or subtracts it.
fn combine(coverage: &Coverage, op: Operator, shape: &Shape, image: &mut [u8]) {
    if let Some(primitive) = Primitive::new(shape) {
        match op {
            Operator::Add => coverage.apply(primitive, image, add),
            Operator::Subtract => coverage.apply(primitive, image, subtract),
        }
        return;
    }
    if let (
        Operator::Add,
        Shape::Combine {
            op: Operator::Add,
            left,
            right,
        },
    ) = (op, shape)
    {
        combine(coverage, op, left, image);
        combine(coverage, op, right, image);
        return;
    }
    let mut mask = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
    mask.resize(image.len(), 0);
    start(coverage, shape, &mut mask);
    match op {
        Operator::Add => apply(image, &mask, add),
        Operator::Subtract => apply(image, &mask, subtract),
    }
    SPARE.with_borrow_mut(|spare| {
        if spare.len() < KEPT {
            spare.push(mask);
        }
    });
}

fn add(under: u8, over: u8) -> u8 {
    under.max(over)
}

fn subtract(under: u8, over: u8) -> u8 {
    under.saturating_sub(over)
}

fn apply(image: &mut [u8], mask: &[u8], op: impl Fn(u8, u8) -> u8) {
    for (under, over) in image.iter_mut().zip(mask) {
        *under = op(*under, *over);
    }
}

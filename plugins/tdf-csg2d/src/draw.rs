//! Shapes drawn and combined as masks: a byte of coverage for each pixel.
//!
//! The union of two masks is the greater coverage, the difference is the first less the second, at least nothing. Both
//! are exact for a pixel in which one edge runs, and for shapes that share an edge.

use std::cell::RefCell;

use crate::ast::{Operator, Shape};
use crate::coverage::Coverage;
use crate::primitive::Primitive;

/// Masks kept for the next picture of a thread. Programs of eight primitives want at most six.
const KEPT: usize = 16;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Draws `program` into `picture`, whatever was there.
pub fn draw(coverage: &Coverage, program: &Shape, picture: &mut [u8]) {
    match Primitive::new(program) {
        Some(primitive) => {
            picture.fill(0);
            coverage.apply(primitive, picture, add);
        }
        None => start(coverage, program, picture),
    }
}

/// Draws `program` as the public code does: its primitives in the order of the text are added to one shape or subtracted
/// from it, each by the operator in front of it.
pub fn draw_flat(coverage: &Coverage, program: &Shape, picture: &mut [u8]) {
    picture.fill(0);
    each(program, Operator::Add, &mut |op, primitive| match op {
        Operator::Add => coverage.apply(primitive, picture, add),
        Operator::Subtract => coverage.apply(primitive, picture, subtract),
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
fn start(coverage: &Coverage, shape: &Shape, picture: &mut [u8]) {
    match shape {
        Shape::Combine { op, left, right } => {
            start(coverage, left, picture);
            combine(coverage, *op, right, picture);
        }
        Shape::Circle { .. } | Shape::Quad { .. } => {
            picture.fill(0);
            combine(coverage, Operator::Add, shape, picture);
        }
    }
}

/// Adds `shape` to what `picture` shows, or subtracts it.
fn combine(coverage: &Coverage, op: Operator, shape: &Shape, picture: &mut [u8]) {
    if let Some(primitive) = Primitive::new(shape) {
        match op {
            Operator::Add => coverage.apply(primitive, picture, add),
            Operator::Subtract => coverage.apply(primitive, picture, subtract),
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
        combine(coverage, op, left, picture);
        combine(coverage, op, right, picture);
        return;
    }
    let mut mask = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
    mask.resize(picture.len(), 0);
    start(coverage, shape, &mut mask);
    match op {
        Operator::Add => apply(picture, &mask, add),
        Operator::Subtract => apply(picture, &mask, subtract),
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

fn apply(picture: &mut [u8], mask: &[u8], op: impl Fn(u8, u8) -> u8) {
    for (under, over) in picture.iter_mut().zip(mask) {
        *under = op(*under, *over);
    }
}

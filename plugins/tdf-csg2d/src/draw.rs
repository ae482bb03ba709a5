//! Shapes drawn and combined as masks: a byte of coverage for each pixel.
//!
//! The union of two masks is the greater coverage, the difference is the first less the second, at least nothing. Both
//! are exact for a pixel in which one edge runs, and for shapes that share an edge.

use std::cell::RefCell;

use crate::SIDE;
use crate::ast::{Operator, Shape};
use crate::coverage::Coverage;
use crate::primitive::Primitive;

type Mask = [u8; SIDE * SIDE];

/// Masks kept for the next picture of a thread. Programs of eight primitives want at most six.
const KEPT: usize = 16;

thread_local! {
    static SPARE: RefCell<Vec<Box<Mask>>> = const { RefCell::new(Vec::new()) };
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
    let spare = SPARE.with_borrow_mut(Vec::pop);
    let mut mask = spare.unwrap_or_else(|| Box::new([0; SIDE * SIDE]));
    start(coverage, shape, &mut mask[..]);
    match op {
        Operator::Add => apply(picture, &mask[..], add),
        Operator::Subtract => apply(picture, &mask[..], subtract),
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

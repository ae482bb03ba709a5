//! Which parts of outlines are left after shapes were combined.
//!
//! An outline is an edge of the whole where its own primitive decides: where the whole would differ if the point were
//! not within that primitive. That holds or not all along from one crossing with another outline to the next.

use super::geometry::{Bounds, Point, between, crossing, within};
use super::outline::Outline;
use crate::ast::{Operator, Shape};

/// How the primitives of a program combine, in the order of the text.
#[derive(Debug, Default)]
pub struct Expression {
    steps: Vec<Step>,
    stack: Vec<bool>,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Primitive(usize),
    Combine(Operator),
}

impl Expression {
    /// Takes over a program. Calls `visit` with each primitive.
    pub fn read<'a>(&mut self, program: &'a Shape, flat: bool, visit: &mut impl FnMut(&'a Shape)) {
        self.steps.clear();
        let mut count = 0;
        self.push(program, flat, &mut count, visit);
    }

    fn push<'a>(&mut self, shape: &'a Shape, flat: bool, count: &mut usize, visit: &mut impl FnMut(&'a Shape)) {
        if let Shape::Combine { op, left, right } = shape {
            self.push(left, flat, count, visit);
            let before = self.steps.len();
            self.push(right, flat, count, visit);
            if flat {
                // Its operator goes with the first primitive of the right side.
                self.steps.insert(before + 1, Step::Combine(*op));
            } else {
                self.steps.push(Step::Combine(*op));
            }
        } else {
            self.steps.push(Step::Primitive(*count));
            *count += 1;
            visit(shape);
        }
    }

    /// Whether a point that is within the primitives of `inside` is within the whole.
    fn holds(&mut self, inside: &[bool]) -> bool {
        self.stack.clear();
        for step in &self.steps {
            match *step {
                Step::Primitive(number) => self.stack.push(inside[number]),
                Step::Combine(op) => {
                    let right = self.stack.pop().unwrap_or_default();
                    let left = self.stack.pop().unwrap_or_default();
                    self.stack.push(match op {
                        Operator::Add => left || right,
                        Operator::Subtract => left && !right,
                    });
                }
            }
        }
        self.stack.pop().unwrap_or_default()
    }
}

/// Memory of [`Boundary::trace`].
#[derive(Debug, Default)]
pub struct Boundary {
    /// Sides that are seen: their outline, number in it, ends and bounds.
    sides: Vec<Side>,
    /// Crossings: side, share of the way along it, outline that is crossed.
    crossings: Vec<(usize, f32, usize)>,
    inside: Vec<bool>,
}

#[derive(Clone, Copy, Debug)]
struct Side {
    outline: usize,
    number: usize,
    ends: [Point; 2],
    bounds: Bounds,
}

/// A straight part of the whole's edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Outline and side in it.
    pub side: (usize, usize),
    pub ends: [Point; 2],
}

impl Boundary {
    /// Calls `visit` with the parts of `outlines` that are edges of the whole and seen, one outline after the other, in
    /// order along it.
    pub fn trace(&mut self, expression: &mut Expression, outlines: &[Outline], visit: &mut impl FnMut(Part)) {
        self.find_sides(outlines);
        self.find_crossings(outlines);
        self.inside.clear();
        self.inside.resize(outlines.len(), false);
        // The side before, if `inside` holds at its end.
        let mut before: Option<Side> = None;
        let mut crossings = self.crossings.iter().peekable();
        for (at, side) in self.sides.iter().enumerate() {
            let goes_on = before.is_some_and(|b| b.outline == side.outline && b.number + 1 == side.number);
            if !goes_on {
                for (outline, inside) in outlines.iter().zip(&mut self.inside) {
                    *inside = within(side.ends[0], &outline.points);
                }
            }
            before = Some(*side);
            let mut from = 0.0;
            loop {
                let next = crossings.next_if(|(number, ..)| *number == at);
                let to = next.map_or(1.0, |&(_, share, _)| share);
                let mut holds = |own| {
                    self.inside[side.outline] = own;
                    expression.holds(&self.inside)
                };
                if to > from && holds(true) != holds(false) {
                    let [a, b] = side.ends;
                    visit(Part {
                        side: (side.outline, side.number),
                        ends: [between(a, b, from), between(a, b, to)],
                    });
                }
                let Some(&(_, _, other)) = next else { break };
                self.inside[other] ^= true;
                from = to;
            }
        }
    }

    fn find_sides(&mut self, outlines: &[Outline]) {
        self.sides.clear();
        for (outline, Outline { points, bounds, .. }) in outlines.iter().enumerate() {
            if !bounds.meets(&Bounds::SEEN) {
                continue;
            }
            for number in 0..points.len() {
                let ends = [points[number], points[(number + 1) % points.len()]];
                let bounds = Bounds::of(&ends);
                if bounds.meets(&Bounds::SEEN) {
                    self.sides.push(Side {
                        outline,
                        number,
                        ends,
                        bounds,
                    });
                }
            }
        }
    }

    fn find_crossings(&mut self, outlines: &[Outline]) {
        self.crossings.clear();
        let mut first = 0;
        while let Some(&Side { outline, .. }) = self.sides.get(first) {
            let count = self.sides[first..]
                .iter()
                .take_while(|side| side.outline == outline)
                .count();
            let (own, others) = self.sides[first..].split_at(count);
            let bounds = outlines[outline].bounds;
            for (there, other) in others.iter().enumerate() {
                if !bounds.meets(&other.bounds) {
                    continue;
                }
                for (here, side) in own.iter().enumerate() {
                    if side.bounds.meets(&other.bounds)
                        && let Some((s, t)) = crossing(side.ends[0], side.ends[1], other.ends[0], other.ends[1])
                    {
                        self.crossings.push((first + here, s, other.outline));
                        self.crossings.push((first + count + there, t, outline));
                    }
                }
            }
            first += count;
        }
        self.crossings
            .sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    }
}

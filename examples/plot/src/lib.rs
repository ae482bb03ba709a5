//! Curves: a program is an expression in x with real constants, its image the curve of it over -3..3.
//!
//! The constants are an open terminal: an edit can rewrite the last digits of one and keep the first.

#![forbid(unsafe_code)]

use tdf_domain::{Canvas, Domain, Grammar, RenderError, Size, SizeError, declare_domain, distance};

use ast::{Expr, Function, Operator};

/// The syntax tree, generated from `plot.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("plot");
}

/// Width and height of the canvas in pixels.
const CANVAS: usize = 64;

/// Both axes reach from here to its negative.
const REACH: f64 = 3.0;

/// The domain.
#[derive(Debug, Default)]
pub struct Plot;

impl Domain for Plot {
    type Program = Expr;

    const NAME: &'static str = "plot";

    fn canvas(&self) -> Canvas {
        Canvas {
            width: CANVAS as u32,
            height: CANVAS as u32,
            channels: 1,
            background: 255,
        }
    }

    fn render(&self, program: &Expr, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(255);
        let scale = CANVAS as f64 / (2.0 * REACH);
        // The curve crosses the rows between its heights at the two sides of a column; what is outside is cut off.
        let row = |side: usize| (REACH - value(program, side as f64 / scale - REACH)) * scale;
        let last = CANVAS as f64 - 1.0;
        let mut left = row(0);
        for column in 0..CANVAS {
            let right = row(column + 1);
            let (top, bottom) = (left.min(right).floor(), left.max(right).floor());
            left = right;
            if bottom < 0.0 || top > last {
                continue;
            }
            for row in top.max(0.0) as usize..=bottom.min(last) as usize {
                image[row * CANVAS + column] = 0;
            }
        }
        Ok(())
    }

    /// How far the curves are from each other. By the difference of the pixels an empty image is nearer than a curve one pixel
    /// too high.
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        distance::lines(image, target, self.canvas())
    }

    /// Variables, constants and functions.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["X", "Number", "Apply"])
    }
}

fn value(expr: &Expr, x: f64) -> f64 {
    match expr {
        Expr::X => x,
        Expr::Number(number) => number.value(),
        Expr::Binary { op, left, right } => match (op, value(left, x), value(right, x)) {
            (Operator::Add, a, b) => a + b,
            (Operator::Subtract, a, b) => a - b,
            (Operator::Multiply, a, b) => a * b,
        },
        Expr::Apply {
            function: Function::Sin,
            of,
        } => value(of, x).sin(),
        Expr::Apply {
            function: Function::Abs,
            of,
        } => value(of, x).abs(),
    }
}

declare_domain!(Plot);

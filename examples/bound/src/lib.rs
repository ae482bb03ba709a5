//! Curves of functions that are built of bound parts: a program names values and functions, and its image is the curve of the
//! whole over -3..3.
//!
//! Which names are in scope says the `.toml`. So the renderer looks a name up and never misses it.

#![forbid(unsafe_code)]

use tdf_domain::{Canvas, Domain, Grammar, RenderError, Size, SizeError, declare_domain, distance};

use ast::{Expr, Fun, Name, Operator, Wave};

/// The syntax tree, generated from `bound.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("bound");
}

/// Width and height of the canvas in pixels.
const CANVAS: usize = 64;

/// Both axes reach from here to its negative.
const REACH: f64 = 3.0;

/// The domain.
#[derive(Debug, Default)]
pub struct Bound;

impl Domain for Bound {
    type Program = Expr;

    const NAME: &'static str = "bound";
    const SCOPE: &'static str = include_str!("../bound.toml");

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
        let row = |side: usize| (REACH - value_at(program, side as f64 / scale - REACH)) * scale;
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

    /// How far the curves are from each other.
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        distance::lines(image, target, self.canvas())
    }

    /// Everything but brackets: values, calls, operators and what binds names.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Expr"])
    }
}

/// The height of the curve at the place `t`.
pub fn value_at(program: &Expr, t: f64) -> f64 {
    let values = Values {
        name: 't',
        value: t,
        outer: None,
    };
    value(program, &values, None)
}

/// The values in scope, the innermost first.
struct Values<'a> {
    name: char,
    value: f64,
    outer: Option<&'a Values<'a>>,
}

/// The functions in scope, the innermost first, each with what was in scope where it was bound.
#[derive(Clone, Copy)]
struct Functions<'a> {
    name: char,
    parameter: char,
    of: &'a Expr,
    values: &'a Values<'a>,
    outer: Option<&'a Functions<'a>>,
}

fn value(expr: &Expr, values: &Values<'_>, functions: Option<&Functions<'_>>) -> f64 {
    match expr {
        Expr::Let {
            name,
            value: bound,
            body,
        } => {
            let inner = Values {
                name: letter(name),
                value: value(bound, values, functions),
                outer: Some(values),
            };
            value(body, &inner, functions)
        }
        Expr::Function {
            function,
            parameter,
            of,
            body,
        } => {
            let inner = Functions {
                name: function_letter(function),
                parameter: letter(parameter),
                of,
                values,
                outer: functions,
            };
            value(body, values, Some(&inner))
        }
        Expr::Call { function, argument } => {
            let argument = value(argument, values, functions);
            let of = std::iter::successors(functions, |f| f.outer).find(|f| f.name == function_letter(function));
            of.map_or(f64::NAN, |of| {
                let inner = Values {
                    name: of.parameter,
                    value: argument,
                    outer: Some(of.values),
                };
                value(of.of, &inner, of.outer)
            })
        }
        Expr::Binary { op, left, right } => {
            let (left, right) = (value(left, values, functions), value(right, values, functions));
            match op {
                Operator::Add => left + right,
                Operator::Subtract => left - right,
                Operator::Multiply => left * right,
            }
        }
        Expr::Wave { wave, of } => {
            let of = value(of, values, functions);
            match wave {
                Wave::Sine => of.sin(),
                Wave::Absolute => of.abs(),
            }
        }
        Expr::Value(name) => {
            let named = std::iter::successors(Some(values), |v| v.outer).find(|v| v.name == letter(name));
            named.map_or(f64::NAN, |named| named.value)
        }
        Expr::Number(number) => f64::from(*number),
    }
}

fn letter(name: &Name) -> char {
    name.0.chars().next().unwrap_or_default()
}

fn function_letter(name: &Fun) -> char {
    name.0.chars().next().unwrap_or_default()
}

declare_domain!(Bound);

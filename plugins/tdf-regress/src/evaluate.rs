//! The column that a formula gives for columns of a table.

use tdf_domain::Value;

use crate::ast::Formula;
use crate::expression::{Binary, Unary};
use crate::leaves::{digit, variable};

/// A column, or a number that stands for a column of equal numbers.
enum Column<'a> {
    Number(f64),
    Given(&'a [f64]),
    Made(Vec<f64>),
}

/// The output of `formula`. `None` if a number of it is not finite, if a variable is missing or if columns differ in length.
pub fn formula(formula: &Formula, arguments: &[Value]) -> Option<Value> {
    let rows = match arguments.first()? {
        Value::Numbers(column) => column.len(),
        _ => return None,
    };
    let is_table = |value: &Value| matches!(value, Value::Numbers(column) if column.len() == rows);
    if rows == 0 || !arguments.iter().all(is_table) {
        return None;
    }
    let numbers = match column(formula, arguments)? {
        Column::Number(number) => vec![number; rows],
        Column::Given(numbers) => numbers.to_vec(),
        Column::Made(numbers) => numbers,
    };
    // The sum of finite numbers may be infinite, but a number that is not finite never gives a finite sum of zeros.
    let is_finite = numbers.iter().fold(0.0, |sum, number| sum + 0.0 * number) == 0.0;
    is_finite.then_some(Value::Numbers(numbers))
}

fn argument(number: usize, arguments: &[Value]) -> Option<Column<'_>> {
    match arguments.get(number)? {
        Value::Numbers(column) => Some(Column::Given(column)),
        _ => None,
    }
}

fn column<'a>(of: &Formula, arguments: &'a [Value]) -> Option<Column<'a>> {
    match of {
        Formula::FirstVariable => argument(0, arguments),
        Formula::Variable(name) => argument(variable(name)?, arguments),
        Formula::Digit(text) => Some(Column::Number(digit(text))),
        Formula::Real(number) => Some(Column::Number(number.value())),
        Formula::Add { left, right } => binary(Binary::Add, left, right, arguments),
        Formula::Subtract { left, right } => binary(Binary::Subtract, left, right, arguments),
        Formula::Multiply { left, right } => binary(Binary::Multiply, left, right, arguments),
        Formula::Divide { left, right } => binary(Binary::Divide, left, right, arguments),
        Formula::Power { base, exponent } => binary(Binary::Power, base, exponent, arguments),
        Formula::Negative { of } => unary(Unary::Negative, of, arguments),
        Formula::Inverse { of } => unary(Unary::Inverse, of, arguments),
        Formula::Square { of } => unary(Unary::Square, of, arguments),
        Formula::Cube { of } => unary(Unary::Cube, of, arguments),
        Formula::SquareRoot { of } => unary(Unary::SquareRoot, of, arguments),
        Formula::Exponential { of } => unary(Unary::Exponential, of, arguments),
        Formula::Logarithm { of } => unary(Unary::Logarithm, of, arguments),
        Formula::Sine { of } => unary(Unary::Sine, of, arguments),
        Formula::Cosine { of } => unary(Unary::Cosine, of, arguments),
        Formula::Tanh { of } => unary(Unary::Tanh, of, arguments),
    }
}

fn unary<'a>(operator: Unary, of: &Formula, arguments: &'a [Value]) -> Option<Column<'a>> {
    // A match outside of the loop lets the compiler vectorise it.
    macro_rules! of_each {
        ($($variant:ident)*) => {
            match operator {
                $(Unary::$variant => each(column(of, arguments)?, |x| Unary::$variant.of(x)),)*
            }
        };
    }
    Some(of_each!(Negative Inverse Square Cube SquareRoot Exponential Logarithm Sine Cosine Tanh))
}

fn each<'a>(of: Column<'a>, f: impl Fn(f64) -> f64) -> Column<'a> {
    match of {
        Column::Number(x) => Column::Number(f(x)),
        Column::Given(xs) => Column::Made(xs.iter().map(|&x| f(x)).collect()),
        Column::Made(mut xs) => {
            xs.iter_mut().for_each(|x| *x = f(*x));
            Column::Made(xs)
        }
    }
}

fn binary<'a>(operator: Binary, left: &Formula, right: &Formula, arguments: &'a [Value]) -> Option<Column<'a>> {
    let (left, right) = (column(left, arguments)?, column(right, arguments)?);
    macro_rules! of_each {
        ($($variant:ident)*) => {
            match operator {
                $(Binary::$variant => pairs(left, right, |x, y| Binary::$variant.of(x, y)),)*
            }
        };
    }
    Some(of_each!(Add Subtract Multiply Divide Power))
}

fn pairs<'a>(left: Column<'a>, right: Column<'a>, f: impl Fn(f64, f64) -> f64) -> Column<'a> {
    match (left, right) {
        (Column::Number(x), Column::Number(y)) => Column::Number(f(x, y)),
        (Column::Number(x), right) => each(right, |y| f(x, y)),
        (left, Column::Number(y)) => each(left, |x| f(x, y)),
        (Column::Given(xs), Column::Given(ys)) => Column::Made(xs.iter().zip(ys).map(|(&x, &y)| f(x, y)).collect()),
        (Column::Made(mut xs), Column::Given(ys)) => {
            xs.iter_mut().zip(ys).for_each(|(x, &y)| *x = f(*x, y));
            Column::Made(xs)
        }
        (Column::Made(mut xs), Column::Made(ys)) => {
            xs.iter_mut().zip(&ys).for_each(|(x, &y)| *x = f(*x, y));
            Column::Made(xs)
        }
        (Column::Given(xs), Column::Made(mut ys)) => {
            ys.iter_mut().zip(xs).for_each(|(y, &x)| *y = f(x, *y));
            Column::Made(ys)
        }
    }
}

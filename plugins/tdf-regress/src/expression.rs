//! Formulas as the fit changes them: with negative constants, and in a form that has few constants.

use crate::ast::Formula;
use crate::leaves::{digit, variable};

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    Negative,
    Inverse,
    Square,
    Cube,
    SquareRoot,
    Exponential,
    Logarithm,
    Sine,
    Cosine,
    Tanh,
}

/// A function of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Unary {
    /// Its value.
    #[inline]
    pub fn of(self, x: f64) -> f64 {
        match self {
            Self::Negative => -x,
            Self::Inverse => 1.0 / x,
            Self::Square => x * x,
            Self::Cube => x * x * x,
            Self::SquareRoot => x.sqrt(),
            Self::Exponential => x.exp(),
            Self::Logarithm => x.ln(),
            Self::Sine => x.sin(),
            Self::Cosine => x.cos(),
            Self::Tanh => x.tanh(),
        }
    }

    /// Its derivative where its value is `value`.
    pub fn derivative(self, x: f64, value: f64) -> f64 {
        match self {
            Self::Negative => -1.0,
            Self::Inverse => -value * value,
            Self::Square => 2.0 * x,
            Self::Cube => 3.0 * x * x,
            Self::SquareRoot => 0.5 / value,
            Self::Exponential => value,
            Self::Logarithm => 1.0 / x,
            Self::Sine => x.cos(),
            Self::Cosine => -x.sin(),
            Self::Tanh => 1.0 - value * value,
        }
    }

    /// Its name in programs; all are names in NumPy or have an operator there.
    fn name(self) -> &'static str {
        match self {
            Self::Negative => "neg",
            Self::Inverse => "inv",
            Self::Square => "square",
            Self::Cube => "cube",
            Self::SquareRoot => "sqrt",
            Self::Exponential => "exp",
            Self::Logarithm => "log",
            Self::Sine => "sin",
            Self::Cosine => "cos",
            Self::Tanh => "tanh",
        }
    }
}

impl Binary {
    /// Its value.
    #[inline]
    pub fn of(self, x: f64, y: f64) -> f64 {
        match self {
            Self::Add => x + y,
            Self::Subtract => x - y,
            Self::Multiply => x * y,
            Self::Divide => x / y,
            Self::Power => x.powf(y),
        }
    }

    /// Its derivatives where its value is `value`.
    pub fn derivatives(self, x: f64, y: f64, value: f64) -> (f64, f64) {
        match self {
            Self::Add => (1.0, 1.0),
            Self::Subtract => (1.0, -1.0),
            Self::Multiply => (y, x),
            Self::Divide => (1.0 / y, -value / y),
            Self::Power => {
                let by_exponent = if x > 0.0 { value * x.ln() } else { 0.0 };
                (y * x.powf(y - 1.0), by_exponent)
            }
        }
    }

    fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
            Self::Power => '^',
        }
    }
}

/// A formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A variable, by its number from 0.
    Variable(usize),
    /// A constant, which may be negative.
    Constant(f64),
    /// A function of one part.
    Unary(Unary, Box<Expression>),
    /// A function of two parts.
    Binary(Binary, Box<Expression>, Box<Expression>),
}

use Expression::{Constant, Variable};

pub fn unary(operator: Unary, of: Expression) -> Expression {
    Expression::Unary(operator, Box::new(of))
}

pub fn binary(operator: Binary, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}

impl From<&Formula> for Expression {
    fn from(formula: &Formula) -> Self {
        let one = |operator, of: &Formula| unary(operator, of.into());
        let two = |operator, left: &Formula, right: &Formula| binary(operator, left.into(), right.into());
        match formula {
            Formula::FirstVariable => Variable(0),
            // The lexer takes no other names.
            Formula::Variable(name) => Variable(variable(name).unwrap_or(usize::MAX)),
            Formula::Digit(text) => Constant(digit(text)),
            Formula::Real(number) => Constant(number.value()),
            Formula::Add { left, right } => two(Binary::Add, left, right),
            Formula::Subtract { left, right } => two(Binary::Subtract, left, right),
            Formula::Multiply { left, right } => two(Binary::Multiply, left, right),
            Formula::Divide { left, right } => two(Binary::Divide, left, right),
            Formula::Power { base, exponent } => two(Binary::Power, base, exponent),
            Formula::Negative { of } => one(Unary::Negative, of),
            Formula::Inverse { of } => one(Unary::Inverse, of),
            Formula::Square { of } => one(Unary::Square, of),
            Formula::Cube { of } => one(Unary::Cube, of),
            Formula::SquareRoot { of } => one(Unary::SquareRoot, of),
            Formula::Exponential { of } => one(Unary::Exponential, of),
            Formula::Logarithm { of } => one(Unary::Logarithm, of),
            Formula::Sine { of } => one(Unary::Sine, of),
            Formula::Cosine { of } => one(Unary::Cosine, of),
            Formula::Tanh { of } => one(Unary::Tanh, of),
        }
    }
}

/// The longest member of the grammar's terminal of constants, in characters.
const LONGEST: usize = 16;

/// A constant that is no less than 0, as programs write it. `None` if there is no such text.
pub fn literal(number: f64) -> Option<String> {
    if number == std::f64::consts::PI {
        return Some("pi".to_owned());
    }
    if !number.is_finite() || number < 0.0 {
        return None;
    }
    let number = number.abs();
    let plain = format!("{number}");
    let scientific = format!("{number:e}");
    let mut texts = [plain, scientific];
    texts.sort_by_key(String::len);
    let [short, _] = texts;
    if short.len() <= LONGEST {
        return Some(short);
    }
    // As many digits as fit.
    (0..LONGEST)
        .rev()
        .map(|digits| format!("{number:.digits$e}"))
        .find(|text| text.len() <= LONGEST)
}

/// `number` with so many significant digits.
pub fn rounded(number: f64, digits: usize) -> f64 {
    let text = format!("{number:.*e}", digits.saturating_sub(1));
    text.parse().unwrap_or(number)
}

/// The text of a program. `None` if a constant cannot be written.
pub fn program(of: &Expression) -> Option<String> {
    Some(match of {
        Variable(number) => format!("x{}", number + 1),
        Constant(number) if *number < 0.0 => format!("neg({})", literal(-number)?),
        Constant(number) => literal(*number)?,
        Expression::Unary(operator, of) => format!("{}({})", operator.name(), program(of)?),
        Expression::Binary(Binary::Power, base, exponent) => format!("pow({}, {})", program(base)?, program(exponent)?),
        Expression::Binary(operator, left, right) => {
            format!("({} {} {})", program(left)?, operator.sign(), program(right)?)
        }
    })
}

/// The formula in Python, where `np` is NumPy.
pub fn python(of: &Expression) -> Option<String> {
    Some(match of {
        Variable(number) => format!("x{}", number + 1),
        Constant(number) if *number == std::f64::consts::PI => "np.pi".to_owned(),
        // Python has no floating-point power of a negative whole number.
        Constant(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.1}"),
        Constant(number) => format!("{number:?}"),
        Expression::Unary(Unary::Negative, of) => format!("(-{})", python(of)?),
        Expression::Unary(Unary::Inverse, of) => format!("(1.0 / {})", python(of)?),
        Expression::Unary(Unary::Square, of) => format!("({} ** 2)", python(of)?),
        Expression::Unary(Unary::Cube, of) => format!("({} ** 3)", python(of)?),
        Expression::Unary(operator, of) => format!("np.{}({})", operator.name(), python(of)?),
        Expression::Binary(Binary::Power, base, exponent) => format!("({} ** {})", python(base)?, python(exponent)?),
        Expression::Binary(operator, left, right) => {
            format!("({} {} {})", python(left)?, operator.sign(), python(right)?)
        }
    })
}

impl Expression {
    /// Adds its constants, from left to right, to `out`.
    pub fn constants(&self, out: &mut Vec<f64>) {
        match self {
            Variable(_) => {}
            Constant(number) => out.push(*number),
            Self::Unary(_, of) => of.constants(out),
            Self::Binary(_, left, right) => {
                left.constants(out);
                right.constants(out);
            }
        }
    }

    /// Replaces its constants, from left to right.
    pub fn set_constants(&mut self, by: &mut impl Iterator<Item = f64>) {
        match self {
            Variable(_) => {}
            Constant(number) => *number = by.next().unwrap_or(*number),
            Self::Unary(_, of) => of.set_constants(by),
            Self::Binary(_, left, right) => {
                left.set_constants(by);
                right.set_constants(by);
            }
        }
    }
}

/// A factor and a formula: the product is the formula that it was made of. A formula that is `Constant(1.0)` stands for the factor
/// alone.
pub type Scaled = (f64, Expression);

fn is_one(expression: &Expression) -> bool {
    *expression == Constant(1.0)
}

/// `factor * rest` as a formula.
pub fn product(factor: f64, rest: Expression) -> Expression {
    match rest {
        rest if is_one(&rest) => Constant(factor),
        rest if factor == 1.0 => rest,
        rest if factor == -1.0 => negative(rest),
        Expression::Unary(Unary::Inverse, of) => binary(Binary::Divide, Constant(factor), *of),
        rest => binary(Binary::Multiply, rest, Constant(factor)),
    }
}

fn negative(of: Expression) -> Expression {
    match of {
        Expression::Binary(Binary::Subtract, left, right) => Expression::Binary(Binary::Subtract, right, left),
        of => unary(Unary::Negative, of),
    }
}

fn multiplied(left: Expression, right: Expression) -> Expression {
    use Unary::{Cube, Inverse, Square};
    match (left, right) {
        (left, right) if is_one(&left) => right,
        (left, right) if is_one(&right) => left,
        (left, right) if left == right => power(left, Square),
        (Expression::Unary(Inverse, left), Expression::Unary(Inverse, right)) => inverse(multiplied(*left, *right)),
        (Expression::Unary(Inverse, left), right) => divided(right, *left),
        (left, Expression::Unary(Inverse, right)) => divided(left, *right),
        (Expression::Unary(Square, left), right) if *left == right => power(right, Cube),
        (left, Expression::Unary(Square, right)) if left == *right => power(left, Cube),
        (left, right) => binary(Binary::Multiply, left, right),
    }
}

fn divided(left: Expression, right: Expression) -> Expression {
    match (left, right) {
        (left, right) if is_one(&right) => left,
        (left, right) if is_one(&left) => inverse(right),
        (left, right) if left == right => Constant(1.0),
        (left, Expression::Unary(Unary::Inverse, right)) => multiplied(left, *right),
        (Expression::Unary(Unary::Inverse, left), right) => inverse(multiplied(*left, right)),
        (left, right) => binary(Binary::Divide, left, right),
    }
}

fn inverse(of: Expression) -> Expression {
    match of {
        of if is_one(&of) => of,
        Expression::Unary(Unary::Inverse, of) => *of,
        Expression::Binary(Binary::Divide, left, right) => Expression::Binary(Binary::Divide, right, left),
        of => unary(Unary::Inverse, of),
    }
}

fn power(of: Expression, operator: Unary) -> Expression {
    match of {
        of if is_one(&of) => of,
        of => unary(operator, of),
    }
}

/// `of` as a factor and a formula with few constants. Both have equal values where `of` has one, but for rounding.
pub fn scaled(of: &Expression) -> Scaled {
    match of {
        Variable(number) => (1.0, Variable(*number)),
        Constant(number) => (*number, Constant(1.0)),
        Expression::Unary(operator, of) => scaled_unary(*operator, of),
        Expression::Binary(operator, left, right) => {
            let (left, right) = (scaled(left), scaled(right));
            match operator {
                Binary::Multiply => regular(left.0 * right.0, multiplied(left.1, right.1)),
                Binary::Divide => regular(left.0 / right.0, divided(left.1, right.1)),
                Binary::Add => sum(left, right),
                Binary::Subtract => sum(left, (-right.0, right.1)),
                Binary::Power => scaled_power(left, right),
            }
        }
    }
}

/// A part of a product may have become a constant, as `x / x`.
fn regular(factor: f64, rest: Expression) -> Scaled {
    match rest {
        Constant(number) => (factor * number, Constant(1.0)),
        rest => (factor, rest),
    }
}

fn scaled_unary(operator: Unary, of: &Expression) -> Scaled {
    let (factor, rest) = scaled(of);
    if is_one(&rest) {
        return (operator.of(factor), rest);
    }
    match operator {
        Unary::Negative => (-factor, rest),
        Unary::Inverse => (1.0 / factor, inverse(rest)),
        Unary::Square | Unary::Cube => (operator.of(factor), power(rest, operator)),
        Unary::SquareRoot => {
            let inside = if factor < 0.0 { negative(rest) } else { rest };
            (factor.abs().sqrt(), unary(Unary::SquareRoot, inside))
        }
        Unary::Sine | Unary::Tanh => (factor.signum(), unary(operator, product(factor.abs(), rest))),
        Unary::Cosine => (1.0, unary(operator, product(factor.abs(), rest))),
        Unary::Exponential | Unary::Logarithm => (1.0, unary(operator, product(factor, rest))),
    }
}

fn scaled_power(base: Scaled, exponent: Scaled) -> Scaled {
    let (factor, rest) = base;
    let exponent = product(exponent.0, exponent.1);
    match exponent {
        Constant(number) if is_one(&rest) => (factor.powf(number), rest),
        Constant(1.0) => (factor, rest),
        Constant(2.0) => (factor * factor, power(rest, Unary::Square)),
        Constant(number) if factor > 0.0 => (factor.powf(number), binary(Binary::Power, rest, Constant(number))),
        exponent => (1.0, binary(Binary::Power, product(factor, rest), exponent)),
    }
}

fn sum(left: Scaled, right: Scaled) -> Scaled {
    let ((left, a), (right, b)) = (left, right);
    match (is_one(&a), is_one(&b)) {
        (true, true) => (left + right, a),
        _ if left == 0.0 => (right, b),
        _ if right == 0.0 => (left, a),
        _ if a == b => (left + right, a),
        (true, false) => sum((right, b), (left, a)),
        _ => {
            let ratio = right / left;
            let part = product(ratio.abs(), b);
            let operator = if ratio < 0.0 { Binary::Subtract } else { Binary::Add };
            (left, binary(operator, a, part))
        }
    }
}

/// The greatest factor or constant that a formula is worth fitting with.
pub fn is_sane(expression: &Expression) -> bool {
    let mut constants = Vec::new();
    expression.constants(&mut constants);
    constants
        .iter()
        .all(|constant| constant.is_finite() && constant.abs() < 1e90 && (*constant == 0.0 || constant.abs() > 1e-90))
}

/// `of` without the scale and the offset around it, which linear scaling finds.
pub fn inner(of: &Expression) -> Expression {
    let (_, rest) = scaled(of);
    match rest {
        Expression::Binary(Binary::Add | Binary::Subtract, left, right) if matches!(*right, Constant(_)) => {
            inner(&left)
        }
        rest => rest,
    }
}

/// `of` with a factor of 1 wherever a constant would change more than scale and offset: at the second operand of a sum, and inside of
/// functions.
pub fn with_factors(of: &Expression) -> Expression {
    match of {
        Variable(_) | Constant(_) => of.clone(),
        Expression::Unary(operator, of) => {
            let inside = with_factors(of);
            let inside = match operator {
                Unary::Exponential | Unary::Sine | Unary::Cosine | Unary::Tanh => with_factor(inside),
                _ => inside,
            };
            unary(*operator, inside)
        }
        Expression::Binary(operator, left, right) => {
            let (left, right) = (with_factors(left), with_factors(right));
            let right = match operator {
                Binary::Add | Binary::Subtract => with_factor(right),
                _ => right,
            };
            binary(*operator, left, right)
        }
    }
}

fn with_factor(of: Expression) -> Expression {
    match &of {
        Constant(_) => of,
        Expression::Binary(Binary::Multiply | Binary::Divide, left, right)
            if matches!(**left, Constant(_)) || matches!(**right, Constant(_)) =>
        {
            of
        }
        _ => binary(Binary::Multiply, of, Constant(1.0)),
    }
}

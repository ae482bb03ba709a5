//! Fits the constants of a formula: Levenberg-Marquardt over the constants inside, with the best scale and offset around them for each
//! choice (variable projection: Golub and Pereyra, SIAM Journal on Numerical Analysis 10, 1973).

use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::{DMatrix, DVector, Dyn, Owned};
use tdf_domain::{Refinement, Value};

use crate::ast::Formula;
use crate::distance::{unexplained, unit};
use crate::expression::{self, Binary, Expression, Unary, inner, is_sane, product, rounded, with_factors};

/// The most constants that are fitted.
const MOST_CONSTANTS: usize = 8;

/// The most evaluations of the fit, per constant and one more.
const PATIENCE: usize = 8;

/// `1 - R2` after the fit from which on it is not worth trying more factors, or rounding the constants.
const HOPELESS: f64 = 0.5;

/// `1 - R2` from which on no more factors are tried, and what they must make of it at least.
const NEGLIGIBLE: f64 = 1e-12;
const BETTER: f64 = 0.7;

/// `1 - R2` that rounding may add, beside a share of what there is.
const SLACK: f64 = 1e-13;
const SLACK_SHARE: f64 = 0.05;

/// What a fit may make of `1 - R2` at most: it is rounded twice.
const WORSE: f64 = (1.0 + SLACK_SHARE) * (1.0 + SLACK_SHARE);

/// Significant digits that constants have at most.
const DIGITS: usize = 10;

/// The columns of one run.
#[derive(Clone, Copy)]
struct Table<'a> {
    columns: &'a [Value],
    outputs: &'a [f64],
}

/// An operation on the columns that were computed before; `usize` are their numbers.
#[derive(Clone, Copy, Debug)]
enum Step {
    Variable(usize),
    Constant(usize),
    Unary(Unary, usize),
    Binary(Binary, usize, usize),
}

/// A formula as a list of operations, each on earlier ones.
#[derive(Clone, Debug)]
struct Tape {
    steps: Vec<Step>,
    constants: usize,
}

impl Tape {
    fn new(expression: &Expression) -> Self {
        let mut tape = Self {
            steps: Vec::new(),
            constants: 0,
        };
        tape.add(expression);
        tape
    }

    fn add(&mut self, expression: &Expression) -> usize {
        let step = match expression {
            Expression::Variable(number) => Step::Variable(*number),
            Expression::Constant(_) => {
                self.constants += 1;
                Step::Constant(self.constants - 1)
            }
            Expression::Unary(operator, of) => Step::Unary(*operator, self.add(of)),
            Expression::Binary(operator, left, right) => {
                let left = self.add(left);
                Step::Binary(*operator, left, self.add(right))
            }
        };
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// The columns of all steps, one after the other. `None` if there is no such variable.
    fn run(&self, constants: &[f64], table: Table<'_>, out: &mut Vec<f64>) -> Option<()> {
        let points = table.outputs.len();
        out.clear();
        for step in &self.steps {
            match *step {
                Step::Variable(number) => match table.columns.get(number)? {
                    Value::Numbers(column) => out.extend_from_slice(column),
                    _ => return None,
                },
                Step::Constant(number) => out.extend(std::iter::repeat_n(constants[number], points)),
                Step::Unary(operator, of) => {
                    out.extend_from_within(of * points..(of + 1) * points);
                    let from = out.len() - points;
                    out[from..].iter_mut().for_each(|x| *x = operator.of(*x));
                }
                Step::Binary(operator, left, right) => {
                    out.extend_from_within(left * points..(left + 1) * points);
                    let from = out.len() - points;
                    let (before, last) = out.split_at_mut(from);
                    let right = &before[right * points..(right + 1) * points];
                    last.iter_mut().zip(right).for_each(|(x, y)| *x = operator.of(*x, *y));
                }
            }
        }
        Some(())
    }

    /// The derivatives of the last column by each constant, from the columns that [`Tape::run`] left in `values`.
    fn derivatives(&self, values: &[f64], points: usize) -> Vec<f64> {
        let mut by = vec![0.0; self.steps.len() * points];
        let mut out = vec![0.0; self.constants * points];
        let last = by.len() - points;
        by[last..].fill(1.0);
        for (at, step) in self.steps.iter().enumerate().rev() {
            let (before, here) = by.split_at_mut(at * points);
            let value = |of: usize, point: usize| values[of * points + point];
            for (point, &slope) in here[..points].iter().enumerate() {
                match *step {
                    Step::Variable(_) => {}
                    Step::Constant(number) => out[number * points + point] += slope,
                    Step::Unary(operator, of) => {
                        before[of * points + point] += slope * operator.derivative(value(of, point), value(at, point));
                    }
                    Step::Binary(operator, left, right) => {
                        let (x, y) = (value(left, point), value(right, point));
                        let (by_left, by_right) = operator.derivatives(x, y, value(at, point));
                        before[left * points + point] += slope * by_left;
                        before[right * points + point] += slope * by_right;
                    }
                }
            }
        }
        out
    }
}

/// The target without its mean, of length 1.
struct Wanted {
    direction: Vec<f64>,
}

/// `column` without its mean, of length 1; and its length before. `None` if it is constant or has numbers that are not finite.
fn direction(column: &[f64]) -> Option<(Vec<f64>, f64)> {
    let most = column.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let unit = unit(most);
    let mean = column.iter().map(|x| x * unit).sum::<f64>() / column.len() as f64;
    let mut out: Vec<f64> = column.iter().map(|x| x * unit - mean).collect();
    let length = out.iter().map(|x| x * x).sum::<f64>().sqrt();
    // Less is rounding.
    if !(length.is_finite() && length > 1e-9) {
        return None;
    }
    out.iter_mut().for_each(|x| *x /= length);
    Some((out, length / unit))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The constants inside, as multiples of their first values; residuals after the best scale and offset.
struct Projected<'a> {
    tape: &'a Tape,
    table: Table<'a>,
    wanted: &'a Wanted,
    first: Vec<f64>,
    at: DVector<f64>,
    values: Vec<f64>,
    /// The direction of the outputs, and the length.
    found: Option<(Vec<f64>, f64)>,
    runs: u32,
}

impl Projected<'_> {
    fn constants(&self) -> Vec<f64> {
        self.first
            .iter()
            .zip(self.at.iter())
            .map(|(first, at)| first * at)
            .collect()
    }

    fn points(&self) -> usize {
        self.table.outputs.len()
    }

    fn look(&mut self) {
        self.runs += 1;
        let constants = self.constants();
        let mut values = std::mem::take(&mut self.values);
        self.found = self.tape.run(&constants, self.table, &mut values).and_then(|()| {
            let last = values.len() - self.points();
            direction(&values[last..])
        });
        self.values = values;
    }

    fn rest(&self) -> DVector<f64> {
        let wanted = &self.wanted.direction;
        let Some((found, _)) = &self.found else {
            // As far as can be: the step is not taken.
            return DVector::from_element(self.points(), 1.0);
        };
        let scale = dot(found, wanted);
        DVector::from_iterator(self.points(), wanted.iter().zip(found).map(|(y, g)| y - scale * g))
    }
}

impl LeastSquaresProblem<f64, Dyn, Dyn> for Projected<'_> {
    type ParameterStorage = Owned<f64, Dyn>;
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, Dyn>;

    fn set_params(&mut self, at: &DVector<f64>) {
        self.at.copy_from(at);
        self.look();
    }

    fn params(&self) -> DVector<f64> {
        self.at.clone()
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        Some(self.rest())
    }

    fn jacobian(&self) -> Option<DMatrix<f64>> {
        let (found, length) = self.found.as_ref()?;
        let points = self.points();
        let derivatives = self.tape.derivatives(&self.values, points);
        let wanted = &self.wanted.direction;
        let scale = dot(found, wanted);
        let rest = self.rest();
        let mut out = DMatrix::zeros(points, self.first.len());
        for (number, column) in derivatives.chunks_exact(points).enumerate() {
            let factor = self.first[number] / length;
            let mut slope: Vec<f64> = column.iter().map(|d| d * factor).collect();
            let mean = slope.iter().sum::<f64>() / points as f64;
            slope.iter_mut().for_each(|d| *d -= mean);
            let along = dot(&slope, found);
            let turned = dot(&slope, rest.as_slice());
            for point in 0..points {
                out[(point, number)] = -scale * (slope[point] - along * found[point]) - turned * found[point];
            }
        }
        out.iter().all(|d| d.is_finite()).then_some(out)
    }
}

/// A formula with a scale and an offset.
struct Fit<'a> {
    table: Table<'a>,
    wanted: Wanted,
    values: Vec<f64>,
    runs: u32,
}

impl<'a> Fit<'a> {
    fn new(table: Table<'a>) -> Option<Self> {
        let (direction, _) = direction(table.outputs)?;
        Some(Self {
            table,
            wanted: Wanted { direction },
            values: Vec::new(),
            runs: 0,
        })
    }

    /// The outputs of `expression`; `None` if they are not finite.
    fn run(&mut self, expression: &Expression) -> Option<&[f64]> {
        self.runs += 1;
        let mut constants = Vec::new();
        expression.constants(&mut constants);
        Tape::new(expression).run(&constants, self.table, &mut self.values)?;
        let last = self.values.len() - self.table.outputs.len();
        let outputs = &self.values[last..];
        outputs.iter().all(|x| x.is_finite()).then_some(outputs)
    }

    /// `1 - R2` after the best scale and offset.
    fn misfit(&mut self, expression: &Expression) -> f64 {
        let Some(outputs) = self.run(expression) else {
            return f64::INFINITY;
        };
        let Some((found, _)) = direction(outputs) else {
            return f64::INFINITY;
        };
        let wanted = &self.wanted.direction;
        let scale = dot(&found, wanted);
        found.iter().zip(wanted).map(|(g, y)| (y - scale * g).powi(2)).sum()
    }

    /// `1 - R2` as it stands.
    fn rest(&mut self, expression: &Expression) -> f64 {
        let wanted = self.table.outputs;
        match self.run(expression) {
            Some(outputs) => unexplained(outputs.iter().copied(), wanted.iter().copied()),
            None => f64::INFINITY,
        }
    }

    /// Fits the constants of `expression`, which is what [`inner`] returns.
    fn constants(&mut self, expression: &mut Expression) {
        let mut first = Vec::new();
        expression.constants(&mut first);
        if first.is_empty() || first.len() > MOST_CONSTANTS || first.contains(&0.0) {
            return;
        }
        let tape = Tape::new(expression);
        let mut problem = Projected {
            tape: &tape,
            table: self.table,
            wanted: &self.wanted,
            at: DVector::from_element(first.len(), 1.0),
            first,
            values: Vec::new(),
            found: None,
            runs: 0,
        };
        problem.look();
        if problem.found.is_none() {
            self.runs += problem.runs;
            return;
        }
        let solver = LevenbergMarquardt::new().with_patience(PATIENCE);
        let (mut problem, _) = solver.minimize(problem);
        if problem.found.is_none() {
            problem.look();
        }
        self.runs += problem.runs;
        let constants = problem.constants();
        if problem.found.is_some() && constants.iter().all(|constant| constant.is_finite()) {
            expression.set_constants(&mut constants.into_iter());
        }
    }

    /// Rounds the constants of `expression` one after the other, as far as `misfit` allows. `misfit` is called with the whole.
    fn round(&mut self, expression: &mut Expression, misfit: impl Fn(&mut Self, &Expression) -> f64) {
        let mut constants = Vec::new();
        expression.constants(&mut constants);
        let now = misfit(self, expression);
        let most = now + SLACK_SHARE * now + SLACK;
        for number in 0..constants.len() {
            let exact = constants[number];
            for digits in (1..=6).chain([8]) {
                constants[number] = rounded(exact, digits);
                expression.set_constants(&mut constants.iter().copied());
                if misfit(self, expression) <= most {
                    break;
                }
                constants[number] = rounded(exact, DIGITS);
            }
        }
        expression.set_constants(&mut constants.into_iter());
    }

    /// `scale * expression + offset` with the best scale and offset; without an offset where none is needed.
    fn affine(&mut self, expression: &Expression) -> Option<Expression> {
        let wanted = self.table.outputs;
        let (x_unit, y_unit) = {
            let most = |numbers: &[f64]| numbers.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            (unit(most(self.run(expression)?)), unit(most(wanted)))
        };
        let found: Vec<f64> = self.run(expression)?.iter().map(|x| x * x_unit).collect();
        let wanted: Vec<f64> = wanted.iter().map(|y| y * y_unit).collect();
        let count = found.len() as f64;
        let through = dot(&found, &wanted) / dot(&found, &found);
        let rest = |scale: f64, offset: f64| -> f64 {
            let residual = |(x, y): (&f64, &f64)| (y - scale * x - offset).powi(2);
            found.iter().zip(&wanted).map(residual).sum()
        };
        let (x_mean, y_mean) = (found.iter().sum::<f64>() / count, wanted.iter().sum::<f64>() / count);
        let (mut xx, mut xy, mut total) = (0.0, 0.0, 0.0);
        for (x, y) in found.iter().zip(&wanted) {
            xx += (x - x_mean) * (x - x_mean);
            xy += (x - x_mean) * (y - y_mean);
            total += (y - y_mean) * (y - y_mean);
        }
        let scale = xy / xx;
        let offset = y_mean - scale * x_mean;
        let needs_offset = rest(through, 0.0) > (1.0 + SLACK_SHARE) * rest(scale, offset) + SLACK * total;
        let (scale, offset) = if needs_offset { (scale, offset) } else { (through, 0.0) };
        let scale = scale * x_unit / y_unit;
        let offset = offset / y_unit;
        let whole = product(scale, expression.clone());
        Some(match offset {
            0.0 => whole,
            offset if offset < 0.0 => binary(Binary::Subtract, whole, -offset),
            offset => binary(Binary::Add, whole, offset),
        })
    }
}

fn binary(operator: Binary, left: Expression, right: f64) -> Expression {
    expression::binary(operator, left, Expression::Constant(right))
}

/// The signs of constants where programs have them: no constant of a sum is negative.
fn tidy(of: Expression) -> Expression {
    match of {
        Expression::Unary(operator, of) => expression::unary(operator, tidy(*of)),
        Expression::Binary(operator, left, right) => {
            let (left, right) = (tidy(*left), tidy(*right));
            match (operator, right) {
                (Binary::Add, Expression::Constant(k)) if k < 0.0 => binary(Binary::Subtract, left, -k),
                (Binary::Subtract, Expression::Constant(k)) if k < 0.0 => binary(Binary::Add, left, -k),
                (operator, right) => expression::binary(operator, left, right),
            }
        }
        of => of,
    }
}

/// `program` with its constants fitted, and with a scale and an offset. Tables of several rows are left as they are.
pub fn refined(program: &Formula, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> Refinement {
    let mut refinement = Refinement::default();
    let ([columns], [Some(Value::Numbers(outputs))]) = (inputs, outputs) else {
        return refinement;
    };
    let is_column = |value: &Value| matches!(value, Value::Numbers(column) if column.len() == outputs.len());
    if !columns.iter().all(is_column) {
        return refinement;
    }
    let table = Table { columns, outputs };
    let Some(mut fit) = Fit::new(table) else {
        return refinement;
    };
    let given = Expression::from(program);
    refinement.program = fitted(&mut fit, &given)
        .filter(|better| *better != given)
        .and_then(|better| expression::program(&better));
    refinement.runs = fit.runs;
    refinement
}

fn fitted(fit: &mut Fit<'_>, given: &Expression) -> Option<Expression> {
    let mut expression = inner(given);
    if !is_sane(&expression) {
        return None;
    }
    let before = fit.misfit(&expression);
    if !before.is_finite() {
        return None;
    }
    fit.constants(&mut expression);
    let mut misfit = fit.misfit(&expression);
    if misfit > NEGLIGIBLE && misfit < HOPELESS {
        let mut with = with_factors(&expression);
        if with != expression {
            fit.constants(&mut with);
            let better = fit.misfit(&with);
            if better < BETTER * misfit {
                (expression, misfit) = (with, better);
            }
        }
    }
    if misfit.is_nan() || misfit > HOPELESS {
        return None;
    }
    let mut expression = inner(&expression);
    if !is_sane(&expression) {
        return None;
    }
    fit.round(&mut expression, Fit::misfit);
    // Factors of 1 leave.
    let expression = inner(&expression);
    let mut whole = tidy(fit.affine(&expression)?);
    if !is_sane(&whole) {
        return None;
    }
    fit.round(&mut whole, Fit::rest);
    // Where constants have too few digits for what they do, the program is left as it is.
    (fit.rest(&whole) <= WORSE * before + 2.0 * SLACK).then_some(whole)
}

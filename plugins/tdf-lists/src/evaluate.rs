//! The value of a program for the arguments of a row.
//!
//! The functions are those of ExeDec's benchmark:
//!
//! - A number beyond the limit, or below its negative, is a failure, also inside of a program.
//! - A failure fails the whole, also in a line that no other line refers to.
//! - `/` rounds down, `%` is 0 or 1.
//! - `Head`, `Last`, `Minimum` and `Maximum` of an empty list fail. `Sum` of it is 0.
//! - `Access` counts from 0 and fails beyond the list.
//! - `Take` and `Drop` have the number first. A negative number counts from the end, as in slices of Python.
//! - `ZipWith` ends with the shorter list.
//! - `Scanl1` begins with the first number and has the sum so far as left operand.

use tdf_domain::Value;

use crate::ast::{Function, List, ListName, Number, NumberName, Operator, Program, Test};
use crate::items::{Items, within};

/// The most names of a kind: no name has a greater digit than 3.
const NAMES: usize = 4;

/// Evaluates the parts of a program.
pub struct Evaluator<'a> {
    greatest: i32,
    arguments: &'a [Value],
    lists: [Option<Items>; NAMES],
    numbers: [Option<i32>; NAMES],
}

impl<'a> Evaluator<'a> {
    /// With these arguments. Numbers of the language are at most `greatest`.
    pub fn new(greatest: i32, arguments: &'a [Value]) -> Self {
        Self {
            greatest,
            arguments,
            lists: [None; NAMES],
            numbers: [None; NAMES],
        }
    }

    /// The value of `program`. `None` if it fails.
    pub fn program(mut self, mut program: &Program) -> Option<Value> {
        let mut list = Items::EMPTY;
        loop {
            match program {
                Program::List { list: of } => {
                    self.list(of, &mut list)?;
                    return Some(Value::from(&list));
                }
                Program::Number { number: of } => return self.number(of).map(|number| Value::Integer(number.into())),
                Program::NameList { name, value, rest } => {
                    self.list(value, &mut list)?;
                    *self.lists.get_mut(digit(name.0))? = Some(list);
                    program = rest;
                }
                Program::NameNumber { name, value, rest } => {
                    let value = self.number(value)?;
                    *self.numbers.get_mut(digit(name.0))? = Some(value);
                    program = rest;
                }
            }
        }
    }

    /// Writes the value of `of` to `out`.
    fn list(&self, of: &List, out: &mut Items) -> Option<()> {
        match of {
            List::First => *out = self.list_argument(0)?,
            List::Argument(name) => *out = self.list_argument(digit(name))?,
            List::Name(ListName(name)) => *out = self.lists.get(digit(name)).copied().flatten()?,
            List::Take { count, list } => {
                let count = self.number(count)?;
                self.list(list, out)?;
                out.truncate(position(count, out));
            }
            List::Drop { count, list } => {
                let count = self.number(count)?;
                self.list(list, out)?;
                out.skip(position(count, out));
            }
            List::Reverse { list } => {
                self.list(list, out)?;
                out.get_mut().reverse();
            }
            List::Sort { list } => {
                self.list(list, out)?;
                out.get_mut().sort_unstable();
            }
            List::Map { function, list } => {
                self.list(list, out)?;
                self.map(function, out)?;
            }
            List::Filter { test, list } => {
                self.list(list, out)?;
                out.retain(is_true(test));
            }
            List::ZipWith { operator, left, right } => {
                self.list(left, out)?;
                self.zip(operator, out, right)?;
            }
            List::Scan { operator, list } => {
                self.list(list, out)?;
                self.scan(operator, out)?;
            }
        }
        Some(())
    }

    fn number(&self, of: &Number) -> Option<i32> {
        let list = match of {
            Number::Argument(name) => return self.number_argument(digit(name)),
            Number::Name(NumberName(name)) => return self.numbers.get(digit(name)).copied().flatten(),
            Number::Access { index, list } => return self.access(index, list),
            Number::Head { list }
            | Number::Last { list }
            | Number::Minimum { list }
            | Number::Maximum { list }
            | Number::Sum { list }
            | Number::Count { list, .. } => list,
        };
        let mut items = Items::EMPTY;
        self.list(list, &mut items)?;
        let items = items.get();
        match of {
            Number::Head { .. } => items.first().copied(),
            Number::Last { .. } => items.last().copied(),
            Number::Minimum { .. } => items.iter().min().copied(),
            Number::Maximum { .. } => items.iter().max().copied(),
            Number::Sum { .. } => within(items.iter().sum(), self.greatest),
            Number::Count { test, .. } => {
                let is_true = is_true(test);
                within(
                    items.iter().filter(|&&item| is_true(item)).count() as i32,
                    self.greatest,
                )
            }
            Number::Argument(_) | Number::Name(_) | Number::Access { .. } => None,
        }
    }

    fn access(&self, index: &Number, list: &List) -> Option<i32> {
        let index = usize::try_from(self.number(index)?).ok()?;
        let mut items = Items::EMPTY;
        self.list(list, &mut items)?;
        items.get().get(index).copied()
    }

    fn map(&self, function: &Function, list: &mut Items) -> Option<()> {
        match function {
            Function::Increment => self.change(list, |item| item + 1),
            Function::Decrement => self.change(list, |item| item - 1),
            Function::Double => self.change(list, |item| 2 * item),
            Function::Half => self.change(list, |item| item.div_euclid(2)),
            Function::Negate => self.change(list, |item| -item),
            Function::Square => self.change(list, |item| item * item),
            Function::Triple => self.change(list, |item| 3 * item),
            Function::Third => self.change(list, |item| item.div_euclid(3)),
            Function::Quadruple => self.change(list, |item| 4 * item),
            Function::Quarter => self.change(list, |item| item.div_euclid(4)),
        }
    }

    fn change(&self, list: &mut Items, function: impl Fn(i32) -> i32) -> Option<()> {
        let mut is_within = true;
        for item in list.get_mut() {
            *item = function(*item);
            is_within &= item.abs() <= self.greatest;
        }
        is_within.then_some(())
    }

    fn zip(&self, operator: &Operator, left: &mut Items, right: &List) -> Option<()> {
        let mut items = Items::EMPTY;
        self.list(right, &mut items)?;
        let right = items.get();
        left.truncate(right.len());
        for (item, &other) in left.get_mut().iter_mut().zip(right) {
            *item = self.combine(operator, *item, other)?;
        }
        Some(())
    }

    fn scan(&self, operator: &Operator, list: &mut Items) -> Option<()> {
        let Some((&mut first, others)) = list.get_mut().split_first_mut() else {
            return Some(());
        };
        let mut last = first;
        for item in others {
            last = self.combine(operator, last, *item)?;
            *item = last;
        }
        Some(())
    }

    /// Both are within the limit, so that no operator overflows.
    fn combine(&self, operator: &Operator, left: i32, right: i32) -> Option<i32> {
        let value = match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Min => left.min(right),
            Operator::Max => left.max(right),
        };
        within(value, self.greatest)
    }

    fn list_argument(&self, at: usize) -> Option<Items> {
        match self.arguments.get(at)? {
            Value::Integers(numbers) => Items::new(numbers, self.greatest),
            _ => None,
        }
    }

    fn number_argument(&self, at: usize) -> Option<i32> {
        match self.arguments.get(at)? {
            Value::Integer(number) => within(i32::try_from(*number).ok()?, self.greatest),
            _ => None,
        }
    }
}

fn is_true(test: &Test) -> fn(i32) -> bool {
    match test {
        Test::Positive => |item| item > 0,
        Test::Negative => |item| item < 0,
        Test::Even => |item| item.rem_euclid(2) == 0,
        Test::Odd => |item| item.rem_euclid(2) == 1,
    }
}

/// The place before which `Take` and `Drop` divide `list`.
fn position(count: i32, list: &Items) -> usize {
    let length = list.get().len();
    match usize::try_from(count) {
        Ok(count) => count,
        Err(_) => length.saturating_sub(count.unsigned_abs() as usize),
    }
}

/// The number in a name, such as 1 for `x1`.
pub fn digit(name: &str) -> usize {
    let digit = name.as_bytes().get(1);
    digit.map_or(usize::MAX, |digit| usize::from(digit.wrapping_sub(b'0')))
}

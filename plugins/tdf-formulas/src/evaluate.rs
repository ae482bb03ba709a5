//! The value of a formula for the cells of a row.
//!
//! Arguments are evaluated from left to right, and a failure fails the whole, as errors of Excel do. `IF` evaluates one branch.
//! `ISNUMBER` turns a failure into a truth value.

use std::borrow::Cow;

use tdf_domain::Value;

use crate::ast::{Formula, Number, Text, Truth};
use crate::text::{self, Str, Written};

/// The value of `formula`. `None` if it fails.
pub fn formula(formula: &Formula, cells: &[Value]) -> Option<Value> {
    match formula {
        Formula::Text { text } => string(text, cells).map(|text| Value::Text(text.into_owned())),
        Formula::Number { number } => integer(number, cells).map(Value::Integer),
        Formula::Truth { truth: condition } => truth(condition, cells).map(Value::Boolean),
    }
}

fn string<'a>(of: &'a Text, cells: &'a [Value]) -> Option<Str<'a>> {
    match of {
        Text::Cell(name) => cell(name, cells).map(Cow::Borrowed),
        Text::Mark(quoted) => Some(unquoted(quoted)),
        Text::Quoted(quoted) => Some(unquoted(quoted)),
        Text::Concatenate { first, second } => text::concatenate(string(first, cells)?, string(second, cells)?),
        Text::Left { text, count } => text::left(string(text, cells)?, integer(count, cells)?),
        Text::Right { text, count } => text::right(string(text, cells)?, integer(count, cells)?),
        Text::Mid { text, start, count } => {
            text::mid(string(text, cells)?, integer(start, cells)?, integer(count, cells)?)
        }
        Text::Replace {
            text,
            start,
            count,
            new,
        } => {
            let text = string(text, cells)?;
            let (start, count) = (integer(start, cells)?, integer(count, cells)?);
            text::replace(&text, start, count, &string(new, cells)?)
        }
        Text::Trim { text } => Some(text::trim(string(text, cells)?)),
        Text::Repeat { text, times } => text::repeat(string(text, cells)?, integer(times, cells)?),
        Text::Substitute { text, old, new } => {
            let text = string(text, cells)?;
            text::substitute(text, &string(old, cells)?, &string(new, cells)?)
        }
        Text::SubstituteOne {
            text,
            old,
            new,
            occurrence,
        } => {
            let (text, old, new) = (string(text, cells)?, string(old, cells)?, string(new, cells)?);
            text::substitute_one(text, &old, &new, integer(occurrence, cells)?)
        }
        Text::Digits { number } => Some(integer(number, cells)?.to_string().into()),
        Text::Lower { text } => Some(text::lower(string(text, cells)?)),
        Text::Upper { text } => Some(text::upper(string(text, cells)?)),
        Text::Proper { text } => Some(text::proper(&string(text, cells)?).into()),
        Text::If {
            condition,
            then,
            otherwise,
        } => string(if truth(condition, cells)? { then } else { otherwise }, cells),
    }
}

fn integer(of: &Number, cells: &[Value]) -> Option<i64> {
    match of {
        Number::Constant(number) => Some(i64::from(*number)),
        Number::Add { left, right } => integer(left, cells)?.checked_add(integer(right, cells)?),
        Number::Subtract { left, right } => integer(left, cells)?.checked_sub(integer(right, cells)?),
        Number::Find { wanted, text } => text::find(&string(wanted, cells)?, &string(text, cells)?),
        Number::FindFrom { wanted, text, start } => {
            let (wanted, text) = (string(wanted, cells)?, string(text, cells)?);
            text::find_from(&wanted, &text, integer(start, cells)?)
        }
        Number::Length { text } => Some(text::length(&string(text, cells)?) as i64),
        Number::Value { text } => match text::value(&string(text, cells)?)? {
            Written::Whole(number) => Some(number),
            Written::Fraction => None,
        },
    }
}

fn truth(of: &Truth, cells: &[Value]) -> Option<bool> {
    match of {
        Truth::Exact { left, right } => Some(string(left, cells)? == string(right, cells)?),
        Truth::Greater { left, right } => Some(integer(left, cells)? > integer(right, cells)?),
        Truth::GreaterOrEqual { left, right } => Some(integer(left, cells)? >= integer(right, cells)?),
        Truth::IsNumber { number } => Some(match &**number {
            // A number with a fraction is a number here, although no other function takes it.
            Number::Value { text } => string(text, cells).is_some_and(|text| text::value(&text).is_some()),
            number => integer(number, cells).is_some(),
        }),
    }
}

/// The text of the cell called `name`, such as `B1`.
fn cell<'a>(name: &str, cells: &'a [Value]) -> Option<&'a str> {
    let column = name.bytes().next()?.checked_sub(b'A')?;
    match cells.get(usize::from(column))? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// What a constant in quotes says.
fn unquoted(quoted: &str) -> Str<'_> {
    let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    match inside.contains('"') {
        true => inside.replace("\"\"", "\"").into(),
        false => inside.into(),
    }
}

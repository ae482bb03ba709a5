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
        Text::FirstCell => cell(0, cells),
        Text::Cell(name) => cell(column(name)?, cells),
        Text::Mark(quoted) => Some(unquoted(quoted)),
        Text::Quoted(quoted) => Some(unquoted(quoted)),
        Text::Concatenate { first, second } => concatenate(first, second, cells),
        Text::Left { text, count } => counted(text::left, text, count, cells),
        Text::Right { text, count } => counted(text::right, text, count, cells),
        Text::Mid { text, start, count } => mid(text, start, count, cells),
        Text::Replace {
            text,
            start,
            count,
            new,
        } => replace(text, start, count, new, cells),
        Text::Trim { text } => changed(text::trim, text, cells),
        Text::Repeat { text, times } => counted(text::repeat, text, times, cells),
        Text::Substitute { text, old, new } => substitute(text, old, new, cells),
        Text::SubstituteOne {
            text,
            old,
            new,
            occurrence,
        } => substitute_one(text, old, new, occurrence, cells),
        Text::Digits { number } => digits(number, cells),
        Text::Lower { text } => changed(text::lower, text, cells),
        Text::Upper { text } => changed(text::upper, text, cells),
        Text::Proper { text } => changed(text::proper, text, cells),
        Text::If {
            condition,
            then,
            otherwise,
        } => string(if truth(condition, cells)? { then } else { otherwise }, cells),
    }
}

// The cases are functions of their own: the frames of a recursion through one large function would overflow the stack without
// optimisation.

/// A text for a text.
type Change = for<'t> fn(Str<'t>) -> Str<'t>;
/// A text for a text and a number.
type Count = for<'t> fn(Str<'t>, i64) -> Option<Str<'t>>;

fn changed<'a>(change: Change, text: &'a Text, cells: &'a [Value]) -> Option<Str<'a>> {
    Some(change(string(text, cells)?))
}

fn counted<'a>(count: Count, text: &'a Text, number: &'a Number, cells: &'a [Value]) -> Option<Str<'a>> {
    count(string(text, cells)?, integer(number, cells)?)
}

fn concatenate<'a>(first: &'a Text, second: &'a Text, cells: &'a [Value]) -> Option<Str<'a>> {
    text::concatenate(string(first, cells)?, string(second, cells)?)
}

fn mid<'a>(text: &'a Text, start: &'a Number, count: &'a Number, cells: &'a [Value]) -> Option<Str<'a>> {
    text::mid(string(text, cells)?, integer(start, cells)?, integer(count, cells)?)
}

fn replace<'a>(
    text: &'a Text,
    start: &'a Number,
    count: &'a Number,
    new: &'a Text,
    cells: &'a [Value],
) -> Option<Str<'a>> {
    let text = string(text, cells)?;
    let (start, count) = (integer(start, cells)?, integer(count, cells)?);
    text::replace(&text, start, count, &string(new, cells)?)
}

fn substitute<'a>(text: &'a Text, old: &'a Text, new: &'a Text, cells: &'a [Value]) -> Option<Str<'a>> {
    let text = string(text, cells)?;
    text::substitute(text, &string(old, cells)?, &string(new, cells)?)
}

fn substitute_one<'a>(
    text: &'a Text,
    old: &'a Text,
    new: &'a Text,
    occurrence: &'a Number,
    cells: &'a [Value],
) -> Option<Str<'a>> {
    let (text, old, new) = (string(text, cells)?, string(old, cells)?, string(new, cells)?);
    text::substitute_one(text, &old, &new, integer(occurrence, cells)?)
}

fn digits<'a>(number: &'a Number, cells: &'a [Value]) -> Option<Str<'a>> {
    Some(integer(number, cells)?.to_string().into())
}

fn integer(of: &Number, cells: &[Value]) -> Option<i64> {
    match of {
        Number::Digit(number) | Number::Constant(number) => Some(i64::from(*number)),
        Number::Add { left, right } => integer(left, cells)?.checked_add(integer(right, cells)?),
        Number::Subtract { left, right } => integer(left, cells)?.checked_sub(integer(right, cells)?),
        Number::Find { wanted, text } => find(wanted, text, cells),
        Number::FindFrom { wanted, text, start } => find_from(wanted, text, start, cells),
        Number::Length { text } => length(text, cells),
        Number::Value { text } => match written(text, cells)? {
            Written::Whole(number) => Some(number),
            Written::Fraction => None,
        },
    }
}

fn find(wanted: &Text, text: &Text, cells: &[Value]) -> Option<i64> {
    text::find(&string(wanted, cells)?, &string(text, cells)?)
}

fn find_from(wanted: &Text, text: &Text, start: &Number, cells: &[Value]) -> Option<i64> {
    let (wanted, text) = (string(wanted, cells)?, string(text, cells)?);
    text::find_from(&wanted, &text, integer(start, cells)?)
}

fn length(text: &Text, cells: &[Value]) -> Option<i64> {
    Some(text::length(&string(text, cells)?) as i64)
}

fn written(text: &Text, cells: &[Value]) -> Option<Written> {
    text::value(&string(text, cells)?)
}

fn truth(of: &Truth, cells: &[Value]) -> Option<bool> {
    match of {
        Truth::Exact { left, right } => exact(left, right, cells),
        Truth::Greater { left, right } => Some(integer(left, cells)? > integer(right, cells)?),
        Truth::GreaterOrEqual { left, right } => Some(integer(left, cells)? >= integer(right, cells)?),
        Truth::IsNumber { number } => Some(match &**number {
            // A number with a fraction is a number here, although no other function takes it.
            Number::Value { text } => written(text, cells).is_some(),
            number => integer(number, cells).is_some(),
        }),
    }
}

fn exact(left: &Text, right: &Text, cells: &[Value]) -> Option<bool> {
    Some(string(left, cells)? == string(right, cells)?)
}

/// The number of the cell called `name`, such as 1 for `B1`.
fn column(name: &str) -> Option<usize> {
    name.bytes().next()?.checked_sub(b'A').map(usize::from)
}

/// The text of the cell number `column`, from 0.
fn cell(column: usize, cells: &[Value]) -> Option<Str<'_>> {
    match cells.get(column)? {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        _ => None,
    }
}

/// What a constant in quotes says.
fn unquoted(quoted: &str) -> Str<'_> {
    match quoted {
        "\"\"\"\"" => Cow::Borrowed("\""),
        quoted => Cow::Borrowed(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default()),
    }
}

//! The functions once more, in the simplest way, over lists of characters.

use tdf_domain::{FunctionDomain, Program, Value};
use tdf_formulas::Formulas;
use tdf_formulas::ast::{Formula, Number, Text, Truth};

use crate::{domain, inputs, programs};

/// Bytes of the longest text that a function makes.
const MAX_TEXT: usize = 255;

type Characters = Vec<char>;

fn formula(formula: &Formula, row: &[Value]) -> Option<Value> {
    Some(match formula {
        Formula::Text { text: of } => Value::Text(text(of, row)?.into_iter().collect()),
        Formula::Number { number: of } => Value::Integer(number(of, row)?),
        Formula::Truth { truth: of } => Value::Boolean(truth(of, row)?),
    })
}

fn text(of: &Text, row: &[Value]) -> Option<Characters> {
    let (out, makes) = match of {
        Text::FirstCell | Text::Cell(_) => {
            let name = if let Text::Cell(name) = of { name } else { "A1" };
            let number = ["A1", "B1", "C1", "D1"].iter().position(|&cell| cell == name)?;
            match row.get(number)? {
                Value::Text(cell) => (cell.chars().collect(), false),
                _ => return None,
            }
        }
        Text::Mark(quoted) => (constant(quoted), false),
        Text::Quoted(quoted) => (constant(quoted), false),
        Text::Concatenate { first, second } => {
            let (first, second) = (text(first, row)?, text(second, row)?);
            let makes = !first.is_empty() && !second.is_empty();
            ([first, second].concat(), makes)
        }
        Text::Left { text: of, count } => {
            let (text, count) = (text(of, row)?, number(count, row)?);
            not_negative(count)?;
            (text.into_iter().take(count as usize).collect(), false)
        }
        Text::Right { text: of, count } => {
            let (mut text, count) = (text(of, row)?, number(count, row)?);
            not_negative(count)?;
            text.reverse();
            let mut text: Characters = text.into_iter().take(count as usize).collect();
            text.reverse();
            (text, false)
        }
        Text::Mid { text: of, start, count } => {
            let (text, start, count) = (text(of, row)?, number(start, row)?, number(count, row)?);
            not_negative(start - 1)?;
            not_negative(count)?;
            (
                text.into_iter().skip(start as usize - 1).take(count as usize).collect(),
                false,
            )
        }
        Text::Replace {
            text: of,
            start,
            count,
            new,
        } => {
            let (of, start, count) = (text(of, row)?, number(start, row)?, number(count, row)?);
            let new = text(new, row)?;
            not_negative(start - 1)?;
            not_negative(count)?;
            let before: Characters = of.iter().copied().take(start as usize - 1).collect();
            let behind: Characters = of.iter().copied().skip((start - 1 + count) as usize).collect();
            ([before, new, behind].concat(), true)
        }
        Text::Trim { text: of } => {
            let mut out: Characters = Vec::new();
            for character in text(of, row)? {
                if character != ' ' || out.last().is_some_and(|&last| last != ' ') {
                    out.push(character);
                }
            }
            if out.last() == Some(&' ') {
                out.pop();
            }
            (out, false)
        }
        Text::Repeat { text: of, times } => {
            let (text, times) = (text(of, row)?, number(times, row)?);
            not_negative(times)?;
            if times > 1 && text.len() as i64 * times.min(1000) > MAX_TEXT as i64 {
                return None;
            }
            let times = if text.is_empty() { 0 } else { times };
            (text.repeat(times as usize), times > 1)
        }
        Text::Substitute { text: of, old, new } => {
            let (of, old, new) = (text(of, row)?, text(old, row)?, text(new, row)?);
            let found = occurrences(&of, &old);
            (replaced(&of, &old, &new, &found), !found.is_empty())
        }
        Text::SubstituteOne {
            text: of,
            old,
            new,
            occurrence,
        } => {
            let (of, old, new) = (text(of, row)?, text(old, row)?, text(new, row)?);
            let occurrence = number(occurrence, row)?;
            not_negative(occurrence - 1)?;
            let found = occurrences(&of, &old);
            match found.get(occurrence as usize - 1) {
                Some(&at) => (replaced(&of, &old, &new, &[at]), true),
                None => (of, false),
            }
        }
        Text::Digits { number: of } => (format!("{}", number(of, row)?).chars().collect(), false),
        Text::Lower { text: of } => (text(of, row)?.into_iter().flat_map(char::to_lowercase).collect(), false),
        Text::Upper { text: of } => (text(of, row)?.into_iter().flat_map(char::to_uppercase).collect(), false),
        Text::Proper { text: of } => {
            let of = text(of, row)?;
            let capital = |at: usize| at == 0 || !of[at - 1].is_alphabetic();
            let letters = of.iter().enumerate().flat_map(|(at, letter)| {
                let cased: Characters = match capital(at) {
                    true => letter.to_uppercase().collect(),
                    false => letter.to_lowercase().collect(),
                };
                cased
            });
            (letters.collect(), false)
        }
        Text::If {
            condition,
            then,
            otherwise,
        } => match truth(condition, row)? {
            true => (text(then, row)?, false),
            false => (text(otherwise, row)?, false),
        },
    };
    let bytes: usize = out.iter().map(|character| character.len_utf8()).sum();
    (!makes || bytes <= MAX_TEXT).then_some(out)
}

fn number(of: &Number, row: &[Value]) -> Option<i64> {
    match of {
        Number::Digit(constant) | Number::Constant(constant) => Some((*constant).into()),
        Number::Add { left, right } => Some(number(left, row)? + number(right, row)?),
        Number::Subtract { left, right } => Some(number(left, row)? - number(right, row)?),
        Number::Find { wanted, text: of } => found(&text(wanted, row)?, &text(of, row)?, 0),
        Number::FindFrom {
            wanted,
            text: of,
            start,
        } => {
            let (wanted, of, start) = (text(wanted, row)?, text(of, row)?, number(start, row)?);
            if start < 1 || start > of.len() as i64 {
                return None;
            }
            found(&wanted, &of, start as usize - 1)
        }
        Number::Length { text: of } => Some(text(of, row)?.len() as i64),
        Number::Value { text: of } => {
            let number = written(&text(of, row)?)?;
            (number.fract() == 0.0).then_some(number as i64)
        }
    }
}

fn truth(of: &Truth, row: &[Value]) -> Option<bool> {
    Some(match of {
        Truth::Exact { left, right } => text(left, row)? == text(right, row)?,
        Truth::Greater { left, right } => number(left, row)? > number(right, row)?,
        Truth::GreaterOrEqual { left, right } => number(left, row)? >= number(right, row)?,
        Truth::IsNumber { number: of } => match &**of {
            Number::Value { text: of } => text(of, row).is_some_and(|text| written(&text).is_some()),
            of => number(of, row).is_some(),
        },
    })
}

/// The number that `text` writes, by the standard library.
fn written(text: &[char]) -> Option<f64> {
    let text: String = text.iter().collect();
    let text = text.trim_matches(' ');
    let allowed = |c: char| c.is_ascii_digit() || "+-.".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if !text.chars().all(allowed) || digits > 15 {
        return None;
    }
    text.parse().ok()
}

fn constant(quoted: &str) -> Characters {
    let mut inside: Characters = quoted.chars().skip(1).collect();
    inside.pop();
    let mut out = Vec::new();
    let mut characters = inside.into_iter();
    while let Some(character) = characters.next() {
        out.push(character);
        if character == '"' {
            characters.next();
        }
    }
    out
}

fn not_negative(number: i64) -> Option<()> {
    (number >= 0).then_some(())
}

fn found(wanted: &[char], text: &[char], from: usize) -> Option<i64> {
    (from..=text.len())
        .find(|&at| text[at..].starts_with(wanted))
        .map(|at| at as i64 + 1)
}

/// Where `old` occurs in `text`, without overlaps.
fn occurrences(text: &[char], old: &[char]) -> Vec<usize> {
    let mut all = Vec::new();
    let mut at = 0;
    while !old.is_empty() && at < text.len() {
        if text[at..].starts_with(old) {
            all.push(at);
            at += old.len();
        } else {
            at += 1;
        }
    }
    all
}

fn replaced(text: &[char], old: &[char], new: &[char], found: &[usize]) -> Characters {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if found.contains(&at) {
            out.extend(new);
            at += old.len();
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

/// The longest text whose length in bytes is compared with the naive limit of characters.
fn is_ascii(row: &[Value]) -> bool {
    row.iter()
        .all(|cell| matches!(cell, Value::Text(cell) if cell.is_ascii()))
}

#[test]
fn both_implementations_agree() {
    let domain = domain();
    let beyond = [
        vec!["Ärger  über Öl".into(), "日本-語".into(), "x é".into(), "12".into()],
        vec!["".into(), " ".into(), "-7.0".into(), "ßA a".into()],
    ];
    let mut succeeded = 0;
    for (number, program) in programs(&*domain, 20_000).iter().enumerate() {
        let typed = Formula::from_nodes(&domain.language().to_written(program.nodes()));
        let inputs = inputs(&*domain, number as u64 / 4);
        for row in inputs.rows().iter().chain(&beyond) {
            let output = Formulas.run(&typed, row);
            succeeded += usize::from(output.is_some());
            // Repetitions are limited in bytes.
            if is_ascii(row) || !format!("{typed}").contains("REPT") {
                assert_eq!(output, formula(&typed, row), "{typed} of {row:?}");
            }
        }
    }
    assert!(succeeded > 20_000, "{succeeded}");
}

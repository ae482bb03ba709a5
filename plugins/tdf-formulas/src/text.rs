//! The functions over texts.
//!
//! Each follows Excel's documentation of the function with its name. Positions count characters from 1. `None` is Excel's `#VALUE!`.
//! What differs from Excel, and from the language of CrossBeam and BUSTLE, is said at each function.
//!
//! One limit holds everywhere: a text that a function makes has at most [`MAX_TEXT`] bytes. Excel allows 32,767 characters.

use std::borrow::Cow;
use std::ops::Range;

/// Bytes of the longest text that a function makes. Without a limit, nested repetitions fill the memory.
pub const MAX_TEXT: usize = 255;

/// A text that is borrowed from a cell or a constant as long as possible.
pub type Str<'a> = Cow<'a, str>;

/// `CONCATENATE` of two texts.
pub fn concatenate<'a>(first: Str<'a>, second: Str<'a>) -> Option<Str<'a>> {
    if second.is_empty() {
        return Some(first);
    }
    if first.is_empty() {
        return Some(second);
    }
    let length = first.len() + second.len();
    if length > MAX_TEXT {
        return None;
    }
    let mut out = match first {
        Cow::Owned(text) => text,
        Cow::Borrowed(text) => {
            let mut out = String::with_capacity(length);
            out.push_str(text);
            out
        }
    };
    out.push_str(&second);
    Some(out.into())
}

/// `LEFT`: the first `count` characters, all if there are fewer.
pub fn left(text: Str<'_>, count: i64) -> Option<Str<'_>> {
    let end = offset(&text, usize::try_from(count).ok()?);
    Some(slice(text, 0..end))
}

/// `RIGHT`: the last `count` characters, all if there are fewer.
pub fn right(text: Str<'_>, count: i64) -> Option<Str<'_>> {
    let skipped = length(&text).saturating_sub(usize::try_from(count).ok()?);
    let range = offset(&text, skipped)..text.len();
    Some(slice(text, range))
}

/// `MID`: `count` characters from the position `start`, fewer if the text ends before.
pub fn mid(text: Str<'_>, start: i64, count: i64) -> Option<Str<'_>> {
    let range = part(&text, start, count)?;
    Some(slice(text, range))
}

/// `REPLACE`: `new` in place of the part that [`mid`] gives. A position beyond the end appends.
pub fn replace<'a>(text: &str, start: i64, count: i64, new: &str) -> Option<Str<'a>> {
    let range = part(text, start, count)?;
    joined(&[&text[..range.start], new, &text[range.end..]])
}

/// `TRIM`: no blanks at the ends, and one blank for several inside. Only the blank U+0020 counts, as in Excel.
pub fn trim(text: Str<'_>) -> Str<'_> {
    let is_clean = |pair: &[u8]| pair != b"  ";
    let trimmed = text.trim_matches(' ');
    if trimmed.as_bytes().windows(2).all(is_clean) {
        let start = text.len() - text.trim_start_matches(' ').len();
        let range = if trimmed.is_empty() {
            0..0
        } else {
            start..start + trimmed.len()
        };
        return slice(text, range);
    }
    let mut out = String::with_capacity(trimmed.len());
    for word in trimmed.split(' ').filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.into()
}

/// `REPT`: `times` copies. CrossBeam allows 100 characters.
pub fn repeat(text: Str<'_>, times: i64) -> Option<Str<'_>> {
    match (usize::try_from(times).ok()?, text.len()) {
        (0, _) | (_, 0) => Some(Cow::Borrowed("")),
        (1, _) => Some(text),
        (times, length) if times.saturating_mul(length) <= MAX_TEXT => Some(text.repeat(times).into()),
        _ => None,
    }
}

/// `SUBSTITUTE` with three arguments: every occurrence. An empty `old` occurs nowhere.
pub fn substitute<'a>(text: Str<'a>, old: &str, new: &str) -> Option<Str<'a>> {
    let Some(mut at) = position(&text, old, 0).filter(|_| !old.is_empty()) else {
        return Some(text);
    };
    let mut out = String::with_capacity(text.len() + new.len());
    let mut done = 0;
    loop {
        out.push_str(&text[done..at]);
        out.push_str(new);
        if out.len() > MAX_TEXT {
            return None;
        }
        done = at + old.len();
        match position(&text, old, done) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.push_str(&text[done..]);
    (out.len() <= MAX_TEXT).then_some(out.into())
}

/// `SUBSTITUTE` with four arguments: one occurrence, the first is 1. The text stays as it is if there are fewer. Occurrences do not
/// overlap. CrossBeam's overlap, and it takes 0 for all of them, which fails in Excel.
pub fn substitute_one<'a>(text: Str<'a>, old: &str, new: &str, occurrence: i64) -> Option<Str<'a>> {
    if occurrence < 1 {
        return None;
    }
    if old.is_empty() {
        return Some(text);
    }
    let mut from = 0;
    for number in 1.. {
        let Some(at) = position(&text, old, from) else { break };
        from = at + old.len();
        if number == occurrence {
            return joined(&[&text[..at], new, &text[from..]]);
        }
    }
    Some(text)
}

/// `LOWER`. Beyond ASCII, letters have the case mapping of Unicode.
pub fn lower(text: Str<'_>) -> Str<'_> {
    if !text.is_ascii() {
        return text.to_lowercase().into();
    }
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return text;
    }
    let mut text = text.into_owned();
    text.make_ascii_lowercase();
    text.into()
}

/// `UPPER`. Beyond ASCII, letters have the case mapping of Unicode.
pub fn upper(text: Str<'_>) -> Str<'_> {
    if !text.is_ascii() {
        return text.to_uppercase().into();
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return text;
    }
    let mut text = text.into_owned();
    text.make_ascii_uppercase();
    text.into()
}

/// `PROPER`: a letter is a capital if no letter stands before it, else small.
pub fn proper(text: Str<'_>) -> Str<'_> {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        match (character.is_ascii(), inside) {
            (true, false) => out.push(character.to_ascii_uppercase()),
            (true, true) => out.push(character.to_ascii_lowercase()),
            (false, false) => out.extend(character.to_uppercase()),
            (false, true) => out.extend(character.to_lowercase()),
        }
        inside = character.is_alphabetic();
    }
    out.into()
}

/// `FIND` with two arguments: the position of `wanted`. It minds case. An empty text is found at 1.
pub fn find(wanted: &str, text: &str) -> Option<i64> {
    Some(number_of(text, position(text, wanted, 0)?))
}

/// `FIND` with three arguments: from the position `start` on. It fails if `start` is beyond the last character, as in CrossBeam.
pub fn find_from(wanted: &str, text: &str, start: i64) -> Option<i64> {
    let skipped = usize::try_from(start).ok()?.checked_sub(1)?;
    let from = offset(text, skipped);
    if from == text.len() {
        return None;
    }
    Some(number_of(text, position(text, wanted, from)?))
}

/// `LEN`: the number of characters. Excel counts two for a character beyond U+FFFF.
pub fn length(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    }
}

/// A number that a text writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A whole number.
    Whole(i64),
    /// A number with a fraction.
    Fraction,
}

/// The number that `VALUE` reads: a sign, digits, a point with digits, and blanks around. Excel reads more: separators of thousands,
/// currencies, percentages, exponents, dates, times. They depend on the country, and all of them fail here. So do numbers of more than 15
/// digits, which Excel rounds.
pub fn value(text: &str) -> Option<Written> {
    let text = text.trim_matches(' ');
    let (is_negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let count = whole.len() + fraction.len();
    let mut all = whole.bytes().chain(fraction.bytes());
    if !(1..=15).contains(&count) || !all.all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if fraction.bytes().any(|byte| byte != b'0') {
        return Some(Written::Fraction);
    }
    let size = whole.bytes().fold(0, |sum, byte| 10 * sum + i64::from(byte - b'0'));
    Some(Written::Whole(if is_negative { -size } else { size }))
}

/// The bytes of `count` characters from the position `start`.
fn part(text: &str, start: i64, count: i64) -> Option<Range<usize>> {
    let skipped = usize::try_from(start).ok()?.checked_sub(1)?;
    let count = usize::try_from(count).ok()?;
    let start = offset(text, skipped);
    Some(start..start + offset(&text[start..], count))
}

/// The byte at which the character number `characters` begins, from 0; the end if there are fewer.
fn offset(text: &str, characters: usize) -> usize {
    // There are no more characters than bytes.
    if characters >= text.len() {
        return text.len();
    }
    if text.is_ascii() {
        return characters;
    }
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

/// The position, from 1, of the character that begins at the byte `at`.
fn number_of(text: &str, at: usize) -> i64 {
    length(&text[..at]) as i64 + 1
}

/// The byte at which `wanted` is found at or behind `from`. Texts are short: looking for the first byte beats methods that prepare.
fn position(text: &str, wanted: &str, from: usize) -> Option<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let Some(first) = wanted.first() else { return Some(from) };
    let last = text.len().checked_sub(wanted.len())?;
    (from..=last).find(|&at| text[at] == *first && text[at..].starts_with(wanted))
}

/// A part of a text, without a copy.
fn slice(text: Str<'_>, range: Range<usize>) -> Str<'_> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(mut text) => {
            text.truncate(range.end);
            text.drain(..range.start);
            Cow::Owned(text)
        }
    }
}

fn joined<'a>(parts: &[&str]) -> Option<Str<'a>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    (length <= MAX_TEXT).then(|| parts.concat().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let text = "äöü€x";
        assert_eq!(offset(text, 0), 0);
        assert_eq!(offset(text, 3), 6);
        assert_eq!(offset(text, 4), 9);
        assert_eq!(offset(text, 9), text.len());
        assert_eq!(find("€", text), Some(4));
        assert_eq!(find_from("x", text, 5), Some(5));
        assert_eq!(find_from("x", text, 6), None);
        assert_eq!(length(text), 5);
        assert_eq!(left(text.into(), 2).as_deref(), Some("äö"));
        assert_eq!(right(text.to_owned().into(), 2).as_deref(), Some("€x"));
    }

    #[test]
    fn long_texts_fail() {
        let long = "x".repeat(MAX_TEXT);
        assert_eq!(repeat("x".into(), 255).as_deref(), Some(&*long));
        assert_eq!(repeat("x".into(), 256), None);
        assert_eq!(repeat("xx".into(), i64::MAX), None);
        assert_eq!(repeat("".into(), i64::MAX).as_deref(), Some(""));
        assert_eq!(concatenate(long.as_str().into(), "x".into()), None);
        assert_eq!(concatenate(long.as_str().into(), "".into()).as_deref(), Some(&*long));
        assert_eq!(replace(&long, 1, 0, "x"), None);
        assert_eq!(substitute(long.as_str().into(), "x", "xy"), None);
        assert_eq!(substitute_one(long.as_str().into(), "x", "xy", 255), None);
    }

    #[test]
    fn texts_that_are_numbers() {
        use Written::{Fraction, Whole};
        for (text, expected) in [
            ("12", Some(Whole(12))),
            (" -0045 ", Some(Whole(-45))),
            ("+7", Some(Whole(7))),
            ("12.00", Some(Whole(12))),
            ("12.50", Some(Fraction)),
            ("-.5", Some(Fraction)),
            ("5.", Some(Whole(5))),
            ("999999999999999", Some(Whole(999_999_999_999_999))),
            ("9999999999999999", None),
            ("", None),
            (" ", None),
            ("-", None),
            (".", None),
            ("1.2.3", None),
            ("1-2", None),
            ("--1", None),
            ("1 2", None),
            ("1e5", None),
            ("٣", None),
        ] {
            assert_eq!(value(text), expected, "{text:?}");
        }
    }
}

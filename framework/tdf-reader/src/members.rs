//! The members of a terminal: every text that a regular expression matches.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::characters::{foreign, without_ascii_forms};
use crate::limits::{MAX_MEMBER_LENGTH, MAX_MEMBERS, MAX_REGEX_NESTING};

/// Why a regular expression has no list of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoMembers {
    /// It is not a regular expression.
    Invalid(String),
    /// It matches infinitely many texts.
    Infinite,
    /// It matches more than [`MAX_MEMBERS`] texts.
    TooMany,
    /// A text is longer than [`MAX_MEMBER_LENGTH`].
    TooLong,
    /// `^`, `$` or `\b`.
    Look,
}

/// The regular expression `regex`, nested at most [`MAX_REGEX_NESTING`] deep.
pub(crate) fn parse(regex: &str) -> Result<Hir, NoMembers> {
    let mut parser = regex_syntax::ParserBuilder::new().nest_limit(MAX_REGEX_NESTING).build();
    let parsed = parser.parse(regex).map(|hir| without_ascii_forms(regex, hir));
    parsed.map_err(|e| {
        let text = e.to_string();
        let last = text.lines().last().unwrap_or_default();
        NoMembers::Invalid(last.trim_start_matches("error: ").to_owned())
    })
}

/// Whether `regex` matches texts of white space only, the empty one included.
pub(crate) fn only_blanks(regex: &str) -> bool {
    fn blank(hir: &Hir) -> bool {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => std::str::from_utf8(&literal.0).is_ok_and(|t| t.trim().is_empty()),
            HirKind::Class(Class::Unicode(class)) => {
                let chars = |r: &regex_syntax::hir::ClassUnicodeRange| (r.start()..=r.end()).all(char::is_whitespace);
                class.ranges().iter().all(chars)
            }
            HirKind::Class(Class::Bytes(class)) => {
                let mut bytes = class.ranges().iter().flat_map(|r| r.start()..=r.end());
                bytes.all(|b| b.is_ascii() && char::from(b).is_whitespace())
            }
            HirKind::Repetition(repetition) => blank(&repetition.sub),
            HirKind::Capture(capture) => blank(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(blank),
        }
    }
    parse(regex).is_ok_and(|hir| blank(&hir))
}

/// The texts that `regex` matches, made of ASCII and of what it names beyond it, in natural order: numbers by value, else
/// by text.
pub(crate) fn members(regex: &str) -> Result<Vec<String>, NoMembers> {
    let hir = parse(regex)?;
    if !hir.properties().look_set().is_empty() {
        return Err(NoMembers::Look);
    }
    let mut texts: Vec<String> = enumerate(&hir)?.into_iter().collect();
    if texts.iter().any(|t| !t.is_ascii()) {
        let mut named = Vec::new();
        foreign(&hir, &mut named);
        let named: BTreeSet<char> = named.into_iter().collect();
        // As with open terminals: `\d` means the ASCII digits, not those of all scripts.
        texts.retain(|t| t.chars().all(|c| c.is_ascii() || named.contains(&c)));
    }
    sort_naturally(&mut texts);
    Ok(texts)
}

/// Sorts numbers by value and before other texts.
pub(crate) fn sort_naturally(texts: &mut [String]) {
    texts.sort_by_cached_key(|t| natural_key(t));
}

/// Orders numbers before other texts, by value, then by their writing (`1` before `01`).
fn natural_key(text: &str) -> (bool, Number, usize, String) {
    match Number::of(text) {
        Some(number) => (false, number, text.len(), text.to_owned()),
        None => (true, Number::default(), 0, text.to_owned()),
    }
}

/// A decimal number of any length, ordered by value.
#[derive(PartialEq, Eq, PartialOrd, Ord, Default)]
struct Number {
    negative: std::cmp::Reverse<bool>,
    /// Count of digits, then the digits; both turned round for a negative number.
    whole: (isize, String),
    fraction: String,
}

impl Number {
    fn of(text: &str) -> Option<Self> {
        let (negative, magnitude) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || magnitude.ends_with('.') {
            return None;
        }
        let turn = |t: &str| -> String {
            if negative {
                t.bytes().map(|b| char::from(b'9' - (b - b'0'))).collect()
            } else {
                t.to_owned()
            }
        };
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let length = whole.len() as isize;
        Some(Self {
            negative: std::cmp::Reverse(negative),
            whole: (if negative { -length } else { length }, turn(whole)),
            // `:` stands behind the digits: -0.5 comes before -0 as "4:" before ":".
            fraction: if negative {
                turn(fraction) + ":"
            } else {
                fraction.to_owned()
            },
        })
    }
}

fn limited(texts: BTreeSet<String>) -> Result<BTreeSet<String>, NoMembers> {
    if texts.len() > MAX_MEMBERS {
        Err(NoMembers::TooMany)
    } else {
        Ok(texts)
    }
}

fn product(left: &BTreeSet<String>, right: &BTreeSet<String>) -> Result<BTreeSet<String>, NoMembers> {
    // Before duplicates are removed there may be more than in the end; a hundred times the limit is still quick.
    if left.len().saturating_mul(right.len()) > 100 * MAX_MEMBERS {
        return Err(NoMembers::TooMany);
    }
    let mut texts = BTreeSet::new();
    for l in left {
        for r in right {
            if l.len() + r.len() > MAX_MEMBER_LENGTH {
                return Err(NoMembers::TooLong);
            }
            texts.insert(format!("{l}{r}"));
            if texts.len() > MAX_MEMBERS {
                return Err(NoMembers::TooMany);
            }
        }
    }
    Ok(texts)
}

/// Recursion is bounded by the parser's nest limit.
fn enumerate(hir: &Hir) -> Result<BTreeSet<String>, NoMembers> {
    let empty = || BTreeSet::from([String::new()]);
    match hir.kind() {
        HirKind::Empty => Ok(empty()),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Ok(BTreeSet::from([text.to_owned()])),
            Err(_) => Err(NoMembers::Invalid("it matches bytes that are no text".to_owned())),
        },
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class
                .ranges()
                .iter()
                .map(regex_syntax::hir::ClassUnicodeRange::len)
                .sum();
            if count > MAX_MEMBERS {
                return Err(NoMembers::TooMany);
            }
            let chars = class.ranges().iter().flat_map(|r| r.start()..=r.end());
            Ok(chars.map(String::from).collect())
        }
        HirKind::Class(Class::Bytes(class)) => {
            let bytes = class.ranges().iter().flat_map(|r| r.start()..=r.end());
            Ok(bytes.filter(u8::is_ascii).map(|b| char::from(b).to_string()).collect())
        }
        HirKind::Look(_) => Err(NoMembers::Look),
        HirKind::Capture(capture) => enumerate(&capture.sub),
        HirKind::Concat(parts) => {
            let mut texts = empty();
            for part in parts {
                texts = product(&texts, &enumerate(part)?)?;
            }
            Ok(texts)
        }
        HirKind::Alternation(parts) => {
            let mut texts = BTreeSet::new();
            for part in parts {
                texts.append(&mut enumerate(part)?);
                texts = limited(texts)?;
            }
            Ok(texts)
        }
        HirKind::Repetition(repetition) => {
            let once = enumerate(&repetition.sub)?;
            if once.iter().all(String::is_empty) {
                return Ok(if once.is_empty() && repetition.min > 0 {
                    once
                } else {
                    empty()
                });
            }
            let Some(max) = repetition.max else {
                return Err(NoMembers::Infinite);
            };
            let mut power = empty();
            let mut texts = BTreeSet::new();
            for count in 0..=max {
                if count >= repetition.min {
                    texts.extend(power.iter().cloned());
                    texts = limited(texts)?;
                }
                if count < max {
                    power = product(&power, &once)?;
                }
            }
            Ok(texts)
        }
    }
}

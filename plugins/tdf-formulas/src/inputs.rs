//! Random rows of cells to learn from: names, telephone numbers, dates, files, codes, addresses, sentences.
//!
//! Words are made of syllables. The cells of a column have one format. Parts of it may be absent in some rows.

use rand::RngExt as _;
use tdf_domain::{Rng, Value};

const ONSETS: [&str; 24] = [
    "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "ch", "gr", "sh", "st",
    "tr", "",
];
const VOWELS: [&str; 10] = ["a", "e", "i", "o", "u", "a", "e", "o", "ai", "ee"];
const CODAS: [&str; 12] = ["", "", "", "", "n", "r", "l", "s", "t", "m", "ck", "nd"];

const TITLES: [&str; 5] = ["Dr.", "Mr.", "Ms.", "Mrs.", "Prof."];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const EXTENSIONS: [&str; 12] = [
    "txt", "csv", "xls", "xlsx", "jpg", "png", "pdf", "doc", "html", "py", "zip", "json",
];
const DOMAINS: [&str; 8] = ["com", "org", "net", "edu", "de", "io", "co.uk", "gov"];
const UNITS: [&str; 8] = ["kg", "km", "cm", "USD", "EUR", "ml", "pcs", "h"];
const SEPARATORS: [&str; 10] = [" ", "-", ".", ",", ", ", "/", "_", ": ", "|", ";"];

/// Bytes of the longest cell. Longer ones are cut.
const LONGEST: usize = 60;

/// The share of empty cells, in tasks of several columns.
const EMPTY: [f64; 12] = [0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

/// Tries to make a row that no other row equals.
const TRIES: usize = 8;

/// Two to six rows of one to three cells.
pub fn rows(rng: &mut Rng) -> Vec<Vec<Value>> {
    let columns = pick(rng, &[1, 1, 2, 2, 3]);
    let columns: Vec<Column> = (0..columns).map(|number| Column::sample(number, rng)).collect();
    let empty = pick(rng, &EMPTY);
    let count = rng.random_range(2..=6);
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(count);
    while rows.len() < count {
        let mut row = Vec::new();
        for _ in 0..TRIES {
            row = cells(&columns, empty, rng);
            if !rows.contains(&row) {
                break;
            }
        }
        rows.push(row);
    }
    rows.into_iter()
        .map(|row| row.into_iter().map(Value::Text).collect())
        .collect()
}

fn cells(columns: &[Column], empty: f64, rng: &mut Rng) -> Vec<String> {
    let mut row: Vec<String> = Vec::with_capacity(columns.len());
    for column in columns {
        let mut cell = column.cell(&row, rng);
        cell.truncate(LONGEST);
        if columns.len() > 1 && rng.random_bool(empty) {
            cell.clear();
        }
        row.push(cell);
    }
    row
}

/// How the letters of a word look.
#[derive(Clone, Copy)]
enum Case {
    Lower,
    Title,
    Upper,
}

/// The format of the cells of a column.
enum Column {
    Name {
        case: Case,
        title: f64,
        middle: f64,
        last_first: bool,
    },
    Word(Case),
    Phone {
        country: bool,
        brackets: bool,
        separator: &'static str,
        groups: Vec<usize>,
    },
    NumericDate {
        separator: &'static str,
        year_first: bool,
        padded: bool,
    },
    WrittenDate {
        short: bool,
        comma: bool,
        day_first: bool,
    },
    File {
        separator: &'static str,
        folders: (usize, usize),
        joint: &'static str,
    },
    Code {
        case: Case,
        separator: &'static str,
        parts: Vec<Part>,
    },
    Email {
        joint: &'static str,
        at: &'static str,
    },
    Url {
        scheme: &'static str,
        www: f64,
        path: (usize, usize),
    },
    Money {
        symbol: &'static str,
        thousands: bool,
        cents: bool,
    },
    Quantity {
        before: usize,
        after: usize,
        unit: bool,
    },
    Sentence {
        words: (usize, usize),
        capital: bool,
        end: &'static str,
        spaced: bool,
    },
    Place {
        country: f64,
    },
    List {
        separator: &'static str,
        items: (usize, usize),
        case: Case,
    },
    Field {
        key: String,
        varied: bool,
        separator: &'static str,
        words: (usize, usize),
    },
    Bracketed {
        open: &'static str,
        close: &'static str,
        words: (usize, usize),
    },
    /// A number or a word alone.
    Digits(usize),
    /// A word of an earlier cell, or all of it.
    Earlier {
        column: usize,
        whole: f64,
    },
}

/// A part of a code.
#[derive(Clone, Copy)]
enum Part {
    Letters(usize),
    Digits(usize),
    Word,
}

impl Column {
    /// A random format for the column `number`.
    fn sample(number: usize, rng: &mut Rng) -> Self {
        let case = pick(rng, &[Case::Lower, Case::Title, Case::Title, Case::Upper]);
        if number > 0 && rng.random_bool(0.2) {
            return Self::Earlier {
                column: rng.random_range(0..number),
                whole: pick(rng, &[0.0, 0.5]),
            };
        }
        match rng.random_range(0..20) {
            0..3 => Self::Name {
                case: pick(rng, &[Case::Title, Case::Title, Case::Title, Case::Lower]),
                title: pick(rng, &[0.0, 0.0, 0.5, 1.0]),
                middle: pick(rng, &[0.0, 0.0, 0.4]),
                last_first: rng.random_bool(0.2),
            },
            3 | 4 => Self::Word(case),
            5 => Self::Phone {
                country: rng.random_bool(0.4),
                brackets: rng.random_bool(0.3),
                separator: pick(rng, &["-", "-", ".", " "]),
                groups: pick(rng, &[&[3, 3, 4][..], &[3, 3, 3], &[3, 4], &[4, 3, 3], &[2, 5]]).to_vec(),
            },
            6 => Self::NumericDate {
                separator: pick(rng, &["/", "-", "."]),
                year_first: rng.random_bool(0.3),
                padded: rng.random_bool(0.6),
            },
            7 => Self::WrittenDate {
                short: rng.random_bool(0.5),
                comma: rng.random_bool(0.5),
                day_first: rng.random_bool(0.3),
            },
            8 => Self::File {
                separator: pick(rng, &["/", "/", "\\"]),
                folders: pick(rng, &[(0, 0), (1, 1), (1, 3)]),
                joint: pick(rng, &[" ", "_", "-"]),
            },
            9 | 10 => Self::Code {
                case: pick(rng, &[Case::Upper, Case::Upper, Case::Title, Case::Lower]),
                separator: pick(rng, &["", "", "-", "_", "/", "."]),
                parts: parts(rng),
            },
            11 => Self::Email {
                joint: pick(rng, &["", ".", "_"]),
                at: pick(rng, &["@", "@", "_"]),
            },
            12 => Self::Url {
                scheme: pick(rng, &["", "http://", "https://", "ftp://"]),
                www: pick(rng, &[0.0, 0.5, 1.0]),
                path: pick(rng, &[(0, 0), (0, 2), (1, 3)]),
            },
            13 if rng.random_bool(0.5) => Self::Money {
                symbol: pick(rng, &["$", "", "%", "EUR "]),
                thousands: rng.random_bool(0.4),
                cents: rng.random_bool(0.5),
            },
            13 => Self::Quantity {
                before: rng.random_range(0..=2),
                after: rng.random_range(0..=2),
                unit: rng.random_bool(0.4),
            },
            14 | 15 => Self::Sentence {
                words: pick(rng, &[(2, 2), (2, 4), (3, 6)]),
                capital: rng.random_bool(0.5),
                end: pick(rng, &["", "", "."]),
                spaced: rng.random_bool(0.15),
            },
            16 => Self::Place {
                country: pick(rng, &[0.0, 0.5, 1.0]),
            },
            17 => Self::List {
                separator: pick(rng, &SEPARATORS),
                items: pick(rng, &[(2, 2), (3, 3), (2, 4)]),
                case,
            },
            18 if rng.random_bool(0.6) => Self::Field {
                key: word(rng, 2),
                varied: rng.random_bool(0.5),
                separator: pick(rng, &["=", ": ", "= ", ":", " - "]),
                words: pick(rng, &[(1, 1), (1, 3)]),
            },
            18 => {
                let (open, close) = pick(rng, &[("<", ">"), ("(", ")"), ("[", "]"), ("<b>", "</b>"), ("'", "'")]);
                Self::Bracketed {
                    open,
                    close,
                    words: pick(rng, &[(0, 0), (1, 1), (0, 2)]),
                }
            }
            _ => Self::Digits(rng.random_range(1..=5)),
        }
    }

    /// A cell behind the cells of `row`.
    fn cell(&self, row: &[String], rng: &mut Rng) -> String {
        match self {
            Self::Name {
                case,
                title,
                middle,
                last_first,
            } => {
                let mut name = cased(&word(rng, 2), *case);
                if rng.random_bool(*middle) {
                    let middle = cased(&word(rng, 2), *case);
                    match rng.random_bool(0.5) {
                        true => name = format!("{name} {}.", &middle[..1]),
                        false => name = format!("{name} {middle}"),
                    }
                }
                let length = rng.random_range(1..=3);
                let last = cased(&word(rng, length), *case);
                name = match last_first {
                    true => format!("{last}, {name}"),
                    false => format!("{name} {last}"),
                };
                match rng.random_bool(*title) {
                    true => format!("{} {name}", pick(rng, &TITLES)),
                    false => name,
                }
            }
            Self::Word(case) => {
                let length = rng.random_range(1..=3);
                cased(&word(rng, length), *case)
            }
            Self::Phone {
                country,
                brackets,
                separator,
                groups,
            } => phone(*country, *brackets, separator, groups, rng),
            Self::NumericDate {
                separator,
                year_first,
                padded,
            } => {
                let year = rng.random_range(1950..=2030);
                let (month, day) = (rng.random_range(1..=12), rng.random_range(1..=28));
                let width = if *padded { 2 } else { 1 };
                match year_first {
                    true => format!("{year}{separator}{month:0width$}{separator}{day:0width$}"),
                    false => format!("{month:0width$}{separator}{day:0width$}{separator}{year}"),
                }
            }
            Self::WrittenDate {
                short,
                comma,
                day_first,
            } => {
                let month = pick(rng, &MONTHS);
                let month = if *short { &month[..3] } else { month };
                let (day, year) = (rng.random_range(1..=28), rng.random_range(1790..=2030));
                let comma = if *comma { "," } else { "" };
                match day_first {
                    true => format!("{day} {month}{comma} {year}"),
                    false => format!("{month} {day}{comma} {year}"),
                }
            }
            Self::File {
                separator,
                folders,
                joint,
            } => {
                let mut path = String::new();
                for _ in 0..rng.random_range(folders.0..=folders.1) {
                    path += &word(rng, 2);
                    path += separator;
                }
                let count = rng.random_range(1..=2);
                path += &words(rng, count, joint);
                format!("{path}.{}", pick(rng, &EXTENSIONS))
            }
            Self::Code { case, separator, parts } => {
                let parts: Vec<String> = parts.iter().map(|part| part.text(*case, rng)).collect();
                parts.join(separator)
            }
            Self::Email { joint, at } => {
                let length = rng.random_range(1..=2);
                let first = word(rng, length);
                let user = match rng.random_bool(0.3) {
                    true => first,
                    false => format!("{first}{joint}{}", word(rng, 2)),
                };
                format!("{user}{at}{}.{}", word(rng, 2), pick(rng, &DOMAINS))
            }
            Self::Url { scheme, www, path } => {
                let www = if rng.random_bool(*www) { "www." } else { "" };
                let mut url = format!("{scheme}{www}{}.{}", word(rng, 2), pick(rng, &DOMAINS));
                for _ in 0..rng.random_range(path.0..=path.1) {
                    url.push('/');
                    url += &word(rng, 2);
                }
                url
            }
            Self::Money {
                symbol,
                thousands,
                cents,
            } => {
                let digits = rng.random_range(1..=4);
                let mut amount = digits_of(rng, digits);
                if *thousands {
                    amount = format!("{amount},{}", digits_of(rng, 3));
                }
                if *cents {
                    amount = format!("{amount}.{}", digits_of(rng, 2));
                }
                format!("{symbol}{amount}")
            }
            Self::Quantity { before, after, unit } => {
                let digits = rng.random_range(1..=4);
                let number = digits_of(rng, digits);
                let number = match unit {
                    true => format!("{number} {}", pick(rng, &UNITS)),
                    false => number,
                };
                let mut all = vec![number];
                if *before > 0 {
                    all.insert(0, words(rng, *before, " "));
                }
                if *after > 0 {
                    all.push(words(rng, *after, " "));
                }
                all.join(" ")
            }
            Self::Sentence {
                words: (least, most),
                capital,
                end,
                spaced,
            } => {
                let count = rng.random_range(*least..=*most);
                let mut text = String::new();
                for number in 0..count {
                    if number > 0 {
                        text += if *spaced && rng.random_bool(0.3) { "  " } else { " " };
                    }
                    let length = rng.random_range(1..=2);
                    let case = if *capital && number == 0 {
                        Case::Title
                    } else {
                        Case::Lower
                    };
                    text += &cased(&word(rng, length), case);
                }
                let blank = if *spaced { pick(rng, &["", " "]) } else { "" };
                format!("{blank}{text}{end}{blank}")
            }
            Self::Place { country } => {
                let count = rng.random_range(1..=2);
                let city: Vec<String> = (0..count).map(|_| cased(&word(rng, 2), Case::Title)).collect();
                let state = Part::Letters(2).text(Case::Upper, rng);
                let place = format!("{}, {state}", city.join(" "));
                match rng.random_bool(*country) {
                    true => format!("{place}, {}", Part::Letters(3).text(Case::Upper, rng)),
                    false => place,
                }
            }
            Self::List { separator, items, case } => {
                let count = rng.random_range(items.0..=items.1);
                let items: Vec<String> = (0..count).map(|_| cased(&word(rng, 2), *case)).collect();
                items.join(separator)
            }
            Self::Field {
                key,
                varied,
                separator,
                words: (least, most),
            } => {
                let key = if *varied { word(rng, 2) } else { key.clone() };
                let count = rng.random_range(*least..=*most);
                format!("{key}{separator}{}", words(rng, count, " "))
            }
            Self::Bracketed {
                open,
                close,
                words: around,
            } => {
                let inside = match rng.random_bool(0.5) {
                    true => word(rng, 2),
                    false => digits_of(rng, 3),
                };
                let (before, after) = (
                    rng.random_range(around.0..=around.1),
                    rng.random_range(around.0..=around.1),
                );
                let (before, after) = (words(rng, before, " "), words(rng, after, " "));
                format!("{before} {open}{inside}{close} {after}").trim().to_owned()
            }
            Self::Digits(count) => digits_of(rng, *count),
            Self::Earlier { column, whole } => {
                let cell = row.get(*column).map_or("", String::as_str);
                if rng.random_bool(*whole) {
                    return cell.to_owned();
                }
                let pieces: Vec<&str> = cell
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|piece| !piece.is_empty())
                    .collect();
                match pieces.is_empty() {
                    true => word(rng, 1),
                    false => pick(rng, &pieces).to_owned(),
                }
            }
        }
    }
}

impl Part {
    fn text(self, case: Case, rng: &mut Rng) -> String {
        match self {
            Self::Letters(count) => {
                let letters: String = (0..count).map(|_| char::from(rng.random_range(b'a'..=b'z'))).collect();
                cased(&letters, case)
            }
            Self::Digits(count) => digits_of(rng, count),
            Self::Word => cased(&word(rng, 2), case),
        }
    }
}

/// The parts of a code.
fn parts(rng: &mut Rng) -> Vec<Part> {
    let count = rng.random_range(2..=3);
    let mut parts: Vec<Part> = Vec::with_capacity(count);
    for _ in 0..count {
        let length = rng.random_range(1..=5);
        let letters = [Part::Letters(length.min(3)), Part::Word];
        parts.push(match parts.last() {
            Some(Part::Digits(_)) => pick(rng, &letters),
            Some(_) => Part::Digits(length),
            None => pick(rng, &[letters[0], letters[1], Part::Digits(length)]),
        });
    }
    parts
}

fn phone(country: bool, brackets: bool, separator: &str, groups: &[usize], rng: &mut Rng) -> String {
    let mut out = String::new();
    if country {
        let digits = rng.random_range(1..=3);
        out = format!("+{} ", digits_of(rng, digits));
    }
    for (number, &digits) in groups.iter().enumerate() {
        let group = digits_of(rng, digits);
        match (number, brackets) {
            (0, true) => out += &format!("({group})"),
            (1, true) => out += &format!(" {group}"),
            (0, false) => out += &group,
            _ => {
                out += separator;
                out += &group;
            }
        }
    }
    out
}

/// A number of `count` digits, the first of them not 0.
fn digits_of(rng: &mut Rng, count: usize) -> String {
    let digit = |number: usize| char::from(rng.random_range(if number == 0 { b'1' } else { b'0' }..=b'9'));
    (0..count).map(digit).collect()
}

/// A word of so many syllables, in small letters.
fn word(rng: &mut Rng, syllables: usize) -> String {
    let mut out = String::new();
    for _ in 0..syllables {
        out += pick(rng, &ONSETS);
        out += pick(rng, &VOWELS);
        out += pick(rng, &CODAS);
    }
    out
}

fn words(rng: &mut Rng, count: usize, joint: &str) -> String {
    let words: Vec<String> = (0..count)
        .map(|_| {
            let length = rng.random_range(1..=2);
            word(rng, length)
        })
        .collect();
    words.join(joint)
}

fn cased(word: &str, case: Case) -> String {
    match case {
        Case::Lower => word.to_owned(),
        Case::Title => crate::text::proper(word.into()).into_owned(),
        Case::Upper => word.to_ascii_uppercase(),
    }
}

fn pick<T: Copy>(rng: &mut Rng, items: &[T]) -> T {
    items[rng.random_range(0..items.len())]
}

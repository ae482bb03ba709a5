//! Random rows of arguments to learn from, in the manner of ExeDec's data.

use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use tdf_domain::{Rng, Value};

/// Numbers of rows. Benchmarks have three.
const ROWS: [usize; 6] = [3, 3, 3, 2, 4, 5];

/// The kinds of arguments.
const ARGUMENTS: [&[Kind]; 12] = [
    &[Kind::List],
    &[Kind::List],
    &[Kind::List],
    &[Kind::List, Kind::List],
    &[Kind::List, Kind::List],
    &[Kind::List, Kind::List],
    &[Kind::List, Kind::List],
    &[Kind::List, Kind::Number],
    &[Kind::List, Kind::Number],
    &[Kind::List, Kind::Number],
    &[Kind::Number, Kind::List],
    &[Kind::List, Kind::List, Kind::Number],
];

/// Ranges of the numbers of lists, as of the data.
const RANGES: [(i32, i32); 5] = [(0, 4), (0, 9), (-10, 10), (-10, 10), (-50, 50)];

/// The most numbers of a list: usually 5.
const LENGTHS: [usize; 5] = [5, 5, 5, 5, 10];

/// The greatest argument that is a number: it counts or is a place in a list.
const MAX_NUMBER: i32 = 5;

/// Tries to make a row that no other row equals.
const TRIES: usize = 8;

#[derive(Clone, Copy)]
enum Kind {
    List,
    Number,
}

/// Two to five rows of one to three arguments.
pub fn rows(greatest: i32, rng: &mut Rng) -> Vec<Vec<Value>> {
    let count = pick(rng, &ROWS, 3);
    let kinds = pick(rng, &ARGUMENTS, &[Kind::List]);
    let (least, most) = pick(rng, &RANGES, (0, 9));
    let range = (least.max(-greatest), most.min(greatest));
    let length = pick(rng, &LENGTHS, 5);
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(count);
    while rows.len() < count {
        let mut row = Vec::new();
        for _ in 0..TRIES {
            row = kinds
                .iter()
                .map(|kind| value(*kind, range, length, greatest, rng))
                .collect();
            if !rows.contains(&row) {
                break;
            }
        }
        rows.push(row);
    }
    rows
}

fn value(kind: Kind, (least, most): (i32, i32), length: usize, greatest: i32, rng: &mut Rng) -> Value {
    match kind {
        Kind::List => {
            let length = rng.random_range(0..=length);
            Value::Integers((0..length).map(|_| rng.random_range(least..=most).into()).collect())
        }
        Kind::Number => Value::Integer(rng.random_range(0..=MAX_NUMBER.min(greatest)).into()),
    }
}

fn pick<T: Copy>(rng: &mut Rng, of: &[T], otherwise: T) -> T {
    of.choose(rng).copied().unwrap_or(otherwise)
}

//! Numbers of programs, which stop growing at [`Permutation::MAX`].

use super::Permutation;

pub(super) fn add(a: u128, b: u128) -> u128 {
    // Both are at most 2^126.
    (a + b).min(Permutation::MAX)
}

pub(super) fn multiply(a: u128, b: u128) -> u128 {
    match (a | b) >> 63 {
        0 => a * b,
        _ => a.saturating_mul(b).min(Permutation::MAX),
    }
}

/// Quotient and remainder. Numbers of 64 bits, which are usual, are divided ten times as fast.
pub(super) fn divide(a: u128, b: u128) -> (u128, u128) {
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => (u128::from(a / b), u128::from(a % b)),
        _ => (a / b, a % b),
    }
}

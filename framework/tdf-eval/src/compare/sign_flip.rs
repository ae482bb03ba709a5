//! A paired test.

/// The work that the test may take: numbers of tasks times the sum of differences.
const MOST: u64 = 1 << 31;

/// The two-sided exact sign-flip permutation test (Fisher's randomisation test for pairs): `differences` holds, for each
/// task, by how much one method was better. Under the hypothesis that the methods are alike each difference is as likely
/// as its negative, whatever happens to other tasks; the p-value is the probability that the sum is then at least as far
/// from zero as it is. The distribution is computed, not sampled. With differences of -1, 0 and 1 only (one seed) it is
/// McNemar's exact test.
///
/// `None` if the exact distribution would take too long.
///
/// # Examples
///
/// ```
/// use tdf_eval::sign_flip;
///
/// // One method solves five tasks that the other does not solve.
/// assert_eq!(sign_flip(&[1, 1, 1, 1, 1, 0, 0]), Some(0.0625));
/// assert_eq!(sign_flip(&[1, -1, 0]), Some(1.0));
/// ```
pub fn sign_flip(differences: &[i64]) -> Option<f64> {
    let common = differences.iter().fold(0, |a, &b| gcd(a, b.unsigned_abs())).max(1);
    let sizes: Vec<u64> = differences
        .iter()
        .filter(|&&d| d != 0)
        .map(|d| d.unsigned_abs() / common)
        .collect();
    let total = sizes.iter().try_fold(0u64, |sum, &d| sum.checked_add(d))?;
    if total.checked_mul(sizes.len() as u64)? > MOST {
        return None;
    }
    let observed = differences.iter().sum::<i64>().unsigned_abs() / common;
    // Probabilities of the sums of those that come out positive.
    let mut positive = vec![0.0f64; total as usize + 1];
    positive[0] = 1.0;
    let mut reach = 0;
    for size in sizes {
        reach += size as usize;
        for sum in (0..=reach).rev() {
            let with = sum.checked_sub(size as usize).map_or(0.0, |before| positive[before]);
            positive[sum] = 0.5 * (positive[sum] + with);
        }
    }
    let extreme = |sum: u64| (2 * sum).abs_diff(total) >= observed;
    let p: f64 = (0..=total)
        .filter(|&sum| extreme(sum))
        .map(|sum| positive[sum as usize])
        .sum();
    Some(p.min(1.0))
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

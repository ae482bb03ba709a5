//! The paired test beside enumeration and the binomial distribution.

use tdf_eval::sign_flip;
use tdf_tree::rng_stream;

use rand::Rng as _;

/// All ways to flip signs.
fn enumerated(differences: &[i64]) -> f64 {
    let observed = differences.iter().sum::<i64>().abs();
    let ways = 1u32 << differences.len();
    let extreme = |flips: &u32| {
        let signed = |(i, d): (usize, &i64)| if flips >> i & 1 == 1 { -d } else { *d };
        differences.iter().enumerate().map(signed).sum::<i64>().abs() >= observed
    };
    (0..ways).filter(extreme).count() as f64 / f64::from(ways)
}

#[test]
fn agrees_with_enumeration() {
    for case in 0..200 {
        let mut rng = rng_stream(7, case);
        let (tasks, most) = (rng.next_u32() % 13, rng.next_u32() % 6);
        let difference = |_| i64::from(rng.next_u32() % (2 * most + 1)) - i64::from(most);
        let differences: Vec<i64> = (0..tasks).map(difference).collect();
        let p = sign_flip(&differences).expect("a small case");
        let expected = enumerated(&differences);
        assert!((p - expected).abs() < 1e-12, "{differences:?}: {p}, not {expected}");
    }
}

#[test]
fn is_mcnemars_exact_test_for_one_seed() {
    // 10 tasks for one method alone, 2 for the other: twice the binomial tail P(X <= 2) of 12 fair coins.
    let differences: Vec<i64> = [vec![1; 10], vec![-1; 2], vec![0; 30]].concat();
    let tail = f64::from(1 + 12 + 66) / 4096.0;
    let p = sign_flip(&differences).expect("a small case");
    assert!((p - 2.0 * tail).abs() < 1e-12, "{p}");
    assert_eq!(sign_flip(&[0; 5]), Some(1.0));
    assert_eq!(sign_flip(&[]), Some(1.0));
}

/// Units do not matter, many tasks are no trouble, and what would take for ever is refused.
#[test]
fn large_cases() {
    let differences: Vec<i64> = (0..300).map(|task| i64::from(task % 3 == 0)).collect();
    let scaled: Vec<i64> = differences.iter().map(|d| d * 1_000_000).collect();
    assert_eq!(sign_flip(&differences), sign_flip(&scaled));
    assert!(sign_flip(&differences).is_some_and(|p| p < 1e-20));
    assert!(sign_flip(&[3; 5000]).is_some(), "a common factor costs nothing");
    let large: Vec<i64> = (0..100_000).map(|task| 1 + task % 2).collect();
    assert_eq!(sign_flip(&large), None);
}

//! How far fp32 results may be apart that differ in nothing but the order of their sums.
//!
//! Another processor, number of threads or size of a batch takes other kernels. They add the same terms in another order,
//! and round a product before it is added or not. No test may ask for more digits than that leaves.
//!
//! # The bound
//!
//! An operation rounds to the nearest fp32. Its result is off by at most `u = 2^-24` of itself, up or down. A sum of `n` terms
//! has `n` roundings, each of a partial sum whose magnitude is at most `m`. Errors that go up or down by chance add up as a
//! random walk does. By Hoeffding's inequality two such sums differ by more than `lambda u m sqrt(2 n)` with a probability
//! below `2 exp(-lambda^2 / 2)`, which is 3e-8 for `lambda = 6` (Higham and Mary, A new approach to probabilistic rounding
//! error analysis, SIAM Journal on Scientific Computing 41, 2019).
//!
//! In a network sums follow each other, and `n` counts the terms along a path. Norms and standardised kernels keep the
//! magnitudes of all layers near one. So an error of one layer is neither lost nor multiplied by those behind it.

// Each binary that includes this file uses a part of it.
#![allow(dead_code)]

const LAMBDA: f64 = 6.0;

/// What so many roundings on the way to a result leave of it.
#[derive(Clone, Copy, Debug)]
pub struct Rounding {
    roundings: usize,
    unit: f64,
}

impl Rounding {
    /// Of sums in fp32 that have `terms` terms in all, one after the other.
    pub fn of(terms: usize) -> Self {
        Self {
            roundings: terms,
            unit: 2f64.powi(-24),
        }
    }

    /// Of what a network with these parameters (names, shapes, offsets) computes from a batch: each matrix is passed once, each
    /// place attends to every other in each layer.
    pub fn of_network(layout: &[(String, Vec<i64>, i64)]) -> Self {
        let inputs = |shape: &[i64]| shape[1..].iter().product::<i64>();
        let matrices = layout.iter().map(|(_, shape, _)| shape).filter(|shape| shape.len() > 1);
        let positions = layout.iter().find(|(name, ..)| name == "positions");
        let layers = layout.iter().filter(|(name, ..)| name.ends_with("qkv.weight")).count() as i64;
        let attended = layers * positions.map_or(0, |(_, shape, _)| shape[0]);
        Self::of((matrices.map(|shape| inputs(shape)).sum::<i64>() + attended) as usize)
    }

    /// Of the gradient: the way back is as long as the way there, and ends in sums over `rows` rows of the batch.
    pub fn of_gradient(self, rows: usize) -> Self {
        Self {
            roundings: 2 * self.roundings + rows,
            ..self
        }
    }

    /// Of products whose inputs and outputs are rounded to bf16, while their sums are in fp32: a rounding to `2^-9` a product,
    /// of its inputs and its output.
    pub fn of_bf16(products: usize) -> Self {
        Self {
            roundings: 3 * products,
            unit: 2f64.powi(-9),
        }
    }

    /// The greatest difference of two results. `magnitude` is that of what is summed on the way.
    pub fn bound(self, magnitude: f64) -> f64 {
        LAMBDA * self.unit * magnitude * (2.0 * self.roundings as f64).sqrt()
    }

    /// Whether two results may be the same. Infinities are if they are equal, what is not a number never is.
    pub fn allows(self, a: f64, b: f64, magnitude: f64) -> bool {
        a == b || (a - b).abs() <= self.bound(magnitude)
    }

    #[track_caller]
    pub fn check(self, what: &str, a: f64, b: f64, magnitude: f64) {
        assert!(
            self.allows(a, b, magnitude),
            "{what}: {a} and {b} differ by {}, rounding explains {}",
            (a - b).abs(),
            self.bound(magnitude)
        );
    }

    pub fn allows_all(self, a: &[f32], b: &[f32], magnitude: f64) -> bool {
        let mut pairs = a.iter().zip(b);
        a.len() == b.len() && pairs.all(|(&a, &b)| self.allows(a.into(), b.into(), magnitude))
    }

    #[track_caller]
    pub fn check_all(self, what: &str, a: &[f32], b: &[f32], magnitude: f64) {
        assert_eq!(a.len(), b.len(), "{what}");
        for (i, (&a, &b)) in a.iter().zip(b).enumerate() {
            let (a, b) = (a.into(), b.into());
            if !self.allows(a, b, magnitude) {
                self.check(&format!("{what} {i}"), a, b, magnitude);
            }
        }
    }
}

/// The greatest finite magnitude.
pub fn greatest(values: &[f32]) -> f64 {
    let finite = values.iter().filter(|x| x.is_finite());
    finite.map(|x| f64::from(x.abs())).fold(0.0, f64::max)
}

#[test]
fn the_bound_is_between_rounding_and_faults() {
    let values: Vec<f32> = (0..4096).map(|i| (i as f32 * 0.37).sin()).collect();
    let (forwards, backwards): (f32, f32) = (values.iter().sum(), values.iter().rev().sum());
    let rounding = Rounding::of(values.len());
    // No partial sum is greater.
    let magnitude = 1.0 / (0.37f64 / 2.0).sin();
    rounding.check("sum", forwards.into(), backwards.into(), magnitude);
    assert_ne!(forwards, backwards);
    assert!(!rounding.allows(magnitude, 1.001 * magnitude, magnitude));
    assert!(!rounding.allows(f64::NAN, f64::NAN, magnitude) && !rounding.allows(f64::INFINITY, 0.0, magnitude));
    assert!(rounding.allows(f64::NEG_INFINITY, f64::NEG_INFINITY, magnitude));
}

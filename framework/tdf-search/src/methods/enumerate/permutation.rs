//! Pseudo-random orders of numbers, without a table.

use rand::Rng as _;
use tdf_tree::Rng;

/// Rounds of the Feistel network: four make the order look random (Luby and Rackoff, 1988).
const ROUNDS: usize = 4;

/// A permutation of `0..count`, a function of its keys: a Feistel network over the least even number of bits. A number that it
/// takes out of the range is put in again until one inside comes out.
#[derive(Clone, Debug)]
pub(super) struct Permutation {
    count: u128,
    half: u32,
    keys: [u64; ROUNDS],
}

impl Permutation {
    /// The greatest `count`.
    pub const MAX: u128 = 1 << 126;

    /// A permutation of `0..count`. `count` is 1 to [`Self::MAX`].
    pub fn new(count: u128, rng: &mut Rng) -> Self {
        debug_assert!((1..=Self::MAX).contains(&count));
        let bits = u128::BITS - (count - 1).leading_zeros();
        Self {
            count,
            half: bits.div_ceil(2).max(1),
            keys: std::array::from_fn(|_| rng.next_u64()),
        }
    }

    /// The number at `place`, which is below the count.
    pub fn at(&self, place: u128) -> u128 {
        debug_assert!(place < self.count);
        let mut number = place;
        loop {
            number = self.mix(number);
            if number < self.count {
                return number;
            }
        }
    }

    fn mix(&self, number: u128) -> u128 {
        let mask = u64::MAX >> (u64::BITS - self.half);
        let (mut left, mut right) = ((number >> self.half) as u64 & mask, number as u64 & mask);
        for key in self.keys {
            (left, right) = (right, left ^ (scramble(right ^ key) & mask));
        }
        u128::from(left) << self.half | u128::from(right)
    }
}

/// SplitMix64's finaliser.
fn scramble(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::Permutation;
    use tdf_tree::rng_stream;

    #[test]
    fn every_number_comes_once() {
        for count in (1..70).chain([255, 256, 257, 4096, 5000]) {
            let permutation = Permutation::new(count, &mut rng_stream(count as u64, 0));
            let mut all: Vec<u128> = (0..count).map(|place| permutation.at(place)).collect();
            if count > 20 {
                assert!(!all.is_sorted(), "{count}");
            }
            all.sort_unstable();
            assert!(all.into_iter().eq(0..count), "{count}");
        }
    }

    /// The first thousand of many numbers are spread over all of them.
    #[test]
    fn a_beginning_is_spread() {
        for count in [1 << 19, (1 << 40) + 17, Permutation::MAX] {
            let permutation = Permutation::new(count, &mut rng_stream(3, 0));
            let mut eighths = [0; 8];
            for place in 0..1000 {
                eighths[(permutation.at(place) / (count / 8)).min(7) as usize] += 1;
            }
            assert!(eighths.iter().all(|&n| (80..170).contains(&n)), "{count}: {eighths:?}");
        }
    }
}

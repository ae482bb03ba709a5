//! Random streams that depend on a seed and a position, never on threads.

use rand::SeedableRng;

/// The generator used everywhere: portable, so that a seed means the same on every machine.
pub type Rng = rand_xoshiro::Xoshiro256PlusPlus;

/// The stream number `index` of `seed`. Streams of one seed are independent of each other.
///
/// # Examples
///
/// ```
/// use tdf_tree::rand::Rng as _;
/// use tdf_tree::rng_stream;
///
/// assert_eq!(rng_stream(7, 0).next_u64(), rng_stream(7, 0).next_u64());
/// assert_ne!(rng_stream(7, 0).next_u64(), rng_stream(7, 1).next_u64());
/// ```
pub fn rng_stream(seed: u64, index: u64) -> Rng {
    // SplitMix64's finaliser over both numbers: neighbouring indices give unrelated states.
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index.wrapping_add(0x632B_E59B_D9B4_E019);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    Rng::seed_from_u64(z ^ (z >> 31))
}

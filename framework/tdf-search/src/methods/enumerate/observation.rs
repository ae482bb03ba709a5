//! Observations of programs as numbers of 128 bits.

/// Odd constants, from the digits of pi.
const KEYS: [u64; 4] = [
    0x243F_6A88_85A3_08D3,
    0x1319_8A2E_0370_7345,
    0xA409_3822_299F_31D1,
    0x082E_FA98_EC4E_6C89,
];

/// A hash of an image: two lanes of folded products. Two of a million images have equal hashes with a probability of about
/// 10^-27.
pub(super) fn hash(image: &[u8]) -> [u64; 2] {
    let [mut a, mut b] = [image.len() as u64 ^ KEYS[2], image.len() as u64 ^ KEYS[3]];
    let mut add = |word: u64| {
        a = fold(a ^ word, KEYS[0]);
        b = fold(b.rotate_left(23) ^ word, KEYS[1]).wrapping_add(word);
    };
    let (words, rest) = image.as_chunks::<8>();
    for word in words {
        add(u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    add(u64::from_le_bytes(last));
    [fold(a ^ KEYS[2], KEYS[1]), fold(b ^ KEYS[3], KEYS[0])]
}

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::hash;
    use std::collections::BTreeSet;

    #[test]
    fn images_that_differ_in_a_sample_have_other_hashes() {
        let mut all = BTreeSet::new();
        let mut halves = [BTreeSet::new(), BTreeSet::new()];
        let mut image = vec![255; 3075];
        let mut count = 0;
        for at in 0..image.len() {
            for value in [0, 1, 128, 254] {
                image[at] = value;
                let hash = hash(&image);
                assert!(all.insert(hash), "{at} {value}");
                // Each half tells them apart by itself: 12,300 numbers of 64 bits have no two that are equal.
                halves[0].insert(hash[0]);
                halves[1].insert(hash[1]);
                count += 1;
            }
            image[at] = 255;
        }
        assert_eq!(halves.map(|half| half.len()), [count, count]);
        assert_ne!(hash(&[0; 8]), hash(&[0; 9]));
    }
}

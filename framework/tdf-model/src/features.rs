//! What the image encoder made of images that were seen not long ago.
//!
//! A value beam asks the value head about every new image and the policy about those that stay, and parents stay for many
//! rounds: each image is to pass the encoder once. What is found depends on the calls alone and not on threads.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tch::Tensor;
use tdf_domain::ObservationPair;
use twox_hash::XxHash3_128;

/// What a network was shown: 128 bits of it.
pub(crate) type Key = u128;

/// The key of a pair. Two pairs with equal keys would cost a search one wrong answer: about one in 10^20 searches of a billion
/// images.
pub(crate) fn key(pair: &ObservationPair<'_>) -> Key {
    let ObservationPair {
        inputs,
        current,
        target,
    } = *pair;
    let mut hasher = XxHash3_128::new();
    // The length parts the two.
    hasher.write(&(current.len() as u64).to_le_bytes());
    hasher.write(current);
    hasher.write(target);
    for value in inputs.rows().iter().flatten() {
        let text = value.to_string();
        hasher.write(&(text.len() as u64).to_le_bytes());
        hasher.write(text.as_bytes());
    }
    hasher.finish_128()
}

/// Features by image, in two generations: when the younger is full, the older is forgotten. Rows are views of the batches
/// that they came with, and are put in with all of their batch, so that no batch outlives its generation.
#[derive(Debug)]
pub(crate) struct Features {
    young: FxHashMap<Key, Tensor>,
    old: FxHashMap<Key, Tensor>,
    /// Greatest number of each generation.
    most: usize,
}

/// Bytes of both generations.
const BYTES: usize = 256 << 20;

impl Features {
    /// Of `size` numbers an image.
    pub fn new(size: i64) -> Self {
        Self::within(BYTES, size)
    }

    /// Of `size` numbers an image, in `bytes` bytes at most.
    pub fn within(bytes: usize, size: i64) -> Self {
        Self {
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            most: (bytes / 2 / (4 * size.max(1) as usize)).max(1),
        }
    }

    /// The features of an image, without the dimension of the batch.
    pub fn get(&self, key: &Key) -> Option<Tensor> {
        let found = self.young.get(key).or_else(|| self.old.get(key))?;
        Some(found.shallow_clone())
    }

    /// Takes the features of a batch, `[B, ..]`.
    pub fn put(&mut self, keys: &[Key], features: &Tensor) {
        if self.young.len() + keys.len() > self.most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.extend(keys.iter().copied().zip(features.unbind(0)));
    }

    pub fn forget(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

/// Features of a batch, `[B, ..]`: those that are `known`, and for the others what `encode` makes of their numbers in the
/// batch.
pub(crate) fn complete<E>(
    known: &[Option<Tensor>],
    encode: impl FnOnce(&[usize]) -> Result<Tensor, E>,
) -> Result<Tensor, E> {
    let missing: Vec<usize> = (0..known.len()).filter(|&i| known[i].is_none()).collect();
    if missing.len() == known.len() {
        return encode(&missing);
    }
    let mut encoded = match missing.is_empty() {
        true => Vec::new(),
        false => encode(&missing)?.unbind(0),
    }
    .into_iter();
    let rows = known.iter().map(|row| row.as_ref().map(Tensor::shallow_clone));
    let rows: Vec<Tensor> = rows.filter_map(|row| row.or_else(|| encoded.next())).collect();
    Ok(Tensor::stack(&rows, 0))
}

/// No code that can panic runs under the lock, so that a poisoned one holds nothing half-done.
pub(crate) fn lock(seen: &Mutex<Features>) -> MutexGuard<'_, Features> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};
    use tdf_domain::Inputs;

    #[test]
    fn keys_tell_image_and_target_apart() {
        let of = |inputs: &[&str], current: &[u8], target: &[u8]| {
            let row = inputs.iter().map(|&text| text.into()).collect();
            let inputs = &Inputs::new(vec![row]);
            key(&ObservationPair {
                inputs,
                current,
                target,
            })
        };
        let pair = |current: &[u8], target: &[u8]| of(&["a"], current, target);
        assert_eq!(pair(&[1, 2], &[3]), pair(&[1, 2], &[3]));
        assert_ne!(pair(&[1, 2], &[3]), pair(&[2, 1], &[3]));
        assert_ne!(pair(&[1, 2, 5, 6], &[3, 4, 7, 8]), pair(&[3, 4, 7, 8], &[1, 2, 5, 6]));
        assert_ne!(of(&["ab", "c"], &[1], &[2]), of(&["a", "bc"], &[1], &[2]));
    }

    #[test]
    fn forgets_what_is_two_generations_old() {
        // Two generations of four rows, each of a number of four bytes.
        let mut features = Features::within(2 * 4 * 4, 1);
        assert_eq!(features.most, 4);
        let rows = |n: i64| Tensor::arange(n, (Kind::Float, Device::Cpu)).view([n, 1]);
        let keys = |from: u64, to: u64| (from..to).map(u128::from).collect::<Vec<_>>();
        features.put(&keys(0, 3), &rows(3));
        assert_eq!(features.get(&2).unwrap().double_value(&[0]), 2.0);
        features.put(&keys(3, 6), &rows(3));
        assert!(features.get(&0).is_some() && features.get(&5).is_some());
        features.put(&keys(6, 9), &rows(3));
        assert!(features.get(&0).is_none() && features.get(&5).is_some());
    }

    #[test]
    fn only_what_is_missing_is_encoded() {
        let row = |x: f64| Tensor::from_slice(&[x]);
        let known = [Some(row(5.0)), None, Some(row(7.0)), None];
        let whole = complete(&known, |missing| {
            assert_eq!(missing, [1, 3]);
            Ok::<_, ()>(Tensor::from_slice(&[1.0, 3.0]).view([2, 1]))
        });
        assert_eq!(whole.unwrap(), Tensor::from_slice(&[5.0, 1.0, 7.0, 3.0]).view([4, 1]));
        let all = complete(&[Some(row(1.0))], |_| Err(()));
        assert_eq!(all.unwrap(), Tensor::from_slice(&[1.0]).view([1, 1]));
    }
}

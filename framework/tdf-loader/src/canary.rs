//! Buffers for plugins to write into, between two guards that show when a plugin writes beyond them.
//!
//! A plugin in C that writes too far would damage whatever the allocator put there, and the program would fail much later
//! or compute something wrong. So a plugin writes into a buffer of the thread's own, and what it drew is copied.

use std::cell::Cell;

/// Bytes of a guard. It takes what is written too far, so that the rest of the memory stays whole.
const GUARD: usize = 256;
/// Size and alignment of the pieces of a buffer.
const BLOCK: usize = 64;

/// Bytes that are copied at once.
const PIECE: usize = 1024;

#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Block([u8; BLOCK]);

/// What a guard holds. Neighbours differ, so that a run of equal bytes is seen whatever its value is.
static PATTERN: [u8; GUARD + BLOCK] = {
    let mut pattern = [0; GUARD + BLOCK];
    let mut i = 0;
    while i < pattern.len() {
        pattern[i] = (i * 151 + 89) as u8;
        i += 1;
    }
    pattern
};

/// A buffer between two guards.
#[derive(Debug, Default)]
pub(crate) struct Guarded {
    blocks: Vec<Block>,
    /// Length of the part for the plugin, which begins at `GUARD`.
    length: usize,
}

/// Bytes that were written outside of the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overrun {
    /// The greatest distance from the buffer, in bytes.
    bytes: usize,
    behind: bool,
}

thread_local! {
    static BUFFER: Cell<Guarded> = const { Cell::new(Guarded { blocks: Vec::new(), length: 0 }) };
}

impl Guarded {
    /// The buffer of this thread, `length` bytes long, which [`Guarded::put_back`] gives back. What it holds is of earlier
    /// calls.
    #[inline]
    pub(crate) fn take(length: usize) -> Self {
        // A thread that ends has none any more.
        let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
        if buffer.length != length || buffer.blocks.is_empty() {
            buffer.resize(length);
        }
        buffer
    }

    #[inline]
    pub(crate) fn put_back(self) {
        // In a thread that ends it is dropped instead.
        let _ = BUFFER.try_with(|place| place.set(self));
    }

    #[cold]
    fn resize(&mut self, length: usize) {
        self.length = length;
        self.blocks.clear();
        self.blocks
            .resize((2 * GUARD + length).div_ceil(BLOCK), Block([0; BLOCK]));
        self.renew();
    }

    /// Writes the guards.
    fn renew(&mut self) {
        let length = self.length;
        let whole = self.whole();
        whole[..GUARD].copy_from_slice(&PATTERN[..GUARD]);
        let behind = &mut whole[GUARD + length..];
        behind.copy_from_slice(&PATTERN[..behind.len()]);
    }

    fn whole(&mut self) -> &mut [u8] {
        let bytes = size_of_val(&*self.blocks);
        // SAFETY: blocks are arrays of bytes without padding, one after the other, and borrowed mutably with `self`.
        unsafe { std::slice::from_raw_parts_mut(self.blocks.as_mut_ptr().cast::<u8>(), bytes) }
    }

    /// Where the plugin may write. Aligned to 64 bytes. The pointer may be used for the whole of the buffer, the guards
    /// included, until the buffer is used otherwise.
    #[inline]
    pub(crate) fn start(&mut self) -> *mut u8 {
        // SAFETY: there are two guards or more.
        unsafe { self.blocks.as_mut_ptr().cast::<u8>().add(GUARD) }
    }

    /// What the plugin wrote.
    #[inline]
    pub(crate) fn body(&mut self) -> &mut [u8] {
        let length = self.length;
        &mut self.whole()[GUARD..][..length]
    }

    /// Copies what the plugin wrote into `image`, which has the same length.
    ///
    /// In pieces: libraries copy more than some 2 KiB at once by one instruction, which takes 30 times as long on some
    /// processors if the two places lie less than 64 bytes apart within their pages.
    #[inline]
    pub(crate) fn copy_to(&mut self, image: &mut [u8]) {
        for (to, from) in image.chunks_mut(PIECE).zip(self.body().chunks(PIECE)) {
            to.copy_from_slice(from);
        }
    }

    /// What the plugin wrote, as samples; the length has to be a multiple of four bytes.
    pub(crate) fn samples(&mut self) -> &mut [f32] {
        let length = self.length / size_of::<f32>();
        // SAFETY: the body is aligned to 64 bytes and holds this many numbers. All bits mean some number.
        unsafe { std::slice::from_raw_parts_mut(self.start().cast::<f32>(), length) }
    }

    /// Whether the guards are as they were. If not, they are renewed.
    #[inline]
    pub(crate) fn check(&mut self) -> Result<(), Overrun> {
        let length = self.length;
        let whole = self.whole();
        let (front, behind) = (&whole[..GUARD], &whole[GUARD + length..]);
        if *front == PATTERN[..GUARD] && *behind == PATTERN[..behind.len()] {
            return Ok(());
        }
        Err(self.overrun())
    }

    #[cold]
    fn overrun(&mut self) -> Overrun {
        let length = self.length;
        let whole = self.whole();
        let differs = |guard: &[u8], i: &usize| guard[*i] != PATTERN[*i];
        let behind = &whole[GUARD + length..];
        let last = (0..behind.len()).rev().find(|i| differs(behind, i));
        let first = (0..GUARD).find(|i| differs(&whole[..GUARD], i));
        let overrun = match (last, first) {
            (Some(last), _) => Overrun {
                bytes: last + 1,
                behind: true,
            },
            (None, first) => Overrun {
                bytes: GUARD - first.unwrap_or(GUARD),
                behind: false,
            },
        };
        self.renew();
        overrun
    }
}

impl Overrun {
    /// Whether all of it may lie in the guard. If not, other memory of the process may be damaged.
    pub(crate) fn is_confined(self) -> bool {
        self.bytes < GUARD
    }
}

impl std::fmt::Display for Overrun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { bytes, behind } = self;
        let place = if *behind { "behind" } else { "before" };
        match self.is_confined() {
            true => write!(f, "wrote up to {bytes} bytes {place} its buffer"),
            false => write!(f, "wrote {bytes} bytes or more {place} its buffer"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes `value` at these distances from the start of a buffer of `length` bytes.
    fn written(length: usize, value: u8, places: impl IntoIterator<Item = isize>) -> Result<(), Overrun> {
        let mut buffer = Guarded::take(length);
        let start = buffer.start();
        for place in places {
            // SAFETY: the tests stay within the guards.
            unsafe { start.offset(place).write(value) };
        }
        let result = buffer.check();
        assert_eq!(buffer.check(), Ok(()), "the guards are renewed");
        buffer.put_back();
        result
    }

    #[test]
    fn every_byte_outside_is_seen() {
        for length in [0, 1, 63, 64, 65, 4096 * 3] {
            let end = length as isize;
            assert_eq!(written(length, 7, 0..end), Ok(()));
            for distance in 1..=GUARD {
                let far = distance as isize;
                // One of two values differs from what was there.
                for (place, behind) in [(end + far - 1, true), (-far, false)] {
                    let seen: Vec<_> = [0, 1]
                        .into_iter()
                        .filter_map(|v| written(length, v, [place]).err())
                        .collect();
                    let bytes = distance;
                    assert!(
                        !seen.is_empty() && seen.iter().all(|o| *o == Overrun { bytes, behind }),
                        "{seen:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn equal_bytes_in_a_row_are_seen_whatever_they_are() {
        for value in 0..=255 {
            let overrun = written(100, value, 100..164).unwrap_err();
            assert!(overrun.is_confined() && (63..=64).contains(&overrun.bytes), "{overrun}");
            assert!(!written(100, value, 100..356).unwrap_err().to_string().is_empty());
        }
        assert_eq!(
            written(8, 0, 8..72).unwrap_err().to_string(),
            "wrote up to 64 bytes behind its buffer"
        );
    }

    #[test]
    fn samples_are_numbers() {
        let mut buffer = Guarded::take(12);
        buffer.samples().copy_from_slice(&[0.0, 1.0, f32::NAN]);
        assert_eq!(buffer.body()[4..8], 1f32.to_ne_bytes());
        assert_eq!(buffer.check(), Ok(()));
    }
}

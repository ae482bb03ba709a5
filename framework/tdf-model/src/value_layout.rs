//! The form in which the value encoder takes rows: three segments of characters, in patches.

/// Characters in a patch.
pub(crate) const PATCH: usize = 4;

/// The greatest number of characters that the network sees of the inputs of a row, of its target and of its current output.
pub(crate) const SEGMENTS: [usize; 3] = [64, 48, 48];

/// Patches of the longest row.
pub(crate) const POSITIONS: usize = (SEGMENTS[0] + SEGMENTS[1] + SEGMENTS[2]) / PATCH;

/// Numbers of a character: itself, the longest common substrings that it is in with both other segments, and the position of
/// its patch.
pub(crate) const NUMBERS: usize = 4;

/// Characters that are none: the first of a segment, a failure, and what stands between two inputs. 0 stands behind the end.
pub(crate) const BEGIN: u8 = 1;
pub(crate) const FAILURE: u8 = 2;
pub(crate) const BETWEEN: u8 = 3;

/// The first position of each segment.
pub(crate) fn segment_starts() -> [usize; 3] {
    let [inputs, target, _] = SEGMENTS.map(|most| most / PATCH);
    [0, inputs, inputs + target]
}

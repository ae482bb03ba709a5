//! The form in which the value encoder takes rows: patches of the inputs, then patches of the target beside the current output.

/// Characters in a patch.
pub(crate) const PATCH: usize = 4;

/// The greatest number of characters that the network sees of the inputs of a row, of its target and of its current output.
pub(crate) const SEGMENTS: [usize; 3] = [64, 48, 48];

/// Patches of the longest row.
pub(crate) const POSITIONS: usize = (SEGMENTS[0] + SEGMENTS[1]) / PATCH;

/// Numbers of a place in a row: a character with the longest common substrings that it is in with both other segments; a character of
/// the current output with the same, at places of the target; and the position of the patch.
pub(crate) const NUMBERS: usize = 7;

/// Characters that are none: the first of a segment, a failure, and what stands between two inputs. 0 stands behind the end.
pub(crate) const BEGIN: u8 = 1;
pub(crate) const FAILURE: u8 = 2;
pub(crate) const BETWEEN: u8 = 3;

/// The position of the first patch of the outputs.
pub(crate) const OUTPUTS: usize = SEGMENTS[0] / PATCH;

/// Lengths of the two parts of the rows of a batch, in whole patches: the inputs; the target and the current output.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lengths {
    pub inputs: usize,
    pub outputs: usize,
}

impl Lengths {
    /// Long enough for `row`, too.
    pub(crate) fn with(self, row: &[Vec<u8>; 3]) -> Self {
        let [inputs, target, current] = row
            .each_ref()
            .map(|segment| segment.len().max(1).next_multiple_of(PATCH));
        Self {
            inputs: self.inputs.max(inputs),
            outputs: self.outputs.max(target).max(current),
        }
    }

    pub(crate) fn whole(self) -> usize {
        self.inputs + self.outputs
    }
}

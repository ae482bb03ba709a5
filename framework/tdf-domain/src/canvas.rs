//! Canvases and goals.

/// The form of a domain's pictures: 8-bit samples, rows from the top, pixels from the left, channels innermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Canvas {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples in a pixel: 1 (grey) or 3 (red, green, blue).
    pub channels: u32,
    /// Value of every sample of an empty picture.
    pub background: u8,
}

impl Canvas {
    /// Bytes of a picture.
    pub fn bytes(self) -> usize {
        self.width as usize * self.height as usize * self.channels as usize
    }
}

/// Which criterion says that a picture is the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Goal {
    /// As the paper's text says.
    #[default]
    Paper,
    /// As the paper's public code does.
    Code,
}

/// Tests of equality that the paper uses for colour pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance;

impl Tolerance {
    /// Whether at least 99 % of the pixels differ by at most 0.005 (of a range of 1) in every channel (paper,
    /// section 4.3). Both pictures have `channels` samples in a pixel.
    pub fn paper(a: &[u8], b: &[u8], channels: usize) -> bool {
        let _ = (a, b, channels);
        unimplemented!()
    }

    /// Whether the mean squared error (of a range of 1) is under 2.767e-4 (the public code's rule).
    pub fn code(a: &[u8], b: &[u8]) -> bool {
        let _ = (a, b);
        unimplemented!()
    }
}

//! Hard tasks: images that compress badly (arXiv 2405.20519, section 5.1).

use std::io::Write as _;

use tdf_domain::{Canvas, DynDomain};
use tdf_tree::{Sampler, rng_stream};

use crate::TaskError;
use crate::streams::SCALE_STREAMS;

/// Tells tasks whose images are among the least compressible: an LZ4 frame of the image (of a grey one after a
/// threshold of one half) is at least as long as those of a given share of random ones that are not near empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hardness {
    canvas: Canvas,
    /// Bytes of a frame.
    least: usize,
}

/// Random images that make the scale.
const SCALE: u64 = 4096;

impl Hardness {
    /// Images at or above the percentile `percent` (1 to 99) of the programs that `sampler` draws with `sizes`; `seed`
    /// fixes them.
    ///
    /// # Errors
    /// A percentile out of its range, a domain without images, a domain that cannot draw its programs.
    pub fn new(
        domain: &dyn DynDomain,
        sampler: &Sampler,
        sizes: &[u32],
        seed: u64,
        percent: u8,
    ) -> Result<Self, TaskError> {
        if !(1..=99).contains(&percent) {
            return Err(TaskError(format!("a percentile is 1 to 99, not {percent}")));
        }
        let Some(canvas) = domain.canvas() else {
            return Err(TaskError(format!(
                "only images can be hard by how they compress: observations of {} are none",
                domain.name()
            )));
        };
        let mut image = vec![0; canvas.bytes()];
        let mut lengths = Vec::with_capacity(SCALE as usize);
        for index in 0..SCALE {
            let program = sampler.sample(domain.start(), sizes, &mut rng_stream(seed, SCALE_STREAMS | index));
            if domain.render(program.nodes(), &mut image).is_ok() && !domain.is_uninformative(&image) {
                lengths.push(compressed(canvas, &image));
            }
        }
        lengths.sort_unstable();
        match lengths.get(lengths.len() * usize::from(percent) / 100) {
            Some(&least) => Ok(Self { canvas, least }),
            None => Err(TaskError(format!(
                "{} random programs of {} are uninformative or cannot be rendered: ask for larger ones",
                SCALE,
                domain.name()
            ))),
        }
    }

    /// Whether `image` is hard.
    pub fn admits(&self, image: &[u8]) -> bool {
        compressed(self.canvas, image) >= self.least
    }

    /// The least length of a hard image's LZ4 frame as a share of the image's bytes.
    pub fn ratio(&self) -> f64 {
        self.least as f64 / self.canvas.bytes() as f64
    }
}

/// Bytes of an image's LZ4 frame.
fn compressed(canvas: Canvas, image: &[u8]) -> usize {
    let mut frame = lz4_flex::frame::FrameEncoder::new(Vec::new());
    let written = if canvas.channels == 1 {
        let shape: Vec<u8> = image.iter().map(|sample| sample >> 7).collect();
        frame.write_all(&shape)
    } else {
        frame.write_all(image)
    };
    // Writing to a vector does not fail.
    let frame = written.ok().and_then(|()| frame.finish().ok());
    frame.map_or(usize::MAX, |bytes| bytes.len())
}

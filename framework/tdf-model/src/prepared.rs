//! Examples of a training step, prepared for the device.

use tdf_data::EncodedExample;

use crate::ModelError;
use crate::batch::Batch;

/// Examples of a training step, made ready for the network's device.
#[derive(Debug)]
pub struct Prepared {
    /// The examples.
    pub examples: Vec<EncodedExample>,
    /// Where the device is a GPU: all that the network reads, on its way there. Threads of a processor make it themselves,
    /// each for its part.
    pub(crate) batch: Option<Batch>,
}

impl Prepared {
    pub(crate) fn new(
        examples: Vec<EncodedExample>,
        on_device: bool,
        batch: impl FnOnce(&[EncodedExample]) -> Result<Batch, ModelError>,
    ) -> Result<Self, ModelError> {
        let batch = match on_device {
            true => Some(batch(&examples)?),
            false => None,
        };
        Ok(Self { examples, batch })
    }
}

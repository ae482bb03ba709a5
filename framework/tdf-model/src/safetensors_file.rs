//! Safetensors files: their bytes, their header, and messages about what is wrong with them, without the name of the file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use safetensors::tensor::{SafeTensorError, SafeTensors};

use crate::CheckpointFault;

pub(crate) fn explain(error: &SafeTensorError) -> CheckpointFault {
    CheckpointFault::Format(match error {
        SafeTensorError::MetadataIncompleteBuffer => "is cut short, or has bytes behind its end".into(),
        SafeTensorError::InvalidHeaderLength | SafeTensorError::HeaderTooSmall => {
            "is not a safetensors file, or is cut short".into()
        }
        other => format!("is not a safetensors file: {other}"),
    })
}

/// The bytes of a regular file.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, CheckpointFault> {
    tdf_files::read(file, tdf_files::WEIGHTS).map_err(|e| CheckpointFault::read(&e))
}

fn open(file: &Path) -> Result<File, CheckpointFault> {
    tdf_files::open(file).map_err(|e| CheckpointFault::read(&e))
}

/// The JSON at the beginning of a safetensors file: a length of eight bytes, then the text.
pub(crate) fn header(bytes: &[u8]) -> Result<&[u8], CheckpointFault> {
    SafeTensors::read_metadata(bytes)
        .map(|(length, _)| &bytes[8..8 + length])
        .map_err(|e| explain(&e))
}

/// The JSON at the beginning of `file`, without the rest of it.
pub(crate) fn read_header(file: &Path) -> Result<Vec<u8>, CheckpointFault> {
    let mut opened = open(file)?;
    let mut length = [0; 8];
    opened
        .read_exact(&mut length)
        .map_err(|_| explain(&SafeTensorError::HeaderTooSmall))?;
    let length = u64::from_le_bytes(length);
    let size = opened.metadata().map_err(|e| CheckpointFault::read(&e))?.len();
    // A file of another kind promises any length; it must not be believed with memory.
    if length.saturating_add(8) > size {
        return Err(explain(&SafeTensorError::InvalidHeaderLength));
    }
    let mut header = vec![0; length as usize];
    opened.read_exact(&mut header).map_err(|e| CheckpointFault::read(&e))?;
    Ok(header)
}

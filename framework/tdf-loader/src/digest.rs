//! What tells one shared library from another.

use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::LoadError;

/// Greatest length of a shared library in bytes.
const LARGEST: u64 = 2 << 30;

/// SHA-256 of the bytes of the shared library in the file `path`, in lower-case hexadecimal digits.
///
/// # Errors
/// A file that is missing, cannot be read or is not a regular file.
pub(crate) fn digest(path: &Path) -> Result<String, LoadError> {
    let fail = |message: String| LoadError::File {
        path: path.to_owned(),
        message,
    };
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => fail("there is no such file".to_owned()),
        _ => fail(format!("cannot be read: {error}")),
    };
    if path.is_dir() {
        return Err(fail("this is a directory; a plugin is a shared library".to_owned()));
    }
    let bytes = tdf_files::read(path, LARGEST).map_err(unreadable)?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

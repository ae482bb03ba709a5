//! Input files under a limit of size, files that are whole or absent, and folders that one process uses at a time.
//!
//! A path may name anything: a folder, a pipe that nobody writes to, a device without an end. [`read`], [`read_text`] and
//! [`open`] take regular files alone, never wait, and read no more than a limit.
//!
//! ```
//! # fn main() -> std::io::Result<()> {
//! let error = tdf_files::read_text("/dev/zero".as_ref(), tdf_files::CONFIG).unwrap_err();
//! assert_eq!(error.to_string(), "is a device, a file is wanted");
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod atomic;
mod folder;
mod input;

pub use atomic::write_atomically;
pub use folder::{FolderError, OutFolder, check_folder};
pub use input::{CONFIG, IMAGE, TABLE, WEIGHTS, open, read, read_limited, read_text};

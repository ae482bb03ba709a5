//! Input files: regular, and no longer than a limit.

use std::fs::{File, Metadata};
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

const MIB: u64 = 1 << 20;

/// Limit in bytes for files that people write: configurations, grammars, manifests, experiments.
pub const CONFIG: u64 = 16 * MIB;
/// Limit in bytes for images: 16 million pixels of four channels of 16 bits, and the same again.
pub const IMAGE: u64 = 256 * MIB;
/// Limit in bytes for files with a line per item: task sets, programs, results, metrics.
pub const TABLE: u64 = 1024 * MIB;
/// Limit in bytes for files of weights.
pub const WEIGHTS: u64 = 32 * 1024 * MIB;

/// Opens the regular file at `path` for reading. Does not wait for the other end of a pipe.
///
/// # Errors
/// What the system says; `InvalidInput` for a directory, a pipe, a socket or a device.
pub fn open(path: &Path) -> Result<File> {
    // Opening can have effects on what is no file, such as a tape that rewinds.
    refuse_irregular(&std::fs::metadata(path)?)?;
    let mut options = File::options();
    options.read(true);
    // What the path names may have changed since: a pipe without a writer must not hold up the process.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path)?;
    refuse_irregular(&file.metadata()?)?;
    Ok(file)
}

/// The bytes of the regular file at `path`, at most `limit`.
///
/// # Errors
/// As [`open`]; `FileTooLarge` for a file of more bytes; `OutOfMemory` where there is none for them.
///
/// # Examples
///
/// ```
/// let bytes = tdf_files::read("Cargo.toml".as_ref(), tdf_files::CONFIG)?;
/// assert!(bytes.starts_with(b"[package]"));
/// let error = tdf_files::read("src".as_ref(), tdf_files::CONFIG).unwrap_err();
/// assert_eq!(error.to_string(), "is a directory, a file is wanted");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut file = open(path)?;
    let length = file.metadata()?.len();
    if length > limit {
        return Err(too_large(limit));
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length as usize)?;
    // The file may grow while it is read.
    read_more(&mut file, limit, &mut bytes)?;
    Ok(bytes)
}

/// The text of the regular file at `path`, at most `limit` bytes.
///
/// # Errors
/// As [`read`]; `InvalidData` for bytes that are not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String> {
    String::from_utf8(read(path, limit)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::new(
            ErrorKind::InvalidData,
            format!("is not a text file: byte {at} is not UTF-8"),
        )
    })
}

/// All bytes of `source`, such as standard input, at most `limit`.
///
/// # Errors
/// What the system says; `FileTooLarge` where there are more bytes.
///
/// # Examples
///
/// ```
/// let mut source: &[u8] = b"a long line";
/// let error = tdf_files::read_limited(&mut source, 4).unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::FileTooLarge);
/// ```
pub fn read_limited(source: &mut impl Read, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_more(source, limit, &mut bytes)?;
    Ok(bytes)
}

fn read_more(source: &mut impl Read, limit: u64, bytes: &mut Vec<u8>) -> Result<()> {
    source.take(limit.saturating_add(1)).read_to_end(bytes)?;
    match bytes.len() as u64 > limit {
        true => Err(too_large(limit)),
        false => Ok(()),
    }
}

fn too_large(limit: u64) -> Error {
    Error::new(
        ErrorKind::FileTooLarge,
        format!("is too large: at most {} MiB can be read", limit / MIB),
    )
}

fn refuse_irregular(metadata: &Metadata) -> Result<()> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    let mut what = "is not a file";
    if kind.is_dir() {
        what = "is a directory, a file is wanted";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            what = "is a pipe, a file is wanted: write to a file first";
        } else if kind.is_socket() {
            what = "is a socket, a file is wanted";
        } else if kind.is_char_device() || kind.is_block_device() {
            what = "is a device, a file is wanted";
        }
    }
    Err(Error::new(ErrorKind::InvalidInput, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_files_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "four").unwrap();
        assert_eq!(read(&file, 4).unwrap(), b"four");
        assert_eq!(read_text(&file, 5).unwrap(), "four");
        assert_eq!(read(&file, 3).unwrap_err().kind(), ErrorKind::FileTooLarge);
        std::fs::write(&file, b"a\xff").unwrap();
        let error = read_text(&file, 9).unwrap_err();
        assert_eq!(error.to_string(), "is not a text file: byte 1 is not UTF-8");
        let error = read(&folder.path().join("none"), 9).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    /// A file that promises more than any memory holds takes none of it.
    #[test]
    fn a_long_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(
            read(&path, CONFIG).unwrap_err().to_string(),
            "is too large: at most 16 MiB can be read"
        );
    }

    #[test]
    fn a_source_without_an_end_is_refused() {
        assert_eq!(read_limited(&mut "four".as_bytes(), 4).unwrap(), b"four");
        let error = read_limited(&mut std::io::repeat(b'a'), 1000).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    }

    /// Each of these would wait, or go on for ever.
    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| read(path, CONFIG).unwrap_err().to_string();
        assert_eq!(refused(folder.path()), "is a directory, a file is wanted");
        assert_eq!(refused("/dev/zero".as_ref()), "is a device, a file is wanted");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        assert_eq!(refused(&pipe), "is a pipe, a file is wanted: write to a file first");
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(refused(&socket), "is a socket, a file is wanted");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        assert_eq!(refused(&link), refused(&pipe));
    }
}

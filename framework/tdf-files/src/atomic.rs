//! Files that are whole or absent.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `file` so that at any moment, even if the machine stops, the file holds the old or the new bytes:
/// written to `FILE.part` beside it, synced, renamed, and the folder synced. One process writes a file at a time.
///
/// # Examples
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("notes.txt");
/// tdf_files::write_atomically(&file, b"old")?;
/// tdf_files::write_atomically(&file, b"new")?;
/// assert_eq!(std::fs::read(&file)?, b"new");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_atomically(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = write_synced(&part, bytes).and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        // It may never have been made; the first error is the one to tell.
        let _ = fs::remove_file(&part);
        return written;
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

fn write_synced(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(file)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_atomically(&path, b"old").unwrap();
        assert!(write_atomically(&path.join("below a file"), b"new").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        write_atomically(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no temporary file stays"
        );
    }
}

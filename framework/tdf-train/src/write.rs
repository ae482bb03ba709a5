//! Files that are there whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

use crate::RunError;
use crate::error::Naming;

/// Writes `bytes` under a temporary name beside `file`, waits until the disk has them, and renames: `file` holds either
/// what it held or all of `bytes`, whenever the process or the machine stops.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), RunError> {
    let temporary = temporary(file);
    let write = || {
        let mut out = std::fs::File::create(&temporary)?;
        io::Write::write_all(&mut out, bytes)?;
        out.sync_all()?;
        std::fs::rename(&temporary, file)
    };
    if let Err(e) = write() {
        // What is half-written is of no use; that it may not go away either is not worth another message.
        let _ = std::fs::remove_file(&temporary);
        return Err(e).naming("write", file);
    }
    // The rename itself lies in the folder. A file system that cannot sync folders still has the file.
    if let Some(folder) = file.parent().and_then(|folder| std::fs::File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn temporary(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}.tmp"))
}

/// Removes what a killed process left half-written in `folder`.
pub(crate) fn remove_temporaries(folder: &Path) -> Result<(), RunError> {
    for entry in std::fs::read_dir(folder).naming("read", folder)? {
        let entry = entry.naming("read", folder)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && name.ends_with(".tmp") {
            std::fs::remove_file(entry.path()).naming("remove", &entry.path())?;
        }
    }
    Ok(())
}

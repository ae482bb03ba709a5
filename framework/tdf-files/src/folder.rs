//! Folders for output, each used by one process at a time.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The file that is locked. It stays: a file that is removed could be locked by two processes.
const LOCK: &str = ".lock";

/// A folder for output, which no other process uses until this value is dropped or the process ends.
///
/// # Examples
///
/// ```
/// use tdf_files::OutFolder;
///
/// let parent = tempfile::tempdir()?;
/// let path = parent.path().join("results");
/// let folder = OutFolder::claim(&path)?;
/// // A second claim fails while the first is held.
/// assert!(OutFolder::claim(folder.path()).is_err());
/// assert!(!OutFolder::is_occupied(&path)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct OutFolder {
    path: PathBuf,
    _lock: File,
}

/// A folder that cannot be used for results. Every message names the folder and says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file has the name.
    #[error("{}: is a file, a folder is wanted", .path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// Another process works in the folder.
    #[error("{}: another process works in this folder: wait for its end, or name another folder", .path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The system refuses to make, to write or to lock it.
    #[error("{}: {what}: {message}", .path.display())]
    Io {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What failed, such as "the folder cannot be made".
        what: &'static str,
        /// What the system says.
        message: String,
    },
}

impl OutFolder {
    /// Makes the folder at `path` with its parents, unless it is there, and locks it by the file `.lock` in it.
    ///
    /// The lock is advisory and ends with the process. A file system without locks is used without one.
    ///
    /// # Errors
    /// A file of that name; a folder that cannot be made or written to; another process that uses it.
    pub fn claim(path: &Path) -> Result<Self, FolderError> {
        std::fs::create_dir_all(path).map_err(|error| match path.exists() && !path.is_dir() {
            true => not_a_folder(path),
            false => io(path, "the folder cannot be made", &error),
        })?;
        let lock = path.join(LOCK);
        let opened = File::options().read(true).append(true).create(true).open(&lock);
        let file = opened.map_err(|error| io(&lock, "cannot be written", &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(FolderError::Locked { path: path.to_owned() });
            }
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => {
                return Err(io(&lock, "cannot be locked", &error));
            }
        }
        Ok(Self {
            path: path.to_owned(),
            _lock: file,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether something lies in the folder at `path`; `false` if there is no such folder. Names that begin with a dot do not
    /// count: the lock, and what a killed process left half-written.
    ///
    /// # Errors
    /// What the system says.
    pub fn is_occupied(path: &Path) -> std::io::Result<bool> {
        let entries = match std::fs::read_dir(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            entries => entries?,
        };
        for entry in entries {
            if !entry?.file_name().as_encoded_bytes().starts_with(b".") {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a folder can be made at `path`, or is there: what can be told without making it.
///
/// # Errors
/// A file at `path` or in the place of a parent of it.
///
/// # Examples
///
/// ```
/// use tdf_files::check_folder;
///
/// assert!(check_folder("Cargo.toml".as_ref()).is_err());
/// assert!(check_folder("not/there/yet".as_ref()).is_ok());
/// ```
pub fn check_folder(path: &Path) -> Result<(), FolderError> {
    let nearest = path.ancestors().find(|path| path.symlink_metadata().is_ok());
    match nearest {
        Some(nearest) if !nearest.is_dir() => Err(not_a_folder(nearest)),
        _ => Ok(()),
    }
}

fn not_a_folder(path: &Path) -> FolderError {
    FolderError::NotAFolder { path: path.to_owned() }
}

fn io(path: &Path, what: &'static str, error: &std::io::Error) -> FolderError {
    FolderError::Io {
        path: path.to_owned(),
        what,
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let first = OutFolder::claim(&path).unwrap();
        assert_eq!(first.path(), path);
        let error = OutFolder::claim(&path).unwrap_err();
        assert_eq!(error, FolderError::Locked { path: path.clone() });
        let error = error.to_string();
        assert!(error.contains("a/b: another process works in this folder"), "{error}");
        // Whatever else goes.
        std::fs::write(path.join("metrics.csv"), "").unwrap();
        std::fs::remove_file(path.join("metrics.csv")).unwrap();
        assert!(OutFolder::claim(&path).is_err());
        drop(first);
        drop(OutFolder::claim(&path).unwrap());
        assert!(
            path.join(".lock").exists(),
            "a lock that is removed could be held twice"
        );
    }

    #[test]
    fn hidden_files_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        assert!(!OutFolder::is_occupied(&path).unwrap());
        let _claimed = OutFolder::claim(&path).unwrap();
        assert!(!OutFolder::is_occupied(&path).unwrap());
        std::fs::write(path.join("file"), "").unwrap();
        assert!(OutFolder::is_occupied(&path).unwrap());
    }

    #[test]
    fn files_are_no_folders() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        for path in [file.clone(), file.join("below"), file.join("far/below")] {
            let error = check_folder(&path).unwrap_err().to_string();
            assert_eq!(error, format!("{}: is a file, a folder is wanted", file.display()));
            assert!(OutFolder::claim(&path).is_err());
        }
        for path in ["", "none/of/these", "."] {
            check_folder(path.as_ref()).unwrap();
        }
        check_folder(&folder.path().join("none/of/these")).unwrap();
    }
}

//! What a plugin may not do to the process: end it, or change its working folder.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Ends the program at once: other threads are still at work, so that nothing may be torn down before. Takes no lock, not even
/// that of standard error: a thread that never comes back may hold it.
pub(crate) fn end(message: &str) -> ! {
    let message = format!("error: {message}\n");
    let mut rest = message.as_bytes();
    while !rest.is_empty() {
        // SAFETY: the bytes are there, and as many as the length says.
        let written = unsafe { libc::write(libc::STDERR_FILENO, rest.as_ptr().cast(), rest.len() as _) };
        // Without standard error there is nobody left to tell.
        let Some(left) = usize::try_from(written)
            .ok()
            .filter(|n| *n > 0)
            .and_then(|n| rest.get(n..))
        else {
            break;
        };
        rest = left;
    }
    // SAFETY: it ends the process, runs no code of it, and touches no memory of it.
    unsafe { libc::_exit(1) }
}

/// A working folder. Its path changes when somebody renames it, so that another thing tells it.
struct Folder {
    path: PathBuf,
    identity: Identity,
}

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = PathBuf;

impl Folder {
    /// The one of now; `None` if it cannot be told.
    fn now() -> Option<Self> {
        Some(Self {
            path: std::env::current_dir().ok()?,
            identity: identity()?,
        })
    }

    /// Whether it is still the working folder, as far as that can be told.
    fn is_kept(&self) -> bool {
        identity().is_none_or(|identity| identity == self.identity)
    }
}

#[cfg(unix)]
fn identity() -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(".").ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity() -> Option<Identity> {
    std::env::current_dir().ok()
}

/// The working folder that has to stay.
static FOLDER: OnceLock<Folder> = OnceLock::new();
/// Libraries that were loaded, for messages.
static LIBRARIES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// From now on the process ends with an error if its working folder is another one than now: a plugin that changes it
/// would lead the relative paths of the program astray. It is looked at after the first images of a domain, ten times a second
/// while plugins are in use, and when the process ends. For programs that never change it themselves.
pub fn keep_working_folder() {
    if let Some(folder) = Folder::now() {
        let _ = FOLDER.set(folder);
    }
}

/// Notes the library, for messages.
pub(crate) fn loaded(library: &Path) {
    let mut libraries = LIBRARIES.lock().unwrap_or_else(PoisonError::into_inner);
    if !libraries.iter().any(|known| known == library) {
        libraries.push(library.to_owned());
    }
}

/// Ends the process if the working folder is not the one that has to stay.
pub(crate) fn check_folder() {
    let Some(kept) = FOLDER.get().filter(|folder| !folder.is_kept()) else {
        return;
    };
    let libraries = LIBRARIES.lock().unwrap_or_else(PoisonError::into_inner);
    // Without a library nobody is to blame.
    let Some(library) = libraries.first() else { return };
    let several = if libraries.len() > 1 { " or another plugin" } else { "" };
    end(&format!(
        "{}{several}: the plugin changed the working folder of the process from {} to {}; files with relative paths may have \
         been written there since. A plugin may not call `chdir`",
        library.display(),
        kept.path.display(),
        here()
    ));
}

/// The working folder, for messages.
fn here() -> String {
    std::env::current_dir().map_or_else(
        |error| format!("one that has no name ({error})"),
        |path| path.display().to_string(),
    )
}

/// Runs `work`, and puts the working folder back if it was changed. The second value says so.
pub(crate) fn in_place<T>(work: impl FnOnce() -> T) -> (T, Result<(), String>) {
    let before = Folder::now();
    let result = work();
    let Some(before) = before.filter(|before| !before.is_kept()) else {
        return (result, Ok(()));
    };
    let after = here();
    let back = std::env::set_current_dir(&before.path);
    let back = back.map_or_else(|error| format!("; it cannot be put back: {error}"), |()| String::new());
    let changed = format!(
        "it changed the working folder of the process from {} to {after}, where relative paths would lead elsewhere{back}. A \
         plugin may not call `chdir`",
        before.path.display()
    );
    (result, Err(changed))
}

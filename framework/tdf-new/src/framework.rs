//! Where a new crate takes tdf from.

use std::path::{Path, PathBuf};

use crate::NewError;

/// Where a new crate takes the crates of tdf from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framework {
    /// A checkout on this machine. The manifest gets its absolute path: the new crate can be moved, the checkout cannot.
    Checkout(PathBuf),
    /// A git repository. The manifest gets its address: both can be moved, and cargo fetches what it needs.
    Git(String),
}

/// What tells a checkout, and what is copied from it so that the new crate has the versions that tdf is tested with.
const CRATES: &str = "framework";
const LOCK: &str = "Cargo.lock";

impl Framework {
    /// The checkout in the folder `path`.
    ///
    /// # Errors
    /// A folder that does not exist or holds no checkout.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_new::{Framework, NewError};
    ///
    /// assert!(Framework::checkout("../..".as_ref()).is_ok());
    /// assert!(matches!(Framework::checkout("src".as_ref()), Err(NewError::NoCheckout { .. })));
    /// ```
    pub fn checkout(path: &Path) -> Result<Self, NewError> {
        let path = path.canonicalize().map_err(|error| NewError::Io {
            path: path.to_owned(),
            message: error.to_string(),
        })?;
        for member in ["tdf-domain", "tdf-build", "tdf-testkit"] {
            let missing = [CRATES, member, "Cargo.toml"].iter().collect::<PathBuf>();
            if !path.join(&missing).is_file() {
                return Err(NewError::NoCheckout { path, missing });
            }
        }
        Ok(Self::Checkout(path))
    }

    /// The checkout that this program was built from.
    ///
    /// # Errors
    /// [`NewError::NoFramework`] if it is not there any more.
    pub fn own() -> Result<Self, NewError> {
        Self::checkout(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).map_err(|_| NewError::NoFramework)
    }

    /// What stands in a manifest to depend on a crate of tdf, without the braces.
    pub(crate) fn dependency(&self, member: &str) -> Result<String, NewError> {
        let (key, value) = match self {
            Self::Checkout(root) => {
                let path = root.join(CRATES).join(member);
                match path.to_str() {
                    Some(path) => ("path", path.to_owned()),
                    None => return Err(NewError::Unwritable(path.display().to_string())),
                }
            }
            Self::Git(url) => ("git", url.clone()),
        };
        if value.is_empty() || value.contains(char::is_control) {
            return Err(NewError::Unwritable(value.escape_debug().to_string()));
        }
        Ok(format!("{key} = {}", toml::Value::String(value)))
    }

    /// The target folder that crates of this framework share, as an absolute path: in the checkout, or in the user's cache.
    /// `None` where there is neither; the crate has one of its own then.
    pub(crate) fn target(&self) -> Option<PathBuf> {
        let shared = match self {
            Self::Checkout(root) => Some(root.join("target").join("plugins")),
            Self::Git(_) => None,
        };
        // A checkout may be somebody else's.
        let writable =
            |folder: &PathBuf| std::fs::create_dir_all(folder).is_ok() && tempfile::tempfile_in(folder).is_ok();
        let cache = || Some(cache()?.join("tdf").join("target"));
        let folder = shared.filter(writable).or_else(|| cache().filter(writable))?;
        // Only text can stand in the configuration of cargo.
        let text = folder.to_str()?;
        (!text.contains(char::is_control)).then_some(folder)
    }

    /// The checkout's lock file, if there is one.
    pub(crate) fn lock(&self) -> Result<Option<Vec<u8>>, NewError> {
        let Self::Checkout(root) = self else {
            return Ok(None);
        };
        let path = root.join(LOCK);
        match tdf_files::read(&path, tdf_files::CONFIG) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(NewError::Io {
                path,
                message: error.to_string(),
            }),
        }
    }
}

/// The user's folder for what can be made again.
fn cache() -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).and_then(absolute);
    named.or_else(|| Some(std::env::home_dir().and_then(absolute)?.join(".cache")))
}

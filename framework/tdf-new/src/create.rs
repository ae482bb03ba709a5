//! From a path to a crate.

use std::path::{Path, PathBuf};

use crate::{Framework, NewError, Template, name, template};

/// A crate that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Name of the crate, of the domain and of the grammar.
    pub name: String,
    /// Its files, relative to its folder.
    pub files: Vec<String>,
}

/// Writes the crate of a new language into `folder`, whose last part is its name; `taken` are names of domains that exist.
/// The folder must not exist or be empty, the one that it is in must exist.
///
/// # Errors
/// See [`NewError`]; nothing is left behind then.
///
/// # Examples
///
/// ```
/// use tdf_new::{Framework, NewError, Template, create};
///
/// let refused = create("../../target/match".as_ref(), Template::Images, &Framework::own()?, &[]);
/// assert!(matches!(refused, Err(NewError::Name { .. })), "`match` is a keyword of Rust");
/// # Ok::<(), NewError>(())
/// ```
pub fn create(folder: &Path, template: Template, framework: &Framework, taken: &[&str]) -> Result<Created, NewError> {
    let name = match folder.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => {
            return Err(NewError::Nameless {
                path: folder.to_owned(),
            });
        }
    };
    name::check(&name, taken).map_err(|fault| NewError::Name {
        name: name.clone(),
        fault,
    })?;
    check_vacant(folder)?;
    let files = template::files(&name, template, framework)?;
    write(folder, &files)?;
    let files = files.into_iter().map(|(path, _)| path).collect();
    Ok(Created { name, files })
}

fn check_vacant(folder: &Path) -> Result<(), NewError> {
    let occupied = |what| {
        Err(NewError::Occupied {
            path: folder.to_owned(),
            what,
        })
    };
    match folder.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io(folder, &error)),
        Ok(found) if !found.is_dir() => occupied("there is a file of this name"),
        Ok(_) => match std::fs::read_dir(folder).map_err(|error| io(folder, &error))?.next() {
            None => Ok(()),
            Some(_) => occupied("the folder exists and is not empty"),
        },
    }
}

/// Writes the files beside `folder` and moves them there as a whole.
fn write(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), NewError> {
    let parent = match folder.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let scratch = tempfile::Builder::new().prefix(".tdf-new-").tempdir_in(parent);
    let scratch = scratch.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => NewError::Io {
            path: parent.to_owned(),
            message: "there is no such folder; make it first".to_owned(),
        },
        _ => io(parent, &error),
    })?;
    // A folder in the temporary one: that one is closed to everybody else, which the crate is not to be.
    let whole: PathBuf = scratch.path().join("crate");
    for (path, bytes) in files {
        let path = whole.join(path);
        let folder = path.parent().unwrap_or(&whole);
        std::fs::create_dir_all(folder).map_err(|error| io(folder, &error))?;
        std::fs::write(&path, bytes).map_err(|error| io(&path, &error))?;
    }
    // An empty folder is replaced; one that has been filled in the meantime is not.
    std::fs::rename(&whole, folder).map_err(|error| io(folder, &error))
}

fn io(path: &Path, error: &std::io::Error) -> NewError {
    NewError::Io {
        path: path.to_owned(),
        message: error.to_string(),
    }
}
